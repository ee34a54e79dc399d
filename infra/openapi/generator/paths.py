"""The paths with their operations."""

from generator import functions, other_methods, preflight
from generator.errors import Errors
from generator.operation import Operations
from generator.parameters import Parameters
from generator.sources import only

ANY_METHOD = "x-amazon-apigateway-any-method"
METHODS = ("any", "delete", "get", "patch", "post", "put")


class Paths:
    def __init__(self, sources, examples):
        self.resources = sources.resources
        self.parameters = Parameters(sources.parameters)
        self.errors = {family: Errors(family, named) for family, named in sources.errors.items()}
        self.operations = Operations(self.parameters, self.errors, examples)

    def all(self):
        described = {}
        for resource in self.resources:
            for path, methods in resource.get("paths", {}).items():
                if path in described:
                    raise ValueError(f"{path} stands twice")
                described[path] = self.path(resource, path, methods)
        return described

    def path(self, resource, path, methods):
        only(methods, (*METHODS, "preflight", "pathParameters"), path)
        parameters = self.parameters.of_path(path, methods.get("pathParameters", {}))
        described = {}
        for method in METHODS:
            if method in methods:
                name = ANY_METHOD if method == "any" else method
                described[name] = self.operations.described(resource, parameters, methods[method])
        if "preflight" in methods:
            first = next(iter(described.values()))["operationId"]
            described["options"] = preflight.operation(methods["preflight"], first, resource, parameters)
        if ANY_METHOD not in described:
            described[ANY_METHOD] = other_methods.operation(functions.family(resource["function"]), described)
        return described

    def assert_all_used(self):
        self.parameters.assert_all_used()
        for errors in self.errors.values():
            errors.assert_all_used()
