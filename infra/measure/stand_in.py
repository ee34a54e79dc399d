"""Stand-in for Lambda's Runtime API, for SSM and for an empty DynamoDB table, over plain HTTP on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POLL = "/2018-06-01/runtime/invocation/next"
APP = json.dumps({"key": "key", "secret": "secret"})


class Lambda(ThreadingHTTPServer):
    """Server that calls `at_poll` when a process polls for its first invocation. The poll is never answered."""

    daemon_threads = True

    def __init__(self, at_poll):
        super().__init__(("127.0.0.1", 0), Request)
        self.at_poll = at_poll
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self):
        return f"127.0.0.1:{self.server_port}"

    def handle_error(self, request, client_address):
        pass  # A measured process is killed during its poll.


class Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == POLL:
            self.server.at_poll()
            self.rfile.read(1)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("x-amz-target") == "AmazonSSM.GetParameter":
            name = json.loads(body)["Name"]
            parameter = {"Name": name, "Type": "SecureString", "Value": APP}
            self.answer(200, {"Parameter": parameter})
        elif self.headers.get("x-amz-target") == "DynamoDB_20120810.GetItem":
            self.answer(200, {})
        else:
            self.answer(400, {"__type": "UnknownOperationException"})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/x-amz-json-1.1")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
