"""Sets what each client got through the proxy beside what Dropbox gives or says directly."""

import json
import pathlib
import sys

work = pathlib.Path(sys.argv[1])
passed = failed = 0
for client in ("python", "javascript", "paragon"):
    results = {}
    for way in ("direct", "proxied"):
        file = work / f"{client}-{way}.json"
        results[way] = json.loads(file.read_text()) if file.exists() else {}
    for call in {**results["direct"], **results["proxied"]} or {"(nothing)": None}:
        direct, proxied = results["direct"].get(call), results["proxied"].get(call)
        if direct is not None and direct == proxied and not str(direct).startswith("raised"):
            passed += 1
            print(f"ok      {client}: {call}")
        else:
            failed += 1
            print(f"FAILED  {client}: {call}\n        directly: {direct}\n        through the proxy: {proxied}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
