# Steps that do to a stack what infra/README.md describes for operators, and check the results. Sourced by infra/prove,
# for a real account, and by infra/emulate, for the emulator. The steps are the functions `prove_STEP`. The sourcing
# script first sources proof/names.sh, and defines
#
#   $stack, $api            the stack's name, and the address of its API
#   $proof                  a folder for the state between the steps, which includes the project's API key
#   aws, dropline           the AWS CLI, and the operators' commands
#   operator COMMAND…       runs a script of infra/ as the stack's deployer
#   $build                  the folder of the built functions
#   $consent, $stream       options of the tour: who connects the account, and what is streamed
#   $receiver               option of the tour: where it receives deliveries, if anywhere
#   $app_parameter          the parameter with the Dropbox app
#   alarm_hears N           reports to CloudWatch that the queue has N messages, if the queues do not do so
#   deployed_again          runs after a deployment
#   may_be_cut              succeeds if a deployment may interrupt calls
#   fail TEXT               exits with an error

proof_here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

tour() { python3 "$proof_here/tour.py" "$proof/tour.json" "$@"; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
expect() { [ "$1" = "$2" ] || fail "$3 was answered $2, not $1"; }
# Prints the HTTP status of a request for a link, with the given API key or else the project's.
link_status() { # [KEY]
    local key=${1:-$(field api_key <"$proof/tour.json")}
    # On standard input, since a list of processes shows arguments.
    printf 'header = "Authorization: Bearer %s"\n' "$key" | curl -s -o /dev/null -w '%{http_code}' -K - -X POST \
        "$api/projects/$(field project <"$proof/tour.json")/connect/links" -H 'customer-id: proof'
}

prove_project() {
    local made
    made=$(dropline project create --name Proof --table "$(stack_output "$stack" TableName)")
    tour begin --api "$api" --project "$(field project <<<"$made")" --user proof <<<"$made"
    expect 201 "$(link_status)" "the new project's key"
}

# shellcheck disable=SC2086 # options
prove_connect() { tour connect ${consent:-}; }
prove_sync() { tour select change call resync; }
# shellcheck disable=SC2086 # options
prove_deliver() { tour deliver ${receiver:-}; }
# shellcheck disable=SC2086 # options
prove_stream() { tour stream ${stream:-}; }

# Sends a message to the schedule's dead-letter queue, which has no consumer. The alarm must be triggered, and end after
# the runbook's remedy.
prove_alarm() {
    local queue alarm
    queue=$(stack_resource "$stack" ScheduleDeadLetters) alarm=$(stack_resource "$stack" ScheduleDeadLettersAlarm)
    aws sqs send-message --queue-url "$queue" --message-body '{"proof":"of an alarm"}' >/dev/null
    alarm_hears 1
    alarm_is "$alarm" ALARM
    aws sqs purge-queue --queue-url "$queue"
    [ "${alarm_ends:-yes}" = yes ] || return 0
    alarm_is "$alarm" OK
}

# Waits until an alarm is in a state. CloudWatch reads queues once a minute, and this alarm's period is five minutes.
alarm_is() { # ALARM STATE
    local deadline=$((SECONDS + 1200)) state
    until state=$(aws cloudwatch describe-alarms --alarm-names "$1" --query 'MetricAlarms[0].StateValue' --output text) &&
        [ "$state" = "$2" ]; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$1 is $state after 20 minutes, not $2"
        sleep "${alarm_pause:-15}"
    done
    echo "    $1 is $2"
}

prove_restore() {
    # Skipped if an interrupted run has already done it.
    [ "$(stack_output "$stack" TableName)" = "$stack-restored" ] || operator ./restore --as "$stack-restored"
    expect "$stack-restored" "$(stack_output "$stack" TableName)" 'the table in use'
    tour resync change
}

# Deploys new code of all functions while changes are synced. A byte appended to a binary makes it new code.
prove_upgrade() {
    local binary deployment times=0
    for binary in "$build"/*/bootstrap; do printf '\0' >>"$binary"; done
    operator ./deploy --built --no-confirm-changeset --no-progressbar &
    deployment=$!
    while kill -0 "$deployment" 2>/dev/null; do
        if tour change; then
            times=$((times + 1))
        else
            may_be_cut || { wait "$deployment"; fail 'changes were not found while it was deployed'; }
        fi
    done
    wait "$deployment"
    [ "$times" -gt 0 ] || fail 'no round of changes was found while it was deployed'
    deployed_again
    tour change call
    echo "    $times rounds of changes were found meanwhile"
}

# Follows "Rotate secrets" in infra/README.md. Only the App Console can create a new secret of the app, so the old one
# is stored again: the step checks that a new version of the parameter comes into use without a build.
prove_rotate() {
    local table key project old secret
    table=$(stack_output "$stack" TableName) key=$(stack_output "$stack" KeyArn) project=$(field project <"$proof/tour.json")
    old=$(field api_key <"$proof/tour.json")
    dropline project rotate-key --project "$project" --table "$table" --kms-key "$key" >/dev/null
    dropline project add-api-key --project "$project" --table "$table" | tour key
    expect 201 "$(link_status "$old")" 'the old API key beside the new one'
    dropline project remove-api-key --project "$project" --key - --table "$table" <<<"$old" >/dev/null
    expect 401 "$(link_status "$old")" 'the API key that was removed'
    secret=$(aws ssm get-parameter --name "$app_parameter" --with-decryption --query Parameter.Value --output text)
    use_app "$(python3 -c 'import json, sys
app = json.load(sys.stdin)
print(json.dumps(app | {"previous_secret": app["secret"]}))' <<<"$secret")"
    tour change call
    use_app "$secret"
    tour change
}

# Stores the app in the parameter, and restarts the functions with it.
use_app() { # JSON
    local version
    version=$(aws ssm put-parameter --name "$app_parameter" --type SecureString --overwrite --value file:///dev/stdin \
        --query Version --output text <<<"$1")
    operator ./set --stack "$stack" AppParameterVersion="$version"
}

prove_disconnect() { tour disconnect; }

# Removes a stack, and the resources that survive its deletion by design: tables, bucket and key.
remove_everything() { # STACK [RESTORED_TABLE]
    local table bucket key
    table=$(stack_resource "$1" Table) bucket=$(stack_resource "$1" Bucket) key=$(stack_resource "$1" Key)
    aws cloudformation delete-stack --stack-name "$1"
    aws cloudformation wait stack-delete-complete --stack-name "$1"
    aws s3api head-bucket --bucket "$bucket" >/dev/null || fail 'the bucket went with its stack'
    for table in "$table" ${2:+"$2"}; do
        aws dynamodb describe-table --table-name "$table" >/dev/null || fail "the table $table went with its stack"
        aws dynamodb update-table --table-name "$table" --no-deletion-protection-enabled >/dev/null
        aws dynamodb delete-table --table-name "$table" >/dev/null
        aws dynamodb wait table-not-exists --table-name "$table"
    done
    aws s3 rb --force "s3://$bucket" >/dev/null
    aws kms schedule-key-deletion --key-id "$key" --pending-window-in-days 7 >/dev/null
    [ -z "$(left_of "$1")" ] || fail "something is left of $1: $(left_of "$1")"
}

# Lists remaining resources with the stack's name in theirs. The key is not listed, because it has no name; API
# Gateway's role for logs is not, because it belongs to the account.
left_of() { # STACK
    local bucket=${1,,}
    aws cloudformation describe-stacks --stack-name "$1" --query 'Stacks[].StackName' --output text 2>/dev/null || true
    names_of "FunctionName" lambda list-functions "Functions[?starts_with(FunctionName, '$1-')].FunctionName"
    names_of "QueueUrl" sqs list-queues "QueueUrls[?contains(@, '/$1-')]"
    names_of "TableName" dynamodb list-tables "TableNames[?@ == '$1' || starts_with(@, '$1-')]"
    names_of "Bucket" s3api list-buckets "Buckets[?starts_with(Name, '$bucket-')].Name"
    names_of "LogGroup" logs describe-log-groups "logGroups[?starts_with(logGroupName, '/dropline/$1/')].logGroupName"
    names_of "EventBus" events list-event-buses "EventBuses[?Name == '$1' || starts_with(Name, '$1-')].Name"
    names_of "Schedules" scheduler list-schedule-groups "ScheduleGroups[?Name == '$1'].Name"
    names_of "Alarm" cloudwatch describe-alarms "MetricAlarms[?starts_with(AlarmName, '$1-')].AlarmName"
    names_of "RestApi" apigateway get-rest-apis "items[?name == '$1'].id"
    names_of "Role" iam list-roles "Roles[?starts_with(RoleName, '$1-') && !contains(RoleName, 'ApiLogRole')].RoleName"
}

names_of() { # KIND SERVICE COMMAND QUERY
    local found
    found=$(aws "$2" "$3" --query "$4" --output text)
    [ -z "$found" ] || [ "$found" = None ] || printf '%s\n' "$found" | tr '\t' '\n' | sed "s/^/$1 /"
}
