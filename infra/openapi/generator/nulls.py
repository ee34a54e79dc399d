"""`nulls: absent`: where a request may have null in place of an optional member, as it may leave it out."""


def taken(schema):
    """The schema of an object whose optional members may be null, at every depth."""
    if "properties" not in schema:
        return schema
    required = schema.get("required", ())
    properties = {name: taken(each) for name, each in schema["properties"].items()}
    properties = {name: each if name in required else nullable(each) for name, each in properties.items()}
    return {**schema, "properties": properties}


def nullable(schema):
    if "$ref" in schema:
        # Beside a reference nothing counts.
        return {"nullable": True, "allOf": [schema]}
    values = {"enum": [*schema["enum"], None]} if "enum" in schema else {}
    return {**schema, **values, "nullable": True}
