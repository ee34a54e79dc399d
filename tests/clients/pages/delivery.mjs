// What pages send and load: policy, size, origins, languages, colour.

import { crc32, deflateSync } from "node:zlib";
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

const LOGO = ["Strict", 400, 100, 4, 36, "rgb(255, 255, 255)"];

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

// A PNG of one dark colour, on nothing: on a dark page it would be lost without a ground of its own.
function picture(width, height) {
  const chunk = (kind, data) => {
    const [length, check, body] = [Buffer.alloc(4), Buffer.alloc(4), Buffer.concat([Buffer.from(kind), data])];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 6], 8);
  const line = Buffer.concat([Buffer.from([0]), Buffer.alloc(4 * width, Buffer.from([20, 30, 60, 255]))]);
  const lines = deflateSync(Buffer.concat(Array(height).fill(line)));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", lines), chunk("IEND", Buffer.alloc(0))]);
}

// It is seen in both themes, at the size of a mark, and has the name of the application for those who do not see it.
async function logo({ open, strict }) {
  const data = picture(400, 100).toString("base64");
  await strict.ask("PATCH", "settings", { appearance: { logo: { data } } });
  const shown = [];
  for (const dark of [false, true]) {
    const page = await open({ dark });
    await page.goto((await strict.link()).url, { waitUntil: "networkidle0" });
    shown.push(await page.$eval("img.logo", (one) => {
      const { padding, backgroundColor } = getComputedStyle(one);
      const inside = (side) => side - 2 * parseFloat(padding);
      const shape = inside(one.clientWidth) / inside(one.clientHeight);
      return [one.alt, one.naturalWidth, one.naturalHeight, shape, one.offsetHeight, backgroundColor];
    }));
  }
  await strict.ask("PATCH", "settings", { appearance: { logo: null } });
  const page = await open();
  await page.goto((await strict.link()).url);
  return [...shown, await page.$eval(".logo", (one) => [one.localName, one.textContent])];
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
  ["a project's logo, light and dark", [LOGO, LOGO, ["div", "S"]], logo],
  ["a project's colour", ["rgb(122, 31, 162)", true, true], colour],
];
