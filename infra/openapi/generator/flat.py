"""The text of the flat file: plain YAML, the same for the same description."""

import yaml

HEAD = """\
# Written by infra/openapi/write, of the files in infra/openapi: change those.
#
# The routes of a deployment: the one source for API Gateway (template.yaml includes this file), for the gateway on one
# machine, and for whoever calls Dropline. Kept to what all of them read: no anchors, no merge keys, no references except
# to schemas. API Gateway takes a schema's types and names and ignores examples; the bearer scheme is for the reader,
# since the functions check callers.
"""


class Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)


def text_node(dumper, value):
    style = "|" if "\n" in value else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


Dumper.add_representer(str, text_node)


def text(description):
    return HEAD + yaml.dump(description, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=2**20)
