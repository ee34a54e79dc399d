"""What the official Python SDK makes of refusals: of Dropbox's own directly, and of ours through the proxy (T30)."""

import concurrent.futures
import importlib
import json
import os
import pathlib
import sys
import time

import requests

work, way = pathlib.Path(sys.argv[1]), sys.argv[2]
setup = json.loads((work / "ways.json").read_text())
project = json.loads((work / "project.json").read_text())
hosts, token = setup["ways"][way]["hosts"], setup["ways"][way]["token"]
os.environ["DROPBOX_API_HOST"] = hosts["api"]
os.environ["DROPBOX_API_CONTENT_HOST"] = hosts["content"]
os.environ["DROPBOX_API_NOTIFY_HOST"] = hosts["notify"]
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(name, None)

import dropbox  # noqa: E402
from dropbox import exceptions  # noqa: E402
from stone.backends.python_rsrc import stone_serializers  # noqa: E402

EMAIL = "first@example.com"
NAMESPACES = ("account", "check", "file_properties", "file_requests", "files", "paper", "sharing", "team", "users")
results = {}


def client(token=token, **settings):
    return dropbox.Dropbox(oauth2_access_token=token, ca_certs=setup["ca"], **settings)


def call(function):
    """Notes what a call gave, or how it failed."""
    try:
        results[function.__name__] = function()
    except Exception as error:  # noqa: BLE001
        results[function.__name__] = f"raised {type(error).__name__}: {error}"


def raised(function, *arguments, **named):
    """The exception that a call must raise."""
    try:
        function(*arguments, **named)
    except exceptions.DropboxException as error:
        return error
    raise AssertionError("it did not fail")


def fault(route, **kind):
    """Makes Dropbox answer the next call of a route so."""
    plan = {"script": [{"route": route, "fault": kind}]}
    door = f"{setup['dropbox']}/_fake/accounts/{EMAIL}/faults"
    requests.put(door, json=plan, verify=setup["ca"], timeout=30).raise_for_status()


def refusals(dbx):
    """Of routes whose error types take unknown tags, and of one whose type does not. Directly, nothing is there."""
    return [
        raised(dbx.files_list_folder, "/nowhere"),
        raised(dbx.files_download, "/nowhere"),
        raised(dbx.files_delete_v2, "/nowhere"),
        raised(dbx.files_get_metadata, "/nowhere"),
    ]


def refused(code, words):
    """The exceptions for a token that the proxy refuses; each has our own sentence, and what the SDK calls "other"."""
    if way == "direct":
        return [type(error).__name__ for error in refusals(client())]
    errors = refusals(client(setup["refused"][code]))
    for error in errors:
        assert words in error.user_message_text, error
        inner = error.error if error is not errors[-1] else error.error.get_path()
        assert inner.is_other(), error
    return [type(error).__name__ for error in errors]


def nobody():
    """For a user who has no connection; directly there is none like that."""
    return client(project["api_key"], headers={"customer-id": "nobody"}) if way == "proxied" else client()


@call
def unknown_token():
    strangers = client("no-such-token")
    errors = [
        raised(strangers.users_get_current_account),
        raised(strangers.files_download, "/x"),
        raised(strangers.files_upload, b"x", "/x"),
    ]
    return [[type(error).__name__, error.error.is_invalid_access_token()] for error in errors]


@call
def nothing_there():
    return [type(error).__name__ for error in refusals(nobody())]


@call
def every_routes_error_can_be_read():
    """Of each route, its refusal for a user without a connection, by the route's own type."""
    if way == "direct":
        return []
    dbx, unreadable = nobody(), []
    for namespace in NAMESPACES:
        for route in importlib.import_module(f"dropbox.{namespace}").ROUTES.values():
            name = f"{namespace}/{route.name}" + (f"_v{route.version}" if route.version > 1 else "")
            host, style = route.attrs["host"] or "api", route.attrs["style"] or "rpc"
            if route.attrs["auth"] in ("app", "noauth") or name == "files/list_folder/longpoll":
                continue
            body = b"" if style == "upload" else None
            answer = dbx.request_json_string(host, name, style, "null", "user", body)
            error = json.loads(answer.obj_result)["error"]
            try:
                stone_serializers.json_compat_obj_decode(route.error_type, error, strict=False)
            except Exception as problem:  # noqa: BLE001
                unreadable.append(f"{name}: {problem}")
    return unreadable


@call
def not_permitted():
    fault("files/list_folder", kind="access_denied")
    return type(raised(client().files_list_folder, "")).__name__


@call
def token_without_the_permission():
    return refused("not_permitted", "permissions do not allow the use of Dropbox")


@call
def connection_that_must_be_made_again():
    return refused("needs_reauth", "let the user connect again")


@call
def revoked_by_a_page():
    """A page may not revoke its user's token; the route's error type is none at all. Directly, Dropbox refuses."""
    if way == "direct":
        fault("auth/token/revoke", kind="access_denied")
    error = raised(client().auth_token_revoke)
    if way == "proxied":
        assert "disconnect it" in error.user_message_text, error
    return [type(error).__name__, error.error]


@call
def too_large():
    if way == "direct":
        fault("files/upload", kind="server_error", status=413)
    error = raised(client().files_upload, bytes(4_500_001), "/too-large")
    return [type(error).__name__, error.status_code]


@call
def back_off():
    """One rate limit, four threads: all wait for it, and all succeed."""
    dbx = client()
    fault("users/get_space_usage", kind="rate_limited", shape="json", retry_after=2)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(dbx.users_get_space_usage) for _ in range(4)]
    return [answer.result().allocation.is_individual() for answer in answers]


@call
def without_back_off():
    fault("users/get_space_usage", kind="rate_limited", shape="json", retry_after=2)
    dbx = client(max_retries_on_rate_limit=0)
    errors = [raised(dbx.users_get_space_usage)]
    if way == "proxied":
        # Dropbox is not asked again during a pause.
        errors.append(raised(dbx.files_list_folder, ""))
    time.sleep(2.5)
    kinds = {(type(error).__name__, error.error.reason.is_too_many_requests()) for error in errors}
    return [sorted(kinds), all(1 <= error.backoff <= 2 for error in errors)]


(work / f"python_refusals-{way}.json").write_text(json.dumps(results))
