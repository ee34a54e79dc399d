import { createHmac, createPublicKey, timingSafeEqual, verify as verifyEd25519 } from "node:crypto";

const TOLERANCE = 5 * 60;
// What precedes the 32 bytes of an Ed25519 public key in DER (RFC 8410).
const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

// Throws unless the delivery was signed with the key (`whsec_…` or `whpk_…`) within five minutes.
// `headers` have lower-case names; `body` is a Buffer with the bytes as they arrived.
export function verify(key, headers, body) {
  const timestamp = headers["webhook-timestamp"] ?? "";
  if (!/^\d+$/.test(timestamp) || Math.abs(Date.now() / 1000 - Number(timestamp)) > TOLERANCE) {
    throw new Error("the time is missing, too old or too new");
  }
  const content = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${timestamp}.`), body]);
  const signatures = (headers["webhook-signature"] ?? "").split(" ").map((part) => part.split(","));
  if (!signatures.some(([version, encoded]) => isSigned(key, content, version, encoded ?? ""))) {
    throw new Error("there is no signature by this key");
  }
}

function isSigned(key, content, version, encoded) {
  const [prefix, text] = key.split("_");
  const material = Buffer.from(text, "base64");
  const signature = Buffer.from(encoded, "base64");
  if (prefix === "whsec" && version === "v1") {
    const expected = createHmac("sha256", material).update(content).digest();
    return signature.length === expected.length && timingSafeEqual(signature, expected);
  }
  if (prefix === "whpk" && version === "v1a") {
    const der = Buffer.concat([ED25519, material]);
    return verifyEd25519(null, content, createPublicKey({ key: der, format: "der", type: "spki" }), signature);
  }
  return false;
}
