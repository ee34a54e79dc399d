"""Start of each function's binary beside that of a hello Lambda, as `infra/measure/run` measures it."""

import re
import subprocess

from figures import markdown, say
from processes import Failed

# A name, megabytes of the binary and of the archive, and three figures with their ratio to hello in brackets.
LINE = re.compile(r"(\S+) +([\d.]+) +([\d.]+)" + r" +([\d.]+) +\( *([\d.]+)\)" * 3)


def hold(rounds):
    """Holds the contest. Returns its table, and the targets that were missed."""
    say(f"   infra/measure/run {rounds}")
    rows, rest = [], []
    with subprocess.Popen(["infra/measure/run", str(rounds)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            for line in process.stdout:
                say(f"   {line.rstrip()}")
                if found := LINE.match(line):
                    name, binary, archive, _, cpu, _, wall, _, memory = found.groups()
                    rows.append([name, binary, archive, cpu, wall, memory])
                elif rows:
                    rest.append(line.strip())
        except BaseException:
            process.kill()
            raise
    if not rows:
        raise Failed(f"infra/measure/run failed with {process.returncode}")
    header = ["", "binary, MB", "zip, MB", "CPU of a start, relative to hello's", "its time", "its memory"]
    faults = [line for line in rest if line] if process.returncode else []
    return [markdown(header, rows)], faults
