"""Connects the first account of the fake Dropbox: to Dropline through its pages, and once directly for comparison."""

import json
import pathlib
import re
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

PASSED = re.compile(r"Dropline is at (\S+), its fake Dropbox at (\S+)\. ")


def consent(address):
    """Says yes on the fake's authorize page; returns where it sends the browser."""
    page = requests.get(address, verify=CA, timeout=30).text
    request = re.search(r'name="request" value="([^"]+)"', page).group(1)
    account = re.search(r'name="account" value="([^"]+)"', page).group(1)
    door = f"{urlsplit(address).scheme}://{urlsplit(address).netloc}/oauth2/authorize"
    fields = {"request": request, "account": account, "decision": "approve"}
    return requests.post(door, data=fields, allow_redirects=False, verify=CA, timeout=30).headers["location"]


def connect(project, gateway):
    """Links the account to the project's user."""
    headers = {"authorization": f"Bearer {project['api_key']}", "customer-id": project["user"]}
    links = f"{gateway}/projects/{project['project']}/connect/links"
    link = requests.post(links, headers=headers, verify=CA, timeout=30).json()
    page = requests.get(link["url"], verify=CA, timeout=30)
    cookie = {"cookie": page.headers["set-cookie"].split(";")[0]}
    fields = dict(re.findall(r'name="(ticket|proof)" value="([^"]+)"', page.text))
    started = requests.post(
        f"{gateway}/connect/start", data=fields, headers=cookie, allow_redirects=False, verify=CA, timeout=30
    )
    back = consent(started.headers["location"])
    done = requests.get(back, headers=cookie, verify=CA, timeout=30)
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


work = pathlib.Path(sys.argv[1])
CA = str(work / "data/tls/ca.pem")
gateway, dropbox = PASSED.search((work / "out").read_text()).groups()
project = json.loads((work / "project.json").read_text())
connect(project, gateway)
secrets = json.loads((work / "data/secrets.json").read_text())
proxy = f"{urlsplit(gateway).netloc}/projects/{project['project']}/sdk/proxy/dropbox"
fake, token = urlsplit(dropbox).netloc, own_token(secrets, gateway, dropbox)
names = ("api", "content", "notify")
ways = {
    "direct": {"hosts": dict.fromkeys(names, fake), "token": token},
    "apart": {"hosts": {name: f"{fake}/{name}" for name in names}, "token": token},
    "proxied": {"hosts": dict.fromkeys(names, proxy), "token": project["user_token"]},
}
(work / "ways.json").write_text(json.dumps({"ca": CA, "dropbox": dropbox, "ways": ways}))
