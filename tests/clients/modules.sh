# Sourced by scripts of a folder with a package-lock.json, this one or one below, which is `clients`: installs its packages
# into a folder of $cache with the same name after `node-`, and names that folder $modules.
modules=$cache/node-$(basename "$clients")

# Made again when a version changes. The stamp comes last, so that an install cut short does not count.
wanted=$(node --version && cat "$clients/package-lock.json")
if [ "$(cat "$modules/made-from" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$modules"
    mkdir -p "$modules"
    cp "$clients/package.json" "$clients/package-lock.json" "$modules"
    npm ci --prefix "$modules" --no-audit --no-fund --silent
    printf '%s\n' "$wanted" >"$modules/made-from"
fi
