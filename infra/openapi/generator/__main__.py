"""Writes `infra/openapi.yaml` and `infra/gateway.yaml`, or, with `--check`, fails where one is not current."""

import pathlib
import sys

from generator import deployed, description, flat, sources

FOLDER = pathlib.Path(__file__).parents[1]


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit("usage: infra/openapi/write [--check]")
    whole = description.of(sources.read(FOLDER))
    texts = {"openapi.yaml": flat.text(flat.HEAD, whole), "gateway.yaml": flat.text(flat.GATEWAY_HEAD, deployed.of(whole))}
    for name, text in texts.items():
        file = FOLDER.parent / name
        if not arguments:
            file.write_text(text)
        elif not file.is_file() or file.read_text() != text:
            sys.exit(f"infra/{name} is not what infra/openapi says: run infra/openapi/write")


main(sys.argv[1:])
