"""Tables of measured figures."""


def markdown(header, rows):
    """Returns a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def ratio(value, baseline):
    """Returns a ratio as text; a dash if there is nothing to compare with."""
    return f"{value / baseline:.2f}" if baseline else "–"


def count(value):
    """Returns a number with commas between thousands."""
    return f"{value:,.0f}"


def size(number):
    """Returns a number of bytes in the largest unit of which there is one."""
    for unit, name in [(10**9, "GB"), (10**6, "MB"), (10**3, "KB")]:
        if number >= unit:
            return f"{number / unit:g} {name}"
    return f"{number} B"


def say(text):
    """Prints a line at once, since a contest takes long."""
    print(text, flush=True)
