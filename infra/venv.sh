# Sourced by the scripts that start tools written in Python.
#
#   tool_cache      sets $cache: a directory outside the checkout that lasts, or else one within
#   tool_venv FILE  makes a virtual environment with the requirements of a file, once, and sets $venv
#   free_port       prints a port that nothing listens on

tool_cache() {
    cache=${DROPLINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dropline}
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] && return
    cache=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target/cache
    mkdir -p "$cache"
}

# One for each set of versions: checkouts that share the cache do not take it from each other. The stamp comes last, so
# that an install cut short does not count.
tool_venv() {
    tool_cache
    venv=$cache/venv-$( (python3 --version && cat "$1") | cksum | cut -d ' ' -f 1)
    [ ! -e "$venv/made" ] || return 0
    rm -rf "$venv"
    python3 -m venv "$venv"
    # A file with hashes names every package that is needed, so there is nothing to resolve.
    local whole=
    grep -q -e --hash= "$1" && whole='--no-deps --require-hashes'
    # shellcheck disable=SC2086 # none or two options
    "$venv/bin/pip" install --quiet --disable-pip-version-check $whole --requirement "$1"
    touch "$venv/made"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
