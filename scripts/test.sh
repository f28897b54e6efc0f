#!/usr/bin/env bash
# All that continuous integration runs, from a fresh machine on; ends with a summary.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

results=()
failed=0
# check "What it checks" command…  A check that fails does not keep the others from running.
check() {
    if step "$@"; then
        results+=("$(printf '  ok %4d s  %s' "$STEP_SECONDS" "$1")")
    else
        results+=("$(printf 'FAIL %4d s  %s' "$STEP_SECONDS" "$1")")
        failed=$((failed + 1))
    fi
}
skip() {
    say "skip         $1"
    results+=("skip         $1")
}

say "Quarterdeck: all checks (about half an hour from nothing, minutes after that)"
scripts/setup.sh --test
scripts/venv.sh
export QUARTERDECK_PYTHON="$ROOT/.venv/bin/python"

if scripts/web.sh --test; then
    results+=("  ok         Front end: build and tests")
else
    results+=("FAIL         Front end: build and tests")
    failed=$((failed + 1))
fi

if cargo fmt --version >/dev/null 2>&1; then
    check "Formatting" cargo fmt --all --check
else
    skip "Formatting (rustfmt is not installed)"
fi
check "Tidy" cargo xtask tidy
if cargo clippy --version >/dev/null 2>&1; then
    check "Clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
else
    skip "Clippy (not installed)"
fi

# The same random cases on every machine, so that a red check is the doing of the change checked;
# `cargo test` alone goes on drawing fresh ones.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-1}"
check "Tests" cargo test --workspace --locked --no-fail-fast
tests_log="$STEP_LOG"
if have mdbook; then
    check "Book" mdbook build
else
    skip "Book (mdbook is not installed; its links and list of pages were checked by Tidy)"
fi

# "test result: ok. 12 passed; 0 failed; …", once for each test program.
counted="$(awk '/^test result:/ { passed += $4; failed += $6 } END { printf "%d passed, %d failed", passed, failed }' "$tests_log")"
say ""
say "Summary: $counted; $((SECONDS / 60)) min $((SECONDS % 60)) s"
printf '%s\n' "${results[@]}"
if [ "$failed" -gt 0 ]; then
    say "$failed of ${#results[@]} checks failed; their logs are in run/logs"
    echo "$counted"
    exit 1
fi
say "All checks passed."
echo "$counted"
