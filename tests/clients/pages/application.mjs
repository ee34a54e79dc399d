// An application's page that opens Dropline's in a window, and a page of somebody else's, which attacks them.

import { createServer } from "node:http";

const OPENER = `<!doctype html>
<meta charset="utf-8">
<title>Notes</title>
<script>
  var heard = [];
  addEventListener("message", ({ origin, data }) => heard.push({ origin, ...data }));
</script>`;

const encoded = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const framing = (address) => `<!doctype html>
<meta charset="utf-8">
<title>Prizes</title>
<iframe src="${encoded(address)}" width="900" height="700"></iframe>`;

const forging = (address, fields) => `<!doctype html>
<meta charset="utf-8">
<title>Prizes</title>
<form method="post" action="${encoded(address)}">
${fields.map(([name, value]) => `<input type="hidden" name="${encoded(name)}" value="${encoded(value)}">`).join("\n")}
<button>Win a prize</button>
</form>`;

// Serves a site at a name of this machine's. `more` has further answers by their paths.
export async function serve(host) {
  const more = new Map();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost");
    if (more.has(pathname)) return more.get(pathname)(request, response);
    const [frame, form] = [searchParams.get("frame"), searchParams.get("form")];
    searchParams.delete("form");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(frame ? framing(frame) : form ? forging(form, [...searchParams]) : OPENER);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { origin: `http://${host}:${server.address().port}`, more, stop: () => server.close() };
}

// Opens an address in a window of the page's, and returns the window.
export async function popup(page, address) {
  const opened = new Promise((done) => page.once("popup", done));
  await page.evaluate((address) => void (window.opened = open(address, "dropline", "popup,width=900,height=700")), address);
  const window = await opened;
  await window.waitForSelector("h1");
  return window;
}

export const heard = (page) => page.evaluate(() => heard);
