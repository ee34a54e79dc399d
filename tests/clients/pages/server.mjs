// The application's server: what it asks of Dropline's API for one of its users.

import { setTimeout as sleep } from "node:timers/promises";

export class Server {
  constructor(stack, project, user) {
    Object.assign(this, { stack, project, user });
  }

  async ask(method, path, body) {
    const headers = { authorization: `Bearer ${this.project.api_key}`, "customer-id": this.user };
    if (body !== undefined) headers["content-type"] = "application/json";
    const address = `${this.stack.dropline}/projects/${this.project.project}/${path}`;
    const answer = await fetch(address, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  link(body = {}) {
    return this.ask("POST", "connect/links", body);
  }

  status(link) {
    return this.ask("GET", `connect/links/${link.id}`);
  }

  async connections() {
    return (await this.ask("GET", "connections")).connections;
  }

  async selections(connection) {
    return (await this.ask("GET", `connections/${connection}`)).selections;
  }

  async files(connection) {
    return (await this.ask("GET", `connections/${connection}/files`)).files;
  }

  // Makes a workflow, which makes the folder that it is asked for. It has all kinds of steps that a page shows.
  workflow() {
    const document = {
      name: "Folder maker",
      description: "Makes a folder for what is asked.",
      trigger: { type: "request" },
      settings: [{ id: "parent", title: "In", type: "folder", default: "/Made" }],
      steps: [
        {
          id: "named", description: "Is there a name?", type: "condition", if: "{{ trigger.body.name }}",
          then: [
            {
              id: "make", description: "Make the folder", type: "action", action: "DROPBOX_CREATE_FOLDER",
              parameters: { path: "{{ settings.parent }}/{{ trigger.body.name }}" },
            },
          ],
        },
        { id: "answer", type: "response", body: "{{ trigger.body.name }}" },
      ],
    };
    return this.ask("POST", "workflows", { document });
  }

  // Starts a run of a workflow, and returns it when it has ended.
  async run(workflow, body) {
    const { id } = await this.ask("POST", `workflows/${workflow}/runs`, { body });
    return until(async () => {
      const run = await this.ask("GET", `runs/${id}`);
      return run.status !== "running" && run;
    }, "the end of a run");
  }

  dropbox(route, body) {
    return this.ask("POST", `sdk/proxy/dropbox/2/${route}`, body);
  }
}

// Asks again until there is an answer that is not null, undefined or false.
export async function until(ask, what = ask) {
  for (let left = 300; left > 0; left -= 1) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(100);
  }
  throw new Error(`never came: ${what}`);
}

// Makes calls to Dropbox for an account fail by a script; without one, they work again.
export async function faults(stack, email, script) {
  const address = `${stack.dropbox}/_fake/accounts/${email}/faults`;
  const method = script ? "PUT" : "DELETE";
  const answer = await fetch(address, { method, body: script && JSON.stringify({ script }) });
  if (!answer.ok) throw new Error(await answer.text());
}
