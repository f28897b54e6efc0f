#!/usr/bin/env bash
# Runs the benchmarks; wall times mean something on a quiet machine only.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scripts/setup.sh
step "Build the benchmarks" cargo bench --locked -p quarterdeck-bench --no-run
exec cargo bench --quiet --locked -p quarterdeck-bench
