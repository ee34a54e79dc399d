# Python tools in virtual environments, to be sourced.
#
#   tool_cache      sets $cache to a lasting directory outside the checkout, or else to one inside
#   tool_venv FILE  sets $venv to a virtual environment with the requirements in a file; creates it if necessary
#   free_port       prints a free port

tool_cache() {
    cache=${DROPLINE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dropline}
    mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] && return
    cache=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/target/cache
    mkdir -p "$cache"
}

# There is one environment for each set of versions, so that checkouts can share the cache. The file `made` is written
# last, so that an interrupted installation is repeated.
tool_venv() {
    tool_cache
    venv=$cache/venv-$( (python3 --version && cat "$1") | cksum | cut -d ' ' -f 1)
    [ ! -e "$venv/made" ] || return 0
    rm -rf "$venv"
    python3 -m venv "$venv"
    # A file with hashes lists all packages, so no dependencies need to be resolved.
    local whole=
    grep -q -e --hash= "$1" && whole='--no-deps --require-hashes'
    # shellcheck disable=SC2086 # none or two options
    "$venv/bin/pip" install --quiet --disable-pip-version-check $whole --requirement "$1"
    touch "$venv/made"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
