"""What a browser asks before a page of another origin may call."""

from generator import functions
from generator.headers import sent

CLIENTS = {"dropline": "Paragon's and Dropbox's SDKs", "carbon": "Carbon's clients"}


def operation(name, first, resource, parameters):
    """`name` is the operation's id; where it is `true`, that of the path's first operation is part of it."""
    function = resource["function"]
    headers = {
        "Origin": "Any, `*`.",
        "Methods": "The methods.",
        "Headers": f"The headers, those of {CLIENTS[functions.family(function)]} among them.",
    }
    described = {f"Access-Control-Allow-{name}": text for name, text in headers.items()}
    described["Access-Control-Max-Age"] = "Seconds for which the browser need not ask again."
    return {
        "operationId": f"preflight{first[0].upper()}{first[1:]}" if name is True else name,
        "tags": [resource["tag"]],
        "summary": "Tell a browser that pages of any origin may call this",
        # Whatever the path names.
        **({"parameters": [{**each, "schema": {"type": "string"}} for each in parameters]} if parameters else {}),
        "responses": {
            "204": {
                "description": "What a page may send. Needs no key.",
                "headers": sent({name: {"description": text, "schema": {"type": "string"}} for name, text in described.items()}),
            }
        },
        "x-amazon-apigateway-integration": functions.integration(function),
    }
