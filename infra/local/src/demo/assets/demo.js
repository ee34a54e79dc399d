// The page works by links and forms; with this module they change it in place, and events arrive live.

const EVENTS = "/demo/events";
const PAUSE = 300; // Milliseconds after an event, after which the page looks again.
const RETRY = 5000; // Milliseconds until a refused stream is requested again.
const NEWS = 1500; // Milliseconds without another event, after which they are announced.

const $ = (selector, within = document) => within.querySelector(selector);
// What the server sends is HTML in which every foreign text is escaped.
const policy = globalThis.trustedTypes?.createPolicy("demo", { createHTML: (html) => html });
const parse = (html) => new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");

// Makes `old` what `fresh` is, and keeps what is the same: focus, what is typed, and what is unfolded.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || old.id !== fresh.id) {
    old.replaceWith(document.importNode(fresh, true));
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
  } else if (!old.hasAttribute("data-keep")) {
    for (const { name } of [...old.attributes]) if (name !== "open" && !fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    children(old, fresh);
  }
}

function children(old, fresh) {
  const named = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const same = child.id ? named.get(child.id) : at && !at.id && at.nodeName === child.nodeName ? at : null;
    if (!same) old.insertBefore(document.importNode(child, true), at);
    else if (same === at) (at = at.nextSibling), morph(same, child);
    else old.insertBefore(same, at), morph(same, child);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

// Shows a page that the server has sent. Focus that was on something that is gone goes to the heading above it.
function show(html) {
  const section = document.activeElement?.closest("section")?.id;
  const fresh = parse(html);
  if (!$("main", fresh)) throw new Error("This is not the page.");
  for (const part of ["main", "header"]) morph($(part), $(part, fresh));
  if (section && document.activeElement === document.body) ($(`#${section}-title`) ?? $("h2")).focus();
  dress();
  follow();
}

const report = (text) => ($("#notice").textContent = text);

// Requests pages one after another: an answer that a later request has overtaken is not shown.
let turn = 0;
async function load(url, options, named = () => {}) {
  turn += 1;
  const mine = turn;
  try {
    const response = await fetch(url, options);
    const html = await response.text();
    if (mine !== turn) return;
    named(new URL(response.url));
    show(html);
  } catch {
    if (mine === turn) report("Dropline does not answer. Is it running?");
  }
}

// What a person does goes before what the page does by itself.
let acting = 0;
async function act(url, options, named) {
  acting += 1;
  await load(url, options, named).finally(() => (acting -= 1));
}

// Looks again, once at a time.
let timer = 0;
let due = Infinity;
let looking = false;
async function look() {
  clearTimeout(timer);
  due = Infinity;
  if (acting || looking) return lookSoon(PAUSE);
  looking = true;
  await load(location.href).finally(() => (looking = false));
}
function lookSoon(after) {
  const at = Date.now() + after;
  if (at >= due) return;
  clearTimeout(timer);
  [due, timer] = [at, setTimeout(look, after)];
}

// What the server cannot write: how far away times are, and buttons that need script.
function dress() {
  for (const time of document.querySelectorAll("time")) {
    const seconds = Math.round((new Date(time.dateTime) - Date.now()) / 1000);
    const [amount, unit] = Math.abs(seconds) < 90 ? [seconds, "second"] : Math.abs(seconds) < 5400 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3600), "hour"];
    const text = new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(amount, unit);
    if (time.textContent !== text) time.textContent = text;
  }
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

// Looks again by itself while something is under way.
function follow() {
  const again = Number($("main").dataset.again ?? 0);
  if (again && !document.hidden) lookSoon(again * 1000);
}

addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if ("leave" in form.dataset) return; // It leads to another page.
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, submitter));
  const [url, options] = form.method === "get" ? [`${form.action}?${fields}`] : [form.action, { method: "POST", body: fields }];
  submitter?.setAttribute("aria-busy", "true");
  await act(url, options, ({ pathname, search }) => history.replaceState(null, "", pathname + search));
  submitter?.removeAttribute("aria-busy");
});

addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    await navigator.clipboard.writeText($(".curl", copy.closest("li")).textContent);
    report("The call is on the clipboard.");
  }
  const link = event.target.closest("a[data-soft]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { href, hash } = link;
  await act(href, {}, () => history.pushState(null, "", href));
  if (hash && $(hash)?.matches(".panel")) $(hash).focus();
});
addEventListener("popstate", () => act(location.href));

// Events: the list grows at its top, up to its limit. A page in the background lets go of its connection.
const rows = $("#rows");
let last = rows.dataset.after;
let source = null;
let heard = 0;
let news = 0;

function live(state, text) {
  $("#live").dataset.state = state;
  $("#live").lastElementChild.textContent = text;
}

function listen() {
  source?.close();
  source = new EventSource(`${EVENTS}?after=${last}`);
  source.addEventListener("open", () => {
    if ($("#live").dataset.state === "off") look();
    live("on", "Live");
  });
  source.addEventListener("error", ({ target }) => {
    live("off", "Connecting again");
    // An answer that is no stream ends it for good: the server is full, or has just started.
    if (target.readyState === EventSource.CLOSED) setTimeout(() => target === source && listen(), RETRY);
  });
  source.addEventListener("published", ({ data, lastEventId }) => {
    if (Number(lastEventId) <= Number(last)) return;
    last = lastEventId;
    add(JSON.parse(data));
  });
}

function add({ html, type }) {
  const list = $("#rows");
  const row = document.importNode($("li", parse(html)), true);
  row.classList.add("new");
  list.prepend(row);
  while (list.children.length > Number(list.dataset.limit)) list.lastElementChild.remove();
  $("#no-events")?.remove();
  heard += 1;
  clearTimeout(news);
  news = setTimeout(() => {
    $("#news").textContent = heard === 1 ? `New event: ${type}` : `${heard} new events, the last: ${type}`;
    heard = 0;
  }, NEWS);
  lookSoon(PAUSE);
}

document.addEventListener("visibilitychange", () => {
  source?.close();
  source = null;
  if (document.hidden) return;
  listen();
  look();
});
setInterval(dress, 1000);
dress();
follow();
if (!document.hidden) listen();
