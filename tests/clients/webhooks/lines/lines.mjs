// Verifies deliveries from lines of five fields: key, id, time, signatures, and the body in Base64. `standardwebhooks` as
// an argument takes that package in place of our example.
import { readFileSync } from "node:fs";

const verifier = {
  ours: async () => (await import("./verify.mjs")).verify,
  standardwebhooks: async () => {
    const { Webhook } = await import("standardwebhooks");
    return (key, headers, body) => new Webhook(key).verify(body, headers);
  },
};
const verify = await verifier[process.argv[2] ?? "ours"]();
for (const line of readFileSync(0, "utf8").split("\n").slice(0, -1)) {
  const [key, id, timestamp, signatures, body] = line.split("\t");
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures };
  try {
    verify(key, headers, Buffer.from(body, "base64"));
    console.log("accepted");
  } catch {
    console.log("refused");
  }
}
