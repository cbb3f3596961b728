import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "#app/password.server.ts";
import { changePassword } from "#db/queries/users.ts";
import { type App, Client, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const location = (response: Response) => response.headers.get("Location");
const password = "una frase corta";

/** Somebody with a password, signed in at two browsers. */
async function atTwoBrowsers(): Promise<[Client, Client, string]> {
  const { person } = await app.signIn("sales");
  await changePassword(person.id, await hashPassword(password));
  const browsers = [app.visitor(), app.visitor()] as const;
  for (const browser of browsers) await browser.post("/sign-in", { email: person.email, password });
  return [...browsers, person.email];
}

test("name, e-mail and language are one's own to change", async () => {
  const sales = await app.signIn("sales");
  const other = await app.signIn("sales");
  const changed = await sales.post("/account", {
    name: "Nueva",
    email: "nueva@example.com",
    language: "en",
    role: "administrator",
  });
  expect(location(changed)).toBe("/account");
  const page = await (await sales.get("/account")).text();
  expect(page).toContain("Your details were saved.");
  expect(page).toContain('value="nueva@example.com"');
  expect((await sales.get("/users")).status).toBe(403);

  const taken = await other.post("/account", { name: "Otra", email: "Nueva@example.com", language: "es" });
  expect([taken.status, await taken.text()]).toEqual([
    400,
    expect.stringContaining("Otro usuario ya tiene este correo."),
  ]);
  expect((await other.post("/account", { name: "", email: "x", language: "fr" })).status).toBe(400);
});

test("a new password needs the current one, and ends the other sessions", async () => {
  const [here, there, email] = await atTwoBrowsers();
  const wrong = await here.post("/account/password", { current_password: "otra frase", password: "nueva frase larga" });
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining("Esta no es su contraseña actual."),
  ]);
  expect((await here.post("/account/password", { current_password: password, password: "corta" })).status).toBe(400);
  expect((await there.get("/account")).status).toBe(200);

  const done = await here.post("/account/password", { current_password: password, password: "nueva frase larga" });
  expect(location(done)).toBe("/account");
  expect((await here.get("/account")).status).toBe(200);
  expect((await there.get("/account")).status).toBe(302);
  expect((await app.visitor().post("/sign-in", { email, password })).status).toBe(400);
  expect((await app.visitor().post("/sign-in", { email, password: "nueva frase larga" })).status).toBe(302);
});

test("guessing the current password at an open desk is throttled", async () => {
  const [here] = await atTwoBrowsers();
  const statuses = [];
  for (let guess = 0; guess < 9; guess++) {
    const fields = { current_password: `frase ${guess}`, password: "nueva frase larga" };
    statuses.push((await here.post("/account/password", fields)).status);
  }
  expect(statuses).toEqual([...Array(8).fill(400), 429]);
});

test("one's sessions are listed, one or all others can be ended, nobody else's", async () => {
  const [here, there] = await atTwoBrowsers();
  const [stranger] = await atTwoBrowsers();
  const page = await (await here.get("/account")).text();
  expect(page).toContain("Esta sesión");
  const [other = ""] = [...page.matchAll(/name="session" value="(\w{16})"/g)].map((match) => match[1] ?? "");

  await stranger.post("/account/sessions", { session: other });
  expect((await there.get("/account")).status).toBe(200);
  expect(location(await here.post("/account/sessions", { session: other }))).toBe("/account");
  expect((await there.get("/account")).status).toBe(302);
  expect((await here.get("/account")).status).toBe(200);

  const [first, second, email] = await atTwoBrowsers();
  const third = app.visitor();
  await third.post("/sign-in", { email, password });
  await third.post("/account/sessions", { session: "others" });
  expect(await Promise.all([first, second, third].map(async (one) => (await one.get("/account")).status))).toEqual([
    302, 302, 200,
  ]);
  expect((await third.post("/account/sessions", {})).status).toBe(400);
});

test("a visitor has no account", async () => {
  for (const path of ["/account", "/account/password"]) {
    expect(location(await app.visitor().get(path))).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
    expect(location(await app.visitor().post(path))).toBe("/sign-in");
  }
  expect(location(await app.visitor().post("/account/sessions", { session: "others" }))).toBe("/sign-in");
  expect(location(await new Client(app.address, "session=forged").get("/account"))).toContain("/sign-in");
});
