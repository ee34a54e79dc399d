// Carbon's TypeScript SDK, unmodified, against a stack of its own: the journey of `carbon/sdk.py` with the fake's second
// account. What its webhook gets is verified as Carbon's page says for JavaScript: by the compact signature. Writes what must be seen, and what was seen.

import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Carbon } from "carbon-typescript-sdk";

const PATIENCE_MS = 30_000;
const MUST_BE = {
  "one data source": 1,
  items: [["Reports", "FOLDER"], ["one.txt", "FILE"], ["other.txt", "FILE"]],
  chosen: true,
  files: [["Reports", "READY", "t1"], ["one.txt", "READY", "t1"], ["plan.txt", "READY", "t1"]],
  bytes: { "one.txt": "one", "plan.txt": "the plan" },
  "fetched again": true,
  "users changed": true,
  deleted: ["Reports"],
  "not there": [404, "file_not_found"],
  unlinked: [true, []],
  webhook: ["ACTIVE", 1, true, 0],
  "webhook told": ["ADD", "ALL_FILES_PROCESSED", "FILES_CREATED", "FILE_READY", "REVOKE"],
  "webhook verified": true,
};

const work = process.argv[2];
const seen = {};
const [, gateway] = /Dropline is at (\S+?)\/?, its fake Dropbox at/.exec(readFileSync(`${work}/carbon.out`, "utf-8"));
const project = JSON.parse(readFileSync(`${work}/carbon.json`, "utf-8"));
const basePath = gateway;
const customerId = "typescript";
const home = `${work}/carbon/dropbox/second`;
mkdirSync(`${home}/Reports`, { recursive: true });
for (const [name, text] of Object.entries({ "Reports/plan.txt": "the plan", "one.txt": "one", "other.txt": "other" })) {
  writeFileSync(`${home}/${name}`, text);
}

// Sends a form without following where it leads.
const submit = (address, fields, headers = {}) =>
  fetch(address, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });

// Links the fake's second account by the address that the SDK is given.
async function link(api) {
  const { data } = await api.integrations.getOauthUrl({ service: "DROPBOX", connecting_new_account: true });
  const page = await fetch(data.oauth_url);
  const cookie = { cookie: page.headers.get("set-cookie").split(";")[0] };
  const read = (text, name) => new RegExp(`name="${name}" value="([^"]+)"`).exec(text)[1];
  const start = await page.text();
  const fields = { ticket: read(start, "ticket"), proof: read(start, "proof") };
  const address = (await submit(`${gateway}/connect/start`, fields, cookie)).headers.get("location");
  const form = await (await fetch(address)).text();
  const accounts = [...form.matchAll(/name="account" value="([^"]+)"/g)].map((match) => match[1]);
  const consent = { request: read(form, "request"), account: accounts[1], decision: "approve" };
  const back = (await submit(address.split("?")[0], consent)).headers.get("location");
  const end = await fetch(back, { headers: cookie });
  if (!end.ok) throw new Error(`the connect ended with ${end.status}`);
}

// What `look` gives once it is not null.
async function until(look) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error("it never came");
    await sleep(50);
  }
}

// What the webhook gets.
const received = [];
const receiver = createServer(async (request, response) => {
  const chunks = await request.toArray();
  received.push({ signature: request.headers["carbon-signature-compact"], body: Buffer.concat(chunks).toString() });
  response.end();
});
await new Promise((resolve) => receiver.listen(0, "127.0.0.1", resolve));

const payloads = () => received.map(({ body }) => JSON.parse(JSON.parse(body).payload));

// Whether a request was signed with the key.
function isVerified({ signature, body }, key) {
  const [, time, digits] = /^t=(\d+),v2=([0-9a-f]+)$/.exec(signature);
  const content = `${time}.${JSON.stringify(JSON.parse(body))}`;
  return createHmac("sha256", Buffer.from(key, "hex")).update(content).digest("hex") === digits;
}

try {
  const organization = new Carbon({ apiKey: project.api_key, basePath });
  const url = `http://127.0.0.1:${receiver.address().port}/carbon`;
  const webhook = (await organization.webhooks.addUrl({ url })).data;
  const server = new Carbon({ apiKey: project.api_key, customerId, basePath });
  await link(server);
  const { data: token } = await server.auth.getAccessToken();
  const user = new Carbon({ accessToken: token.access_token, basePath });
  const sources = (await user.dataSources.queryUserDataSources({})).data.results;
  seen["one data source"] = sources.length;
  const source = sources[0].id;

  // What was put into the account, once the fake Dropbox has noticed all of it.
  const items = await until(async () => {
    const listed = (await user.integrations.listDataSourceItems({ data_source_id: source })).data.items;
    const found = listed.filter((item) => ["Reports", "one.txt", "other.txt"].includes(item.name));
    return found.length === 3 ? found : null;
  });
  seen.items = items.map((item) => [item.name, item.item_type]);
  const ids = items.filter((item) => item.name !== "other.txt").map((item) => item.external_id);
  seen.chosen = (await user.integrations.syncFiles({ data_source_id: source, ids, request_id: "t1" })).data.success;

  // The files of the request, in the order of their names, once all of them are there and ready.
  const files = async () => {
    const query = { filters: { request_ids: ["t1"] }, pagination: { limit: 100 }, include_raw_file: true };
    const found = (await user.files.queryUserFiles(query)).data.results;
    const ready = found.length === 3 && found.every((file) => file.sync_status === "READY");
    return ready ? found.sort((one, two) => (one.name < two.name ? -1 : 1)) : null;
  };
  const found = await until(files);
  seen.files = found.map((file) => [file.name, file.sync_status, file.request_id]);
  const links = found.filter((file) => file.presigned_url);
  seen.bytes = {};
  for (const file of links) seen.bytes[file.name] = await (await fetch(file.presigned_url)).text();
  const byName = Object.fromEntries(found.map((file) => [file.name, file.id]));
  const one = byName["one.txt"];
  // It waits, or is fetched already.
  const { sync_status: again } = (await user.files.resync({ file_id: one })).data;
  seen["fetched again"] = ["QUEUED_FOR_SYNC", "SYNCING"].includes(again) || again;
  await until(files);

  const change = { customer_ids: [customerId], auto_sync_enabled_sources: "ALL", auto_sync_interval: 6, max_files: 100 };
  seen["users changed"] = (await organization.users.updateUsers(change)).data.success;

  await user.files.deleteV2({ filters: { ids: [one, byName["plan.txt"]] } });
  const left = async () => {
    const rest = (await user.files.queryUserFiles({ filters: { request_ids: ["t1"] } })).data.results;
    return rest.length < 2 ? rest.map((file) => file.name) : null;
  };
  seen.deleted = await until(left);
  try {
    await user.files.resync({ file_id: one });
  } catch (error) {
    const body = error.responseBody ?? error.response?.data;
    seen["not there"] = [error.status ?? error.response?.status, body?.code];
  }
  const revoked = (await server.dataSources.revokeAccessToken({ data_source_id: source })).data.success;
  const linked = await server.dataSources.queryUserDataSources({ filters: { revoked_access: false } });
  seen.unlinked = [revoked, linked.data.results];

  await until(async () => (payloads().some((message) => message.webhook_type === "REVOKE") ? true : null));
  const told = new Set(payloads().map((message) => message.webhook_type));
  seen["webhook told"] = MUST_BE["webhook told"].filter((kind) => told.has(kind));
  seen["webhook verified"] = received.every((request) => isVerified(request, webhook.signing_key));
  const matching = (await organization.webhooks.urls({ filters: { ids: [webhook.id] } })).data.results;
  const removed = (await organization.webhooks.deleteUrl({ webhookId: webhook.id })).data.success;
  const leftOver = (await organization.webhooks.urls({})).data.count;
  seen.webhook = [webhook.status, matching.length, removed, leftOver];
} catch (error) {
  // Stripped to its words: what the SDK throws holds the API key.
  seen.raised = `raised ${error.message}`;
} finally {
  receiver.closeAllConnections();
  receiver.close();
  writeFileSync(`${work}/carbon_typescript-direct.json`, JSON.stringify(MUST_BE));
  writeFileSync(`${work}/carbon_typescript-shown.json`, JSON.stringify(seen));
}
