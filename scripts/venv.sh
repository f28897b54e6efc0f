#!/usr/bin/env bash
# Makes `.venv` with the Python packages of the tests, where it is not as pinned already.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

wanted=scripts/requirements.txt
stamp=.venv/requirements.txt
if [ -x .venv/bin/python ] && cmp -s "$wanted" "$stamp" && .venv/bin/python -c 'import highspy' 2>/dev/null; then
    exit 0
fi
make_venv() {
    python3 -m venv --clear .venv &&
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary :all: -r "$wanted" &&
        cp "$wanted" "$stamp"
}
step "Fetch the Python packages of the tests" make_venv
