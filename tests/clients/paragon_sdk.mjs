// Paragon's own SDK in a page: what it gives, and beside it what Dropbox says of the same, as JSON.

import { readFileSync, writeFileSync } from "node:fs";
import { openPage } from "./browser.mjs";

const work = process.argv[2];
const setup = JSON.parse(readFileSync(`${work}/ways.json`, "utf-8"));
const project = JSON.parse(readFileSync(`${work}/project.json`, "utf-8"));
const server = `https://${setup.ways.proxied.hosts.api.split("/")[0]}`;
const HOME = "/paragon";
const NAME = "Größe ☃ 📄.txt";
const TEXT = "Grüße";

// Dropbox itself, called without a page.
const outside = globalThis.fetch;
async function dropbox(route, argument, contents) {
  const { hosts: { api: host }, token } = setup.ways.direct;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const sent = { method: "POST", headers, body: JSON.stringify(argument) };
  if (contents) {
    headers["content-type"] = "application/octet-stream";
    headers["dropbox-api-arg"] = JSON.stringify(argument);
    sent.body = contents;
  }
  return (await outside(`https://${host}/2/${route}`, sent)).json();
}

const results = { direct: {}, proxied: {} };

// Notes what the SDK gave, and what it should have.
async function call(name, bySdk, byDropbox) {
  for (const [way, work] of [["proxied", bySdk], ["direct", byDropbox]]) {
    try {
      results[way][name] = await work();
    } catch (error) {
      results[way][name] = `raised ${error}`;
    }
  }
}

// Accepts on Dropbox's page, as a person does in a browser. Returns the code that the application's own page gets.
async function consent(key, redirect) {
  const query = { client_id: key, response_type: "code", redirect_uri: redirect, token_access_type: "offline" };
  const door = `${setup.dropbox.replace(/\/$/, "")}/oauth2/authorize`;
  const shown = await (await outside(`${door}?${new URLSearchParams(query)}`)).text();
  const field = (name) => shown.match(new RegExp(`name="${name}" value="([^"]+)"`))[1];
  const body = new URLSearchParams({ request: field("request"), account: field("account"), decision: "approve" });
  const sent = await outside(door, { method: "POST", body, redirect: "manual" });
  return new URL(sent.headers.get("location")).searchParams.get("code");
}

// How a call fails that must.
async function failure(work) {
  try {
    await work();
  } catch (error) {
    return [error.message, error.response ?? null];
  }
  throw new Error("it did not fail");
}

for (const name of ["one", "two"]) await dropbox("files/upload", { path: `${HOME}/${name}.txt` }, TEXT);

const page = openPage();
// The SDK warns of what fails here on purpose.
console.warn = () => {};
const { paragon } = (await import("@useparagon/connect")).default;

const SERVICES = [
  "CONNECT", "DASHBOARD", "HERMES", "PASSPORT", "ZEUS", "CDN", "WORKER_PROXY", "API_TRIGGER_KIT",
];
const urls = Object.fromEntries(SERVICES.map((name) => [`${name}_PUBLIC_URL`, server]));
paragon.configureGlobal({ host: server }, { ...urls, PASSPORT_PRODUCTION_URL: server });

await call(
  "the frame",
  async () => {
    const { src } = document.querySelector("iframe");
    return [src, (await outside(src)).status];
  },
  () => [`${server}/ui`, 200],
);
await call(
  "authenticate",
  async () => {
    await paragon.authenticate(project.project, project.user_token);
    const { authenticated, userId, integrations } = paragon.getUser();
    const { enabled, credentialStatus, providerId, allCredentials } = integrations.dropbox;
    return [authenticated, userId, enabled, credentialStatus, allCredentials.length, providerId];
  },
  async () => {
    const { account_id } = await dropbox("users/get_current_account", null);
    return [true, project.user, true, "VALID", 1, account_id];
  },
);
await call(
  "what can be connected",
  () => paragon.getIntegrationMetadata().map(({ type, name }) => [type, name]),
  () => [["dropbox", "Dropbox"]],
);
await call(
  "list folder",
  async () => {
    const body = { path: "" };
    return (await paragon.request("dropbox", "/2/files/list_folder", { method: "POST", body })).entries;
  },
  async () => (await dropbox("files/list_folder", { path: "" })).entries,
);
await call(
  "move",
  async () => {
    const body = { from_path: `${HOME}/one.txt`, to_path: `${HOME}/${NAME}` };
    return (await paragon.request("dropbox", "/2/files/move_v2", { method: "POST", body })).metadata;
  },
  () => dropbox("files/get_metadata", { path: `${HOME}/${NAME}` }),
);
await call(
  "a connection by its id",
  async () => {
    const selectedCredentialId = paragon.getUser().integrations.dropbox.credentialId;
    const options = { method: "POST", body: { path: HOME }, selectedCredentialId };
    return (await paragon.request("dropbox", "2/files/list_folder", options)).entries;
  },
  async () => (await dropbox("files/list_folder", { path: HOME })).entries,
);
await call(
  "download by the whole address",
  () => {
    const address = "https://content.dropboxapi.com/2/files/download";
    const headers = { "Dropbox-API-Arg": JSON.stringify({ path: `${HOME}/two.txt` }) };
    return paragon.request("dropbox", address, { method: "GET", headers });
  },
  () => TEXT,
);
await call(
  "missing",
  async () => {
    const init = { method: "POST", body: { path: `${HOME}/nowhere` } };
    const [message, body] = await failure(() => paragon.request("dropbox", "/2/files/get_metadata", init));
    return [message === JSON.stringify(body), body.error];
  },
  async () => [true, (await dropbox("files/get_metadata", { path: `${HOME}/nowhere` })).error],
);
await call(
  "still signed in after an error",
  () => paragon.getUser().authenticated,
  () => true,
);
// What the SDK keeps beside calls: it has no counterpart at Dropbox.
const kept = () => paragon.getUser().integrations.dropbox;
const first = () => kept().allCredentials[0];
await call(
  "metadata, and still signed in",
  async () => {
    await paragon.setUserMetadata({ name: "Zoë", plan: "free" });
    const set = paragon.getUser().meta;
    await paragon.authenticate(project.project, project.user_token, { metadata: { email: "zoe@example.com" } });
    return [set, paragon.getUser().meta, paragon.getUser().authenticated];
  },
  () => [
    { Name: "Zoë", plan: "free" }, { Name: "Zoë", plan: "free", Email: "zoe@example.com" }, true,
  ],
);
await call(
  "metadata that cannot be kept, and still signed in",
  async () => {
    const [message] = await failure(() => paragon.setUserMetadata({ text: "x".repeat(5000) }));
    return [message.includes('"code":"invalid_field"'), paragon.getUser().authenticated];
  },
  () => [true, true],
);
await call(
  "configurations",
  async () => {
    const credentialId = kept().credentialId;
    const created = await paragon.createConfiguration({ credentialId, externalId: "invoices" });
    const options = { id: created.id, credentialId };
    const updated = await paragon.updateConfiguration({ ...options, meta: { step: 2 } });
    const between = first().configurations.map(({ isDefault, externalId }) => [isDefault, externalId ?? null]);
    await paragon.destroyConfiguration(options);
    const left = first().configurations;
    const [message] = await failure(() => paragon.destroyConfiguration({ id: left[0].id, credentialId }));
    return [created.externalId, updated.configMeta, between, left.length, message];
  },
  () => ["invoices", { step: 2 }, [[true, null], [false, "invoices"]], 1, "Cannot delete default configuration."],
);
await call(
  "settings",
  async () => {
    const { errors } = await paragon.updateIntegrationUserSettings("dropbox", { folder: "id:1" });
    await paragon.updateIntegrationUserSettings("dropbox", { limit: 5 });
    const workflow = { "5f0c": { enabled: true, settings: {} } };
    // Workflows are not made here, so that one is there is said by hand.
    const headers = { authorization: `Bearer ${project.user_token}`, "content-type": "application/json" };
    const credential = `${server}/projects/${project.project}/sdk/credentials/${kept().credentialId}`;
    const body = JSON.stringify({ config: { workflowSettings: workflow } });
    await fetch(credential, { method: "PATCH", headers, body });
    await paragon.setUserMetadata({ step: 3 });
    await paragon.updateWorkflowUserSettings("dropbox", "5f0c", { channel: "x" });
    await paragon.authenticate(project.project, project.user_token);
    const { sharedSettings, workflowSettings } = kept();
    return [errors, sharedSettings, workflowSettings["5f0c"].settings, first().configurations.length];
  },
  () => [[], { folder: "id:1", limit: 5 }, { channel: "x" }, 1],
);
// A workflow that the project's server makes: it makes a folder, and answers with its path and the query.
const workflowDocument = {
  name: "Folder maker",
  description: "Makes a folder.",
  trigger: { type: "request" },
  settings: [{ id: "parent", title: "In", type: "folder", default: "/paragon" }],
  steps: [
    {
      id: "make", type: "action", action: "DROPBOX_CREATE_FOLDER",
      parameters: { path: "{{ settings.parent }}/{{ trigger.body.name }}" },
    },
    { id: "answer", type: "response", body: { made: "{{ steps.make.metadata.path_display }}", by: "{{ trigger.query.by }}" } },
  ],
};
await call(
  "workflows",
  async () => {
    const headers = { authorization: `Bearer ${project.api_key}`, "content-type": "application/json" };
    const workflows = `${server}/projects/${project.project}/workflows`;
    const sent = { method: "POST", headers, body: JSON.stringify({ document: workflowDocument }) };
    const { id } = await (await outside(workflows, sent)).json();
    await paragon.authenticate(project.project, project.user_token);
    const [{ description, infoText, defaultEnabled, inputs }] = paragon.getIntegrationConfig("dropbox").availableWorkflows;
    const enabled = () => kept().workflowSettings[id].enabled;
    const before = enabled();
    const [refused] = await failure(() => paragon.workflow(id, { body: { name: "Too early" } }));
    await paragon.enableWorkflow(id);
    const on = enabled();
    const answered = await paragon.workflow(id, { body: { name: "Made" }, query: { by: "ada" } });
    await paragon.updateWorkflowUserSettings("dropbox", id, { parent: "/paragon/own" });
    await paragon.authenticate(project.project, project.user_token);
    const { settings } = kept().workflowSettings[id];
    const again = await paragon.workflow(id, { body: { name: "Made" }, query: { by: "bob" } });
    await paragon.disableWorkflow(id);
    await paragon.authenticate(project.project, project.user_token);
    const left = [enabled(), paragon.getUser().authenticated];
    return {
      described: [description, infoText, defaultEnabled, inputs.map(({ id, type }) => [id, type])],
      before, refused: refused.includes('"code":"workflow_not_enabled"'), on, answered, settings, again, left,
    };
  },
  () => ({
    described: ["Folder maker", "Makes a folder.", false, [["parent", "DYNAMIC_ENUM"]]],
    before: false, refused: true, on: true, answered: { made: "/paragon/Made", by: "ada" },
    settings: { parent: "/paragon/own" }, again: { made: "/paragon/own/Made", by: "bob" }, left: [false, true],
  }),
);
await call(
  "the account, without a token",
  async () => {
    const account = await paragon.getIntegrationAccount("dropbox", { includeAccountAuth: true });
    return [account.type, account.providerId, account.accountAuth ?? null];
  },
  async () => ["dropbox", (await dropbox("users/get_current_account", null)).account_id, null],
);
await call(
  "what a field can be",
  async () => {
    const source = await paragon.getDataSourceOptions("dropbox", "folders");
    const folders = await paragon.getFieldOptions({ integration: "dropbox", source });
    const parameters = [{ key: "folder", source: { type: "VALUE", value: HOME } }];
    const asked = { integration: "dropbox", action: "files", parameters };
    const files = await paragon.getFieldOptions(asked);
    const found = folders.data.find(({ label }) => label === HOME);
    return [found, folders.nextPageCursor, files.data.map(({ value }) => value).sort()];
  },
  async () => {
    const { id } = await dropbox("files/get_metadata", { path: HOME });
    const { entries } = await dropbox("files/list_folder", { path: HOME });
    const files = entries.filter((entry) => entry[".tag"] === "file");
    return [{ label: HOME, value: id }, null, files.map((entry) => entry.id).sort()];
  },
);
await call(
  "an event",
  async () => {
    await paragon.event("Invoice Paid", { number: 42 });
    const [message] = await failure(() => paragon.event("", {}));
    return [message.includes('"code":"invalid_field"'), paragon.getUser().authenticated];
  },
  () => [true, true],
);
await call(
  "triggers",
  async () => (await paragon.getTriggers("dropbox")).triggers.dropbox.map(({ type }) => type).slice(0, 3),
  () => ["CREATED", "UPDATED", "DELETED"].map((what) => `TRIGGER_DROPBOX_FILE_${what}`),
);
await call(
  "a code that this project takes from its server only",
  async () => {
    const given = { authorizationCode: "c", redirectUrl: "https://app.example.com/dropbox" };
    const [message] = await failure(() => paragon.completeInstall("dropbox", given));
    return [message.includes('"code":"install_not_allowed"'), paragon.getUser().authenticated];
  },
  () => [true, true],
);
await call(
  "a code that the application's own page got",
  async () => {
    const installs = JSON.parse(readFileSync(`${work}/installs.json`, "utf-8"));
    const redirectUrl = `${server}/oauth/callback`;
    // Its server registers the page.
    const headers = { authorization: `Bearer ${installs.api_key}`, "content-type": "application/json" };
    const registered = { method: "PATCH", headers, body: JSON.stringify({ return_origins: [server] }) };
    await outside(`${server}/projects/${installs.project}/settings`, registered);
    await paragon.authenticate(installs.project, installs.user_token);
    const before = paragon.getUser().integrations.dropbox.enabled;
    const authorizationCode = await consent("ownappkey", redirectUrl);
    const given = { authorizationCode, redirectUrl, showPortalAfterInstall: false };
    await paragon.completeInstall("dropbox", given);
    await paragon.authenticate(installs.project, installs.user_token);
    const { enabled, credentialStatus, providerId } = paragon.getUser().integrations.dropbox;
    await paragon.authenticate(project.project, project.user_token);
    return [before, enabled, credentialStatus, providerId];
  },
  async () => [false, true, "VALID", (await dropbox("users/get_current_account", null)).account_id],
);
await call(
  "a token that nobody signed",
  async () => {
    const [message] = await failure(() => paragon.authenticate(project.project, `${project.user_token}A`));
    return [message.includes('"code":"token_refused"'), paragon.getUser().authenticated];
  },
  () => [true, false],
);
await call(
  "a page without a token",
  async () => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`${server}/projects/${project.project}/sdk/me`, { headers });
    return [answer.status, (await answer.json()).code];
  },
  () => [401, "unauthorized"],
);
await call(
  "a route that is for servers alone",
  async () => {
    const headers = { authorization: `Bearer ${project.api_key}` };
    const links = `${server}/projects/${project.project}/connect/links`;
    return (await failure(() => fetch(links, { method: "POST", headers, body: "{}" })))[0];
  },
  () => "Failed to fetch",
);
await call(
  "a preflight",
  async () => {
    const asked = "authorization,content-type,x-paragon-configuration-id,x-paragon-credential,x-paragon-sdk-version";
    const headers = {
      origin: page.origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": asked,
    };
    const route = `https://${setup.ways.proxied.hosts.api}/2/files/list_folder`;
    const answer = await outside(route, { method: "OPTIONS", headers });
    const allowed = answer.headers.get("access-control-allow-headers").split(", ");
    const refused = asked.split(",").filter((name) => !allowed.includes(name));
    return [answer.status, answer.headers.get("access-control-allow-origin"), refused];
  },
  () => [204, "*", []],
);

// Last, since it ends the connection.
await call(
  "uninstall",
  async () => {
    await paragon.authenticate(project.project, project.user_token);
    await paragon.uninstallIntegration("dropbox");
    const after = [kept().enabled, kept().allCredentials.length, paragon.getUser().authenticated];
    await paragon.authenticate(project.project, project.user_token);
    return [after, kept().allCredentials.length];
  },
  () => [[false, 0, true], 0],
);

for (const way of ["direct", "proxied"]) writeFileSync(`${work}/paragon-${way}.json`, JSON.stringify(results[way]));
page.close();
