"""Carbon's Python SDK, unmodified, against a stack of its own: an account is linked, a file and a folder are chosen, and
their bytes come by links; then a file is brought again, tagged and deleted, and the account is unlinked. A webhook is
told of all that, and Carbon's library for receivers verifies it.

Writes what must be seen, and what was seen."""

import http.server
import json
import pathlib
import re
import sys
import threading
import time

import requests
from carbon import ApiException, Carbon
from carbon_verifier import WebhookVerifier

PASSED = re.compile(r"Dropline is at (\S+?)/?, its fake Dropbox at (\S+)\. ")
PATIENCE = 30
MUST_BE = {
    "one data source": 1,
    "items": [["Reports", "FOLDER"], ["one.txt", "FILE"], ["other.txt", "FILE"]],
    "chosen": True,
    "files": [["Reports", "READY", "r1"], ["one.txt", "READY", "r1"], ["plan.txt", "READY", "r1"]],
    "bytes": {"one.txt": "one", "plan.txt": "the plan"},
    "brought again": True,
    "tags": [{"team": "red", "own": 1}, {"team": "red"}],
    "raw file": "one",
    "looked at again": True,
    "deleted": ["Reports"],
    "not there": [404, "file_not_found"],
    "unlinked": [True, []],
    "webhook": ["ACTIVE", 1, True, 0],
    "webhook told": [
        "ADD", "ALL_FILES_PROCESSED", "ALL_UPLOADED_FILES_QUEUED", "DATA_SOURCE_READY", "FILES_CREATED", "FILE_DELETED",
        "FILE_READY", "FILE_SYNCING", "REVOKE", "UPDATE",
    ],
    "deleted files told": ["plan.txt"],
    "webhook verified": True,
}


def link(api):
    """Links the fake's first account by the address that the SDK is given."""
    page = requests.get(api.integrations.get_oauth_url(service="DROPBOX", connecting_new_account=True).oauth_url)
    cookie = {"cookie": page.headers["set-cookie"].split(";")[0]}
    fields = dict(re.findall(r'name="(ticket|proof)" value="([^"]+)"', page.text))
    start = requests.post(f"{gateway}/connect/start", data=fields, headers=cookie, allow_redirects=False)
    address = start.headers["location"]
    form = requests.get(address).text
    read = lambda name: re.search(f'name="{name}" value="([^"]+)"', form).group(1)  # noqa: E731
    consent = {"request": read("request"), "account": read("account"), "decision": "approve"}
    door = address.split("?")[0]
    back = requests.post(door, data=consent, allow_redirects=False).headers["location"]
    requests.get(back, headers=cookie).raise_for_status()


class Receiver(http.server.BaseHTTPRequestHandler):
    """Records what a webhook gets."""

    received = []

    def do_POST(self):  # noqa: N802
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        self.received.append((self.headers["carbon-signature"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


def told():
    """What the webhook was told so far."""
    return [json.loads(json.loads(body)["payload"]) for _, body in list(Receiver.received)]


def is_verified(key):
    """Whether Carbon's library accepts each request, and no other body."""
    verifier = WebhookVerifier(key)
    for header, body in Receiver.received:
        timestamp, signature = WebhookVerifier.extract_signature_header(header)
        if not verifier.validate_signature(signature, timestamp, body):
            return False
        if verifier.validate_signature(signature, timestamp, body + " "):
            return False
    return True


def until(look):
    """What `look` gives once it is not None."""
    end = time.monotonic() + PATIENCE
    while (found := look()) is None:
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)
    return found


work = pathlib.Path(sys.argv[1])
seen = {}
gateway, _ = PASSED.search((work / "carbon.out").read_text()).groups()
project = json.loads((work / "carbon.json").read_text())
# The SDK takes no host without a dot.
host = gateway.replace("localhost", "127.0.0.1")
home = work / "carbon/dropbox/first"
(home / "Reports").mkdir(parents=True, exist_ok=True)
for name, text in {"Reports/plan.txt": "the plan", "one.txt": "one", "other.txt": "other"}.items():
    (home / name).write_text(text)

try:
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    organization = Carbon(api_key=project["api_key"], host=host)
    webhook = organization.webhooks.add_url(url=f"http://127.0.0.1:{receiver.server_port}/carbon")
    server = Carbon(api_key=project["api_key"], customer_id=project["user"], host=host)
    link(server)
    user = Carbon(access_token=server.auth.get_access_token().access_token, host=host)
    sources = user.data_sources.query_user_data_sources().results
    seen["one data source"] = len(sources)
    source = sources[0].id

    def shown():
        """What was put into the account, once the fake Dropbox has noticed all of it."""
        listed = user.integrations.list_data_source_items(data_source_id=source).items
        found = [item for item in listed if item.name in ("Reports", "one.txt", "other.txt")]
        return found if len(found) == 3 else None

    items = until(shown)
    seen["items"] = [[item.name, item.item_type] for item in items]
    chosen = [item.external_id for item in items if item.name != "other.txt"]
    answer = user.integrations.sync_files(data_source_id=source, ids=chosen, request_id="r1", tags={"team": "red"})
    seen["chosen"] = answer.success

    def files():
        """The files of the request, in the order of their names, once all of them are there and ready."""
        query = {"filters": {"request_ids": ["r1"]}, "pagination": {"limit": 100}, "include_raw_file": True}
        found = user.files.query_user_files(**query).results
        ready = len(found) == 3 and all(file.sync_status == "READY" for file in found)
        return sorted(found, key=lambda file: file.name) if ready else None

    found = until(files)
    seen["files"] = [[file.name, file.sync_status, file.request_id] for file in found]
    links = {file.name: file.presigned_url for file in found if file.presigned_url}
    seen["bytes"] = {name: requests.get(link).text for name, link in links.items()}
    by_name = {file.name: file.id for file in found}
    one = by_name["one.txt"]
    # It waits, or is brought already.
    again = user.files.resync(file_id=one).sync_status
    seen["brought again"] = again in ("QUEUED_FOR_SYNC", "SYNCING") or again
    until(files)
    tagged = user.files.create_user_file_tags(organization_user_file_id=one, tags={"own": 1}).tags
    untagged = user.files.delete_file_tags(organization_user_file_id=one, tags=["own"]).tags
    seen["tags"] = [dict(tagged), dict(untagged)]
    seen["raw file"] = requests.get(user.files.get_raw_file(file_id=one).presigned_url).text
    seen["looked at again"] = user.integrations.sync_data_source_items(data_source_id=source).id == source

    user.files.delete_v2(filters={"ids": [one]})
    user.files.delete_many(file_ids=[by_name["plan.txt"]], send_webhook=True)

    def left():
        """The names of the request's files, once two have gone."""
        found = user.files.query_user_files(filters={"request_ids": ["r1"]}).results
        return [file.name for file in found] if len(found) < 2 else None

    seen["deleted"] = until(left)
    try:
        user.files.resync(file_id=one)
    except ApiException as error:
        seen["not there"] = [error.status, dict(error.body)["code"]]
    revoked = server.data_sources.revoke_access_token(data_source_id=source).success
    linked = server.data_sources.query_user_data_sources(filters={"revoked_access": False}).results
    seen["unlinked"] = [revoked, list(linked)]

    until(lambda: any(message["webhook_type"] == "REVOKE" for message in told()) or None)
    seen["webhook told"] = sorted({message["webhook_type"] for message in told()})
    names = {str(number): name for name, number in by_name.items()}
    gone = [message["obj"]["object_id"] for message in told() if message["webhook_type"] == "FILE_DELETED"]
    seen["deleted files told"] = [names[number] for number in gone]
    seen["webhook verified"] = is_verified(webhook.signing_key)
    listed = organization.webhooks.urls(filters={"ids": [webhook.id]}).results
    removed = organization.webhooks.delete_url(webhook_id=webhook.id).success
    left_over = organization.webhooks.urls().count
    seen["webhook"] = [str(webhook.status), len(listed), removed, left_over]
finally:
    (work / "carbon-direct.json").write_text(json.dumps(MUST_BE))
    (work / "carbon-shown.json").write_text(json.dumps(seen))
