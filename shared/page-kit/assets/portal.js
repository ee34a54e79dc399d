// The portal of Paragon's SDK: a page in a frame that covers the application's page. It obeys the page that has
// framed it, and only if the project has registered its origin.
const dialog = document.querySelector("dialog");
const status = document.querySelector("[role=status]");
const base = new URL(".", location.href);
const NAME = "dropbox";
// Milliseconds until the API is asked again after it could not be reached.
const AGAIN = 3000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

// What the page has said last; what the API has said of it; and what the user is doing.
let said = null;
let known = null;
let doing = "";
let trouble = null;
let painted = "";
let lastCredential;
// The frame covers the page. A browser may close the dialog by itself (Escape of somebody who has clicked nothing here),
// so `dialog.open` does not say so.
let isShown = false;
const waiting = new Map();

const dropbox = () => said?.user?.integrations?.[NAME] ?? {};
const credential = () => said.modal.selectedCredentialId ?? dropbox().credentialId;
const account = () => known.accounts.find(({ id }) => id === credential()) ?? {};
const meant = () => (dropbox().allCredentials ?? []).find(({ id }) => id === credential());
const isValid = () => (meant()?.status ?? dropbox().credentialStatus) === "VALID";

// Calls a method of the SDK. Nothing is sent to a page whose origin is not the project's.
function call(type, ...parameters) {
  const id = crypto.randomUUID();
  parent.postMessage({ messageType: "SDK_FUNCTION_INVOCATION", type, id, parameters }, known.origin);
  return new Promise((done, failed) => waiting.set(id, { done, failed }));
}

async function ask() {
  const { projectId, token, origin } = said;
  const url = new URL(`projects/${projectId}/sdk/portal`, base);
  url.searchParams.set("origin", origin);
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const found = answer.ok ? await answer.json() : {};
  // Another message may have come meanwhile.
  if (said.projectId !== projectId || said.token !== token || said.origin !== origin) return;
  if (answer.status >= 500) throw new Error(`${answer.status}`);
  known = found.origin_registered ? { ...found, key: keyOf(said), origin, asked: credential() } : null;
  if (known) paint(projectId);
  render();
}

// Loads the project's own colours and logo, once.
function paint(project) {
  if (painted === project) return;
  painted = project;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL(`projects/${project}/theme/style.css`, base);
  document.head.append(sheet);
  const [picture, letter] = dialog.querySelectorAll(".logo");
  picture.hidden = !known.logo;
  letter.hidden = Boolean(known.logo);
  if (known.logo) picture.src = new URL(known.logo, base);
}

const keyOf = ({ projectId, token, origin }) => `${origin} ${projectId} ${token}`;

function onUpdate({ nextContext: context, nextModalState: modal }, origin) {
  const { user, projectId } = context ?? {};
  const options = modal?.apiInstallationOptions ?? {};
  const isWanted = Boolean(modal?.integration) && (!options.isApiInstallation || modal.shouldShowPortalAfterInstall);
  const isKnown = user?.authenticated && typeof user.token === "string" && UUID.test(projectId);
  said = { user, projectId, token: user?.token, origin, modal: modal ?? {}, options, isWanted: isWanted && isKnown };
  if (!said.isWanted) return hide();
  if (known?.key === keyOf(said)) {
    render();
    // Who has connected another account wants to see that one.
    if (credential() !== known.asked) refresh();
  } else {
    hide();
    known = null;
    refresh();
  }
}

function refresh() {
  if (known) known.asked = credential();
  // The API cannot be reached: the page waits for the portal, so it is asked again.
  ask().catch(() => setTimeout(() => said.isWanted && refresh(), AGAIN));
}

function state() {
  if (trouble) return trouble;
  const { connectionError: error } = said.modal;
  if (error) return error.errorResponse?.code === "access_denied" ? "denied" : "failed";
  if (doing) return doing;
  if (!credential() || !dropbox().allCredentials?.length) return "connect";
  return isValid() ? "connected" : "reauth";
}

function render() {
  if (!known || !said.isWanted) return;
  const now = credential() && isValid() ? credential() : undefined;
  // Connected meanwhile: what was under way is done.
  if (now !== lastCredential && doing === "connecting" && now) doing = "";
  lastCredential = now;
  fill();
  const name = state();
  const isNew = dialog.dataset.state !== name;
  dialog.dataset.state = name;
  for (const part of dialog.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
  const heading = dialog.querySelector("[data-part]:not([hidden]) h1");
  dialog.setAttribute("aria-labelledby", heading.id);
  if (!isShown) open();
  else if (isNew) {
    status.textContent = heading.textContent;
    heading.focus();
  }
}

function open() {
  isShown = true;
  dialog.showModal();
  const focusTitle = () => {
    focus();
    dialog.querySelector("[data-part]:not([hidden]) h1")?.focus();
  };
  // Nothing takes the focus before the frame is drawn.
  call("updateContainerStyle", { isModalShown: true }).then(() => requestAnimationFrame(focusTitle));
  call("onOpen");
}

function hide() {
  if (!isShown) return;
  isShown = false;
  dialog.close();
  doing = "";
  trouble = null;
  delete dialog.dataset.state;
  status.textContent = "";
  if (known) call("updateContainerStyle", { isModalShown: false });
  parent.focus();
}

function write(name, text) {
  for (const place of dialog.querySelectorAll(`[data-text=${name}]`)) place.textContent = text;
}

function fill() {
  const own = account();
  write("app", known.name);
  write("initial", [...known.name.trim()][0] ?? "");
  write("account", own.email ?? own.account ?? "Dropbox");
  when("since", own.created_at);
  when("synced", own.last_synced_at);
  dialog.querySelector("[data-do=settings]").hidden = !inputs().length;
  const chosen = dialog.querySelector("[data-chosen]");
  const { everything, none, one, other } = chosen.dataset;
  const count = own.selections ?? 0;
  chosen.textContent = own.everything ? everything : count ? (count === 1 ? one : other).replace("{n}", count) : none;
  const error = said.modal.connectionError;
  write("why", String(error?.errorResponse?.message ?? error?.message ?? "").slice(0, 300));
}

function when(name, at) {
  const time = dialog.querySelector(`[data-time=${name}]`);
  time.hidden = !at;
  time.nextElementSibling.hidden = Boolean(at);
  if (!at) return;
  time.dateTime = at;
  const form = { dateStyle: "medium", timeStyle: "short" };
  time.textContent = new Intl.DateTimeFormat(document.documentElement.lang, form).format(new Date(at));
}

// In the click itself: a browser opens windows for nobody else.
function connect() {
  const { isApiInstallation, ...options } = said.options;
  if (credential()) options.selectedCredentialId = credential();
  trouble = null;
  doing = "connecting";
  if (said.modal.connectionError) call("setModalState", { connectionError: undefined });
  call("startOAuthFlow", NAME, options).catch(() => {
    doing = "";
    trouble = "blocked";
    render();
  });
  render();
}

// The pages are in a tab of their own, where they have their cookie. The token goes with a form, into no address.
function choose() {
  const action = new URL(`projects/${said.projectId}/sdk/portal/choose`, base);
  const form = Object.assign(document.createElement("form"), { method: "post", action, target: "_blank", rel: "noopener", hidden: true });
  for (const [name, value] of Object.entries({ token: said.token, origin: known.origin, credential: credential() })) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

const close = () => call("onClose", true);

async function leave() {
  const selectedCredentialId = credential();
  dialog.querySelector("[data-do=leave]").disabled = true;
  try {
    // The SDK would close the portal without a word if it was opened for this very account.
    if (said.modal.selectedCredentialId === selectedCredentialId) await close();
    await call("uninstallIntegration", NAME, { selectedCredentialId });
    doing = "";
  } catch {
    trouble = "unavailable";
  }
  dialog.querySelector("[data-do=leave]").disabled = false;
  render();
}

// The settings of the account: the fields are the project's inputs, with what the application's page adds to them.
const form = dialog.querySelector("form");
const fields = form.querySelector("div");
const wrong = form.querySelector("[role=alert]");
const inputs = () => said.modal.config?.sharedMeta?.inputs ?? [];
const TYPES = { NUMBER: "number", EMAIL: "email", URL: "url", PASSWORD: "password", BOOLEAN_INPUT: "checkbox", SWITCH: "checkbox" };
// Milliseconds without a key until a search begins.
const PAUSE = 300;

function configuration() {
  const all = meant()?.configurations ?? [];
  return all.find(({ id }) => id === said.options.selectedConfigurationId) ?? all.find(({ isDefault }) => isDefault);
}

const make = (name, more, ...inside) => {
  const made = Object.assign(document.createElement(name), more);
  made.append(...inside);
  return made;
};

function settings() {
  const stored = configuration()?.sharedSettings ?? {};
  fields.replaceChildren(...inputs().map((input, at) => field(input, at, stored[input.id] ?? input.defaultValue)));
  wrong.hidden = true;
  doing = "settings";
  render();
}

function field(input, at, value) {
  const id = `input-${at}`;
  const control = controlOf(input, value);
  const isBox = control.type === "checkbox";
  // A box that must be ticked would be no choice.
  Object.assign(control, { id, required: input.required !== false && !isBox });
  const parts = [make("label", { htmlFor: id }, input.title), control];
  if (isBox) parts.reverse();
  if (input.tooltip) {
    parts.push(make("small", { id: `${id}-hint` }, input.tooltip));
    control.setAttribute("aria-describedby", `${id}-hint`);
  }
  const made = make("div", { className: isBox ? "box" : "" }, ...parts);
  if (control.localName === "select") offer(input, control, value, made);
  return made;
}

function controlOf({ type, placeholder = "" }, value = "") {
  if (type === "TEXTAREA_NO_VARS") return make("textarea", { rows: 3, maxLength: 2000, value, placeholder });
  if (type === "CUSTOM_DROPDOWN" || type === "DYNAMIC_ENUM") return make("select");
  const kind = TYPES[type] ?? "text";
  if (kind === "checkbox") return make("input", { type: kind, checked: value === true });
  const control = make("input", { type: kind, value, placeholder, maxLength: kind === "text" ? 1000 : 2000 });
  if (kind === "number") control.step = "any";
  return control;
}

// Fills a list: with its own options, or with what Dropbox or the application's page has, which can be searched.
function offer(input, list, value, place) {
  const write = (options) => {
    const kept = [...list.selectedOptions].filter((one) => one.value && !options.some((other) => other.value === one.value));
    const chosen = list.value;
    list.replaceChildren(new Option(form.dataset.none, ""), ...kept, ...options.map((one) => new Option(one.label, one.value)));
    list.value = chosen;
  };
  const own = optionsOf(input);
  list.append(new Option(value || form.dataset.none, value ?? "", true, true));
  if (own.length) return write(own);
  const find = async (search) => {
    const found = await (input.sourceType ? entries(input.sourceType, search) : ofPage(input.key, search));
    write(found);
    list.size = search ? Math.min(found.length + 2, 6) : 0;
  };
  let pause;
  const box = make("input", { type: "search", placeholder: form.dataset.find, ariaLabel: `${input.title}: ${form.dataset.find}` });
  box.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => find(box.value).catch(say), PAUSE);
  });
  box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  place.append(box);
  find("").catch(say);
  // An entry that is gone keeps its id as its name.
  const title = (name) => Object.assign([...list.options].find((one) => one.value === value) ?? {}, { text: name });
  if (input.sourceType && value) named(value).then(title, () => {});
}

// The SDK empties a list of ours if the application's page gives another one its options. A list that the page fills by
// and by has this member.
function optionsOf({ id, customDropdownOptions: own = [], refreshOnOpen }) {
  if (own.length || refreshOnOpen !== undefined) return own;
  const given = said.modal.integration.configs?.[0]?.values?.sharedMeta?.inputs ?? [];
  return given.find((one) => one.id === id)?.customDropdownOptions ?? [];
}

async function post(path, body) {
  const headers = { authorization: `Bearer ${said.token}`, "content-type": "application/json", "x-paragon-credential": credential() };
  const answer = await fetch(new URL(`projects/${said.projectId}/sdk/${path}`, base), { method: "POST", headers, body: JSON.stringify(body) });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.message);
  return found;
}

const entries = async (sourceKey, search) =>
  (await post("actions", { action: NAME, sourceKey, paginationParameters: { search } })).output.records;
const ofPage = async (key, search) => (await call("_loadCustomDropdownOptions", key, undefined, search)).options;
const named = async (path) => (await post("proxy/dropbox/2/files/get_metadata", { path })).path_display;

// Says what is wrong. The SDK's own errors have the API's answer as their text.
function say({ message }) {
  let text = message;
  try {
    text = JSON.parse(message).message ?? message;
  } catch {}
  wrong.textContent = text;
  wrong.hidden = false;
}

function valueOf(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.value === "") return null;
  return control.type === "number" ? Number(control.value) : control.value;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  wrong.hidden = true;
  const set = Object.fromEntries(inputs().map(({ id }, at) => [id, valueOf(fields.querySelector(`#input-${at}`))]));
  const { selectedConfigurationId } = said.options;
  try {
    await call("updateIntegrationUserSettings", NAME, set, { selectedCredentialId: credential(), selectedConfigurationId });
    doing = "";
    render();
    status.textContent = form.dataset.saved;
  } catch (error) {
    say(error);
  }
});

function back() {
  doing = "";
  trouble = null;
  if (said.modal.connectionError) call("setModalState", { connectionError: undefined });
  render();
}

const ACTIONS = {
  close, connect, choose, settings, leave, back,
  "ask-leave": () => {
    doing = "leave";
    render();
  },
};

dialog.addEventListener("click", ({ target }) => {
  // A click on the dialog itself is one beside its content.
  if (target === dialog) close();
  else ACTIONS[target.closest("[data-do]")?.dataset.do]?.();
});
dialog.addEventListener("cancel", (event) => {
  if (!event.cancelable) return;
  event.preventDefault();
  close();
});
dialog.addEventListener("close", () => isShown && !dialog.open && close());
// The frame's end is not the dialog's: from it the focus would go to the page behind.
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  const all = [...dialog.querySelectorAll("button, a, select, input, textarea")].filter((one) => one.checkVisibility() && !one.disabled);
  const at = all.indexOf(document.activeElement);
  if (event.shiftKey ? at > 0 : at >= 0 && at < all.length - 1) return;
  event.preventDefault();
  all.at(at < 0 && !event.shiftKey ? 0 : event.shiftKey ? -1 : 0).focus();
});

// Back from the pages: something else may be chosen now.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && known && said.isWanted) refresh();
});

addEventListener("message", ({ source, origin, data }) => {
  if (source !== parent || parent === window || typeof data !== "object" || data === null) return;
  const { messageType, id } = data;
  if (messageType === "UI_UPDATE") onUpdate(data, origin);
  else if (origin === known?.origin && waiting.has(id)) {
    const { done, failed } = waiting.get(id);
    waiting.delete(id);
    if (messageType === "SDK_FUNCTION_RESPONSE") done(data.result);
    else failed(new Error(data.message));
  }
});
