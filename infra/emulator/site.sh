# A deployer's copy of infra/, with the scripts, the configuration, the parameters and the output of `sam build`.
# Sourced by infra/emulate.
#
#   site_install                 installs the SAM CLI, and creates the folder $site
#   site_deploy [OPTION…]        deploys the build by infra/deploy
#   site_run COMMAND…            runs a command in $site, as the deployer of the stack $stack

site=$emulator_work/infra

site_install() {
    tool_venv infra/requirements.txt
    sam_bin=$venv/bin
    mkdir -p "$site"
    cp infra/samconfig.toml infra/set infra/deploy infra/restore "$site"
    # With all alarms: one that is not among the essential ones is made to ring.
    sed 's/^# Architecture/Architecture/; s/^Alarms = .*/Alarms = "all"/' infra/parameters.example.toml >"$site/parameters.toml"
}

# The scripts find the AWS CLI and the SAM CLI in PATH, and the built `dropline` in DROPLINE_ADMIN.
site_run() {
    local admin
    admin=$(realpath "$binaries/dropline")
    (cd "$site" && env -u PARAMETERS PATH="$emulator_bin:$sam_bin:$PATH" STACK="$stack" DROPLINE_ADMIN="$admin" RESTORE_PAUSE=1 \
        SAM_CLI_TELEMETRY=0 "$@") >"$emulator_work/site.log" 2>&1 ||
        { tail -n 30 "$emulator_work/site.log" >&2; return 1; }
}

site_deploy() {
    site_run ./deploy --built --no-confirm-changeset --no-progressbar "$@"
    stack_bridge "$stack"
}
