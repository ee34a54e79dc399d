"""Parameters: by their names in `parameters.yaml`, or as a route says them itself."""

import re

from generator.references import assert_used


class Parameters:
    def __init__(self, named):
        self.named, self.used = named, set()

    def of_path(self, path, instead):
        """One for each `{name}`, by its name, or by the one that a route gives instead."""
        names = re.findall(r"\{(\w+)\+?\}", path)
        return [{**self.described(instead.get(name, name)), "name": name, "required": True} for name in names]

    def described(self, parameter):
        if isinstance(parameter, str):
            self.used.add(parameter)
            parameter = {"name": parameter, **self.named[parameter]}
        in_order = ("name", "in", "required", "description", "schema", "example")
        whole = {"required": False, **parameter}
        return {member: whole[member] for member in in_order if member in whole}

    def assert_all_used(self):
        assert_used("parameter", self.named, self.used)
