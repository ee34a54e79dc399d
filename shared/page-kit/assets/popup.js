// The window in which a user connects an account. Its opener is the application's page, with Paragon's SDK.
const main = document.querySelector("[data-popup]");
const { popup: step, origin, user, integration, code, message } = main.dataset;

// Milliseconds between two questions how far the application's call has come.
const POLL = 1000;
// Milliseconds that the opener has to name its user.
const PATIENCE = 2000;
// Milliseconds after which a window that its opener has not sent on goes on by a click.
const STUCK = 3000;
// Milliseconds after which a call that has not arrived is said to be missing.
const LATE = 20_000;

const show = (name) => {
  for (const part of main.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
};
// Only a page of the origin that the project has registered receives it.
const tell = (said) => window.opener?.postMessage(said, origin);
const fail = (response) =>
  tell({ type: "oauth_error_callback", error: response.message, errorResponse: response, integrationId: integration });

for (const button of document.querySelectorAll("[data-close]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.close());
}

// Whether the opener is a page of the origin, and signed in as the same user. The browser says of its answer
// where it is from.
function isOpenerOurs() {
  return new Promise((done) => {
    const id = crypto.randomUUID();
    addEventListener("message", ({ source, origin: from, data }) => {
      if (source !== window.opener || from !== origin || data?.id !== id) return;
      done(data.messageType === "SDK_FUNCTION_RESPONSE" && String(data.result?.userId) === user);
    });
    setTimeout(done, PATIENCE, false);
    tell({ messageType: "SDK_FUNCTION_INVOCATION", type: "getUser", id, parameters: [] });
  });
}

async function begin() {
  if (window.opener && (await isOpenerOurs())) {
    const form = new URLSearchParams(new FormData(main.querySelector("form")));
    await fetch(main.dataset.confirm, { method: "POST", body: form }).catch(() => {});
  }
  const began = Date.now();
  tell({ type: "oauth-nonce-loaded" });
  let reported = "";
  for (;;) {
    const waited = Date.now() - began;
    const answer = await fetch(location.href, { headers: { accept: "application/json" } }).catch(() => null);
    const said = answer?.ok ? await answer.json() : { state: "waiting" };
    if (said.state === "ready" && (!window.opener || waited > STUCK)) show("ask");
    else if (said.state === "refused") {
      main.querySelector("[data-detail]").textContent = `${said.message} (${said.code})`;
      show("refused");
      if (reported !== said.code) fail({ message: said.message, code: said.code });
      reported = said.code;
    } else if (said.state === "waiting" && waited > LATE) show("late");
    await new Promise((done) => setTimeout(done, POLL));
  }
}

if (step === "window") begin();
// The application learns of a connection by asking, so nothing is reported.
if (step === "connected") window.close();
if (step === "failed" && window.opener) {
  fail({ message, code });
  // After the message: a window that is closed sends none.
  setTimeout(() => window.close(), 500);
}
