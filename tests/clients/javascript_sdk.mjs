// The official JavaScript SDK: every call, and what it gave, as JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { Dropbox, DropboxResponseError } from "dropbox";
import fetch from "node-fetch";

const [work, way] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(`${work}/ways.json`, "utf-8"));
const { hosts, token } = setup.ways[way];

// The SDK's own choice of one of Dropbox's hosts, at which this machine serves that host alone.
const atOwnHost = (address, options) => {
  const url = new URL(address);
  return fetch(`https://${hosts[url.hostname.split(".")[0]]}${url.pathname}${url.search}`, options);
};
const together = { domain: hosts.api, domainDelimiter: "" };
const settings = { accessToken: token, ...(way === "apart" ? { fetch: atOwnHost } : together) };
const dbx = new Dropbox(settings);

const EMAIL = "first@example.com";
const HOME = `/javascript-${way}`;
const NAME = "Größe ☃ 📄.txt";
const BIG = Buffer.from(Array.from({ length: 3 * 1024 * 1024 + 5 }, (_, n) => n % 251));
// More than a request carries; functions/README.md says how it is sent then (T34).
const LARGE = Buffer.concat([BIG, BIG, BIG]);

const results = {};

// Notes what a call gave, or how it failed.
async function call(name, work) {
  try {
    results[name] = await work();
  } catch (error) {
    results[name] = `raised ${error}: ${JSON.stringify(error.error)}`;
  }
}

// How a call fails that must.
async function failure(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof DropboxResponseError) return error;
    throw error;
  }
  throw new Error("it did not fail");
}

// What is the same whichever way it was asked for.
const same = (text) => text.replace(HOME.slice(1), "home");
const facts = (metadata) => [metadata[".tag"], same(metadata.name), same(metadata.path_display), metadata.size];
const bytes = (result) => Buffer.from(result.fileBinary);

await call("account", async () => {
  const { result } = await dbx.usersGetCurrentAccount();
  return [result.email, result.account_id, result.root_info.root_namespace_id];
});
await call("create folder", async () => facts((await dbx.filesCreateFolderV2({ path: HOME })).result.metadata));
await call("upload", async () =>
  facts((await dbx.filesUpload({ path: `${HOME}/${NAME}`, contents: "Grüße" })).result));
await call("upload conflict", async () => {
  const { status, error } = await failure(() => dbx.filesUpload({ path: `${HOME}/${NAME}`, contents: "other" }));
  return [status, error.error[".tag"], error.error.reason];
});
await call("upload session", async () => {
  const step = 1024 * 1024;
  const { result } = await dbx.filesUploadSessionStart({ contents: BIG.subarray(0, step) });
  const cursor = (offset) => ({ session_id: result.session_id, offset });
  await dbx.filesUploadSessionAppendV2({ cursor: cursor(step), contents: BIG.subarray(step, 2 * step) });
  const commit = { path: `${HOME}/big.bin` };
  const contents = BIG.subarray(2 * step);
  return facts((await dbx.filesUploadSessionFinish({ cursor: cursor(2 * step), commit, contents })).result);
});
await call("upload session in pieces of 4 MiB", async () => {
  const contents = LARGE;
  const piece = (n) => contents.subarray(n, n + 4 * 1024 * 1024);
  const { result } = await dbx.filesUploadSessionStart({ contents: piece(0) });
  const cursor = (offset) => ({ session_id: result.session_id, offset });
  let offset = piece(0).length;
  for (; offset + piece(offset).length < contents.length; offset += piece(offset).length)
    await dbx.filesUploadSessionAppendV2({ cursor: cursor(offset), contents: piece(offset) });
  const commit = { path: `${HOME}/pieces.bin` };
  const sent = (await dbx.filesUploadSessionFinish({ cursor: cursor(offset), commit, contents: piece(offset) })).result;
  return [...facts(sent), sent.content_hash];
});
await call("list in pages", async () => {
  let page = (await dbx.filesListFolder({ path: HOME, limit: 1 })).result;
  const found = page.entries.map(facts);
  while (page.has_more) {
    page = (await dbx.filesListFolderContinue({ cursor: page.cursor })).result;
    found.push(...page.entries.map(facts));
  }
  return found.sort();
});
await call("download", async () => {
  const { result } = await dbx.filesDownload({ path: `${HOME}/${NAME}` });
  return [facts(result), bytes(result).toString()];
});
await call("download of much", async () =>
  bytes((await dbx.filesDownload({ path: `${HOME}/big.bin` })).result).equals(BIG));
await call("download of a range", async () => {
  const ranged = new Dropbox({ ...settings, customHeaders: { Range: "bytes=250-260" } });
  const { status, headers, result } = await ranged.filesDownload({ path: `${HOME}/big.bin` });
  return [status, headers.get("content-range"), [...bytes(result)], facts(result)];
});
await call("search", async () => {
  const options = { path: HOME, filename_only: true };
  const { result } = await dbx.filesSearchV2({ query: "big", options });
  return result.matches.map((match) => facts(match.metadata.metadata));
});
await call("move", async () =>
  facts((await dbx.filesMoveV2({ from_path: `${HOME}/big.bin`, to_path: `${HOME}/Moved` })).result.metadata));
await call("temporary link", async () => {
  const { result } = await dbx.filesGetTemporaryLink({ path: `${HOME}/${NAME}` });
  return [facts(result.metadata), await (await fetch(result.link)).text()];
});
await call("delete", async () => facts((await dbx.filesDeleteV2({ path: `${HOME}/Moved` })).result.metadata));
await call("missing", async () => {
  const { status, error } = await failure(() => dbx.filesGetMetadata({ path: `${HOME}/nowhere` }));
  return [status, error.error];
});
await call("missing content", async () => {
  const { status, error } = await failure(() => dbx.filesDownload({ path: `${HOME}/nowhere` }));
  return [status, error.error];
});
await call("bad input", async () => {
  const { status, error } = await failure(() => dbx.filesListFolder({ path: "/" }));
  return [status, error];
});
await call("longpoll", async () => {
  const { result } = await dbx.filesListFolderGetLatestCursor({ path: HOME });
  const poll = dbx.filesListFolderLongpoll({ cursor: result.cursor, timeout: 30 });
  await new Promise((done) => setTimeout(done, 1000));
  await dbx.filesUpload({ path: `${HOME}/new.txt`, contents: "new" });
  return (await poll).result.changes;
});
await call("rate limit", async () => {
  const fault = { kind: "rate_limited", shape: "json", retry_after: 1 };
  const told = await fetch(`${setup.dropbox}/_fake/accounts/${EMAIL}/faults`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ script: [{ route: "files/get_metadata", fault }] }),
  });
  if (!told.ok) throw new Error(await told.text());
  const { status, error, headers } = await failure(() => dbx.filesGetMetadata({ path: `${HOME}/${NAME}` }));
  await new Promise((done) => setTimeout(done, 1500));
  return [status, headers.get("retry-after"), error.error];
});
await call("after the pause", async () => facts((await dbx.filesGetMetadata({ path: `${HOME}/${NAME}` })).result));

writeFileSync(`${work}/javascript-${way}.json`, JSON.stringify(results));
