// What the pages do beyond HTML: times in the reader's words, ranges of boxes, counts, progress, and news for the
// application that opened the page. Without it every page works as it is.

// Whether the page is left for another one of ours; the next touch of the page ends that, if it was not.
let goesOn = false;
const going = () => { goesOn = true; };
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => { goesOn = false; }, { capture: true });

const language = document.documentElement.lang;
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const numbers = new Intl.NumberFormat(language);
const plural = (element, name, n) =>
  fill(element.dataset[n === 1 || (n === 0 && language === "fr") ? `${name}One` : `${name}Other`], { n: numbers.format(n) });

// Writes a text that was not asked for just now. It may need another number of lines, which moves what is below it: what
// has the focus stays in the window, and above the foot.
function write(place, text) {
  if (place.textContent === text) return;
  const focused = document.activeElement;
  const before = focused?.getBoundingClientRect().top;
  place.textContent = text;
  const isMoved = focused && focused.getBoundingClientRect().top !== before;
  if (isMoved && before >= 0 && before < innerHeight) focused.scrollIntoView({ block: "nearest" });
}

// Times: relative within a week, else the date.
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
const absolute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
function showTimes() {
  for (const element of all("time")) {
    const at = new Date(element.dateTime);
    const seconds = Math.round((at - Date.now()) / 1000);
    const size = Math.abs(seconds);
    const [unit, length] = size < 60 ? ["second", 1] : size < 3600 ? ["minute", 60] : size < 86400 ? ["hour", 3600] : ["day", 86400];
    write(element, size < 7 * 86400 ? relative.format(Math.round(seconds / length), unit) : absolute.format(at));
    element.title = absolute.format(at);
  }
}
showTimes();
setInterval(showTimes, 30_000);

// Sizes as the server writes them.
const units = language === "fr" ? ["o", "ko", "Mo", "Go", "To"] : ["B", "KB", "MB", "GB", "TB"];
function size(bytes) {
  let unit = 0;
  while (bytes >= 1000 && unit < 4) { bytes /= 1000; unit += 1; }
  const digits = bytes < 10 && unit > 0 ? 1 : 0;
  const amount = new Intl.NumberFormat(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${amount.format(bytes)}\u00a0${units[unit]}`;
}

// Choosing.
const chooser = document.querySelector("form[data-choose]");
if (chooser) {
  const everything = chooser.querySelector("[data-everything]");
  const boxes = all("input[name=pick]", chooser).filter((box) => box !== everything);
  for (const box of boxes) box.indeterminate = "partial" in box.dataset && !box.checked;

  // With shift, the boxes between this and the last one become like this one.
  let last = null;
  chooser.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      const [from, to] = [Math.min(at, last), Math.max(at, last)];
      for (const box of boxes.slice(from, to + 1)) if (!box.disabled) box.checked = event.target.checked;
    }
    last = at;
    showSummary();
  });

  const summary = document.querySelector("[data-summary]");
  const joined = (parts) => parts.reduce((first, second) => fill(summary.dataset.and, { first, second }));
  function showSummary() {
    const counts = { folder: Number(summary.dataset.folders), file: Number(summary.dataset.files) };
    for (const box of boxes) {
      if (box.checked && !box.disabled) counts[box.dataset.kind] += 1;
    }
    const parts = [];
    if (counts.folder) parts.push(plural(summary, "folders", counts.folder));
    if (counts.file) parts.push(plural(summary, "files", counts.file));
    const isAll = everything ? everything.checked : "all" in summary.dataset;
    const text = isAll ? summary.dataset.everything : parts.length ? joined(parts) : summary.dataset.nothing;
    write(summary, text);
    document.querySelector("[data-later]").hidden = !counts.folder || isAll;
  }
  // The server shows which boxes are open beside the whole account.
  everything?.addEventListener("change", () => chooser.requestSubmit());
  showSummary();

  // Folders that are in sight, one at a time and not too many, so that Dropbox is not asked for much at once.
  const waiting = [];
  let left = 60;
  let counting = false;
  async function countNext() {
    if (counting) return;
    counting = true;
    for (let place = waiting.shift(); place && left > 0; place = waiting.shift()) {
      left -= 1;
      write(place, chooser.dataset.counting);
      const answer = await fetch(place.dataset.count, { headers: { accept: "application/json" } }).catch(() => null);
      if (answer?.status === 429) left = 0;
      if (!answer?.ok) { write(place, ""); continue; }
      const { files, bytes, complete } = await answer.json();
      const text = plural(summary, "files", files) + (files ? `, ${size(bytes)}` : "");
      write(place, complete ? text : fill(chooser.dataset.atLeast, { files: text }));
    }
    counting = false;
  }
  const sight = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      sight.unobserve(target);
      waiting.push(target.querySelector("[data-count]"));
    }
    countNext();
  });
  for (const row of all("li.item:has([data-count])", chooser)) sight.observe(row);
}

// Looking: the page's figures every few seconds, less often while nothing moves.
const look = document.querySelector("[data-look]");
if (look) {
  const news = look.querySelector("p[role=status]");
  async function refresh() {
    let wait = 15_000;
    if (!document.hidden) {
      const answer = await fetch(location.href, { headers: { accept: "application/json" } }).catch(() => null);
      if (answer?.status === 404) return;
      if (answer?.ok) {
        const now = await answer.json();
        // Not while somebody is at a button or a choice: the focus would be lost.
        const isIdle = document.activeElement === document.body || document.activeElement === null;
        if (now.key !== look.dataset.look && isIdle) { going(); location.reload(); return; }
        for (const [name, text] of Object.entries(now.figures)) {
          const place = look.querySelector(`[data-figure="${name}"]`);
          if (place) write(place, text);
        }
        const bar = look.querySelector("progress");
        if (bar) { bar.max = now.total || 1; bar.value = now.done; }
        for (const tag of all("[data-file]", look)) {
          const state = now.files[tag.dataset.file];
          if (state && tag.textContent !== state.text) { write(tag, state.text); tag.className = `tag ${state.style}`; }
        }
        if (now.busy) wait = 2_500;
        else write(news, now.news);
      }
    }
    setTimeout(refresh, wait);
  }
  setTimeout(refresh, 2_500);
}

// A receipt is loaded again until it is complete.
if (document.querySelector("[data-receipt]")) setTimeout(() => { going(); location.reload(); }, 2_000);

// News for the window that opened this one, if it is on one of the application's origins.
const ending = document.querySelector("[data-news]");
const tell = (message) => {
  const origins = JSON.parse((ending ?? document.querySelector("[data-leave]"))?.dataset.origins ?? "[]");
  if (window.opener) for (const origin of origins) window.opener.postMessage(message, origin);
};
if (ending) tell(JSON.parse(ending.dataset.news));
for (const button of all("[data-close]")) {
  button.hidden = !window.opener;
  button.addEventListener("click", () => window.close());
}

// Leaving without an end: closing the window tells the application, as the button does. A page that is loaded again looks
// the same, until it is there again and takes back what it has said; a window that is closed forgets the time of that.
const LEFT = "dropline-left";
const leave = document.querySelector("form[data-leave]");
if (leave) {
  const send = (what, at) => {
    const form = new URLSearchParams(new FormData(leave));
    form.set("do", what);
    form.set("at", at);
    navigator.sendBeacon(leave.action, form);
  };
  const stay = () => {
    const at = sessionStorage.getItem(LEFT);
    if (at) send("stay", at);
    sessionStorage.removeItem(LEFT);
  };
  stay();
  window.addEventListener("pageshow", stay);
  document.addEventListener("submit", going);
  document.addEventListener("click", (event) => { if (event.target.closest("a[href]")) going(); });
  // Browsers drop messages of a window that is gone, so the message comes before, and the request after.
  window.addEventListener("beforeunload", () => {
    if (!goesOn) tell({ ...JSON.parse(leave.dataset.leave), leaving: true });
  });
  window.addEventListener("pagehide", (event) => {
    if (goesOn || event.persisted) return;
    const at = Date.now();
    sessionStorage.setItem(LEFT, at);
    send("leave", at);
  });
}
