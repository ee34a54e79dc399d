// What the official JavaScript SDK makes of refusals: of Dropbox's own directly, and of ours through the proxy (T30).

import { readFileSync, writeFileSync } from "node:fs";
import { Dropbox, DropboxResponseError } from "dropbox";
import fetch from "node-fetch";

const [work, way] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${work}/${name}.json`, "utf-8"));
const [setup, project] = [read("ways"), read("project")];
const { hosts, token } = setup.ways[way];
const EMAIL = "first@example.com";

const results = {};
const client = (settings) => new Dropbox({ accessToken: token, domain: hosts.api, domainDelimiter: "", ...settings });

// For a user who has no connection; directly there is none like that.
const nobody = () =>
  way === "proxied" ? client({ accessToken: project.api_key, customHeaders: { "customer-id": "nobody" } }) : client();

// Notes what a call gave, or how it failed.
async function call(name, work) {
  try {
    results[name] = await work();
  } catch (error) {
    results[name] = `raised ${error}: ${JSON.stringify(error.error)}`;
  }
}

// The error that a call must reject with, in the SDK's form.
async function rejected(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof DropboxResponseError && typeof error.error.error_summary === "string") return error;
    throw error;
  }
  throw new Error("it did not fail");
}

// Makes Dropbox answer the next call of a route so.
async function fault(route, fault) {
  const told = await fetch(`${setup.dropbox}/_fake/accounts/${EMAIL}/faults`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ script: [{ route, fault }] }),
  });
  if (!told.ok) throw new Error(await told.text());
}

// The statuses of our refusals for a token. Directly, `before` each call Dropbox is made to refuse it.
async function refused(code, tag, before) {
  const dbx = way === "proxied" ? client({ accessToken: setup.refused[code] }) : client();
  const statuses = [];
  for (const [route, work, inner] of [
    ["files/list_folder", () => dbx.filesListFolder({ path: "/nowhere" }), (error) => error],
    ["files/download", () => dbx.filesDownload({ path: "/nowhere" }), (error) => error],
    // Below `path` only, its error type takes a tag that the SDK does not know.
    ["files/get_metadata", () => dbx.filesGetMetadata({ path: "/nowhere" }), (error) => error.path],
  ]) {
    if (way === "direct") await before(route);
    const { status, error } = await rejected(work);
    if (way === "proxied") mustBe(code, tag, error, inner(error.error));
    statuses.push(status);
  }
  return statuses;
}

function mustBe(code, tag, body, told) {
  if (body.code !== code || told?.[".tag"] !== tag) throw new Error(`not ${code}: ${JSON.stringify(body)}`);
}

await call("unknown token", async () => {
  const strangers = client({ accessToken: "no-such-token" });
  const errors = [
    await rejected(() => strangers.usersGetCurrentAccount()),
    await rejected(() => strangers.filesDownload({ path: "/x" })),
    await rejected(() => strangers.filesUpload({ path: "/x", contents: "x" })),
  ];
  return errors.map(({ status, error }) => [status, error.error[".tag"]]);
});
await call("nothing there", async () => {
  const dbx = nobody();
  const errors = [
    await rejected(() => dbx.filesListFolder({ path: "/nowhere" })),
    await rejected(() => dbx.filesGetMetadata({ path: "/nowhere" })),
    await rejected(() => dbx.filesDownload({ path: "/nowhere" })),
  ];
  return errors.map(({ error }) => typeof error.error[".tag"]);
});
await call("not permitted", async () => {
  await fault("files/list_folder", { kind: "access_denied" });
  const { status, error } = await rejected(() => client().filesListFolder({ path: "" }));
  return [status, error.error[".tag"]];
});
await call("a token without the permission", () =>
  refused("not_permitted", "no_permission", (route) => fault(route, { kind: "access_denied" })),
);
await call("a connection that must be made again", () => refused("needs_reauth", "needs_reauth", () => {}));
// A page may not revoke its user's token.
await call("revoked by a page", async () => {
  if (way === "direct") await fault("auth/token/revoke", { kind: "access_denied" });
  const { status, error } = await rejected(() => client().authTokenRevoke());
  if (way === "proxied") mustBe("disconnect_instead", "no_permission", error, error.error);
  return status;
});
await call("too large", async () => {
  if (way === "direct") await fault("files/upload", { kind: "server_error", status: 413 });
  try {
    await client().filesUpload({ path: "/too-large", contents: Buffer.alloc(4_500_001) });
  } catch (error) {
    return [error instanceof DropboxResponseError, error.status];
  }
});
await call("rate limit", async () => {
  await fault("users/get_space_usage", { kind: "rate_limited", shape: "json", retry_after: 2 });
  const errors = [await rejected(() => client().usersGetSpaceUsage())];
  // Dropbox is not asked again during a pause.
  if (way === "proxied") errors.push(await rejected(() => client().usersGetSpaceUsage()));
  await new Promise((done) => setTimeout(done, 2500));
  const kinds = errors.map(({ status, error }) => [status, error.error.reason[".tag"]].join(" "));
  const waits = errors.map(({ headers, error }) => [Number(headers.get("retry-after")), error.error.retry_after].flat());
  return [[...new Set(kinds)], waits.flat().every((seconds) => seconds >= 1 && seconds <= 2)];
});

writeFileSync(`${work}/javascript_refusals-${way}.json`, JSON.stringify(results));
