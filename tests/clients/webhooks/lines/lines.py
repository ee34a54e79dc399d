"""Verifies deliveries from lines of five fields: key, id, time, signatures, and the body in Base64. `standardwebhooks`
as an argument takes that package in place of our example, and `carbon` Carbon's."""

import base64
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))


def ours(key, headers, body):
    from verify import verify
    verify(key, headers, body)


def standardwebhooks(key, headers, body):
    from standardwebhooks import Webhook
    Webhook(key).verify(body, headers)


def carbon(key, headers, body):
    from carbon_verifier import WebhookVerifier
    timestamp, signature = WebhookVerifier.extract_signature_header(headers["webhook-signature"])
    if not WebhookVerifier(key).validate_signature(signature, timestamp, body.decode()):
        raise ValueError("it is not signed")


verifier = {"standardwebhooks": standardwebhooks, "carbon": carbon}.get("".join(sys.argv[1:]), ours)
for line in sys.stdin:
    key, message, timestamp, signatures, body = line.rstrip("\n").split("\t")
    headers = {"webhook-id": message, "webhook-timestamp": timestamp, "webhook-signature": signatures}
    try:
        verifier(key, headers, base64.b64decode(body))
        print("accepted")
    except Exception:
        print("refused")
