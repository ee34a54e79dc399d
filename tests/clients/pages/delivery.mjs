// What pages send and load: policy, size, origins, languages, colour.

import { connect, openFolder, press, text } from "./person.mjs";

const FIRST_LOAD = 20_000;
const SCRIPT = 12_000;

// Goes through the pages, and looks at each answer.
async function answers({ open, server, stack }) {
  const page = await open();
  const [policies, foreign] = [new Set(), new Set()];
  page.on("response", (answer) => {
    if (!answer.url().startsWith(stack.dropline)) return;
    const { "content-security-policy": policy = "", "content-type": type = "" } = answer.headers();
    if (type.startsWith("text/html")) policies.add(policy);
  });
  page.on("request", (request) => {
    const ours = [stack.dropline, stack.dropbox, "data:"].some((start) => request.url().startsWith(start));
    // Dropbox's page is only gone to.
    if (!ours || (request.url().startsWith(stack.dropbox) && !request.isNavigationRequest())) foreign.add(request.url());
  });
  await connect(page, await server.link({ page: "choose" }));
  await openFolder(page, "Clients");
  await page.reload();
  await press(page, "button[value=cancel]");
  await page.goto(page.url().replace("done", ""));
  await page.goto(`${stack.dropline}/connect/start?ticket=unknown`);
  const rules = [...policies].map((policy) => Object.fromEntries(policy.split(";").map((one) => one.trim().split(/ (.*)/))));
  const strict = rules.every((rule) => rule["default-src"] === "'none'" && rule["frame-ancestors"] === "'none'" &&
    rule["base-uri"] === "'none'" && rule["script-src"] === "'self'" && rule["style-src"] === "'self'" && rule["trusted-types"] === "'none'");
  const unsafe = [...policies].some((policy) => /unsafe|\*|https:/.test(policy));
  return { pages: policies.size > 0, strict, unsafe, foreign: [...foreign] };
}

// Bytes that a first load takes, headers included.
async function budget({ open, server }) {
  const page = await open();
  const client = await page.createCDPSession();
  const [sizes, kinds] = [new Map(), new Map()];
  client.on("Network.responseReceived", ({ requestId, type }) => kinds.set(requestId, type));
  client.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => sizes.set(requestId, encodedDataLength));
  await client.send("Network.enable");
  const link = await server.link({ page: "choose" });
  await page.goto(link.url, { waitUntil: "networkidle0" });
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const script = [...sizes].filter(([id]) => kinds.get(id) === "Script").reduce((sum, [, size]) => sum + size, 0);
  return [total <= FIRST_LOAD || total, script > 0 && (script <= SCRIPT || script)];
}

const LANGUAGES = {
  en: "en-GB,en;q=0.9", de: "de-AT,de;q=0.9,en;q=0.5", fr: "fr-CA,fr;q=0.8", es: "es-MX,en;q=0.2", ja: "ja", pt: "pt-BR,pt;q=0.9",
};

async function languages({ open, serverOf }) {
  const titles = new Set();
  const wrong = [];
  for (const [tag, accept] of Object.entries(LANGUAGES)) {
    const [accepts, asks] = [await open({ accept }), await open({ accept: tag === "fr" ? "de" : "fr" })];
    const [first, second] = [serverOf(), serverOf()];
    await accepts.goto((await first.link({ page: "choose" })).url);
    titles.add(await text(accepts, "h1"));
    await connect(asks, await second.link({ page: "choose", language: tag }));
    titles.add(await text(asks, "h1"));
    for (const page of [accepts, asks]) {
      const shown = await page.$eval("html", (one) => one.lang);
      if (shown.slice(0, 2) !== tag) wrong.push(`${tag}: ${shown}`);
    }
    await Promise.all([accepts, asks].map((page) => page.browserContext().close()));
  }
  return [titles.size, wrong];
}

// A colour that is readable is used as it is; another one is changed until it is.
async function colour({ open, strict }) {
  const shown = [];
  for (const accent of ["#7a1fa2", "#ffdd00"]) {
    await strict.ask("PATCH", "settings", { appearance: { accent } });
    const page = await open();
    await page.goto((await strict.link()).url);
    shown.push(await page.$eval("button.go", (one) => [getComputedStyle(one).backgroundColor, getComputedStyle(one).color]));
  }
  await strict.ask("PATCH", "settings", { appearance: { accent: null } });
  const [[own], [bright, ink]] = shown;
  return [own, bright !== "rgb(255, 221, 0)", contrast(bright, ink) >= 4.5];
}

const channels = (colour) => colour.match(/\d+/g).map(Number);
const luminance = (colour) => {
  const [red, green, blue] = channels(colour).map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

export default [
  ["a strict policy, and nothing of another origin", { pages: true, strict: true, unsafe: false, foreign: [] }, answers],
  ["the first load within its budget", [true, true], budget],
  ["six languages, by the browser's and by the link's", [12, []], languages],
  ["a project's colour", ["rgb(122, 31, 162)", true, true], colour],
];
