"""Answers of API Gateway's own."""

import json

from generator.sources import only

# What every answer of the gateway's own says to browsers. API Gateway wants literals in quotes.
HEADERS = {
    "Cache-Control": "'no-store'",
    "Strict-Transport-Security": "'max-age=31536000'",
    "X-Content-Type-Options": "'nosniff'",
    "Access-Control-Allow-Origin": "'*'",
}


def responses(answers):
    return {kind: response(kind, answer) for kind, answer in answers.items()}


def response(kind, answer):
    only(answer, ("status", "code", "message", "retry_after"), kind)
    headers = dict(HEADERS)
    if "retry_after" in answer:
        headers["Access-Control-Expose-Headers"] = "'Retry-After'"
        headers["Retry-After"] = f"'{answer['retry_after']}'"
    return {
        **({"statusCode": str(answer["status"])} if "status" in answer else {}),
        "responseParameters": {f"gatewayresponse.header.{name}": value for name, value in headers.items()},
        "responseTemplates": {"application/json": json.dumps(body(answer))},
    }


def body(answer):
    """Our form, and beside it Dropbox's."""
    code = answer["code"]
    tag = {".tag": code}
    return {
        "code": code,
        "message": answer["message"],
        "error_summary": f"{code}/",
        "error": {"reason": tag, "retry_after": answer["retry_after"]} if "retry_after" in answer else tag,
    }
