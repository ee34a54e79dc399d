# Look-ups of a stack's resources and outputs, to be sourced. The sourcing script defines `aws`.

stack_resource() { # STACK LOGICAL_ID
    aws cloudformation describe-stack-resource --stack-name "$1" --logical-resource-id "$2" \
        --query StackResourceDetail.PhysicalResourceId --output text
}

stack_output() { # STACK NAME
    aws cloudformation describe-stacks --stack-name "$1" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$2'].OutputValue"
}
