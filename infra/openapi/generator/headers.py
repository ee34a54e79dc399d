"""Headers of an answer, which has each of them, unless `required: false`."""


def sent(described):
    return {name: {**header, "required": header.get("required", True)} for name, header in described.items()}
