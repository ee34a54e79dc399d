// An application, as its users' browsers see it: a page on an origin of its own with Paragon's SDK, unmodified. And a
// page of somebody else's, which frames the portal.

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";

const SDK = readFileSync(createRequire(import.meta.url).resolve("@useparagon/connect"));
const SERVICES = ["CONNECT", "DASHBOARD", "HERMES", "PASSPORT", "ZEUS", "CDN", "WORKER_PROXY", "API_TRIGGER_KIT"];

// The SDK is a module of Node's; the page gives it what it takes to be one.
const page = (dropline) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Notes</title>
<style>
  body { margin: 0; font: 15px/1.5 system-ui; color: #26231f; background: #f3efe8 } main { max-width: 46rem; margin: 3rem auto; padding: 0 1.5rem }
  button { font: inherit; padding: .6rem 1rem }
</style>
<main>
  <h1>Notes</h1>
  <p>Your notes, and what you keep in Dropbox.</p>
  <button id="connect">Dropbox …</button>
</main>
<script>
  var module = { exports: {} }, exports = module.exports, seen = [];
</script>
<script src="/sdk.js"></script>
<script>
  var { paragon } = module.exports;
  var services = Object.fromEntries(${JSON.stringify(SERVICES)}.map((name) => [name + "_PUBLIC_URL", ${JSON.stringify(dropline)}]));
  paragon.configureGlobal({ host: ${JSON.stringify(dropline)} }, { ...services, PASSPORT_PRODUCTION_URL: ${JSON.stringify(dropline)} });
  for (const name of ["onIntegrationInstall", "onIntegrationUninstall", "onPortalOpen", "onPortalClose"])
    paragon.subscribe(name, (event) => seen.push(name));
  var options = {
    onOpen: () => seen.push("onOpen"),
    onClose: () => seen.push("onClose"),
    onInstall: (event) => seen.push("onInstall " + event.integrationType + (event.credentialId ? " with its credential" : "")),
    onUninstall: () => seen.push("onUninstall"),
    onError: (error) => seen.push("onError " + (error.code ?? error.message)),
  };
  var more = {};
  document.querySelector("#connect").addEventListener("click", () => {
    if (more.headless) more.headless();
    else paragon.connect("dropbox", { ...options, ...more }).then(() => seen.push("connected"), (error) => seen.push("rejected " + (error.code ?? error.message)));
  });
</script>
</html>`;

// Frames the portal without the SDK, and says what the SDK would say.
const frame = (address) => `<!doctype html>
<meta charset="utf-8">
<title>Prizes</title>
<iframe id="portal" src="${address}" style="position: fixed; inset: 0; width: 100vw; height: 100vh"></iframe>
<script>
  var seen = [];
  addEventListener("message", ({ data }) => seen.push(data?.type ?? "message"));
</script>`;

// Serves the pages. `?isolated` isolates the application's page from what it opens.
export async function serve(host, dropline) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (searchParams.has("isolated")) response.setHeader("cross-origin-opener-policy", "same-origin");
    if (searchParams.has("silent")) response.setHeader("referrer-policy", "no-referrer");
    if (pathname === "/sdk.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(SDK);
    } else {
      response.setHeader("content-type", "text/html; charset=utf-8");
      const framed = searchParams.get("frame");
      response.end(framed ? frame(framed) : page(dropline));
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://${host}:${server.address().port}`, stop: () => server.close() };
}
