// A page of an application's, in jsdom: what a browser gives to the scripts that it loads.

import { JSDOM, VirtualConsole } from "jsdom";

const ORIGIN = "https://app.example.com";

// jsdom has no fetch. This one is made of its XMLHttpRequest, which asks before it sends and hides what an answer does
// not open, as browsers do.
function fetchBy({ XMLHttpRequest }) {
  return (url, { method = "GET", headers = {}, body } = {}) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.responseType = "arraybuffer";
      request.open(method, url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.onload = () => {
        const lines = request.getAllResponseHeaders().trim().split("\r\n");
        const pairs = lines.map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
        done(new Response(request.response, { status: request.status, headers: pairs }));
      };
      request.onerror = () => failed(new TypeError("Failed to fetch"));
      request.send(body);
    });
}

// Makes the page, and its globals those of this process.
export function openPage() {
  // The console of its own is nobody's.
  const { window } = new JSDOM("<!doctype html>", { url: ORIGIN, virtualConsole: new VirtualConsole() });
  Object.assign(globalThis, { window, document: window.document, localStorage: window.localStorage });
  globalThis.fetch = window.fetch = fetchBy(window);
  return window;
}
