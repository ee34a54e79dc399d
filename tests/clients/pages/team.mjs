// An account whose root is a team's space: its folders are beside the member's own, and each can be chosen.

import { findings } from "./accessibility.mjs";
import { put } from "./box.mjs";
import { connect, crumb, names, openFolder, press, save, text, tick } from "./person.mjs";
import { Server, until } from "./server.mjs";
import { SECOND } from "./stack.mjs";

async function team({ open, start, picture }) {
  const stack = await start("team");
  try {
    const [method, body] = ["PUT", JSON.stringify({ member_folder: "Zoë Example" })];
    const joined = await fetch(`${stack.dropbox}/_fake/accounts/${SECOND}/team`, { method, body });
    if (!joined.ok) throw new Error(await joined.text());
    put(stack.second, "Team projects/plan.md", "the plan");
    const server = new Server(stack, stack.notes, "ada");
    await server.ask("PATCH", "settings", { select_everything: false });
    const page = await open();
    const link = await server.link({ page: "choose" });
    await connect(page, link, SECOND);
    await until(async () => {
      await page.reload();
      return (await names(page)).includes("Team projects");
    }, "the team's folder");
    const root = await names(page);
    await openFolder(page, "Zoë Example");
    const own = await names(page);
    await crumb(page, "Dropbox");
    await tick(page, "Team projects");
    const found = await findings(page, "team space", (name) => picture(page, name));
    await save(page);
    await press(page, "a.quiet");
    await page.waitForSelector(".tag.ready");
    const shown = await text(page);
    const all = await server.files((await server.status(link)).connection);
    const files = all.map(({ path }) => path).filter((path) => path.endsWith(".md"));
    return [root, own, found, shown.includes("Team projects"), files];
  } finally {
    stack.stop();
  }
}

export default [[
  "a team's space",
  [["Team projects", "Zoë Example"], ["Archive", "Theirs"], [], true, ["/Team projects/plan.md"]], team,
]];
