# Sourced by the scripts here: installs the packages of package-lock.json into $cache/node-clients, and names that folder
# $modules. `clients` is this folder.
modules=$cache/node-clients

# Made again when a version changes. The stamp comes last, so that an install cut short does not count.
wanted=$(node --version && cat "$clients/package-lock.json")
if [ "$(cat "$modules/made-from" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$clients/package.json" "$clients/package-lock.json" "$modules"
    npm ci --prefix "$modules" --no-audit --no-fund --silent
    printf '%s\n' "$wanted" >"$modules/made-from"
fi
