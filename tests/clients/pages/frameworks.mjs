// `<dropline-picker>` in applications with a framework: attributes, properties and events of an ordinary element.

import { build } from "esbuild";
import { compileTemplate } from "vue/compiler-sfc";
import { connected, shown, windowOf } from "./embedding.mjs";
import { save, tick } from "./person.mjs";

// Returns a script with the libraries that it imports.
async function bundle(contents) {
  const define = {
    "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  };
  const stdin = { contents, resolveDir: import.meta.dirname };
  return (await build({ stdin, bundle: true, write: false, format: "iife", define })).outputFiles[0].text;
}

async function react(world) {
  const link = await world.server.link({ page: "choose" });
  const script = await bundle(`
    import { createElement, StrictMode, useEffect, useRef, useState } from "react";
    import { createRoot } from "react-dom/client";
    function Files({ link }) {
      const [chosen, setChosen] = useState(null);
      const picker = useRef(null);
      useEffect(() => {
        const element = picker.current;
        const onChosen = ({ detail }) => setChosen(detail.selected);
        element.addEventListener("dropline-chosen", onChosen);
        return () => element.removeEventListener("dropline-chosen", onChosen);
      }, []);
      return createElement("div", null,
        createElement("dropline-picker", { ref: picker, link, label: "Choose" }),
        createElement("output", null, chosen === null ? "" : "chosen " + chosen));
    }
    addEventListener("DOMContentLoaded", () =>
      createRoot(document.querySelector("#root")).render(createElement(StrictMode, null, createElement(Files, { link: ${JSON.stringify(link.url)} }))));`);
  const at = await shown(world, { body: '<div id="root"></div>', script });
  const window = await windowOf(at);
  await connected(window);
  await tick(window, "Photos");
  await save(window);
  await at.waitForFunction(() => document.querySelector("output").textContent);
  return at.$eval("output", (one) => one.textContent);
}

const TEMPLATE = `
  <label><input type="checkbox" v-model="isOff"> Not now</label>
  <dropline-picker v-if="isShown" :link="link" :label="label" :disabled="isOff"
    @dropline-opened="label = 'Opened'" @dropline-chosen="chosen = $event.detail.selected" />
  <button type="button" @click="isShown = !isShown">Show</button>
  <output>{{ chosen === null ? "" : "chosen " + chosen }}</output>`;

// A template, compiled as an application's build does: a property that changes, a property that is false, events, and an
// element that goes and comes back.
async function vue(world) {
  const link = await world.server.link({ page: "choose" });
  const compilerOptions = { isCustomElement: (tag) => tag.includes("-") };
  const { code, errors } = compileTemplate({ source: TEMPLATE, filename: "files.vue", id: "files", compilerOptions });
  if (errors.length) throw new Error(errors.join());
  const script = await bundle(`${code}
    import { createApp } from "vue";
    const data = () => ({ link: ${JSON.stringify(link.url)}, label: "Choose", isOff: true, isShown: true, chosen: null });
    addEventListener("DOMContentLoaded", () => createApp({ data, render }).mount("#root"));`);
  const at = await shown(world, { body: '<div id="root"></div>', script, policies: "vue" });
  const button = () => at.$eval("dropline-picker >>> button", (one) => [one.textContent, one.disabled]);
  const seen = [await button()];
  await at.click("input");
  await at.waitForSelector("dropline-picker >>> button:enabled");
  await at.click("#root > button");
  await at.waitForFunction(() => !document.querySelector("dropline-picker"));
  await at.click("#root > button");
  await at.waitForSelector("dropline-picker >>> button:enabled");
  const window = await windowOf(at);
  seen.push(await button());
  await connected(window);
  await tick(window, "Photos");
  await save(window);
  await at.waitForFunction(() => document.querySelector("output").textContent);
  return [...seen, await at.$eval("output", (one) => one.textContent)];
}

export default [
  ["the element with React", "chosen 1", react],
  ["the element with Vue", [["Choose", true], ["Opened", false], "chosen 1"], vue],
];
