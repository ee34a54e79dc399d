"""Sets what each client got with Dropbox's hosts apart, and through the proxy, beside what Dropbox gives directly."""

import json
import pathlib
import sys

WAYS = {
    "python": ("apart", "proxied"),
    "python_refusals": ("proxied",),
    "javascript": ("apart", "proxied"),
    "javascript_refusals": ("proxied",),
    "paragon": ("proxied",),
}


def results(client, way):
    file = work / f"{client}-{way}.json"
    return json.loads(file.read_text()) if file.exists() else {}


work = pathlib.Path(sys.argv[1])
# What is not seen everywhere: what a page must show, and what a browser showed.
WAYS |= dict.fromkeys(sys.argv[2:], ("shown",))
passed = failed = 0
for client, ways in WAYS.items():
    direct = results(client, "direct")
    for way in ways:
        got = results(client, way)
        for call in {**direct, **got} or {"(nothing)": None}:
            expected, given = direct.get(call), got.get(call)
            if expected is not None and expected == given and not str(expected).startswith("raised"):
                passed += 1
                print(f"ok      {client}, {way}: {call}")
            else:
                failed += 1
                print(f"FAILED  {client}: {call}\n        directly: {expected}\n        {way}: {given}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
