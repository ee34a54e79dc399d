// Chromium without a window, spoken to by its DevTools protocol.

import { spawn } from "node:child_process";
import WebSocket from "ws";

const PATIENCE = 30_000;

// Starts it with a profile of its own in `folder`. The certificate is one of this machine's.
export async function startChromium(binary, folder) {
  const options = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--ignore-certificate-errors", "--remote-debugging-port=0",
    `--user-data-dir=${folder}`, "about:blank",
  ];
  const browser = spawn(binary, options, { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((done, failed) => {
    let said = "";
    browser.stderr.on("data", (text) => {
      said += text;
      const [, found] = said.match(/DevTools listening on (ws:\S+)/) ?? [];
      if (found) done(found);
    });
    browser.on("exit", () => failed(new Error(`Chromium does not start: ${said}`)));
    setTimeout(() => failed(new Error(`Chromium does not start: ${said}`)), PATIENCE).unref();
  });
  const socket = new WebSocket(address);
  await new Promise((done, failed) => socket.on("open", done).on("error", failed));
  return new Chromium(browser, socket);
}

class Chromium {
  constructor(browser, socket) {
    Object.assign(this, { browser, socket, sent: 0, waiting: new Map(), heard: new Map() });
    socket.on("message", (text) => {
      const { id, method, result, error } = JSON.parse(text);
      if (method) this.heard.get(method)?.();
      if (!id) return;
      const { done, failed } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) failed(new Error(error.message));
      else done(result);
    });
  }

  ask(method, params = {}) {
    this.sent += 1;
    this.socket.send(JSON.stringify({ id: this.sent, method, params, sessionId: this.session }));
    return new Promise((done, failed) => this.waiting.set(this.sent, { done, failed }));
  }

  // Opens an address in a window of this width, and waits until it has loaded.
  async open(url, width) {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true });
    this.session = sessionId;
    await this.ask("Page.enable");
    await this.ask("Emulation.setDeviceMetricsOverride", { width, height: 700, deviceScaleFactor: 1, mobile: false });
    const loaded = new Promise((done) => this.heard.set("Page.loadEventFired", done));
    await this.ask("Page.navigate", { url });
    await loaded;
  }

  // What a function gives that runs in the page, whatever its policy on scripts is.
  async see(look) {
    const asked = { expression: `(${look})()`, returnByValue: true };
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", asked);
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description);
    return result.value;
  }

  async picture() {
    return Buffer.from((await this.ask("Page.captureScreenshot")).data, "base64");
  }

  async stop() {
    await this.ask("Page.close");
    this.socket.terminate();
    const ended = new Promise((done) => this.browser.on("exit", done));
    this.browser.kill();
    await ended;
  }
}
