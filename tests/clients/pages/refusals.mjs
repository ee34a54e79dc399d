// Links and pages that lead nowhere: declined at Dropbox, used, expired, of another browser.

import { connect, decide, openFolder, press, save, tick, title } from "./person.mjs";
import { faults } from "./server.mjs";
import { SECOND } from "./stack.mjs";

async function denied({ server, open }, script) {
  const page = await open({ script });
  const link = await server.link({ page: "choose" });
  await page.goto(link.url);
  await press(page, "button.go");
  await decide(page, "deny");
  return [await title(page), (await server.status(link)).status, (await server.connections()).length];
}

async function used({ server, open }) {
  const [page, other] = [await open(), await open()];
  const link = await server.link({ page: "choose" });
  // Opening a page spends nothing: previews of messages do it.
  await other.goto(link.url);
  await connect(page, link);
  const answer = await page.goto(link.url);
  const unknown = await other.goto(link.url.replace(/ticket=.*/, "ticket=unknown"));
  return [answer.status(), await title(page), unknown.status(), await title(other)];
}

async function otherBrowser({ server, serverOf, open }) {
  const [page, other] = [await open(), await open()];
  await connect(page, await server.link({ page: "choose" }));
  const without = await other.goto(page.url());
  const first = await title(other);
  // Nor with a session of its own.
  await connect(other, await serverOf().link({ page: "choose" }));
  const within = await other.goto(page.url());
  return [without.status(), first, within.status(), await title(other), (await page.reload()).status()];
}

// Dropbox fails, and then works again: nothing of the choice is lost.
async function silent({ server, open, stack }) {
  const page = await open();
  const link = await server.link({ page: "choose" });
  await connect(page, link, SECOND);
  await tick(page, "Theirs");
  await faults(stack, SECOND, [{ route: "files/list_folder", times: 9, fault: { kind: "server_error", status: 503 } }]);
  await openFolder(page, "Archive");
  const failed = await title(page);
  await faults(stack, SECOND);
  await page.reload();
  const again = await title(page);
  await save(page);
  return [failed, again, (await server.status(link)).selected];
}

const CLOSED = "This page is closed";
const EXPIRED = "This link no longer works";

export default [
  ["declined at Dropbox, with script", ["Nothing was connected", "denied", 0], (world) => denied(world, true)],
  ["declined at Dropbox, without script", ["Nothing was connected", "denied", 0], (world) => denied(world, false)],
  ["a link that was used, and one that never was", [404, EXPIRED, 404, EXPIRED], used],
  ["Dropbox does not answer for a while", ["Dropbox did not answer", "Choose what Notes may read", 1], silent],
  ["a page in another browser", [404, CLOSED, 404, CLOSED, 200], otherBrowser],
];
