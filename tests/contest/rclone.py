"""rclone, unmodified, sent to the fake Dropbox.

Its addresses of Dropbox are fixed. So it runs in a mount namespace of its own, whose `/etc/hosts` sends Dropbox's
names to an address of the loopback, where nginx ends TLS before the fake Dropbox. The machine's own files stay as
they are.
"""

import datetime
import json
import os
import shutil
import socket
import subprocess
import time
from urllib.parse import urlsplit

from processes import Failed, Process, run_measured

NAMES = ["api.dropboxapi.com", "content.dropboxapi.com", "notify.dropboxapi.com", "www.dropbox.com"]
PORT = 443
# Flags with which it may be fastest, which depends on the machine and the delay; the best of them counts.
FAST = [
    "--transfers 16 --checkers 16",
    "--transfers 32 --checkers 32 --fast-list --size-only",
    "--transfers 64 --checkers 64 --fast-list --size-only --ignore-checksum --buffer-size 0",
]
# By default rclone begins a call of Dropbox every 10 ms at most. Newer versions can be told to begin them sooner.
PACER = "--dropbox-pacer-min-sleep"


def missing():
    """Returns why rclone cannot be sent to the fake Dropbox here; `None` if it can."""
    for program, package in [("rclone", "rclone"), ("nginx", "nginx"), ("openssl", "openssl"),
                             ("unshare", "util-linux"), ("mount", "mount")]:
        if not shutil.which(program):
            return f"{program} is not installed (apt-get install {package})"
    if not free_address():
        return f"port {PORT} of no address of the loopback can be listened on: be root, or allow it to all " \
            f"users (sysctl net.ipv4.ip_unprivileged_port_start={PORT})"
    tried = subprocess.run([*namespace("/dev/null"), "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        return f"no mount namespace can be made: {tried.stderr.strip()}"
    return None


def free_address():
    """Returns an address of the loopback whose port for TLS is free; `None` if there is none."""
    for last in range(2, 32):
        with socket.socket() as trial:
            try:
                trial.bind((f"127.0.0.{last}", PORT))
                return f"127.0.0.{last}"
            except OSError:
                continue
    return None


def namespace(hosts):
    """Returns the beginning of a command that runs in a namespace with these hosts."""
    user = [] if os.geteuid() == 0 else ["--map-root-user"]
    return ["unshare", "--mount", *user, "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]


def version():
    """Returns the name and version of rclone."""
    return subprocess.run(["rclone", "version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]


def fast_flags():
    """Returns the sets of flags to try, with what this version knows beyond them."""
    known = subprocess.run(["rclone", "help", "flags"], capture_output=True, text=True, check=True).stdout
    return [f"{flags} {PACER} 0" if PACER in known else flags for flags in FAST]


class Front:
    """TLS for Dropbox's names, before the fake Dropbox."""

    def __init__(self, work, dropbox):
        self.folder = work / "front"
        self.folder.mkdir()
        self.address = free_address()
        if not self.address:
            raise Failed(f"port {PORT} of no address of the loopback is free any more")
        self.authority, self.hosts = self.folder / "cert.pem", self.folder / "hosts"
        self.hosts.write_text(f"127.0.0.1 localhost\n{self.address} {' '.join(NAMES)}\n")
        self._certify()
        (self.folder / "nginx.conf").write_text(self._settings(urlsplit(dropbox).port))
        self.server = None

    def _certify(self):
        names = ",".join(f"DNS:{name}" for name in NAMES)
        made = subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-days", "2", "-subj", "/CN=contest", "-addext", f"subjectAltName={names}",
             "-keyout", self.folder / "key.pem", "-out", self.authority],
            capture_output=True, text=True, check=False)
        if made.returncode:
            raise Failed(f"openssl: {made.stderr.strip()}")

    def _settings(self, dropbox):
        return f"""
            daemon off; master_process off; pid nginx.pid; error_log nginx.log;
            events {{ worker_connections 4096; }}
            http {{
                access_log off; keepalive_requests 1000000; client_max_body_size 0;
                client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .;
                scgi_temp_path .;
                upstream dropbox {{ server 127.0.0.1:{dropbox}; keepalive 256; keepalive_requests 1000000; }}
                server {{
                    listen {self.address}:{PORT} ssl;
                    ssl_certificate cert.pem; ssl_certificate_key key.pem;
                    location / {{
                        proxy_pass http://dropbox; proxy_http_version 1.1;
                        proxy_set_header Host $host; proxy_set_header Connection '';
                        proxy_buffering off; proxy_request_buffering off; proxy_read_timeout 600s;
                    }}
                }}
            }}
            """

    def __enter__(self):
        self.server = Process(["nginx", "-p", self.folder, "-c", self.folder / "nginx.conf", "-e", "stderr"],
                              stdout=subprocess.DEVNULL, stderr=open(self.folder / "nginx.err", "wb"))
        end = time.monotonic() + 10
        while True:
            with socket.socket() as trial:
                if trial.connect_ex((self.address, PORT)) == 0:
                    return self
            if self.server.has_ended() or time.monotonic() > end:
                self.__exit__()
                raise Failed(f"nginx does not start: {(self.folder / 'nginx.err').read_text()[-500:]}")
            time.sleep(0.05)

    def __exit__(self, *_):
        self.server.__exit__()

    def sync(self, app, token, to, flags, patience):
        """Syncs the whole account to a directory. Returns wall and CPU time in seconds, and most memory in MB."""
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=12)
        grant = {"access_token": token, "token_type": "bearer", "expiry": until.isoformat()}
        environment = {
            # Nothing of the caller's: no settings of rclone, no proxy.
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "RCLONE_CONFIG": "",
            "RCLONE_CONFIG_FAKE_TYPE": "dropbox", "RCLONE_CONFIG_FAKE_TOKEN": json.dumps(grant),
            "RCLONE_CONFIG_FAKE_CLIENT_ID": app[0], "RCLONE_CONFIG_FAKE_CLIENT_SECRET": app[1],
        }
        command = ["rclone", "sync", "fake:", to, "--ca-cert", self.authority, *flags.split()]
        log = self.folder / "rclone.err"
        with open(log, "wb") as errors:
            try:
                return run_measured([*namespace(self.hosts), *command], patience, env=environment,
                                    stdout=subprocess.DEVNULL, stderr=errors)
            except Failed as failed:
                said = log.read_text(errors="replace")[-800:]
                raise Failed(f"rclone sync {flags}: {failed}\n{said}") from failed
