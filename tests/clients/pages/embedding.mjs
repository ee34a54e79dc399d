// An application's page with `<dropline-picker>`: how it is made, and what is seen of the element in it.

import { decide, press } from "./person.mjs";
import { until } from "./server.mjs";

const EVENTS = ["opened", "connected", "chosen", "closed", "denied", "failed"];
const WATCH = `
  window.heard = [];
  for (const name of ${JSON.stringify(EVENTS)})
    addEventListener("dropline-" + name, ({ type, detail }) => heard.push([type.slice(9), detail]));`;
let sites = 0;

// Returns the address of an application's page with this content and script. Nothing inline runs there, and no style is
// inline; `policies` are those of trusted types that a framework makes.
export function page({ stack, application }, { site = application, body, script = "", isolated = false, policies = "'none'", file = "dropline-picker.js", integrity = "" }) {
  sites += 1;
  const own = `/element-${sites}`;
  const policy = `default-src 'none'; script-src 'self' ${stack.dropline}; connect-src 'self'; img-src data:; frame-src http:; base-uri 'none'; require-trusted-types-for 'script'; trusted-types ${policies}`;
  site.more.set(`${own}.js`, (request, response) => {
    response.setHeader("content-type", "text/javascript");
    response.end(`${WATCH}\n${script}`);
  });
  site.more.set(own, (request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-security-policy", policy);
    if (isolated) {
      response.setHeader("cross-origin-opener-policy", "same-origin");
      response.setHeader("cross-origin-embedder-policy", "require-corp");
    }
    response.end(`<!doctype html><html lang="en"><title>Notes</title><link rel="icon" href="data:,"><script src="${own}.js"></script>
      <script type="module" src="${stack.dropline}/assets/${file}" crossorigin${integrity && ` integrity="${integrity}"`}></script>
      <main><h1>Notes</h1>${body}</main></html>`);
  });
  return site.origin + own;
}

export const picker = ({ url }) => `<dropline-picker link="${url}"></dropline-picker>`;

// Opens the page and waits for the button.
export async function shown(world, options) {
  const at = await world.open();
  await at.goto(page(world, options));
  await at.waitForSelector("dropline-picker >>> button");
  return at;
}

// Clicks the button, and returns the window that opens.
export async function windowOf(at, act = () => at.click("dropline-picker >>> button")) {
  const opened = new Promise((done) => at.once("popup", done));
  await act();
  const window = await opened;
  await window.setViewport({ width: 900, height: 780 });
  await window.waitForSelector("button.go, button[value=save]");
  return window;
}

export async function connected(window, decision = "approve") {
  await press(window, "button.go");
  await decide(window, decision);
}

export const heard = (at) => at.evaluate(() => heard);
export const names = async (at) => (await heard(at)).map(([name]) => name);
export const hears = (at, name) => until(async () => (await heard(at)).find(([one]) => one === name), name);
export const status = (at) => at.$eval("dropline-picker >>> [role=status]", (one) => one.textContent);
