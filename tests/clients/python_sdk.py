"""The official Python SDK: every call, and what it gave, as JSON. Hosts are read from the environment at import."""

import json
import os
import pathlib
import sys
import threading
import time

import requests

work, way = pathlib.Path(sys.argv[1]), sys.argv[2]
setup = json.loads((work / "ways.json").read_text())
hosts, token = setup["ways"][way]["hosts"], setup["ways"][way]["token"]
os.environ["DROPBOX_API_HOST"] = hosts["api"]
os.environ["DROPBOX_API_CONTENT_HOST"] = hosts["content"]
os.environ["DROPBOX_API_NOTIFY_HOST"] = hosts["notify"]
for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
    os.environ.pop(name, None)

import dropbox  # noqa: E402
from dropbox import exceptions, file_transfer, files  # noqa: E402

EMAIL = "first@example.com"
HOME = f"/python-{way}"
NAME = "Größe ☃ 📄.txt"
TEXT = "Grüße".encode()
BIG = bytes(n % 251 for n in range(3 * 1024 * 1024 + 5))
# More than a request carries; functions/README.md says how it is sent then (T34).
LARGE = BIG * 3
PIECE = 4 * 1024 * 1024


def client(**settings):
    return dropbox.Dropbox(oauth2_access_token=token, ca_certs=setup["ca"], max_retries_on_rate_limit=0, **settings)


dbx = client()
results = {}


def call(function):
    """Notes what a call gave, or how it failed."""
    try:
        results[function.__name__] = function()
    except Exception as error:  # noqa: BLE001
        results[function.__name__] = f"raised {type(error).__name__}: {error}"
    return function


def facts(metadata):
    """What is the same whichever way it was asked for."""
    name, path = (text.replace(HOME[1:], "home") for text in (metadata.name, metadata.path_display))
    return [type(metadata).__name__, name, path, getattr(metadata, "size", None)]


@call
def account():
    account = dbx.users_get_current_account()
    return [account.email, account.account_id, account.root_info.root_namespace_id]


@call
def space():
    return dbx.users_get_space_usage().allocation.is_individual()


@call
def create_folder():
    return facts(dbx.files_create_folder_v2(HOME).metadata)


@call
def upload():
    return facts(dbx.files_upload(TEXT, f"{HOME}/{NAME}"))


@call
def upload_of_nothing():
    return facts(dbx.files_upload(b"", f"{HOME}/empty"))


@call
def upload_conflict():
    try:
        dbx.files_upload(b"other", f"{HOME}/{NAME}")
    except exceptions.ApiError as error:
        return [error.error.is_path(), error.error.get_path().reason.is_conflict(), error.user_message_text]


@call
def upload_session():
    step = 1024 * 1024
    session = dbx.files_upload_session_start(BIG[:step]).session_id
    cursor = files.UploadSessionCursor(session, step)
    dbx.files_upload_session_append_v2(BIG[step : 2 * step], cursor)
    cursor.offset = 2 * step
    commit = files.CommitInfo(f"{HOME}/big.bin")
    return facts(dbx.files_upload_session_finish(BIG[2 * step :], cursor, commit))


@call
def upload_session_in_pieces_of_4_mib():
    session = dbx.files_upload_session_start(LARGE[:PIECE]).session_id
    cursor = files.UploadSessionCursor(session, PIECE)
    dbx.files_upload_session_append_v2(LARGE[PIECE : 2 * PIECE], cursor)
    cursor.offset = 2 * PIECE
    sent = dbx.files_upload_session_finish(LARGE[2 * PIECE :], cursor, files.CommitInfo(f"{HOME}/pieces.bin"))
    return facts(sent) + [sent.content_hash]


@call
def upload_by_the_uploader():
    """As the README says: its own pieces, of 8 MiB, are refused by the proxy."""
    file_transfer.UPLOAD_CHUNK_SIZE = PIECE
    source = file_transfer.BytesSource(LARGE)
    sent = file_transfer.Uploader(dbx).upload(source, f"{HOME}/uploader.bin").metadata
    return facts(sent) + [sent.content_hash]


@call
def upload_session_at_a_wrong_offset():
    session = dbx.files_upload_session_start(b"12345").session_id
    try:
        dbx.files_upload_session_append_v2(b"678", files.UploadSessionCursor(session, 3))
    except exceptions.ApiError as error:
        return error.error.get_incorrect_offset().correct_offset


@call
def list_in_pages():
    page = dbx.files_list_folder(HOME, limit=1)
    found = [facts(entry) for entry in page.entries]
    while page.has_more:
        page = dbx.files_list_folder_continue(page.cursor)
        found += [facts(entry) for entry in page.entries]
    return sorted(found)


@call
def download():
    metadata, response = dbx.files_download(f"{HOME}/{NAME}")
    return [facts(metadata), response.content.decode()]


@call
def download_of_much():
    _, response = dbx.files_download(f"{HOME}/big.bin")
    return response.content == BIG


@call
def download_of_a_range():
    metadata, response = client(headers={"Range": "bytes=250-260"}).files_download(f"{HOME}/big.bin")
    return [facts(metadata), response.status_code, response.headers["content-range"], list(response.content)]


@call
def metadata():
    return facts(dbx.files_get_metadata(f"{HOME}/{NAME}"))


@call
def search():
    options = files.SearchOptions(path=HOME, filename_only=True)
    matches = dbx.files_search_v2("big", options=options).matches
    return [facts(match.metadata.get_metadata()) for match in matches]


@call
def move():
    return facts(dbx.files_move_v2(f"{HOME}/empty", f"{HOME}/Moved").metadata)


@call
def copy():
    return facts(dbx.files_copy_v2(f"{HOME}/Moved", f"{HOME}/copied").metadata)


@call
def temporary_link():
    link = dbx.files_get_temporary_link(f"{HOME}/{NAME}")
    return [facts(link.metadata), requests.get(link.link, verify=setup["ca"], timeout=30).content.decode()]


@call
def delete():
    return facts(dbx.files_delete_v2(f"{HOME}/Moved").metadata)


@call
def missing():
    try:
        dbx.files_get_metadata(f"{HOME}/nowhere")
    except exceptions.ApiError as error:
        return [error.error.is_path(), error.error.get_path().is_not_found()]


@call
def missing_content():
    try:
        dbx.files_download(f"{HOME}/nowhere")
    except exceptions.ApiError as error:
        return error.error.get_path().is_not_found()


@call
def bad_input():
    try:
        dbx.files_list_folder("/")
    except exceptions.BadInputError as error:
        return error.message


@call
def longpoll():
    cursor = dbx.files_list_folder_get_latest_cursor(HOME).cursor
    later = threading.Timer(1, lambda: dbx.files_upload(b"new", f"{HOME}/new.txt"))
    later.start()
    changes = dbx.files_list_folder_longpoll(cursor, timeout=30).changes
    later.join()
    return changes


@call
def rate_limit():
    fault = {"kind": "rate_limited", "shape": "json", "retry_after": 1}
    plan = {"script": [{"route": "files/get_metadata", "fault": fault}]}
    told = requests.put(
        f"{setup['dropbox']}/_fake/accounts/{EMAIL}/faults", json=plan, verify=setup["ca"], timeout=30
    )
    told.raise_for_status()
    try:
        dbx.files_get_metadata(f"{HOME}/{NAME}")
    except exceptions.RateLimitError as error:
        time.sleep(1.5)
        return [error.error.reason.is_too_many_requests(), error.backoff]


@call
def after_the_pause():
    return facts(dbx.files_get_metadata(f"{HOME}/{NAME}"))


(work / f"python-{way}.json").write_text(json.dumps(results))
