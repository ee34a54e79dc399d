// <dropline-picker>: a button with which a user of an application chooses files in Dropbox, on Dropline's pages in a
// window of their own. Its events say what becomes of it. Without the element: `openPages`. No other script is needed.

// In a language: the button, while the window is open, if the browser opens none, and if there is no link.
const TEXTS = {
  en: ["Choose files", "Continue in the window", "Your browser blocked the window", "This did not work"],
  de: ["Dateien auswählen", "Weiter im Fenster", "Ihr Browser hat das Fenster blockiert", "Das hat nicht funktioniert"],
  fr: ["Choisir des fichiers", "Continuez dans la fenêtre", "Votre navigateur a bloqué la fenêtre", "L’opération a échoué"],
  es: ["Elegir archivos", "Continúe en la ventana", "Su navegador bloqueó la ventana", "No se pudo completar la operación"],
  ja: ["ファイルを選択", "ウインドウで続けてください", "ブラウザがウインドウをブロックしました", "完了できませんでした"],
  pt: ["Escolher arquivos", "Continue na janela", "Seu navegador bloqueou a janela", "Não foi possível concluir"],
};
const STYLE = `
  :host { display: inline-block } :host([hidden]), [hidden] { display: none }
  button { font: inherit; font-weight: 600; padding: .6em 1.1em; border: 1px solid transparent; border-radius: 10px; background: var(--dropline-accent, #0b5cff); color: var(--dropline-on-accent, #fff) }
  button:disabled { opacity: .5 }
  p { margin: .5em 0 0 } p:empty { display: none }
`;
const END = /^dropline:(connected|chosen|closed|denied|failed)$/;
const FEATURES = "popup,width=960,height=760";
// Milliseconds between two looks whether the window is there. Its last message comes before the second that misses it.
const LOOK = 400;

// An address of another kind, as `javascript:`, would run in the application's page.
function checked(link) {
  const url = new URL(link);
  if (!/^https?:$/.test(url.protocol)) throw new TypeError("no address of a page");
  return url;
}

// Tells what a window says of its link, if it is from the link's origin; and `closed` if the window has gone without a
// word. Where the application's page is isolated from it (`Cross-Origin-Opener-Policy`), the window is gone at once: then
// `closed` is told when the user comes back. Returns what ends that.
function watch(opened, origin, tell) {
  let [heard, left, missed] = [false, {}, 0];
  const listen = ({ source, origin: from, data }) => {
    const [, name] = END.exec(data?.type) ?? [];
    if (!name || from !== origin || (opened && source !== opened)) return;
    const { type, leaving, ...detail } = data;
    // It may be loaded again: it is closed if it has gone.
    if (leaving) left = detail;
    else {
      heard = true;
      tell(name, detail);
    }
  };
  const look = () => {
    missed = opened?.closed && document.hasFocus() ? missed + 1 : 0;
    if (missed < 2) return;
    stop();
    if (!heard) tell("closed", left);
  };
  const timer = setInterval(look, LOOK);
  const stop = () => {
    clearInterval(timer);
    removeEventListener("message", listen);
  };
  addEventListener("message", listen);
  return stop;
}

// Opens a link, or the one that a promise brings, in a window; to be called within a click, or else browsers refuse it.
// `tell` gets the name and the detail of each event. Returns the window, if there is one, and `stop`, which ends the events.
export function openPages(link, tell, { tab } = {}) {
  const opened = open("", "_blank", tab ? "" : FEATURES);
  const fail = (reason) => tell("failed", { reason });
  const handle = { window: opened, stop() {} };
  if (opened) {
    Promise.resolve(link).then(checked).then((url) => {
      handle.stop = watch(opened, url.origin, tell);
      opened.location.replace(url);
      tell("opened", {});
    }).catch(() => {
      opened.close();
      fail("link_unavailable");
    });
  } else fail("window_blocked");
  return handle;
}

// A server has no elements; frameworks load the module there, too.
export class DroplinePicker extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ["label", "disabled"];
  #button = document.createElement("button");
  #status = document.createElement("p");
  #link = document.createElement("a");
  #handle;
  #state;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    const slot = document.createElement("slot");
    slot.append(this.#button);
    slot.onclick = () => this.open();
    this.#button.type = this.#button.part = "button";
    this.#status.setAttribute("role", (this.#status.part = "status"));
    Object.assign(this.#link, { part: "link", target: "_blank", rel: "opener", hidden: true });
    // Its window cannot be told from others of the same origin, nor be seen to be closed.
    this.#link.onclick = () => {
      this.#handle = { stop: watch(null, this.#link.origin, this.#tell) };
      this.#tell("opened", {});
    };
    root.append(slot, this.#status, this.#link);
  }

  connectedCallback() {
    this.#show();
  }

  // Unless it was only moved.
  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#handle?.stop());
  }

  attributeChangedCallback() {
    this.#show();
  }

  // Returns the address of a link; may be replaced.
  async makeLink() {
    if (!this.source) return this.link;
    const headers = { accept: "application/json", "content-type": "application/json" };
    return (await (await fetch(this.source, { method: "POST", headers, body: "{}" })).json()).url;
  }

  // Opens the window, or comes back to the one that is open.
  open() {
    const { window: last, stop } = this.#handle ?? {};
    if (this.disabled) return;
    if (last && !last.closed) return last.focus();
    stop?.();
    const link = this.makeLink();
    this.#handle = openPages(link, this.#tell, this);
    if (!this.#handle.window) link.then(checked).then(({ href }) => Object.assign(this.#link, { href, hidden: false }), () => {});
  }

  #show() {
    const language = this.closest("[lang]")?.lang || navigator.language;
    const [choose, opened, window_blocked, link_unavailable] = TEXTS[language.slice(0, 2).toLowerCase()] ?? TEXTS.en;
    this.#button.disabled = this.disabled;
    this.#button.textContent = this.#link.textContent = this.label || choose;
    this.#status.textContent = { opened, window_blocked, link_unavailable }[this.#state] ?? "";
  }

  #tell = (name, detail) => {
    this.#state = detail.reason ?? name;
    this.#link.hidden = true;
    this.#show();
    this.dispatchEvent(new CustomEvent(`dropline-${name}`, { detail, bubbles: true, composed: true }));
  };
}

// Properties, by which frameworks set what the attributes say. React before 19 writes false as an attribute's text.
for (const name of ["link", "source", "label", "disabled", "tab"]) {
  Object.defineProperty(DroplinePicker.prototype, name, {
    get() {
      const text = this.getAttribute(name);
      return name === "disabled" || name === "tab" ? text !== null && text !== "false" : text;
    },
    set(value) {
      if (value == null || value === false) this.removeAttribute(name);
      else this.setAttribute(name, value === true ? "" : value);
    },
  });
}
// The module may be loaded from two addresses.
const registry = globalThis.customElements;
if (registry && !registry.get("dropline-picker")) registry.define("dropline-picker", DroplinePicker);
