#!/usr/bin/env bash
# Measures this machine on one thread and compares what the performance model says of five rankers with runs of them
# in PyTorch. Not part of the tests: it fetches PyTorch (3 GB) and takes some minutes.
#
# usage: scripts/probe-check.sh [THREADS]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

THREADS="${1:-1}"
wanted=validation/probe/requirements.txt
python=run/probe/venv/bin/python
make_venv() {
    python3 -m venv --clear run/probe/venv &&
        "$python" -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$wanted" &&
        cp "$wanted" run/probe/requirements.txt
}
mkdir -p run/probe
cmp -s "$wanted" run/probe/requirements.txt || step "Fetch PyTorch" make_venv
step "Build" cargo build --release --locked -p quarterdeck-cli -p xtask
target/release/quarterdeck probe --threads "$THREADS" --out run/probe/probe.toml
exec target/release/xtask probe-check run/probe/probe.toml "$python" "$THREADS"
