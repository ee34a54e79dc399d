// Dropline on this machine, with the fake Dropbox and accounts of its own.

import { execFileSync, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fill, put } from "./box.mjs";

const PLACES = /Dropline is at (\S+), its fake Dropbox at (\S+)\. /;

export const SECOND = "second@example.com";

// Starts it with everything in `folder`, and returns where it is. `more` puts files into the first account.
export async function startStack(local, folder, more = () => {}) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const [data, box] = [join(folder, "data"), join(folder, "box")];
  fill(box);
  more(box);
  put(join(data, "dropbox/second"), "Theirs/theirs.txt");
  for (let n = 0; n < 12; n += 1) put(join(data, "dropbox/second"), `Archive/report ${n}.txt`);
  const create = (name, ...more) =>
    JSON.parse(execFileSync(local, ["--data", data, "project", "create", "--name", name, ...more], { encoding: "utf-8" }));
  const [notes, strict] = [create("Notes"), create("Strict")];
  const odd = create("<i>Ünternehmens\u202Eberatung</i> Donaudampfschifffahrtsgesellschaft & Söhne");
  const [out, errors] = [join(folder, "out"), join(folder, "err")];
  const files = [openSync(out, "w"), openSync(errors, "w")];
  const options = ["--data", data, "--dropbox", box, "--port", "0", "--dropbox-port", "0"];
  const server = spawn(local, options, { stdio: ["ignore", ...files] });
  files.forEach(closeSync);
  process.once("exit", () => server.kill());
  for (let left = 1_200; left > 0; left -= 1) {
    const [, dropline, dropbox] = readFileSync(out, "utf-8").match(PLACES) ?? [];
    if (dropbox && readFileSync(out, "utf-8").includes("Stop with")) {
      return { dropline, dropbox, box, second: join(data, "dropbox/second"), notes, strict, odd, stop: () => server.kill() };
    }
    if (server.exitCode !== null) break;
    await sleep(100);
  }
  throw new Error(`Dropline does not start: ${readFileSync(errors, "utf-8")}`);
}
