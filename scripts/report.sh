#!/usr/bin/env bash
# Plans one scenario and writes its report: scripts/report.sh [SCENARIO] [FOLDER]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

scenario="${1:-scenarios/meta-2022/scenario.toml}"
folder="${2:-run/report}"
[ -f "$scenario" ] || die "there is no scenario $scenario; scenarios/ holds: $(ls scenarios 2>/dev/null | tr '\n' ' ')"
scripts/setup.sh
scripts/web.sh
step "Build the engine" cargo build --release --locked
say ""
exec target/release/quarterdeck plan "$scenario" --out "$folder"
