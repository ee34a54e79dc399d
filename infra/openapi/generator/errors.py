"""Responses of errors, in the form of the family that a function belongs to."""

from generator.headers import sent
from generator.references import assert_used
from generator.sources import only

MEMBERS = ("status", "code", "description", "message", "fields", "headers", "dropbox")
# Where the text for people stands.
TEXT = {"dropline": "message", "carbon": "detail"}
SCHEMA = {"dropline": "Error", "carbon": "CarbonError"}


def body(family, error):
    """What a program reads, and a sentence for people."""
    return {"code": error["code"], TEXT[family]: error["message"]}


class Errors:
    """What the routes of a family have in common, by name."""

    def __init__(self, family, named):
        self.family, self.used = family, set()
        for name, error in named.items():
            only(error, MEMBERS, name)
        self.named = {name: {"code": name, **error} for name, error in named.items()}

    def responses(self, common, own, has_pages):
        """By status. An error of the route's own takes the place of a common one with the same status."""
        responses = {}
        for errors in (common, own):
            these = {}
            for error in map(self.whole, errors):
                status = error["status"]
                if status in these:
                    raise ValueError(f"two errors {status}")
                these[status] = self.response(error, has_pages)
            responses |= these
        return {str(status): responses[status] for status in sorted(responses)}

    def whole(self, error):
        """A named error; or what a route says itself, on top of the named one that its code is the name of."""
        if isinstance(error, str):
            self.used.add(error)
            return self.named[error]
        only(error, MEMBERS, error)
        if error["code"] in self.named:
            self.used.add(error["code"])
        return {**self.named.get(error["code"], {}), **error}

    def response(self, error, has_pages):
        if "fields" in error:
            schema, example = "CarbonFields", {"detail": error["fields"]}
        else:
            schema, example = SCHEMA[self.family], body(self.family, error)
        content = {"text/html": {"schema": {"type": "string"}}} if has_pages else {}
        schema = {"$ref": f"#/components/schemas/{schema}"}
        if error.get("dropbox"):
            # Or Dropbox's own, which is a text where Dropbox could not read the request.
            schema = {"anyOf": [schema, {"$ref": "#/components/schemas/DropboxError"}]}
            if error["status"] == 400:
                content["text/plain"] = {"schema": {"type": "string"}}
        content["application/json"] = {"schema": schema, "example": example}
        headers = {"headers": sent(error["headers"])} if error.get("headers") else {}
        return {"description": error["description"], **headers, "content": content}

    def assert_all_used(self):
        assert_used(f"{self.family} error", self.named, self.used)
