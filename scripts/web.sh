#!/usr/bin/env bash
# Builds the browser front end that the reports embed; with --test, also runs its tests.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

if [ ! -f web/package.json ]; then
    say "  --         No front end here; reports come without charts."
    exit 0
fi

# npm writes this file when it is done, so it is as old as the last whole install.
installed=web/node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ web/package-lock.json -nt "$installed" ]; then
    step "Fetch the front end's packages" npm --prefix web ci --no-audit --no-fund --loglevel=error
fi
step "Build the front end" npm --prefix web run --silent build
if [ "${1:-}" = "--test" ]; then
    step "Test the front end" npm --prefix web run --silent test
fi
