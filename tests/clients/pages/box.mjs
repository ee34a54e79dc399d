// Files of the first account: folders in folders, a large folder, and names that are hard to show.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export const MANY = 1_200;

// Names that a page must show as text, and no other: HTML, directions, emoji, decomposed letters.
export const ODD = {
  html: "<img src=x onerror=\"document.title='seen'\"><b>bold.md",
  override: "Invoice \u202Efdp.exe",
  isolate: "\u2067Notes (1).txt",
  quotes: "a\"'&amp;{app}.txt",
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈 family.txt",
  decomposed: "Gro\u0308\u00DFe und Mas\u0327e.txt",
  japanese: "とても長い日本語のファイル名は折り返さなければなりませんとても長い日本語のファイル名.docx",
  long: `${"abcdefghij".repeat(20)}.txt`,
};

// Puts a file, with the folders around it.
export function put(folder, path, content = path) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

export function fill(folder) {
  const files = {
    "readme.md": "# Read me\n",
    "notes.txt": "Notes\n",
    "Clients/Contracts/Drafts/draft 1.md": "one\n",
    "Clients/Contracts/Drafts/draft 2.md": "two\n",
    "Clients/Contracts/Signed 2026/a.pdf": "%PDF-1.4\n",
    "Clients/Contracts/Signed 2026/b.pdf": "%PDF-1.4\n",
    "Clients/Contracts/final.pdf": "%PDF-1.4\n",
    "Clients/Contracts/site visit.mov": "x".repeat(60_000),
    "Clients/Contracts/tune.mp3": "ID3",
    "Photos/a.png": "png",
    "Photos/2026/b.png": "png",
    "Range/file 10.txt": "",
  };
  for (const [path, content] of Object.entries(files)) put(folder, path, content);
  for (let n = 0; n < 10; n += 1) put(folder, `Range/file 0${n}.txt`);
  for (let n = 0; n < MANY; n += 1) put(folder, `Many/entry ${String(n).padStart(4, "0")}.txt`, String(n));
  for (const name of Object.values(ODD)) put(folder, `Odd/${name}`);
  mkdirSync(join(folder, "Empty"), { recursive: true });
}
