"""rclone, unmodified, with the size of pieces that functions/README.md names (T34): to the fake Dropbox, and through
the proxy. It knows no address but Dropbox's, so a relay of this test's own stands there for it: rclone asks it for a
way to Dropbox's hosts, and it sends each request on, unchanged but for the address.
"""

import hashlib
import http.client
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import sys
import threading
from urllib.parse import urlsplit

work = pathlib.Path(sys.argv[1])
setup = json.loads((work / "ways.json").read_text())
own = work / "rclone"
own.mkdir()

HOSTS = ("api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com")
LARGE = hashlib.shake_128(b"rclone").digest(9 * 1024 * 1024 + 7)
# Headers of one connection, which the relay sets itself.
OF_A_CONNECTION = {"host", "connection", "keep-alive", "proxy-connection", "transfer-encoding", "content-length"}


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=own, check=True, capture_output=True)


def certify():
    """Makes a certificate for Dropbox's hosts, which only this test's rclone trusts. Returns it for servers."""
    names = ",".join(f"DNS:{host}" for host in HOSTS)
    openssl(
        *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
        *("-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=relay", "-addext", f"subjectAltName={names}"),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own / "cert.pem", own / "key.pem")
    return context


class Relay(http.server.BaseHTTPRequestHandler):
    """Answers CONNECT as the host that is asked for, and passes on what comes then."""

    protocol_version = "HTTP/1.1"

    def do_CONNECT(self):
        host = self.path.partition(":")[0]
        if host not in HOSTS:
            self.send_error(502, "that is none of Dropbox's hosts")
            return
        self.send_response(200)
        self.end_headers()
        self.host = host.partition(".")[0]
        self.connection = self.server.certificate.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def body(self):
        """The bytes of the request, whose length is told before or piece by piece."""
        if self.headers.get("transfer-encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        pieces = []
        while length := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(length))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def pass_on(self):
        body, to = self.body(), urlsplit(f"https://{self.server.hosts[self.host]}")
        self.server.sizes.append((self.path, len(body)))
        trusted = ssl.create_default_context(cafile=setup["ca"])
        there = http.client.HTTPSConnection(to.hostname, to.port, context=trusted, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in OF_A_CONNECTION}
        there.request(self.command, to.path + self.path, body, headers)
        answer = there.getresponse()
        content = answer.read()
        there.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in OF_A_CONNECTION:
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass


def rclone(relay, token, *arguments):
    """Runs rclone with a configuration of its own."""
    grant = {"access_token": token, "token_type": "bearer", "expiry": "2099-01-01T00:00:00Z"}
    (own / "rclone.conf").write_text(f"[dropbox]\ntype = dropbox\ntoken = {json.dumps(grant)}\n")
    environment = os.environ | {"HTTPS_PROXY": f"http://127.0.0.1:{relay.server_port}", "NO_PROXY": ""}
    options = ["--config", own / "rclone.conf", "--ca-cert", own / "cert.pem", "--dropbox-batch-mode", "off"]
    limits = ["--retries", "1", "--low-level-retries", "1", "--timeout", "60s"]
    run = ["rclone", *options, *limits, *arguments]
    return subprocess.run(run, env=environment, capture_output=True, text=True, timeout=300)


def see(way, certificate):
    """What rclone does on one of the ways to Dropbox."""
    hosts, token = setup["ways"][way]["hosts"], setup["ways"][way]["token"]
    relay = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    relay.daemon_threads, relay.certificate, relay.hosts, relay.sizes = True, certificate, hosts, []
    threading.Thread(target=relay.serve_forever, daemon=True).start()
    file, back, there = own / "large.bin", own / f"{way}.bin", f"dropbox:rclone-{way}/large.bin"
    file.write_bytes(LARGE)
    seen = {}

    def noted(name, run, result):
        seen[name] = result() if run.returncode == 0 else f"raised {run.returncode}: {run.stderr}"

    pieces = ["--dropbox-chunk-size", "4M"]
    up = rclone(relay, token, "copyto", *pieces, file, there)
    sizes = [size for path, size in relay.sizes if "upload_session" in path and size]
    noted("copy up in pieces", up, lambda: sizes)
    down = rclone(relay, token, "copyto", there, back)
    noted("copy down", down, lambda: back.read_bytes() == LARGE)
    # Less than its own size of pieces: it goes in one request, which the proxy refuses. It is a byte too much, so that
    # all is sent before the answer comes, which the relay waits for.
    whole = own / "whole.bin"
    whole.write_bytes(LARGE[:4_500_001])
    sent = rclone(relay, token, "copyto", whole, f"dropbox:rclone-{way}/whole.bin")
    told = sent.returncode == 0 if way == "direct" else "request_too_large" in sent.stderr
    seen["what goes whole by default is taken by Dropbox, and refused by the proxy"] = told or f"raised {sent.stderr}"
    relay.shutdown()
    return seen


certificate = certify()
(work / "rclone-direct.json").write_text(json.dumps(see("direct", certificate)))
(work / "rclone-shown.json").write_text(json.dumps(see("proxied", certificate)))
