# AWS emulator, for scripts that source this file. It is installed into a cache outside the checkout, listens on the
# loopback interface only, and keeps no data. Needs Python 3.10 or newer, and no AWS account.
#
#   emulator_install          installs it, and sets $emulator_bin
#   emulator_start [NAME=VALUE…]
#                             starts it, and exports the variables by which clients find it; functions that run on it
#                             get the given variables
#   emulator_stop             stops it, and removes its files

emulator_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
emulator_work=$(mktemp -d)
emulator_pid=
source "$emulator_here/../venv.sh"

emulator_stop() {
    [ -z "$emulator_pid" ] || { kill "$emulator_pid" && wait "$emulator_pid"; } 2>/dev/null || true
    emulator_pid=
    rm -rf "$emulator_work"
}

emulator_install() {
    tool_venv "$emulator_here/requirements.txt"
    emulator_bin=$venv/bin
}

is_up() { python3 -c 'import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=1)' "$1" 2>/dev/null; }

# Waits until an address responds. Fails if the process ends, or after 60 seconds.
wait_for() { # URL PID LOG
    local deadline=$((SECONDS + 60))
    until is_up "$1"; do
        if ! kill -0 "$2" 2>/dev/null || [ "$SECONDS" -gt "$deadline" ]; then
            cat "$3" >&2
            echo "nothing answers at $1" >&2
            return 1
        fi
        sleep 0.2
    done
}

emulator_start() {
    local port
    port=$(free_port)
    export AWS_ENDPOINT_URL=http://127.0.0.1:$port
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=us-east-1 AWS_REGION=us-east-1
    # Functions inherit the emulator's environment, with its address; otherwise they would call AWS.
    env "$@" TMPDIR="$emulator_work" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" \
        "$emulator_bin/ministack" >"$emulator_work/log" 2>&1 &
    emulator_pid=$!
    wait_for "$AWS_ENDPOINT_URL/_ministack/health" "$emulator_pid" "$emulator_work/log"
}
