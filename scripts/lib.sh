# Functions shared by the scripts of this folder: steps that are quiet while they go well.
# Sourced, not run.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LOGS="$ROOT/run/logs"
mkdir -p "$LOGS"
cd "$ROOT"

say() { printf '%s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# version_at_least 20.19.1 20.19  → true
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

# The command that a step runs now, so that Ctrl-C reaches it.
STEP_PID=""
trap 'if [ -n "$STEP_PID" ]; then kill "$STEP_PID" 2>/dev/null; fi; exit 130' INT TERM

# step "What it does" command…  Runs the command with its output in a log; shows one line while it
# runs and one when it ends, and the end of the log when it fails. Returns the command's status.
# STEP_SECONDS and STEP_LOG tell of the last step.
step() {
    local what="$1" status=0 began=$SECONDS next=60
    shift
    STEP_LOG="$LOGS/$(printf '%s' "$what" | tr '[:upper:] /' '[:lower:]--' | tr -cd 'a-z0-9-').log"
    "$@" >"$STEP_LOG" 2>&1 </dev/null &
    STEP_PID=$!
    while kill -0 "$STEP_PID" 2>/dev/null; do
        if [ -t 1 ]; then
            printf '\r\033[K  …  %4d s  %s  %.60s' $((SECONDS - began)) "$what" "$(last_line "$STEP_LOG")"
        elif [ $((SECONDS - began)) -ge "$next" ]; then
            printf '  …  %4d s  %s: %.70s\n' $((SECONDS - began)) "$what" "$(last_line "$STEP_LOG")"
            next=$((next + 60))
        fi
        sleep 0.3
    done
    wait "$STEP_PID" || status=$?
    STEP_PID=""
    STEP_SECONDS=$((SECONDS - began))
    if [ -t 1 ]; then printf '\r\033[K'; fi
    if [ "$status" -eq 0 ]; then
        printf '  ok %4d s  %s\n' "$STEP_SECONDS" "$what"
    else
        printf 'FAIL %4d s  %s (exit %d)\n' "$STEP_SECONDS" "$what" "$status"
        tail -n 60 "$STEP_LOG" | sed 's/^/    | /'
        printf '    whole log: %s\n' "${STEP_LOG#"$ROOT"/}"
    fi
    return "$status"
}

# The last line of a log that says something, without control characters.
last_line() { tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | tr -cd '[:print:]'; }
