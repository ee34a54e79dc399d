"""What API Gateway needs of the description: the routes, and what answers them. What is for readers is left out, because
a template of CloudFormation has a million bytes at most, and the whole description would take nearly all of them."""

INTEGRATION = "x-amazon-apigateway-integration"


def of(description):
    kept = {name: value for name, value in description.items() if name not in ("components", "tags")}
    kept["info"] = {name: description["info"][name] for name in ("title", "version")}
    kept["paths"] = {
        path: {method: operation(each) for method, each in methods.items()} for path, methods in description["paths"].items()
    }
    return kept


def operation(each):
    kept = {name: each[name] for name in ("operationId", INTEGRATION) if name in each}
    if each[INTEGRATION]["type"] == "mock":
        responses = each["responses"].items()
        kept["responses"] = {status: {"description": status, "headers": headers(response)} for status, response in responses}
    else:
        # A function answers with any status.
        kept["responses"] = {"200": {"description": "200"}}
    return kept


def headers(response):
    """The headers that a mock's answer sets must be declared."""
    return {name: {"schema": header["schema"]} for name, header in response.get("headers", {}).items()}
