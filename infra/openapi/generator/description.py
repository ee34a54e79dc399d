"""The whole description."""

from generator import gateway, nulls, paths
from generator.references import Examples, schema


def of(sources):
    api = dict(sources.api)
    schemas, examples = dict(api.pop("schemas")), {}
    for resource in sources.resources:
        unite(schemas, schemas_of(resource))
        unite(examples, resource.get("examples", {}))
    examples = Examples(examples)
    described = paths.Paths(sources, examples)
    whole = {
        "openapi": api.pop("openapi"),
        "info": api.pop("info"),
        "tags": api.pop("tags"),
        "paths": described.all(),
        "components": {
            "securitySchemes": api.pop("securitySchemes"),
            "schemas": {name: schema(schemas[name]) for name in sorted(schemas)},
        },
        **api,
        "x-amazon-apigateway-gateway-responses": gateway.responses(sources.gateway),
    }
    described.assert_all_used()
    examples.assert_all_used()
    return whole


def schemas_of(resource):
    """The resource's schemas; those of requests take nulls where the resource says so."""
    named = resource.get("schemas", {})
    if resource.get("nulls") != "absent":
        return named
    return {name: nulls.taken(each) if name in resource.get("requests", ()) else each for name, each in named.items()}


def unite(all_of_them, more):
    for name, value in more.items():
        if name in all_of_them:
            raise ValueError(f"{name} stands in two files")
        all_of_them[name] = value
