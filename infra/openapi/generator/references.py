"""`{$ref: Name}`: in a schema another schema, in an example another example."""


def schema(value):
    """A schema by its name, or one that stands in place, with its references in full."""
    if isinstance(value, str):
        return {"$ref": f"#/components/schemas/{value}"}
    return inner(value)


def inner(value):
    if isinstance(value, dict):
        return schema(value["$ref"]) if set(value) == {"$ref"} else {name: inner(each) for name, each in value.items()}
    return [inner(each) for each in value] if isinstance(value, list) else value


class Examples:
    """The named examples. API Gateway's import knows none, so each stands where it is used."""

    def __init__(self, named):
        self.named, self.used = named, set()

    def resolved(self, value):
        """Beside `$ref` may stand members in place of the named example's own."""
        if isinstance(value, list):
            return [self.resolved(each) for each in value]
        if not isinstance(value, dict):
            return value
        own = {name: self.resolved(each) for name, each in value.items() if name != "$ref"}
        if "$ref" not in value:
            return own
        self.used.add(value["$ref"])
        return {**self.resolved(self.named[value["$ref"]]), **own}

    def assert_all_used(self):
        assert_used("example", self.named, self.used)


def assert_used(kind, named, used):
    unused = set(named) - set(used)
    if unused:
        raise ValueError(f"no route uses the {kind} {', '.join(sorted(unused))}")
