import base64
import hmac
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TOLERANCE = 5 * 60


def verify(key, headers, body):
    """Raises ValueError unless the delivery was signed with the key (`whsec_…` or `whpk_…`) within five minutes.

    `headers` have lower-case names; `body` is the bytes as they arrived."""
    message, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not timestamp.isdigit() or abs(time.time() - int(timestamp)) > TOLERANCE:
        raise ValueError("the time is missing, too old or too new")
    content = f"{message}.{timestamp}.".encode() + body
    signatures = (part.partition(",") for part in headers.get("webhook-signature", "").split(" "))
    if not any(is_signed(key, content, version, encoded) for version, _, encoded in signatures):
        raise ValueError("there is no signature by this key")


def is_signed(key, content, version, encoded):
    prefix, _, material = key.partition("_")
    try:
        material, signature = base64.b64decode(material), base64.b64decode(encoded, validate=True)
        if (prefix, version) == ("whsec", "v1"):
            return hmac.compare_digest(hmac.digest(material, content, "sha256"), signature)
        if (prefix, version) == ("whpk", "v1a"):
            Ed25519PublicKey.from_public_bytes(material).verify(signature, content)
            return True
    except (ValueError, InvalidSignature):
        pass
    return False
