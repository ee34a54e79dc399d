"""The functions behind the routes: how API Gateway calls them, and in which form they say what went wrong."""

INVOCATIONS = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/%s/functions/${%sFunction.Arn}/%s"

# Milliseconds. Streamed answers need this path of invocation and STREAM together: neither works without the other. Five
# minutes is how long a Regional endpoint keeps a silent stream open, and the function's own timeout.
STREAMING = {"ApiProxy": 300_000}


def integration(function):
    """Hands a request to a function."""
    if function in STREAMING:
        uri = INVOCATIONS % ("2021-11-15", function, "response-streaming-invocations")
        transfer = {"responseTransferMode": "STREAM", "timeoutInMillis": STREAMING[function]}
    else:
        uri, transfer = INVOCATIONS % ("2015-03-31", function, "invocations"), {}
    return {"type": "aws_proxy", "httpMethod": "POST", "uri": {"Fn::Sub": uri}, **transfer}


def family(function):
    return "carbon" if function == "CarbonApi" else "dropline"
