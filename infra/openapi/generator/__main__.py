"""Writes `infra/openapi.yaml`, or, with `--check`, fails where it is not current."""

import pathlib
import sys

from generator import description, flat, sources

FOLDER = pathlib.Path(__file__).parents[1]
FLAT = FOLDER.parent / "openapi.yaml"


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit("usage: infra/openapi/write [--check]")
    text = flat.text(description.of(sources.read(FOLDER)))
    if not arguments:
        FLAT.write_text(text)
    elif FLAT.read_text() != text:
        sys.exit("infra/openapi.yaml is not what infra/openapi says: run infra/openapi/write")


main(sys.argv[1:])
