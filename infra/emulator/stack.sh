# Deployment of the template to the emulator. To be sourced after start.sh.
#
#   stack_emulator                         starts the emulator, with a Dropbox app in the parameter $app_parameter
#   stack_deploy NAME [PARAMETER=VALUE…]   creates or updates a stack with what infra/emulator/build wrote to $build
#   stack_bridge NAME                      applies the workarounds that are needed after a deployment
#   stack_gateway NAME DATA [OPTION…]        starts the gateway and the fake Dropbox for a stack; sets $gateway_pid
#   stack_stop                             stops all of these

source infra/proof/names.sh

# Ports and Dropbox app of this run. At the receiver's port, the tour receives deliveries.
gateway_port=${gateway_port:-$(free_port)}
dropbox_port=${dropbox_port:-$(free_port)}
receiver_port=${receiver_port:-$(free_port)}
app_parameter=/dropline/app
gateway_pid=

aws() { "$emulator_bin/aws" --endpoint-url "$AWS_ENDPOINT_URL" --output json "$@"; }

# The addresses of the fake Dropbox, of the gateway and of the receiver are set in the environment of every function,
# because the template sets no address of Dropbox, an address of the gateway only for a domain name, and no destination
# of deliveries besides the public internet.
stack_emulator() {
    # AUTH checks the functions' calls against their roles; CLOUDTRAIL_RECORDING records them.
    emulator_start AUTH=true CLOUDTRAIL_RECORDING=1 CLOUDTRAIL_MAX_EVENTS=100000 \
        DROPBOX_URL="http://127.0.0.1:$dropbox_port/{host}" PUBLIC_URL="http://localhost:$gateway_port" \
        DELIVERY_ORIGINS="http://127.0.0.1:$receiver_port"
    local secret='import secrets; print(secrets.token_hex(8))'
    printf '{"key":"%s","secret":"%s"}' "$(python3 -c "$secret")" "$(python3 -c "$secret")" >"$emulator_work/app.json"
    aws ssm put-parameter --type SecureString --name "$app_parameter" --value "file://$emulator_work/app.json" >/dev/null
    aws s3 mb s3://deployments >/dev/null
}

stack_deploy() {
    local name=$1
    shift
    aws cloudformation package --template-file "$build/template.yaml" --s3-bucket deployments \
        --output-template-file "$build/packaged.yaml" >"$emulator_work/package.log" 2>&1 ||
        { cat "$emulator_work/package.log" >&2; return 1; }
    aws cloudformation deploy --template-file "$build/packaged.yaml" --stack-name "$name" --no-fail-on-empty-changeset \
        --s3-bucket deployments --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
        --parameter-overrides Architecture=x86_64 RestoredTable=own "$@" >"$emulator_work/deploy.log" 2>&1 ||
        { stack_failure "$name" >&2; return 1; }
    stack_bridge "$name"
}

stack_bridge() {
    local name=$1
    # Bridge: the emulator does not read the table's TimeToLiveSpecification.
    aws dynamodb update-time-to-live --table-name "$(stack_resource "$name" Table)" \
        --time-to-live-specification Enabled=true,AttributeName=expires_at >/dev/null
    # Bridge: the emulator has no TLS, without which the bucket's policy denies all requests.
    aws s3api delete-bucket-policy --bucket "$(stack_resource "$name" Bucket)"
}

# Prints why a deployment failed.
stack_failure() {
    tr '\r' '\n' <"$emulator_work/deploy.log" | grep -v '^Uploading'
    aws cloudformation describe-stack-events --stack-name "$1" --output text \
        --query 'StackEvents[?contains(ResourceStatus, `FAILED`)].[LogicalResourceId, ResourceStatusReason]' || true
}

stack_gateway() {
    local name=$1 data=$2
    shift 2
    aws cloudformation describe-stack-resources --stack-name "$name" >"$emulator_work/resources.json"
    "$binaries/local" --data "$data" --port "$gateway_port" --dropbox-port "$dropbox_port" deployed-gateway \
        --resources "$emulator_work/resources.json" --app "$emulator_work/app.json" "$@" >"$emulator_work/gateway.log" 2>&1 &
    gateway_pid=$!
    wait_for "http://localhost:$gateway_port/_local/stage" "$gateway_pid" "$emulator_work/gateway.log"
}

stack_stop() {
    [ -z "$gateway_pid" ] || { kill -INT "$gateway_pid" && wait "$gateway_pid"; } 2>/dev/null || true
    gateway_pid=
    emulator_stop
}
