"""Links an account of the fake Dropbox to the user of a project, waits until its files are there, and writes the
description of the API in the form that schemathesis reads."""

import dataclasses
import json
import pathlib
import re
import sys
import time

import requests
import yaml

PASSED = re.compile(r"Dropline is at (\S+?)/?, its fake Dropbox at (\S+)\. ")
ANY_METHOD = "x-amazon-apigateway-any-method"
HERE = pathlib.Path(__file__).parent
# What ends a link or a user, on which the other operations stand.
LAST = {
    "disconnect", "uninstallSdkIntegration", "deleteUser", "carbonRevoke", "carbonDeleteUsers",
}
# Seconds to wait for the first sync.
PATIENCE = 60


@dataclasses.dataclass
class Caller:
    # A security scheme of the description; none: no credentials.
    scheme: str | None
    is_carbons: bool
    credential: str
    parameters: dict


def link(gateway, project, headers):
    """Links the fake's first account, as a browser does it; returns the connection's id."""
    created = requests.post(f"{gateway}/projects/{project['project']}/connect/links", headers=headers, timeout=30)
    page = requests.get(created.json()["url"], timeout=30)
    cookie = {"cookie": page.headers["set-cookie"].split(";")[0]}
    fields = dict(re.findall(r'name="(ticket|proof)" value="([^"]+)"', page.text))
    start = requests.post(f"{gateway}/connect/start", data=fields, headers=cookie, allow_redirects=False, timeout=30)
    address = start.headers["location"]
    form = requests.get(address, timeout=30).text
    consent = {name: re.search(f'name="{name}" value="([^"]+)"', form).group(1) for name in ("request", "account")}
    answer = requests.post(
        address.split("?")[0], data={**consent, "decision": "approve"}, allow_redirects=False, timeout=30
    )
    done = requests.get(answer.headers["location"], headers=cookie, timeout=30)
    done.raise_for_status()
    return done.json()["connection"]


def first_file(files, headers):
    """Waits for a file whose bytes are in the bucket. Returns its id."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for item in requests.get(files, headers=headers, timeout=30).json()["files"]:
            if item.get("content", {}).get("state") == "ready":
                return item["id"]
        time.sleep(0.1)
    sys.exit("no file became ready")


def described():
    """The description without what only API Gateway reads. A route for any method is tried with POST,
    and one for a path of several parts with one part."""
    api = yaml.safe_load((HERE.parents[1] / "infra/openapi.yaml").read_text())
    api["info"]["title"] = "Dropline"
    api["paths"] = {path.replace("+}", "}"): methods for path, methods in api["paths"].items()}
    for methods in api["paths"].values():
        any_method = methods.pop(ANY_METHOD)
        if "operationId" in any_method:
            methods["post"] = any_method
    return api


def write(work, name, caller, is_last):
    """Writes the description and the settings of one run: of the operations that this caller may call."""
    api, left_out = described(), []
    for operation in (each for methods in api["paths"].values() for each in methods.values()):
        schemes = [list(each)[0] for each in operation.get("security", [])]
        may_call = caller.scheme in schemes if caller.scheme else not schemes
        is_carbons = operation["tags"] == ["carbon"]
        if not may_call or (schemes and is_carbons != caller.is_carbons) or (operation["operationId"] in LAST) != is_last:
            left_out.append(operation["operationId"])
            continue
        operation["security"] = [{caller.scheme: []}] if caller.scheme else []
        if "header.customer-id" not in caller.parameters:
            # A token names its user itself.
            operation["parameters"] = [p for p in operation.get("parameters", []) if p["name"] != "customer-id"]
    (work / f"{name}.json").write_text(json.dumps(api))
    settings = (HERE / "schemathesis.toml").read_text()
    settings += f"\n[[operations]]\ninclude-operation-id = {json.dumps(left_out)}\nenabled = false\n"
    if caller.scheme:
        settings += f"\n[auth.openapi.{caller.scheme}]\n{caller.credential}\n"
    settings += "\n[parameters]\n" + "".join(f'"{key}" = "{value}"\n' for key, value in caller.parameters.items())
    (work / f"{name}.toml").write_text(settings)


def main(work):
    gateway, _ = PASSED.search((work / "out").read_text()).groups()
    project = json.loads((work / "project.json").read_text())
    user = {"customer-id": project["user"]}
    headers = {"authorization": f"Bearer {project['api_key']}", **user}
    connection = link(gateway, project, headers)
    base = f"{gateway}/projects/{project['project']}/connections/{connection}"
    requests.put(f"{base}/selections/everything", headers=headers, timeout=30).raise_for_status()
    file = first_file(f"{base}/files", headers)
    issued = requests.get(f"{gateway}/auth/v1/access_token", headers=headers, timeout=30).json()["access_token"]
    places = {
        "path.project": project["project"], "path.connection": connection, "path.credential": connection,
        "path.file": file,
    }
    named = {"header.customer-id": project["user"]}
    key = f'bearer = "{project["api_key"]}"'
    callers = {
        "anyone": Caller(None, False, "", {}),
        "server": Caller("apiKey", False, key, {**places, **named}),
        "page": Caller("userToken", False, f'bearer = "{project["user_token"]}"', places),
        "carbon-server": Caller("apiKey", True, key, named),
        "carbon-page": Caller("issuedToken", True, f'api_key = "Token {issued}"', {}),
    }
    for name, caller in callers.items():
        write(work, name, caller, is_last=False)
        write(work, f"{name}-last", caller, is_last=True)
    (work / "gateway").write_text(gateway)


main(pathlib.Path(sys.argv[1]))
