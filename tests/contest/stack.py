"""Dropline and its fake Dropbox on this machine, through their API alone."""

import base64
import html
import http.client
import json
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

from processes import Failed, Process

ACCOUNT = "first@example.com"
USER = "user-1"
# Number of times that is never used up.
ALWAYS = 2**32 - 1
STARTED = re.compile(r"Dropline is at (\S+), its fake Dropbox at (\S+)\. ")
EXPORTED = re.compile(r"DROPLINE_KEY=(\S+) PROJECT=(\S+)")
# Interval at which progress is looked at, in seconds.
LOOK = 0.2


def ask(method, url, body=None, headers=None):
    """Makes a request without following redirects. Returns status, headers and text of the answer."""
    parts = urlsplit(url)
    path = parts._replace(scheme="", netloc="").geturl() or "/"
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    except (OSError, http.client.HTTPException) as error:
        raise Failed(f"{method} {url}: {error}") from error
    finally:
        connection.close()


def expect(what, answer, status=200):
    """Returns the text of an answer with this status."""
    if answer[0] != status:
        raise Failed(f"{what}: {answer[0]} {answer[2][:300]}")
    return answer[2]


def fields(text, *names):
    """Returns the fields of these names in a page's form; of several with one name, as of accounts, the first."""
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', text) for name in names}
    if None in found.values():
        raise Failed(f"a page has no field {', '.join(names)}: {text[:300]}")
    return {name: html.unescape(field.group(1)) for name, field in found.items()}


def form(values):
    return urlencode(values), {"content-type": "application/x-www-form-urlencoded"}


def consent(address):
    """Agrees on the fake Dropbox's page. Returns where it sends the browser."""
    page = expect("the page of consent", ask("GET", address))
    body, headers = form(fields(page, "request", "account") | {"decision": "approve"})
    answer = ask("POST", urlsplit(address)._replace(query="").geturl(), body, headers)
    if "location" not in answer[1]:
        raise Failed(f"the consent was answered {answer[0]}")
    return answer[1]["location"]


class Stack:
    """The stack of one machine in one process, with a directory as its first account."""

    def __init__(self, binary, data, directory):
        self.data, self.output = data, data.parent / f"{data.name}.out"
        self.server = None
        self.arguments = [
            binary, "--data", data, "--dropbox", directory, "--port", "0", "--dropbox-port", "0",
        ]

    def __enter__(self):
        with open(self.output, "wb") as output, open(self.output.with_suffix(".err"), "wb") as errors:
            self.server = Process(self.arguments, stdout=output, stderr=errors)
        try:
            self._wait_for_start()
        except BaseException:
            self.server.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.server.__exit__()

    def _wait_for_start(self):
        end = time.monotonic() + 600
        while not (started := STARTED.search(self.output.read_text())):
            if self.server.has_ended() or time.monotonic() > end:
                raise Failed(f"the stack does not start: {self.output.with_suffix('.err').read_text()[-500:]}")
            time.sleep(0.1)
        self.gateway, self.dropbox = started.groups()
        key, project = EXPORTED.search(self.output.read_text()).groups()
        self.headers = {"authorization": f"Bearer {key}", "customer-id": USER}
        self.project = f"{self.gateway}/projects/{project}"
        secrets = json.loads((self.data / "secrets.json").read_text())
        self.app = secrets["app_key"], secrets["app_secret"]

    def slow_down(self, milliseconds):
        """Lets the fake Dropbox wait before each answer."""
        fault = {"kind": "slow", "before_headers_ms": milliseconds}
        script = [{"route": "*", "times": ALWAYS, "fault": fault}] if milliseconds else []
        expect("slow answers", ask("PUT", self._faults(), json.dumps({"script": script})))

    def slow_answers(self):
        """Returns how many answers of the fake Dropbox were slow so far."""
        told = json.loads(expect("slow answers", ask("GET", self._faults())))
        return told["injected"].get("slow", 0)

    def _faults(self):
        return f"{self.dropbox}/_fake/accounts/{ACCOUNT}/faults"

    def own_grant(self):
        """Returns an access token of the fake Dropbox for a client of its own."""
        redirect = f"{self.gateway}/oauth/callback"
        query = {"client_id": self.app[0], "response_type": "code", "redirect_uri": redirect}
        back = consent(f"{self.dropbox}/oauth2/authorize?{urlencode(query)}")
        code = parse_qs(urlsplit(back).query)["code"][0]
        body, headers = form({"grant_type": "authorization_code", "code": code, "redirect_uri": redirect})
        headers["authorization"] = "Basic " + base64.b64encode(":".join(self.app).encode()).decode()
        answer = expect("the token", ask("POST", f"{self.dropbox}/oauth2/token", body, headers))
        return json.loads(answer)["access_token"]

    def callback(self):
        """Goes through the consent. Returns the request that connects the account when it is made."""
        answer = ask("POST", f"{self.project}/connect/links", "", self.headers)
        link = json.loads(expect("the link", answer, 201))
        answer = ask("GET", link["url"])
        page, cookie = expect("the start page", answer), {"cookie": answer[1]["set-cookie"].split(";")[0]}
        body, headers = form(fields(page, "ticket", "proof"))
        started = ask("POST", f"{self.gateway}/connect/start", body, headers | cookie)
        if "location" not in started[1]:
            raise Failed(f"the start page's form was answered {started[0]} {started[2][:300]}")
        back = consent(started[1]["location"])
        return lambda: expect("the callback", ask("GET", back, None, cookie))

    def connection(self):
        """Returns the address of the only connection."""
        answer = ask("GET", f"{self.project}/connections", None, self.headers)
        listed = json.loads(expect("the connections", answer))
        return f"{self.project}/connections/{listed['connections'][0]['id']}"

    def wait_for_bytes(self, connection, files, patience):
        """Waits until the bytes of all files are stored, as the API tells it. Returns when that was."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            shown = json.loads(expect("the connection", ask("GET", connection, None, self.headers)))
            log, progress = shown["log"], shown["progress"]["files"]
            if progress["failed"] or progress["skipped"]:
                raise Failed(f"not every file could be fetched: {progress}")
            if log["live"] and log["head"] == log["applied"] and not progress["pending"]:
                if progress["ready"] == files:
                    return time.monotonic()
            time.sleep(LOOK)
        raise Failed(f"after {patience} s the bytes of {progress['ready']} files are there")
