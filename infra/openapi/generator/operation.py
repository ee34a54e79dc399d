"""One operation, with what its resource says of all of its operations."""

from generator import functions, nulls
from generator.headers import sent
from generator.references import schema
from generator.sources import only

MEMBERS = (
    "like", "operationId", "summary", "description", "security", "function", "tag", "parameters", "requestBody", "responses", "errors", "errorPages",
)


class Operations:
    def __init__(self, parameters, errors, examples):
        self.parameters, self.errors, self.examples = parameters, errors, examples
        self.written = {}

    def described(self, resource, path_parameters, written):
        only(written, MEMBERS, written.get("operationId"))
        # What is not said is as with the other operation.
        own = {**self.written.get(written.get("like"), {}), **written}
        self.written[own["operationId"]] = own
        function = own.get("function", resource["function"])
        security = own.get("security", resource.get("security", []))
        named = [*resource.get("parameters", []), *own.get("parameters", [])]
        # One of the operation's own takes the place of a common one with the same name.
        described = {(each["in"], each["name"]): each for each in map(self.parameters.described, named)}
        parameters = [*path_parameters, *described.values()]
        errors = self.errors[functions.family(function)]
        return {
            "operationId": own["operationId"],
            "tags": [own.get("tag", resource["tag"])],
            "summary": own["summary"],
            **({"description": own["description"]} if "description" in own else {}),
            **({"security": [{scheme: []} for scheme in security]} if security else {}),
            **({"parameters": parameters} if parameters else {}),
            **({"requestBody": self.request(own["requestBody"], resource)} if "requestBody" in own else {}),
            "responses": {
                **{str(status): self.response(answer) for status, answer in own["responses"].items()},
                **errors.responses(resource.get("errors", []), own.get("errors", []), own.get("errorPages", False)),
            },
            "x-amazon-apigateway-integration": functions.integration(function),
        }

    def request(self, body, resource):
        if resource.get("nulls") == "absent" and isinstance(body["schema"], dict):
            body = {**body, "schema": nulls.taken(body["schema"])}
        described = {"description": body["description"]} if "description" in body else {}
        return {**described, "required": body.get("required", True), "content": self.content(body)}

    def response(self, answer):
        headers = {"headers": sent(answer["headers"])} if "headers" in answer else {}
        content = {"content": self.content(answer)} if "schema" in answer or "content" in answer else {}
        return {"description": answer["description"], **headers, **content}

    def content(self, body):
        """JSON, unless a type is said; or several types."""
        bodies = body.get("content", {body.get("type", "application/json"): body})
        return {
            kind: {
                "schema": schema(each["schema"]),
                **({"example": self.examples.resolved(each["example"])} if "example" in each else {}),
            }
            for kind, each in bodies.items()
        }
