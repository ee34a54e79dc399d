"""The text of a flat file: plain YAML, the same for the same description."""

import yaml

HEAD = """\
# Written by infra/openapi/write, of the files in infra/openapi: change those.
#
# The routes of a deployment, for whoever calls Dropline and for the gateway on one machine. API Gateway reads their part
# in gateway.yaml. Kept to what all readers take: no anchors, no merge keys, no references except to schemas. The bearer
# scheme is for the reader, since the functions check callers.
"""
GATEWAY_HEAD = """\
# Written by infra/openapi/write, of the files in infra/openapi: change those.
#
# The part of openapi.yaml that API Gateway needs: the routes and what answers them. template.yaml includes this file.
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


def text(head, description):
    return head + yaml.dump(description, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=2**20)
