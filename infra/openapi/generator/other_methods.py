"""What a path answers to the methods that it does not have: 405, by the gateway itself, without any function."""

import json

from generator import errors
from generator.gateway import HEADERS
from generator.headers import sent

ERROR = {"code": "method_not_allowed", "message": "This path does not take this method; the header Allow names those it takes."}
STATUS = "405"
# API Gateway chooses the template of an answer of its own by the request's type, which is JSON where a request names
# none. The types that clients send to a wrong method are here; for any other, gateway.yaml has UNSUPPORTED_MEDIA_TYPE.
REQUEST_TYPES = (
    "application/json",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
    "application/xml",
    "multipart/form-data",
    "text/html",
    "text/plain",
    "text/xml",
)


def operation(family, methods):
    allowed = ", ".join(method.upper() for method in methods)
    headers = {"Allow": f"'{allowed}'", **HEADERS, "Access-Control-Expose-Headers": "'Allow'"}
    body = errors.body(family, ERROR)
    return {
        "summary": "Refuse every other method",
        "responses": {
            STATUS: {
                "description": "The path does not take this method. `Allow` names those it takes.",
                "headers": sent({name: header(name) for name in headers}),
                "content": {
                    "application/json": {
                        "schema": {"$ref": f"#/components/schemas/{errors.SCHEMA[family]}"},
                        "example": body,
                    }
                },
            }
        },
        "x-amazon-apigateway-integration": integration(headers, body),
    }


def header(name):
    # Said over TLS only.
    return {"schema": {"type": "string"}, **({"required": False} if name == "Strict-Transport-Security" else {})}


def integration(headers, body):
    # Without the conversions the gateway fails, since every type counts as binary.
    return {
        "type": "mock",
        "passthroughBehavior": "never",
        "contentHandling": "CONVERT_TO_TEXT",
        "requestTemplates": {kind: json.dumps({"statusCode": int(STATUS)}) for kind in REQUEST_TYPES},
        "responses": {
            "default": {
                "statusCode": STATUS,
                "contentHandling": "CONVERT_TO_TEXT",
                "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
                "responseTemplates": {"application/json": json.dumps(body)},
            }
        },
    }
