"""Connects the first account of the fake Dropbox: to Dropline through its pages, and once directly for comparison.

Another user connects the second account, and Dropbox then no longer accepts its tokens.
"""

import base64
import json
import pathlib
import re
import subprocess
import sys
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

PASSED = re.compile(r"Dropline is at (\S+), its fake Dropbox at (\S+)\. ")


def consent(address, number=0):
    """Says yes on the fake's authorize page for one of its accounts; returns where it sends the browser."""
    page = requests.get(address, verify=CA, timeout=30).text
    request = re.search(r'name="request" value="([^"]+)"', page).group(1)
    account = re.findall(r'name="account" value="([^"]+)"', page)[number]
    door = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/oauth2/authorize"
    fields = {"request": request, "account": account, "decision": "approve"}
    return requests.post(door, data=fields, allow_redirects=False, verify=CA, timeout=30).headers["location"]


def over_tls(answer):
    """Checks that browsers are told to use TLS from then on (T56)."""
    said = answer.headers.get("strict-transport-security")
    assert said == "max-age=31536000", f"{answer.url}: {answer.status_code}, {said}"
    return answer


def server(project, user):
    """Headers of the project's server, which calls for a user."""
    return {"authorization": f"Bearer {project['api_key']}", "customer-id": user}


def connect(project, gateway, user, number=0):
    """Links one of the accounts to a user of the project."""
    headers = server(project, user)
    links = f"{gateway}/projects/{project['project']}/connect/links"
    link = over_tls(requests.post(links, headers=headers, verify=CA, timeout=30)).json()
    page = over_tls(requests.get(link["url"], verify=CA, timeout=30))
    cookie = {"cookie": page.headers["set-cookie"].split(";")[0]}
    fields = dict(re.findall(r'name="(ticket|proof)" value="([^"]+)"', page.text))
    started = requests.post(
        f"{gateway}/connect/start", data=fields, headers=cookie, allow_redirects=False, verify=CA, timeout=30
    )
    back = consent(over_tls(started).headers["location"], number)
    done = over_tls(requests.get(back, headers=cookie, verify=CA, timeout=30))
    assert done.json()["status"] == "connected", done.text


def own_token(app, gateway, dropbox):
    """A token of the fake Dropbox's own, for the calls that do not go through the proxy."""
    redirect = f"{gateway}/oauth/callback"
    query = {"client_id": app["app_key"], "response_type": "code", "redirect_uri": redirect}
    back = consent(f"{dropbox}/oauth2/authorize?{urlencode(query)}")
    code = parse_qs(urlsplit(back).query)["code"][0]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
    app = (app["app_key"], app["app_secret"])
    answer = requests.post(f"{dropbox}/oauth2/token", data=form, auth=app, verify=CA, timeout=30)
    return answer.json()["access_token"]


def connect_and_lose(project, gateway, user):
    """Links the second account to a user of the project, and waits until it is known that the access was revoked."""
    connect(project, gateway, user, 1)
    api = f"{gateway}/projects/{project['project']}"
    sent = {"headers": server(project, user), "verify": CA, "timeout": 30}
    requests.post(f"{api}/sdk/proxy/dropbox/2/auth/token/revoke", **sent).raise_for_status()
    # The proxy notices, and the next tick of the schedule does the rest.
    requests.post(f"{api}/sdk/proxy/dropbox/2/users/get_current_account", **sent)
    for _ in range(240):
        (connection,) = requests.get(f"{api}/connections", **sent).json()["connections"]
        if connection["status"] == "needs_reauth":
            return
        time.sleep(0.5)
    raise AssertionError(f"it still works: {connection}")


def user_token(project, user, claims):
    """A token that the project's server signs for a user."""
    now = int(time.time())
    whose = {"sub": user, "aud": f"useparagon.com/{project['project']}", "iat": now, "exp": now + 3600}
    head = {"alg": "RS256", "typ": "JWT", "kid": project["key_id"]}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (head, whose | claims))
    key = work / "private-key.pem"
    key.write_text(project["private_key"])
    command = ["openssl", "dgst", "-sha256", "-sign", str(key)]
    signature = subprocess.run(command, input=signed.encode(), stdout=subprocess.PIPE, check=True).stdout
    return f"{signed}.{base64url(signature)}"


def base64url(part):
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


work = pathlib.Path(sys.argv[1])
CA = str(work / "data/tls/ca.pem")
gateway, dropbox = PASSED.search((work / "out").read_text()).groups()
project = json.loads((work / "project.json").read_text())
connect(project, gateway, project["user"])
connect_and_lose(project, gateway, "user-lost")
for path in ("nowhere", f"projects/{project['project']}/connections"):
    over_tls(requests.get(f"{gateway}/{path}", verify=CA, timeout=30))
secrets = json.loads((work / "data/secrets.json").read_text())
proxy = f"{urlsplit(gateway).netloc}/projects/{project['project']}/sdk/proxy/dropbox"
fake, token = urlsplit(dropbox).netloc, own_token(secrets, gateway, dropbox)
names = ("api", "content", "notify")
ways = {
    "direct": {"hosts": dict.fromkeys(names, fake), "token": token},
    "apart": {"hosts": {name: f"{fake}/{name}" for name in names}, "token": token},
    "proxied": {"hosts": dict.fromkeys(names, proxy), "token": project["user_token"]},
}
# Tokens that the proxy refuses, by its code.
refused = {
    "not_permitted": user_token(project, project["user"], {"urn:useparagon:connect:permissions": {}}),
    "needs_reauth": user_token(project, "user-lost", {}),
}
(work / "ways.json").write_text(json.dumps({"ca": CA, "dropbox": dropbox, "ways": ways, "refused": refused}))
