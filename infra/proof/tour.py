#!/usr/bin/env python3
"""The main job, seen as a project's server sees it: through Dropline's API, and through its proxy by Dropbox's own.

    tour.py STATE begin --api URL --project ID --user USER      reads {"api_key": …} from standard input
    tour.py STATE key                                            reads another API key of the project, in the same form
    tour.py STATE STEP…                                          the steps below, in this order; `all` is each of them

    connect     prints a link; waits until somebody has connected an account by it. --consent EMAIL: does that itself,
                at the pages of the fake Dropbox
    select      makes a folder in the account, uploads files to it, selects it alone, and sees it synced, bytes too
    change      creates, edits, moves and deletes a file, and finds each change in the log, which no resync brought there
    call        calls Dropbox through the proxy; sees Dropbox's refusals, and those of other callers
    deliver     makes an endpoint at --receiver, an address of this machine that the deployment reaches; gets changes
                there, signed and in order, and again after a refusal; deletes it. `all` has it if --receiver is given
    stream      sends --bytes through the proxy to Dropbox and back: whole, a range, and on from a cut in the middle
    resync      compares everything, and finds nothing to do
    disconnect  deletes the folder, disconnects, and sees that nothing is left

It uses no route that a deployment does not have, so it runs on a deployment and on one machine alike. STATE is a file
that it keeps between steps; it holds the API key, and only its owner can read it. Needs Python 3.10, and nothing else."""

import argparse
import base64
import datetime
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import queue
import random
import re
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

# Maximum time that a step waits for what must come. Seconds.
PATIENCE = 300
# The same, of work that a restored table takes for on its way: it is asked for again within a quarter of an hour.
LOST_WORK = 20 * 60
# Maximum time that a person has to connect an account: a link's life. Seconds.
LINK_LIFE = 600
# Bytes of a piece of an upload: what the README tells clients to send.
PIECE = 4 * 1024 * 1024
# Bytes of a block of Dropbox's content hash.
BLOCK = 4 * 1024 * 1024
# How often a call is repeated that Dropbox asks to be sent later.
REPEATS = 5


class Failed(Exception):
    """What does not hold."""


def ensure(holds, what):
    if not holds:
        raise Failed(what)


def say(text):
    print(text, flush=True)


class StayHere(urllib.request.HTTPRedirectHandler):
    """A client that follows no redirect by itself."""

    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(StayHere)


def send(method, url, headers=None, body=None):
    """The answer, whatever its status is; its body is still to be read."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers or {})
    try:
        return OPENER.open(request, timeout=PATIENCE)
    except urllib.error.HTTPError as answer:
        return answer


def expect(answer, *statuses):
    if answer.status not in statuses:
        raise Failed(f"{answer.url} answered {answer.status}: {answer.read(2000)}")


def content_hash(data):
    """Dropbox's content hash: the SHA-256 of its blocks' SHA-256s."""
    blocks = (data[at : at + BLOCK] for at in range(0, len(data), BLOCK))
    return hashlib.sha256(b"".join(hashlib.sha256(block).digest() for block in blocks)).hexdigest()


class Receiver:
    """Receives deliveries at an address of this machine. Answers what `status` says."""

    def __init__(self, address):
        self.status, self.came, receiver = 200, queue.Queue(), self

        class Hook(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                receiver.came.put((time.monotonic(), self.headers, body))

            def log_message(self, *_):
                pass

        parts = urllib.parse.urlsplit(address)
        self.server = http.server.ThreadingHTTPServer((parts.hostname, parts.port), Hook)
        self.url = f"{parts.scheme}://{parts.hostname}:{self.server.server_port}/hook"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def next(self, secret):
        """The next delivery's time, `webhook-id` and content, if the secret signed it: Standard Webhooks 1.0.0."""
        try:
            at, headers, body = self.came.get(timeout=PATIENCE)
        except queue.Empty:
            raise Failed(f"nothing was delivered within {PATIENCE} s") from None
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = "v1," + base64.b64encode(hmac.new(key, signed, "sha256").digest()).decode()
        signatures = headers["webhook-signature"].split(" ")
        ensure(any(hmac.compare_digest(one, expected) for one in signatures), f"{signatures} have no {expected}")
        age = abs(time.time() - int(headers["webhook-timestamp"]))
        ensure(age < 300, f"it was signed {age} s ago")
        return at, headers["webhook-id"], json.loads(body)


class Tour:
    def __init__(self, file, pause):
        self.file, self.pause = file, pause
        self.state = json.loads(file.read_text())

    def keep(self, **more):
        self.state |= more
        write(self.file, self.state)

    # Dropline's API -----------------------------------------------------------------------------------------------

    def ask(self, method, path, body=None, headers=None, user=None):
        """Status and JSON of a request below the project."""
        answer = self.raw(method, path, json.dumps(body).encode() if body is not None else b"", headers, user)
        text = answer.read().decode()
        try:
            return answer.status, json.loads(text or "null")
        except ValueError:
            return answer.status, text

    def raw(self, method, path, body, headers=None, user=None):
        url = f"{self.state['api']}/projects/{self.state['project']}/{path}"
        known = {
            "Authorization": f"Bearer {self.state['api_key']}",
            "customer-id": user or self.state["user"],
            "Content-Type": "application/json",
        }
        for _ in range(REPEATS):
            answer = send(method, url, known | (headers or {}), body or None)
            wait = answer.headers.get("Retry-After", "")
            if answer.status != 429 or not wait.isdigit():
                break
            answer.close()
            time.sleep(int(wait))
        return answer

    def get(self, path):
        status, answer = self.ask("GET", path)
        ensure(status == 200, f"GET {path} was answered {status}: {answer}")
        return answer

    def connection(self):
        return self.get(f"connections/{self.state['connection']}")

    def files(self):
        """The files below the tour's folder, by their names."""
        found, query = {}, ""
        while True:
            page = self.get(f"connections/{self.state['connection']}/files{query}")
            below = f"{self.state['folder']}/"
            found |= {file["name"]: file for file in page["files"] if file["path"].startswith(below)}
            if not page.get("cursor"):
                return found
            query = f"?cursor={page['cursor']}"

    def until(self, what, look, patience=PATIENCE):
        """What `look` gives, once it gives something."""
        deadline = time.monotonic() + patience
        while not (seen := look()):
            ensure(time.monotonic() < deadline, f"{what} does not happen within {patience} s")
            time.sleep(self.pause)
        return seen

    # Dropbox's, through the proxy ---------------------------------------------------------------------------------

    def call(self, route, argument):
        status, answer = self.ask("POST", f"sdk/proxy/dropbox/2/{route}", argument)
        ensure(status == 200, f"{route} was answered {status}: {answer}")
        return answer

    def upload(self, route, argument, data):
        headers = {"Content-Type": "application/octet-stream", "Dropbox-API-Arg": json.dumps(argument)}
        answer = self.raw("POST", f"sdk/proxy/dropbox/2/{route}", data, headers)
        text = answer.read().decode()
        ensure(answer.status == 200, f"{route} was answered {answer.status}: {text}")
        return json.loads(text or "null")

    def write(self, name, data, mode="add"):
        argument = {"path": self.path(name), "mode": mode, "mute": True}
        return self.upload("files/upload", argument, data)

    def path(self, name):
        return f"{self.state['folder']}/{name}"

    # The steps ----------------------------------------------------------------------------------------------------

    def connect(self, given):
        status, link = self.ask("POST", "connect/links", {})
        ensure(status == 201, f"a link was answered {status}: {link}")
        if given.consent:
            consent(link["url"], given.consent)
        else:
            say(f"Open this, and connect the test account within ten minutes:\n\n    {link['url']}\n")

        def ended():
            state = self.get(f"connect/links/{link['id']}")
            return state if state["status"] != "pending" else None

        state = self.until("a connect", ended, LINK_LIFE)
        ensure(state["status"] == "connected", f"the link says {state}")
        self.keep(connection=state["connection"])
        return state["connection"]

    def select(self, _):
        self.keep(folder=f"/dropline-proof-{uuid.uuid4().hex[:8]}")
        folder = self.call("files/create_folder_v2", {"path": self.state["folder"]})["metadata"]["id"]
        contents = {"one.txt": b"one\n", "empty": b"", "Gr\u00f6\u00dfe \u2603.bin": os.urandom(1_000_000)}
        for name, data in contents.items():
            self.write(name, data)
        selections = f"connections/{self.state['connection']}/selections"
        for method, target in [("PUT", urllib.parse.quote(folder)), ("DELETE", "everything")]:
            status, answer = self.ask(method, f"{selections}/{target}")
            # A project may be set up to select nothing by itself.
            known = status == 202 or (method == "DELETE" and status == 404)
            ensure(known, f"{method} {target} was answered {status}: {answer}")

        def synced():
            shown = self.connection()
            states = [one["state"] for one in shown["selections"]]
            log, files = shown["log"], self.files()
            ready = [name for name, file in files.items() if file["content"]["state"] == "ready"]
            in_step = states == ["held"] and log["live"] and log["head"] == log["applied"]
            return files if in_step and sorted(ready) == sorted(contents) else None

        for name, file in self.until("the first sync", synced).items():
            ensure(file["content_hash"] == content_hash(contents[name]), f"{name} has other bytes")
        return f"{len(contents)} files in {self.state['folder']}, the same bytes"

    def change(self, _):
        name, moved = (f"{word}-{uuid.uuid4().hex[:6]}.txt" for word in ("diary", "journal"))
        paths = {"from_path": self.path(name), "to_path": self.path(moved)}
        now, times = self.connection(), []
        # After a restore the log may end with a smaller number than before.
        self.keep(after=now["log"]["head"])
        for kind, shown, do in [
            ("created", name, lambda: self.write(name, b"day one\n")),
            ("updated", name, lambda: self.write(name, b"day one\nday two\n", "overwrite")),
            ("moved", moved, lambda: self.call("files/move_v2", paths)),
            ("deleted", moved, lambda: self.call("files/delete_v2", {"path": self.path(moved)})),
        ]:
            do()
            began = time.monotonic()
            self.until(f"{shown} {kind}", lambda kind=kind, shown=shown: self.logged(kind, shown))
            times.append(f"{kind} after {time.monotonic() - began:.1f} s")
        ensure(self.connection()["last_resync"] == now["last_resync"], "a resync came between: run this step again")
        return ", ".join(times)

    def logged(self, kind, name):
        """Whether the log has this change after those that were seen, which are then passed over."""
        page = self.get(f"connections/{self.state['connection']}/changes?after={self.state['after']}")
        for change in page["changes"]:
            if change["kind"] == kind and change["item"]["name"] == name:
                self.keep(after=change["number"])
                return True
        return False

    def proxied(self, _):
        one = {"path": self.path("one.txt")}
        ensure(self.call("files/get_metadata", one)["size"] == 4, "another size than was written")
        route = "sdk/proxy/dropbox/2/files/get_metadata"
        for what, expected, answer in [
            ("a file that is not there", (409, "path/not_found/"), self.ask("POST", route, {"path": self.path("no")})),
            ("another user", (404, "path/not_connected/"), self.ask("POST", route, one, user="somebody-else")),
            ("another key", (401, "invalid_access_token/"), self.ask("POST", route, one, {"Authorization": "Bearer no"})),
        ]:
            status, body = answer
            is_said = isinstance(body, dict) and body.get("error_summary", "").startswith(expected[1])
            ensure(status == expected[0] and is_said, f"{what} was answered {status}: {body}")
        return "Dropbox's answer, its refusal, and both of ours"

    def deliver(self, given):
        ensure(given.receiver, "give --receiver: an address of this machine that the deployment reaches")
        wanted = {"types": ["file.created", "file.deleted"], "folders": [self.state["folder"]]}
        with Receiver(given.receiver) as receiver:
            status, made = self.ask("POST", "endpoints", {"url": receiver.url, "filter": wanted})
            ensure(status == 201, f"an endpoint was answered {status}: {made}")
            path, secret = f"endpoints/{made['id']}", made["secret"]
            try:
                status, test = self.ask("POST", f"{path}/test", {})
                ensure(status == 202, f"a test was answered {status}: {test}")
                _, number, _ = receiver.next(secret)
                ensure(number == test["id"], f"{number} came, and not the test {test['id']}")
                seen = self.delivered(receiver, secret)
                self.refused(receiver, secret, path)
            finally:
                status, answer = self.ask("DELETE", path)
            ensure(status == 204, f"the deletion was answered {status}: {answer}")
            status, answer = self.ask("GET", path)
            ensure(status == 404, f"the deleted endpoint was answered {status}: {answer}")
        return seen

    def delivered(self, receiver, secret):
        """Writes files, and gets each delivered in the order of the log."""
        names, times, numbers, written = [f"delivered-{number}.txt" for number in range(5)], [], [], {}
        for name in names:
            self.write(name, name.encode())
            written[name] = time.monotonic()
        for _ in names:
            at, _, event = receiver.next(secret)
            ensure(event["type"] == "file.created", f"it is {event}")
            numbers.append(event["data"]["number"])
            times.append(at - written[event["data"]["item"]["name"]])
        ensure(numbers == sorted(set(numbers)), f"they came as {numbers}")
        times.sort()
        return f"{len(names)} files in order, {times[len(times) // 2]:.1f} s after the upload, {times[-1]:.1f} s at most"

    def refused(self, receiver, secret, path):
        """Refuses a delivery, and gets the same one again. Both attempts are listed."""
        receiver.status = 500
        self.call("files/delete_v2", {"path": self.path("delivered-0.txt")})
        _, first, event = receiver.next(secret)
        receiver.status = 200
        _, again, repeated = receiver.next(secret)
        ensure((first, event) == (again, repeated), f"after {first} came {again}")

        def attempts():
            listed = self.get(f"{path}/attempts")["attempts"]
            statuses = [attempt["status"] for attempt in listed if attempt["id"] == first]
            return statuses if len(statuses) > 1 else None

        statuses = self.until("a list of the attempts", attempts)
        ensure(statuses == [200, 500], f"the attempts were {statuses}")

    def stream(self, given):
        piece, size = random.Random(7).randbytes(PIECE), given.bytes
        if given.text:
            piece = piece.hex().encode()[:PIECE]
        # Pieces that differ, so that a lost or doubled one is seen.
        pieces = [f"{number:04}".encode() + piece[4:] for number in range(-(-size // PIECE))]
        pieces[-1] = pieces[-1][: size - PIECE * (len(pieces) - 1)]
        whole, path = hashlib.sha256(b"".join(pieces)).hexdigest(), self.path("large.bin")
        session = self.upload("files/upload_session/start", {"close": False}, b"")["session_id"]
        for number, data in enumerate(pieces):
            cursor = {"session_id": session, "offset": number * PIECE}
            self.upload("files/upload_session/append_v2", {"cursor": cursor, "close": False}, data)
        cursor = {"session_id": session, "offset": size}
        commit = {"path": path, "mode": "overwrite", "mute": True}
        self.upload("files/upload_session/finish", {"cursor": cursor, "commit": commit}, b"")

        began, seen = time.monotonic(), hashlib.sha256()
        with self.download(path) as answer:
            length = answer.headers.get("Content-Length")
            while data := answer.read(1 << 20):
                seen.update(data)
        seconds = time.monotonic() - began
        ensure(seen.hexdigest() == whole, "the bytes that came back are others")
        with self.download(path, "bytes=1000-1999") as answer:
            part = answer.read()
            told = answer.headers.get("Content-Range")
        ensure(told == f"bytes 1000-1999/{size}", f"the range says {told}")
        ensure(part == pieces[0][1000:2000], "the range has other bytes")
        # The caller hangs up in the middle, and goes on from there.
        seen, half = hashlib.sha256(), size // 2
        with self.download(path) as answer:
            left = half
            while left:
                data = answer.read(min(left, 1 << 20))
                ensure(data, "the answer ended before its middle")
                seen.update(data)
                left -= len(data)
        with self.download(path, f"bytes={half}-") as answer:
            while data := answer.read(1 << 20):
                seen.update(data)
        ensure(seen.hexdigest() == whole, "the halves do not make the whole")
        self.call("files/delete_v2", {"path": path})
        known = "Content-Length came" if length else "no Content-Length came"
        return f"{size} bytes there and back, {size / seconds / 1e6:.1f} MB/s back; {known}"

    def download(self, path, span=None):
        headers = {"Dropbox-API-Arg": json.dumps({"path": path}), "Content-Type": "application/octet-stream"}
        if span:
            headers["Range"] = span
        answer = self.raw("POST", "sdk/proxy/dropbox/2/files/download", b"", headers)
        expect(answer, 206 if span else 200)
        result = json.loads(answer.headers["Dropbox-API-Result"])
        ensure(result["name"] == path.rsplit("/", 1)[1], f"the result says {result}")
        return answer

    def resync(self, _):
        before = self.connection()["last_resync"]
        status, answer = self.ask("POST", f"connections/{self.state['connection']}/resync")
        ensure(status == 202, f"a resync was answered {status}: {answer}")

        def ended():
            report = self.connection()["last_resync"]
            return report if report and report != before else None

        report = self.until("a resync", ended, LOST_WORK)
        repaired = [report[kind] for kind in ("created", "updated", "moved", "deleted")]
        ensure(repaired == [0] * 4 and report["agreed"] == report["listed"], f"it repaired something: {report}")
        return f"{report['listed']} listed, {report['agreed']} agreed"

    def disconnect(self, _):
        self.call("files/delete_v2", {"path": self.state["folder"]})
        status, answer = self.ask("DELETE", f"connections/{self.state['connection']}")
        ensure(status == 202, f"it was answered {status}: {answer}")

        def finished():
            receipt = self.connection()["receipt"]
            return receipt if receipt["finished_at"] else None

        receipt = self.until("the end of a disconnect", finished)
        ensure(receipt["revoked"], f"Dropbox did not end the tokens: {receipt}")
        listed = [one["id"] for one in self.get("connections")["connections"]]
        ensure(self.state["connection"] not in listed, "the connection is still listed")
        status, answer = self.ask("POST", "sdk/proxy/dropbox/2/users/get_current_account", None)
        ensure(status == 404, f"a call afterwards was answered {status}: {answer}")
        return f"{receipt['items']} items and {receipt['objects']} objects removed, the tokens ended"


def consent(url, email):
    """What a person does in a browser, at Dropline's start page and at the fake Dropbox's own."""
    page = send("GET", url, {"Accept": "text/html"})
    text, cookie = page.read().decode(), {"Cookie": page.headers["Set-Cookie"].split(";")[0]}
    fields = dict(re.findall(r'name="(ticket|proof)" value="([^"]+)"', text))
    begun = submit(urllib.parse.urljoin(url, "start"), fields, cookie)
    address = begun.headers["Location"]
    text = send("GET", address).read().decode()
    request = re.search(r'name="request" value="([^"]+)"', text)[1]
    accounts = re.findall(r'name="account" value="([^"]+)"(.*?)</label>', text, re.S)
    account = next((value for value, label in accounts if email in label), None)
    ensure(account, f"{email} is no account of this Dropbox")
    fields = {"request": request, "account": account, "decision": "approve"}
    back = submit(urllib.parse.urljoin(address, "authorize"), fields, {}).headers["Location"]
    expect(send("GET", back, cookie), 200)


def submit(url, fields, headers):
    answer = send("POST", url, headers, urllib.parse.urlencode(fields).encode())
    expect(answer, 302, 303)
    return answer


def write(file, state):
    """Only for its owner: it holds the API key."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        json.dump(state, out)


STEPS = {
    "connect": Tour.connect,
    "select": Tour.select,
    "change": Tour.change,
    "call": Tour.proxied,
    "deliver": Tour.deliver,
    "stream": Tour.stream,
    "resync": Tour.resync,
    "disconnect": Tour.disconnect,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("state", type=pathlib.Path)
    parser.add_argument("steps", nargs="+", choices=["begin", "key", "all", *STEPS], metavar="STEP")
    for name in ("api", "project", "user", "consent", "receiver"):
        parser.add_argument(f"--{name}")
    parser.add_argument("--bytes", type=int, default=190_000_000, help="what is streamed")
    parser.add_argument("--text", action="store_true", help="stream letters alone")
    parser.add_argument("--pause", type=float, default=2, help="between two looks, seconds")
    given = parser.parse_args()
    if "begin" in given.steps:
        key = json.load(sys.stdin)["api_key"]
        write(given.state, {"api": given.api.rstrip("/"), "project": given.project, "user": given.user, "api_key": key})
    if "key" in given.steps:
        Tour(given.state, given.pause).keep(api_key=json.load(sys.stdin)["api_key"])
    every = [step for step in STEPS if step != "deliver" or given.receiver]
    asked = every if "all" in given.steps else [step for step in given.steps if step in STEPS]
    for name in asked:
        began = datetime.datetime.now()
        try:
            seen = STEPS[name](Tour(given.state, given.pause), given)
        except (Failed, OSError, KeyError, ValueError) as error:
            sys.exit(f"tour: {name} does not hold: {type(error).__name__}: {error}")
        say(f"    {name}: {seen} [{(datetime.datetime.now() - began).total_seconds():.1f} s]")


if __name__ == "__main__":
    main()
