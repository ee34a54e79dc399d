"""The small files, as they are read. Whatever has an unknown or a repeated name is refused."""

import dataclasses

import yaml


@dataclasses.dataclass
class Sources:
    api: dict
    gateway: dict
    parameters: dict
    # By family: "dropline", "carbon".
    errors: dict
    resources: list


class Strict(yaml.SafeLoader):
    """Refuses a name that stands twice in a mapping."""

    def construct_mapping(self, node, deep=False):
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for name in names:
            if names.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{name!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def read(folder):
    return Sources(
        api=load(folder / "api.yaml"),
        gateway=load(folder / "gateway.yaml"),
        parameters=load(folder / "parameters.yaml"),
        errors={file.stem: load(file) for file in sorted((folder / "errors").glob("*.yaml"))},
        resources=[resource(file) for file in sorted((folder / "resources").rglob("*.yaml"))],
    )


def load(file):
    return yaml.load(file.read_text(), Strict)


def resource(file):
    """A resource's routes, with what they have in common, and its schemas and examples."""
    known = {"function", "tag", "nulls", "security", "parameters", "errors", "paths", "examples", "schemas", "requests"}
    content = load(file)
    only(content, known, file)
    return content


def only(given, known, place):
    unknown = set(given) - set(known)
    if unknown:
        raise ValueError(f"{place}: unknown: {', '.join(map(str, sorted(unknown)))}")
