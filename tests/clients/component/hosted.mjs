// Carbon's component where it leaves choosing to a hosted page (`useCarbonFilePicker: false`, its default): the tabs that
// it opens are our pages.

import { decide, windowOf } from "../portal/browser.mjs";
import { newUser } from "../portal/users.mjs";
import { component, open, serve } from "./application.mjs";

const going = (tab, act) => Promise.all([tab.waitForNavigation(), act()]);
const title = (tab) => tab.$eval("h1", (one) => one.textContent);

// Changes the boxes of files by their names.
async function tick(tab, ...names) {
  for (const name of names) {
    const id = await tab.$$eval("li.item label", (all, name) => all.find((one) => one.textContent === name).htmlFor, name);
    await tab.$eval(`input[id="${id}"]`, (box) => box.click());
  }
}

export async function hosted({ browser, dropline, headers, see }) {
  const user = newUser();
  const application = await serve(dropline, headers, user, { useCarbonFilePicker: false, syncFilesOnConnection: false });
  const page = await open(browser, application);
  const { reads, button, press, choose } = component(page);
  const asked = { ...headers, "customer-id": user };
  const ask = async (path, body) =>
    (await fetch(`${dropline}${path}`, { method: "POST", headers: asked, body: JSON.stringify(body) })).json();

  // The names of the files that Carbon's clients see, once there are as many.
  async function files(number) {
    for (let left = 600; left > 0; left -= 1) {
      const { results } = await ask("/user_files_v2", { filters: { sync_statuses: ["READY"] } });
      if (results.length === number) return results.map(({ name }) => name).sort();
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`not ${number} files`);
  }

  // Opens a tab by a button of the component, up to our page for choosing.
  async function chooser(text, isNew = false) {
    const tab = await windowOf(page, () => press(text));
    await tab.waitForSelector("form button.go");
    await tab.click("form button.go");
    if (isNew) await decide(tab, "approve");
    await tab.waitForSelector("button[value=save]");
    return tab;
  }
  async function save(tab) {
    await going(tab, () => tab.click("button[value=save]"));
    const saved = await title(tab);
    await tab.close();
    await page.bringToFront();
    return saved;
  }

  await see("connected and chosen there", async () => {
    const tab = await chooser("Connect Account", true);
    const shown = await title(tab);
    await tick(tab, "agenda.md");
    const saved = await save(tab);
    await reads("agenda.md");
    await reads("Ready");
    return [shown, saved, ...(await files(1))];
  });
  await see("more is chosen without Dropbox's consent", async () => {
    const tab = await chooser("Add more files");
    const shown = await title(tab);
    await tick(tab, "plan.md");
    await save(tab);
    await reads("plan.md");
    return [shown, (await files(2))[1]];
  });
  await see("a tab that is closed without a choice changes nothing", async () => {
    const tab = await chooser("Add more files");
    await tick(tab, "agenda.md", "plan.md");
    await tab.close();
    await page.bringToFront();
    const left = await files(2);
    return [left.length, ...left];
  });
  await see("deselected there", async () => {
    const tab = await chooser("Add more files");
    await tick(tab, "agenda.md");
    await save(tab);
    return files(1);
  });
  await see("disconnected", async () => {
    await choose("Disconnect account");
    await reads("Are you sure");
    await press("Disconnect account");
    await button("Connect Account");
    return true;
  });
  const seen = await page.evaluate(() => window.seen);
  const actions = ["ADD", "INITIATE", "UPDATE"];
  await see("actions", () => [...new Set(seen.map(({ action }) => action).filter((action) => actions.includes(action)))].sort());
  await see("errors", () => seen.filter(({ action }) => action === "error"));
  await page.close();
  application.stop();
}
