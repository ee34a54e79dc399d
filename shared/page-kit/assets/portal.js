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
const waiting = new Map();

const dropbox = () => said?.user?.integrations?.[NAME] ?? {};
const credential = () => said.modal.selectedCredentialId ?? dropbox().credentialId;
const account = () => known.accounts.find(({ id }) => id === credential()) ?? {};
const isValid = () => {
  const all = dropbox().allCredentials ?? [];
  const meant = all.find(({ id }) => id === credential());
  return (meant?.status ?? dropbox().credentialStatus) === "VALID";
};

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

// Loads the project's own colours, once.
function paint(project) {
  if (painted === project) return;
  painted = project;
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = new URL(`projects/${project}/theme/style.css`, base);
  document.head.append(sheet);
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
  if (!dialog.open) open();
  else if (isNew) {
    status.textContent = heading.textContent;
    heading.focus();
  }
}

function open() {
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
  if (!dialog.open) return;
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

function back() {
  doing = "";
  trouble = null;
  if (said.modal.connectionError) call("setModalState", { connectionError: undefined });
  render();
}

const ACTIONS = {
  close, connect, choose, leave, back,
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
  event.preventDefault();
  close();
});
// The frame's end is not the dialog's: from it the focus would go to the page behind.
dialog.addEventListener("keydown", (event) => {
  if (event.key !== "Tab") return;
  const all = [...dialog.querySelectorAll("button, a, select, input")].filter((one) => one.checkVisibility() && !one.disabled);
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
