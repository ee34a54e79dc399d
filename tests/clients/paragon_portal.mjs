// Paragon's SDK, unmodified, in Chromium: its portal, the window in which an account is connected, and every event that
// the application is told. Writes what must be seen, and what was seen.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { serve } from "./portal/application.mjs";
import { findings, findingsOf } from "./portal/accessibility.mjs";
import { closed, decide, focused, open, portal, press, seenBy, sees, start, windowOf } from "./portal/browser.mjs";
import { newUser, token } from "./portal/users.mjs";

const [work, binary, pictures = work] = process.argv.slice(2);
const setup = JSON.parse(readFileSync(`${work}/ways.json`, "utf-8"));
const project = JSON.parse(readFileSync(`${work}/portal.json`, "utf-8"));
const odd = JSON.parse(readFileSync(`${work}/odd.json`, "utf-8"));
const dropline = `https://${setup.ways.proxied.hosts.api.split("/")[0]}`;

const application = await serve("app.localhost", dropline);
const stranger = await serve("prizes.localhost", dropline);
const browser = await start(binary, `${work}/chromium-portal`);
const expected = {};
const given = {};

// Its server registers the page's origin.
for (const { project: id, api_key: key } of [project, odd]) {
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const body = JSON.stringify({ return_origins: [application.origin] });
  await fetch(`${dropline}/projects/${id}/settings`, { method: "PATCH", headers, body });
}

async function see(name, must, work) {
  expected[name] = must;
  try {
    given[name] = await work();
  } catch (error) {
    given[name] = `raised ${error}`;
  }
  for (const context of browser.browserContexts().slice(1)) await context.close();
}

const openFor = (user = newUser(), query = "") => open(browser, application, project, token(project, user), query);

// Opens the portal by a click on the application's page.
async function opened(page, more = {}) {
  await page.evaluate((given) => Object.assign(more, given), more);
  await page.click("#connect");
}

// Connects an account in the portal.
async function connect(page, more = {}) {
  await opened(page, more);
  const frame = await portal(page, "connect");
  const popup = await windowOf(page, () => press(frame, "connect"));
  await decide(popup, "approve");
  return [await portal(page, "connected"), popup];
}

// Closes the portal by its cross.
async function shut(page, frame) {
  await press(frame, "close");
  await page.waitForSelector("#paragon-connect-frame", { hidden: true });
}

// Clicks beside the dialog. A click that comes before the browser has drawn the frame goes to the page behind it.
async function clickBeside(page) {
  const isShown = () => page.$eval("#paragon-connect-frame", (frame) => frame.style.display !== "none");
  await until(async () => {
    await page.mouse.click(5, 5);
    await sleep(300);
    return !(await isShown());
  });
}

// Asks again until it is so.
async function until(holds) {
  for (let left = 600; left > 0; left -= 1) {
    if (await holds()) return;
    await sleep(100);
  }
  throw new Error("it does not come");
}

const picture = async (page, name) => writeFileSync(`${pictures}/portal-${name}.png`, await page.screenshot());

await see(
  "connect, and what the application is told",
  {
    email: "first@example.com",
    closed: true,
    address: "nothing of the token",
    events: ["connected", "onInstall dropbox with its credential", "onIntegrationInstall", "onOpen", "onPortalOpen"],
    status: "VALID",
  },
  async () => {
    const user = newUser();
    const page = await openFor(user);
    await opened(page);
    const frame = await portal(page, "connect");
    await picture(page, "connect");
    const popup = await windowOf(page, () => press(frame, "connect"));
    const addresses = [];
    popup.on("framenavigated", (navigated) => addresses.push(navigated.url()));
    await popup.waitForSelector('button[value="approve"]');
    await picture(page, "connecting");
    await decide(popup, "approve");
    const connected = await portal(page, "connected");
    await sees(page, "connected");
    await picture(page, "connected");
    const email = await connected.$eval('[data-part="connected"] [data-text="account"]', (place) => place.textContent);
    const status = await page.evaluate(() => paragon.getUser().integrations.dropbox.credentialStatus);
    const secret = token(project, user).split(".")[0];
    const address = addresses.some((one) => one.includes(secret)) ? "the token" : "nothing of the token";
    return { email, closed: await closed(popup), address, events: [...new Set(await seenBy(page))].sort(), status };
  },
);

await see(
  "closing by key, by the cross and beside the dialog, each told once, and the focus leaves the frame",
  [[1, 1, 1], [false, false, false]],
  async () => {
    const page = await openFor();
    const told = [];
    const shown = [];
    for (const close of [
      () => page.keyboard.press("Escape"),
      async () => press(await portal(page, "connect"), "close"),
      () => clickBeside(page),
    ]) {
      await page.evaluate(() => seen.splice(0));
      await opened(page);
      await focused(await portal(page, "connect"));
      await close();
      await page.waitForSelector("#paragon-connect-frame", { hidden: true });
      const events = await seenBy(page);
      told.push(events.filter((event) => event === "onPortalClose").length);
      shown.push(await page.evaluate(() => document.activeElement.id === "paragon-connect-frame"));
    }
    return [told, shown];
  },
);

await see(
  "the keyboard reaches every button of the dialog and nothing behind it",
  ["close", "connect", "close", "connect"],
  async () => {
    const page = await openFor();
    await opened(page);
    const frame = await portal(page, "connect");
    await focused(frame);
    const reached = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press("Tab");
      reached.push(await frame.evaluate(() => document.activeElement.dataset.do));
    }
    return reached;
  },
);

// A square of 32 pixels.
const LOGO = "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mMQkbOhKWIYtWDUglELRi0YtWDUglELRi0YtWDUglELhooFAIhluBDeeOm8AAAAAElFTkSuQmCC";

await see("the project's logo, and the letter of its name without one", [[true, 32, true], ["N", false]], async () => {
  const headers = { authorization: `Bearer ${project.api_key}`, "content-type": "application/json" };
  const put = (logo) => {
    const body = JSON.stringify({ appearance: { logo } });
    return fetch(`${dropline}/projects/${project.project}/settings`, { method: "PATCH", headers, body });
  };
  const shown = async () => {
    const page = await openFor();
    await opened(page);
    const frame = await portal(page, "connect");
    await focused(frame);
    return [page, frame];
  };
  await put({ data: LOGO });
  const [page, frame] = await shown();
  await frame.waitForFunction(() => document.querySelector("img.logo").complete);
  await picture(page, "logo");
  const withLogo = await frame.$eval("img.logo", (one) => [one.checkVisibility(), one.naturalWidth, one.nextElementSibling.hidden]);
  await put(null);
  const [, bare] = await shown();
  const without = await bare.$eval(".logo:not(img)", (one) => [one.textContent, one.hidden]);
  return [withLogo, without];
});

await see(
  "no at Dropbox",
  { events: ["onError access_denied", "rejected access_denied"], closed: true, again: "connected" },
  async () => {
    const page = await openFor();
    await opened(page);
    const popup = await windowOf(page, async () => press(await portal(page, "connect"), "connect"));
    await decide(popup, "deny");
    const frame = await portal(page, "denied");
    await picture(page, "denied");
    const events = (await seenBy(page)).filter((event) => /onError|rejected/.test(event)).sort();
    const gone = await closed(popup);
    const next = await windowOf(page, () => press(frame, "connect"));
    await decide(next, "approve");
    await portal(page, "connected");
    return { events, closed: gone, again: "connected" };
  },
);

await see("a window that was closed is opened again", "connected", async () => {
  const page = await openFor();
  await opened(page);
  const popup = await windowOf(page, async () => press(await portal(page, "connect"), "connect"));
  await popup.waitForSelector('button[value="approve"]');
  await popup.close();
  const frame = await portal(page, "connecting");
  const next = await windowOf(page, () => press(frame, "connect"));
  await decide(next, "approve");
  await portal(page, "connected");
  return "connected";
});

await see(
  "a page that isolates itself: the window asks, and goes on by a click",
  { names: true, closed: true, told: true },
  async () => {
    const user = newUser();
    const page = await openFor(user, "?isolated");
    await opened(page);
    const targets = new Promise((done) => browser.once("targetcreated", done));
    await press(await portal(page, "connect"), "connect");
    const popup = await (await targets).page();
    await popup.waitForSelector('[data-part="ask"]:not([hidden]) button');
    writeFileSync(`${pictures}/portal-window.png`, await popup.screenshot());
    const text = await popup.$eval('[data-part="ask"]', (part) => part.textContent);
    await popup.click('[data-part="ask"] button');
    await decide(popup, "approve");
    await portal(page, "connected");
    await sees(page, "onIntegrationInstall");
    return { names: text.includes(user) && text.includes("Notes"), closed: await closed(popup), told: true };
  },
);

await see("Dropbox's page isolates itself in the window", { closed: true, told: true }, async () => {
  const page = await openFor();
  await opened(page);
  const popup = await windowOf(page, async () => press(await portal(page, "connect"), "connect"));
  await popup.waitForSelector('button[value="approve"]');
  const session = await popup.createCDPSession();
  await session.send("Fetch.enable", { patterns: [{ urlPattern: "*authorize*", requestStage: "Response" }] });
  session.on("Fetch.requestPaused", ({ requestId, responseStatusCode, responseHeaders = [] }) => {
    const isolated = [...responseHeaders, { name: "cross-origin-opener-policy", value: "same-origin" }];
    session.send("Fetch.continueResponse", { requestId, responseCode: responseStatusCode, responseHeaders: isolated });
  });
  await popup.reload();
  await decide(popup, "approve");
  await portal(page, "connected");
  await sees(page, "onIntegrationInstall");
  return { closed: await closed(popup), told: true };
});

await see("a page that hides where it is", "connected", async () => {
  const [frame] = await connect(await openFor(newUser(), "?silent"));
  return frame.$eval("dialog", (dialog) => dialog.dataset.state);
});

await see(
  "an address that the project has not registered: the window and the portal say so",
  { code: true, stays: true, events: ["onError redirect_url_not_allowed", "rejected redirect_url_not_allowed"] },
  async () => {
    const page = await openFor();
    await opened(page, { overrideRedirectUrl: "https://evil.example/" });
    const popup = await windowOf(page, async () => press(await portal(page, "connect"), "connect"));
    await popup.waitForSelector('[data-part="refused"]:not([hidden])');
    writeFileSync(`${pictures}/portal-window-refused.png`, await popup.screenshot());
    await portal(page, "failed");
    await picture(page, "failed");
    const detail = await popup.$eval("[data-detail]", (place) => place.textContent);
    const events = (await seenBy(page)).filter((event) => /onError|rejected/.test(event)).sort();
    const stays = !popup.isClosed();
    await popup.click('[data-part="refused"] [data-close]').catch(() => {});
    return { code: detail.includes("redirect_url_not_allowed"), stays: stays && (await closed(popup)), events };
  },
);

await see(
  "without the portal, step by step",
  { installed: ["dropbox", "VALID"], frame: "none" },
  async () => {
    const page = await openFor();
    await page.evaluate(() => {
      paragon.setHeadless(true);
      more.headless = () =>
        paragon.installFlow.start("dropbox", {
          oauthTimeout: 60_000,
          onNext: (next) => seen.push(`next ${next.stage}`),
          onComplete: () => seen.push("complete"),
          onError: (error) => seen.push(`failed ${error.message}`),
        });
    });
    const popup = await windowOf(page, () => page.click("#connect"));
    await decide(popup, "approve");
    await sees(page, "onIntegrationInstall");
    return {
      installed: await page.evaluate(() => {
        const [type, { credentialStatus }] = Object.entries(paragon.getUser().integrations)[0];
        return [type, credentialStatus];
      }),
      frame: await page.$eval("#paragon-connect-frame", (frame) => frame.style.display),
    };
  },
);

await see(
  "disconnect in the portal, which stays; and by the application, at which it closes",
  { inside: ["onIntegrationUninstall"], left: 0, outside: ["onIntegrationUninstall"], frame: "none" },
  async () => {
    const page = await openFor();
    const [frame] = await connect(page);
    await page.evaluate(() => seen.splice(0));
    await press(frame, "ask-leave");
    await portal(page, "leave");
    await picture(page, "leave");
    await press(frame, "leave");
    await portal(page, "connect");
    const inside = (await seenBy(page)).filter((event) => event.startsWith("onIntegration"));
    const left = await page.evaluate(() => paragon.getUser().integrations.dropbox.allCredentials.length);
    const popup = await windowOf(page, () => press(frame, "connect"));
    await decide(popup, "approve");
    await portal(page, "connected");
    await page.evaluate(() => seen.splice(0));
    await page.evaluate(() => paragon.uninstallIntegration("dropbox"));
    await page.waitForSelector("#paragon-connect-frame", { hidden: true });
    const outside = (await seenBy(page)).filter((event) => event.startsWith("onIntegration"));
    return { inside, left, outside, frame: await page.$eval("#paragon-connect-frame", (one) => one.style.display) };
  },
);

await see(
  "opened for one account, disconnect closes it",
  { told: ["onIntegrationUninstall", "onPortalClose"], frame: "none" },
  async () => {
    const page = await openFor();
    await press((await connect(page))[0], "close");
    await sees(page, "onPortalClose");
    await page.evaluate(() => seen.splice(0));
    const selectedCredentialId = await page.evaluate(() => paragon.getUser().integrations.dropbox.credentialId);
    await opened(page, { selectedCredentialId });
    const frame = await portal(page, "connected");
    await press(frame, "ask-leave");
    await press(frame, "leave");
    await sees(page, "onIntegrationUninstall");
    const told = (await seenBy(page)).filter((event) => /onIntegration|onPortalClose/.test(event)).sort();
    return { told, frame: await page.$eval("#paragon-connect-frame", (one) => one.style.display) };
  },
);

await see(
  "choosing from the portal, in a tab that says for whom it is and has no token in its address",
  { user: true, token: false, before: "Dropbox", saved: "Saved", after: "1 file or folder" },
  async () => {
    const user = newUser();
    const page = await openFor(user);
    const [frame] = await connect(page);
    const chosen = (frame) => frame.$eval("[data-chosen]", (one) => one.textContent);
    const tab = await windowOf(page, () => press(frame, "choose"));
    const addresses = [];
    tab.on("framenavigated", (navigated) => addresses.push(navigated.url()));
    await tab.waitForSelector("button.go");
    await picture(tab, "choose-start");
    const user_named = await tab.$eval("main", (main, user) => main.innerText.includes(user), user);
    await tab.click("button.go");
    await tab.waitForSelector("button[value=save]");
    const before = await tab.$eval(".crumbs [aria-current]", (one) => one.textContent);
    // The project's accounts are mirrored whole: now only one file is chosen.
    await Promise.all([tab.waitForNavigation(), tab.click("#everything")]);
    await tab.click("li.item:not(.all) input[type=checkbox]:not(:disabled)");
    await Promise.all([tab.waitForNavigation(), tab.click("button[value=save]")]);
    const saved = await tab.$eval("h1", (one) => one.textContent);
    await tab.close();
    await page.bringToFront();
    await frame.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await until(async () => (await chosen(frame)).startsWith("1 "));
    const secret = token(project, user).split(".")[0];
    return { user: user_named, token: addresses.some((one) => one.includes(secret)), before, saved, after: await chosen(frame) };
  },
);

await see("an account that Dropbox refuses is connected again", ["reauth", "connected", 1], async () => {
  const user = newUser();
  const page = await openFor(user);
  await shut(page, (await connect(page))[0]);
  // Its server revokes the token at Dropbox, and the walk that it asks for learns of it.
  const headers = { authorization: `Bearer ${project.api_key}`, "customer-id": user, "content-type": "application/json" };
  const proxy = `${dropline}/projects/${project.project}/sdk/proxy/dropbox/2`;
  await fetch(`${proxy}/auth/token/revoke`, { method: "POST", headers: { ...headers, "content-type": "" } });
  const connection = await page.evaluate(() => paragon.getUser().integrations.dropbox.credentialId);
  await fetch(`${dropline}/projects/${project.project}/connections/${connection}/resync`, { method: "POST", headers });
  await until(async () => {
    const me = await (await fetch(`${dropline}/projects/${project.project}/sdk/me`, { headers })).json();
    return me.integrations.dropbox.credentialStatus === "INVALID";
  });
  await page.evaluate((id, token) => paragon.authenticate(id, token), project.project, token(project, user));
  await opened(page);
  const frame = await portal(page, "reauth");
  await picture(page, "reauth");
  const popup = await windowOf(page, () => press(frame, "connect"));
  await decide(popup, "approve");
  await portal(page, "connected");
  return ["reauth", "connected", await page.evaluate(() => paragon.getUser().integrations.dropbox.allCredentials.length)];
});

const INPUTS = [
  { id: "folder", type: "folder", title: "Folder for exports", hint: "What you export goes there.", required: true },
  { id: "note", type: "text", title: "Note" },
  { id: "limit", type: "number", title: "Limit", default: 5 },
  { id: "pictures", type: "boolean", title: "Pictures, too" },
  { id: "kind", type: "choice", title: "Kind", options: [{ value: "a", label: "Letters" }, { value: "b", label: "Bills" }] },
  { id: "team", type: "choice", title: "Team" },
];
const FORM = "section:not([hidden]) form";

async function settle(inputs) {
  const headers = { authorization: `Bearer ${project.api_key}`, "content-type": "application/json" };
  const address = `${dropline}/projects/${project.project}/settings`;
  const answer = await fetch(address, { method: "PATCH", headers, body: JSON.stringify({ inputs }) });
  if (!answer.ok) throw new Error(await answer.text());
}

// Opens the form of the account's settings.
async function settingsOf(page) {
  await press(await portal(page, "connected"), "settings");
  const frame = await portal(page, "settings");
  await frame.waitForSelector(FORM);
  return frame;
}

const labelled = (frame, label) => frame.evaluateHandle((label) =>
  [...document.querySelectorAll("form label")].find((one) => one.textContent === label).control, label);
const valuesOf = (frame) => frame.$$eval(`${FORM} label`, (all) => all.map(({ control: one }) =>
  one.type === "checkbox" ? one.checked : one.localName === "select" ? one.selectedOptions[0].text : one.value));

await see(
  "the settings that the project has for an account: a form, and what the application reads",
  {
    types: ["DYNAMIC_ENUM", "TEXT_NO_VARS", "NUMBER", "BOOLEAN_INPUT", "CUSTOM_DROPDOWN", "CUSTOM_DROPDOWN"],
    first: ["Nothing is chosen", "", "5", false, "Nothing is chosen", "Nothing is chosen"],
    kept: { folder: true, note: "<b>mine</b>", limit: 7.5, pictures: true, kind: "b", team: "t2" },
    again: ["/Portal exports", "<b>mine</b>", "7.5", true, "Bills", "Second team"],
    cleared: { folder: true, limit: 7.5, pictures: true, kind: "b", team: "t2" },
    refused: [true, "settings"], hidden: true, found: [],
  },
  async () => {
    await settle(INPUTS);
    const user = newUser();
    const page = await openFor(user);
    const types = await page.evaluate(() => paragon.getIntegrationConfig("dropbox").availableUserSettings.map(({ type }) => type));
    await page.evaluate(() => {
      more.dropdowns = { team: { loadOptions: async () => ({ options: [{ label: "First team", value: "t1" }, { label: "Second team", value: "t2" }] }) } };
    });
    await connect(page);
    const headers = { authorization: `Bearer ${project.api_key}`, "customer-id": user, "content-type": "application/json" };
    const create = { method: "POST", headers, body: JSON.stringify({ path: "/Portal exports" }) };
    const made = await fetch(`${dropline}/projects/${project.project}/sdk/proxy/dropbox/2/files/create_folder_v2`, create);
    const { id } = (await made.json()).metadata;
    const frame = await settingsOf(page);
    const first = await valuesOf(frame);
    const found = await findingsOf(page, frame, (name) => picture(page, `settings-form-${name}`));
    await (await frame.$("input[type=search]")).type("Portal exp");
    await frame.waitForFunction((id) => [...document.querySelectorAll("select option")].some((one) => one.value === id), {}, id);
    await (await labelled(frame, "Folder for exports")).select(id);
    await (await labelled(frame, "Note")).type("<b>mine</b>");
    const limit = await labelled(frame, "Limit");
    await limit.click({ count: 3 });
    await limit.type("7.5");
    await (await labelled(frame, "Pictures, too")).click();
    await (await labelled(frame, "Kind")).select("b");
    await frame.waitForFunction(() => [...document.querySelectorAll("option")].some((one) => one.value === "t2"));
    await (await labelled(frame, "Team")).select("t2");
    await picture(page, "settings");
    await limit.press("Enter");
    await portal(page, "connected");
    const settings = async () => {
      const { folder, ...others } = await page.evaluate(() => paragon.getUser().integrations.dropbox.sharedSettings);
      return { folder: folder === id, ...others };
    };
    const kept = await settings();
    await settingsOf(page);
    await frame.waitForFunction(() => [...document.querySelectorAll("option")].some((one) => one.text === "Second team"));
    await frame.waitForFunction(() => document.querySelector("select").selectedOptions[0].text.startsWith("/"));
    const again = await valuesOf(frame);
    const note = await labelled(frame, "Note");
    await note.click({ count: 3 });
    await note.press("Backspace");
    await note.press("Enter");
    await portal(page, "connected");
    const cleared = await settings();
    // Its definition changes while the form is open: the API refuses, and the form says why.
    await settingsOf(page);
    await settle(INPUTS.map((input) => (input.id === "limit" ? { ...input, type: "email", default: undefined } : input)));
    await (await labelled(frame, "Limit")).type("1");
    await (await labelled(frame, "Note")).press("Enter");
    await frame.waitForSelector("[role=alert]:not([hidden])");
    const why = await frame.$eval("[role=alert]", (one) => one.textContent);
    const refused = [why.includes("config.sharedSettings.limit must be an e-mail address"), await frame.$eval("dialog", (one) => one.dataset.state)];
    await settle([]);
    const plain = await openFor();
    const [without] = await connect(plain);
    const hidden = await without.$eval("[data-do=settings]", (one) => one.hidden);
    return { types, first, kept, again, cleared, refused, hidden, found };
  },
);
await settle([]);

await see("a project with an odd name is text", { names: true, script: false, turned: false }, async () => {
  const page = await open(browser, application, odd, token(odd, newUser()));
  await page.click("#connect");
  const frame = await portal(page, "connect");
  await picture(page, "odd");
  return frame.evaluate((name) => {
    const title = document.querySelector('[data-part="connect"] h1');
    return {
      names: title.querySelector("bdi").textContent === name,
      script: document.title === "seen" || title.querySelector("img") !== null,
      turned: document.documentElement.scrollWidth > document.documentElement.clientWidth,
    };
  }, odd.name);
});

const update = (user, id) => ({
  messageType: "UI_UPDATE",
  nextContext: {
    user: { authenticated: true, token: user, userId: "u", integrations: { dropbox: { enabled: false, allCredentials: [] } } },
    projectId: id,
  },
  nextModalState: { integration: { type: "dropbox" }, apiInstallationOptions: {} },
});

await see(
  "a page of another origin that frames the portal gets nothing",
  { shown: false, messages: [], named: "blocked" },
  async () => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await page.goto(`${stranger.origin}/?frame=${encodeURIComponent(`${dropline}/ui`)}`);
    const frame = await (await page.waitForSelector("iframe")).contentFrame();
    await frame.waitForSelector("dialog");
    const asked = new Promise((done) =>
      page.on("response", (response) => response.url().includes("/sdk/portal") && response.request().method() === "GET" && done()),
    );
    const message = update(token(project, newUser()), project.project);
    await page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
    await asked;
    await page.evaluate((message) => document.querySelector("iframe").contentWindow.postMessage(message, "*"), message);
    const shown = await frame.$eval("dialog", (dialog) => dialog.open);
    const messages = await page.evaluate(() => seen);
    const named = await context.newPage();
    await named.goto(`${stranger.origin}/?frame=${encodeURIComponent(`${dropline}/ui?projectId=${project.project}`)}`);
    const inner = await (await named.waitForSelector("iframe")).contentFrame();
    const blocked = (await inner.$("dialog")) ? "shown" : "blocked";
    return { shown, messages, named: blocked };
  },
);

await see("messages of other windows than the page's are not obeyed", [false, "connect"], async () => {
  const page = await openFor();
  const element = await page.waitForSelector("#paragon-connect-frame");
  const frame = await element.contentFrame();
  await frame.waitForSelector("dialog");
  // A frame of a stranger's beside the portal, on the application's page, speaks to it.
  await page.evaluate((address) => {
    const other = document.createElement("iframe");
    other.id = "other";
    other.src = address;
    document.body.append(other);
  }, `${stranger.origin}/?frame=about:blank`);
  const other = await (await page.waitForSelector("#other")).contentFrame();
  await other.waitForSelector("iframe");
  const message = update(token(project, newUser()), project.project);
  await other.evaluate((message) => parent.frames[0].postMessage(message, "*"), message);
  const before = await frame.$eval("dialog", (dialog) => dialog.open);
  await opened(page);
  const shown = await portal(page, "connect");
  const ended = { messageType: "UI_UPDATE", nextContext: {}, nextModalState: {} };
  await other.evaluate((message) => parent.frames[0].postMessage(message, "*"), ended);
  return [before, await shown.$eval("dialog", (dialog) => dialog.open && dialog.dataset.state)];
});

await see("accessibility of every state, light and dark, at 320, 768 and 1280 px", [], async () => {
  const page = await openFor();
  const [frame] = await connect(page);
  mkdirSync(pictures, { recursive: true });
  return findings(page, frame, (name) => picture(page, name));
});

await browser.close();
application.stop();
stranger.stop();
writeFileSync(`${work}/paragon_portal-direct.json`, JSON.stringify(expected));
writeFileSync(`${work}/paragon_portal-shown.json`, JSON.stringify(given));
