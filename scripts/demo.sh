#!/usr/bin/env bash
# From a fresh machine to the first plan: installs, builds, plans, and says where the report is.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

say "Quarterdeck: from here to the first plan (about ten minutes the first time, seconds after that)"
scripts/setup.sh
scripts/web.sh
step "Build the engine" cargo build --release --locked
say ""
exec target/release/quarterdeck demo --out run/demo
