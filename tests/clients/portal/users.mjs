// Users of the application: its server signs their tokens.

import { createSign, randomUUID } from "node:crypto";

const encoded = (part) => Buffer.from(JSON.stringify(part)).toString("base64url");

// Returns a token of a user for an hour.
export function token(project, sub) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub, aud: `useparagon.com/${project.project}`, iat: now, exp: now + 3600 };
  const signed = `${encoded({ alg: "RS256", typ: "JWT", kid: "1" })}.${encoded(claims)}`;
  const signature = createSign("RSA-SHA256").update(signed).sign(project.private_key).toString("base64url");
  return `${signed}.${signature}`;
}

// A user that nobody else has.
export const newUser = () => `user-${randomUUID()}`;
