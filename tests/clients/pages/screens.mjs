// Every screen that a person can come to, for accessibility and for the eyes: how to get there from the one before.

import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findings } from "./accessibility.mjs";
import { connect, crumb, decide, find, openFolder, press, save, tick } from "./person.mjs";
import { faults } from "./server.mjs";
import { SECOND } from "./stack.mjs";

// The ways, each in a window of its own. `see(name)` looks at the page that is open.
const WAYS = {
  async starting({ page, server, see }) {
    const link = await server.link({ page: "choose" });
    await page.goto(link.url);
    await see("start");
    await press(page, "button.go");
    await decide(page, "deny");
    await see("denied");
    await page.goto(link.url);
    await see("expired");
    await page.goto(page.url().replace(/connect.*/, "oauth/callback?state=unknown&code=none"));
    await see("wrong browser");
    await connect(page, await server.link());
    await see("connected");
  },

  async choosing({ page, strict, see }) {
    await connect(page, await strict.link({ page: "choose" }));
    await counted(page);
    await see("choose root");
    await openFolder(page, "Empty");
    await see("choose empty folder");
    await crumb(page, "Dropbox");
    await tick(page, "Photos");
    await openFolder(page, "Photos");
    await see("choose inside a chosen folder");
    await crumb(page, "Dropbox");
    await openFolder(page, "Clients");
    await openFolder(page, "Contracts");
    await tick(page, "Drafts");
    await tick(page, "final.pdf");
    await counted(page);
    await see("choose folder with what cannot be synced");
    await find(page, "draft");
    await see("search");
    await find(page, "nothingiscalledthat");
    await see("search without results");
    await press(page, ".crumbs button");
    await openFolder(page, "Odd");
    await see("odd names");
    await crumb(page, "Dropbox");
    await openFolder(page, "Many");
    await see("choose large folder");
    await crumb(page, "Dropbox");
    await counted(page);
    await see("choose with partial boxes");
    await save(page);
    await see("saved");
    await press(page, "a.quiet");
    await page.waitForSelector(".tag.ready");
    await see("look");
  },

  async everything({ page, odd, see }) {
    await connect(page, await odd.link({ page: "choose" }), SECOND);
    await press(page, ".quiet[value=cancel]");
    await see("closed");
    const link = await odd.link({ page: "choose" });
    await page.goto(link.url);
    await see("start for an account");
    await press(page, "button.go");
    await see("choose everything");
    await page.goto(page.url().replace(/connections.*/, "connections/unknown"));
    await see("gone");
  },

  async accounts({ page, server, see }) {
    const link = await server.link({ page: "manage" });
    await connect(page, link);
    await see("look without a choice");
    await press(page, "button[value=connect]");
    await press(page, "button.go");
    await decide(page, "approve", SECOND);
    await see("look of one of two accounts");
    await page.goto(page.url().replace(/.connections.*/, ""));
    await see("accounts");
  },

  async leaving({ page, server, see }) {
    await connect(page, await server.link({ page: "choose" }));
    await tick(page, "Photos");
    await save(page);
    await press(page, "a.quiet");
    await page.waitForSelector(".tag.ready");
    await press(page, "a.danger");
    await see("disconnect question");
    await press(page, "button.danger");
    await page.waitForSelector("main:not(:has([data-receipt])) .receipt");
    await see("receipt");
    await press(page, "main a.quiet");
    await see("no account");
  },

  async reconnecting({ page, server, see }) {
    await connect(page, await server.link({ page: "manage" }), SECOND);
    await server.dropbox("auth/token/revoke", null);
    await press(page, "button[value=sync]");
    await page.waitForSelector(".note button[value=reconnect]");
    await see("look that asks to reconnect");
  },

  async failing({ page, strict, stack, see }) {
    const times = 4_294_967_295;
    const refused = { kind: "endpoint_error", tag: "path/restricted_content" };
    await faults(stack, SECOND, [{ route: "files/download", times, about: "/Theirs/theirs.txt", fault: refused }]);
    await connect(page, await strict.link({ page: "choose" }), SECOND);
    await tick(page, "Theirs");
    await save(page);
    await press(page, "a.quiet");
    await page.waitForSelector(".tag.fail");
    await see("look with a file that failed");
    await faults(stack, SECOND, [{ route: "files/list_folder*", times, fault: { kind: "rate_limited", retry_after: 600 } }]);
    await press(page, "a.go");
    await see("dropbox asks to wait");
    await page.goBack();
    await press(page, "button[value=sync]");
    await page.waitForSelector(".note");
    await see("look while dropbox asks to wait");
    await faults(stack, SECOND);
  },

  async skipping({ page, strict, see }) {
    await connect(page, await strict.link({ page: "choose" }));
    await tick(page, "Clients");
    await save(page);
    await press(page, "a.quiet");
    await page.waitForSelector(".tag.skip");
    await see("look with files that are skipped");
  },

  async workflows({ page, server, see }) {
    const { id } = await server.workflow();
    const set = (value) => page.$eval("[name='setting.parent']", (field, value) => (field.value = value), value);
    await connect(page, await server.link({ page: "workflows" }));
    await see("workflows");
    await press(page, `a[href$="/workflows/${id}"]`);
    await see("workflow that is off");
    await set("nowhere");
    await press(page, "button[value=on]");
    await see("workflow with a wrong setting");
    await set("/Screens");
    await press(page, "button[value=on]");
    await see("workflow that is on");
    // The second one finds the folder of the first.
    for (const end of ["done", "failed"]) {
      const run = await server.run(id, { name: "Invoices" });
      await page.reload();
      await see(`workflow with a run that is ${end}`);
      await press(page, `a[href$="/runs/${run.id}"]`);
      await see(`run that is ${end}`);
      await press(page, "main p.actions a.quiet");
    }
    await connect(page, await server.link(), SECOND);
    await page.goto((await server.link({ page: "workflows" })).url);
    await press(page, "button.go");
    await press(page, `a[href$="/workflows/${id}"]`);
    await see("workflow of two accounts");
    await page.click("[name=connection][value=all]");
    await press(page, "button[value=save]");
    await see("workflow without an account");
    await server.ask("DELETE", `workflows/${id}`);
    await page.goto(page.url().replace(/.workflows.*/, "/workflows"));
    await see("no workflows");
  },

  // Last, because it deletes.
  async deletions({ page, odd, stack, see }) {
    await connect(page, await odd.link({ page: "manage" }), SECOND);
    await page.waitForSelector(".tag.ready");
    const aside = join(stack.second, "..", "aside");
    renameSync(join(stack.second, "Archive"), aside);
    await page.waitForSelector(".note.bad");
    await see("look with deletions that wait");
    rmSync(aside, { recursive: true });
  },
};

const counted = (page) =>
  page.waitForFunction(() => [...document.querySelectorAll("[data-count]")].every((one) => /\d|^$/.test(one.textContent)), { polling: 100 });

async function tour({ open, picture, ...world }, name, go) {
  const [page, found] = [await open(), []];
  let reached = "nothing";
  const see = async (screen) => {
    reached = screen;
    const { width, height } = page.viewport();
    found.push(...(await findings(page, screen, (name) => picture(page, name))));
    await page.setViewport({ width, height });
  };
  await go({ page, see, ...world }).catch((error) => found.push(`after ${reached}: ${error}`));
  return found;
}

export default Object.entries(WAYS).map(([name, go]) => [
  `${name}: axe-core finds nothing in both themes at three widths, and everything fits`, [], (world) => tour(world, name, go),
]);
