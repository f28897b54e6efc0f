#!/usr/bin/env bash
# Makes sure that what a build needs is there, and installs what Debian can give: a C++ compiler,
# cmake and libclang for the solver, and (with --test) venv for Python. Asks nothing, changes
# nothing where all is there.
#
# usage: scripts/setup.sh [--test]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

WITH_TESTS=no
[ "${1:-}" = "--test" ] && WITH_TESTS=yes

# The library and the compiler's own headers: bindings are generated from C headers.
libclang_is_there() {
    [ -n "${LIBCLANG_PATH:-}" ] && return 0
    local folder library=no
    for folder in /usr/lib/llvm-*/lib /usr/lib/*-linux-gnu /usr/lib64 /usr/lib /usr/local/lib; do
        compgen -G "$folder/libclang*.so*" >/dev/null && library=yes
    done
    [ "$library" = yes ] || return 1
    compgen -G '/usr/lib*/llvm-*/lib/clang/*/include/stddef.h' >/dev/null ||
        compgen -G '/usr/lib*/clang/*/include/stddef.h' >/dev/null
}

# Debian packages for what is missing.
missing=()
have cmake || missing+=(cmake)
have c++ || have g++ || have clang++ || missing+=(g++)
have cc || have gcc || have clang || missing+=(gcc)
libclang_is_there || missing+=(libclang-dev)
if [ "$WITH_TESTS" = yes ] && have python3; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
fi

if [ ${#missing[@]} -gt 0 ]; then
    have apt-get || die "missing: ${missing[*]}. Install them with this system's package manager, then run again."
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        have sudo || die "missing: ${missing[*]}. Run as root, or ask an administrator for: apt-get install ${missing[*]}"
        # Asked for here, in sight; the step below has its output in a log.
        sudo -v || die "missing: ${missing[*]}, and sudo was refused. Ask an administrator for: apt-get install ${missing[*]}"
        as_root=(sudo -n)
    fi
    install_missing() {
        "${as_root[@]}" apt-get update -qq &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
    }
    step "Install ${missing[*]}" install_missing
fi

# Languages are the user's choice of version, so they are checked and not installed.
rust_needed="$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)"
have cargo || die "Rust is missing; version $rust_needed or later is needed (https://rustup.rs)."
rust_found="$(cargo --version | cut -d' ' -f2)"
version_at_least "$rust_found" "$rust_needed" || die "Rust $rust_found is too old; $rust_needed or later is needed."

if [ -f web/package.json ]; then
    have node && have npm || die "Node.js with npm is missing; it builds the charts of the reports (https://nodejs.org)."
    node_needed="$(node -p 'require("./web/package.json").engines.node.match(/[0-9.]+/)[0]')"
    node_found="$(node -p process.versions.node)"
    version_at_least "$node_found" "$node_needed" || die "Node.js $node_found is too old; $node_needed or later is needed."
fi

if [ "$WITH_TESTS" = yes ]; then
    have python3 || die "Python is missing; 3.10 or later is needed by the tests."
fi
say "  ok         Rust $rust_found, Node.js ${node_found:-not needed}, cmake $(cmake --version | head -n 1 | cut -d' ' -f3)"
