"""Runs every example of a receiver over deliveries that our code has signed: each must accept the true ones and refuse the
others. Also checks that functions/webhooks.md quotes the examples as they are."""

import base64
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent.parent.parent / "functions" / "webhooks.md"
EXAMPLES = ["verify.py", "verify.mjs", "verify.php", "Webhook.java", "verify.rs"]

deliveries, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])


def java():
    """Returns the command of the example in Java, compiled."""
    subprocess.run(["javac", "-d", work, HERE / "Webhook.java", HERE / "lines" / "Lines.java"], check=True)
    return ["java", "-cp", work, "Lines"]


def javascript(*which):
    """Returns the command of a receiver in JavaScript, beside the packages that it imports."""
    for file in (HERE / "verify.mjs", HERE / "lines" / "lines.mjs"):
        shutil.copy(file, work)
    return ["node", work / "lines.mjs", *which]


def python(*which):
    return [sys.executable, HERE / "lines" / "lines.py", *which]


# Each receiver's name, the tool that it needs, its command, and the form of signatures that it knows.
RECEIVERS = [
    ("our example in Python", "python3", python, ("v1", "v1a")),
    ("our example in JavaScript", "node", javascript, ("v1", "v1a")),
    ("our example in PHP", "php", lambda: ["php", HERE / "lines" / "lines.php"], ("v1", "v1a")),
    ("our example in Java", "javac", java, ("v1", "v1a")),
    ("our example in Rust", "cargo", lambda: [deliveries, "verify"], ("v1", "v1a")),
    ("standardwebhooks of PyPI", "python3", lambda: python("standardwebhooks"), ("v1",)),
    ("standardwebhooks of npm", "node", lambda: javascript("standardwebhooks"), ("v1",)),
    ("carbon-verifier of PyPI", "python3", lambda: python("carbon"), ("carbon",)),
]


def line(case):
    body = base64.b64encode(case["body"].encode()).decode()
    return "\t".join([case["key"], case["id"], case["timestamp"], case["signature"], body])


def results(command, cases):
    asked = "".join(f"{line(case)}\n" for case in cases)
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    words = answer.stdout.split()
    if len(words) != len(cases):
        sys.exit(f"{command}: {len(words)} answers to {len(cases)} deliveries\n{answer.stderr}")
    return words


def main():
    signed = subprocess.run([deliveries, "sign"], capture_output=True, text=True, check=True)
    cases = json.loads(signed.stdout)
    passed = failed = 0
    for name, tool, command, forms in RECEIVERS:
        if shutil.which(tool) is None:
            print(f"NOT RUN: {name}: there is no {tool} here")
            continue
        known = [case for case in cases if case["form"] in forms]
        for case, given in zip(known, results(command(), known), strict=True):
            expected = "accepted" if case["is_genuine"] else "refused"
            if given == expected:
                passed += 1
            else:
                failed += 1
                print(f"FAILED  {name}: {case['form']}, {case['name']}: {given}")
        print(f"ran     {name}: {len(known)} deliveries")
    document = DOCUMENT.read_text(encoding="utf-8")
    for example in EXAMPLES:
        if f"\n{(HERE / example).read_text(encoding='utf-8')}```\n" in document:
            passed += 1
        else:
            failed += 1
            print(f"FAILED  {DOCUMENT.name} does not quote {example} as it is")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
