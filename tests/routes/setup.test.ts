import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { type App, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();

const first = {
  organization: "Café Ejemplo",
  language: "es",
  country: "CO",
  time_zone: "America/Bogota",
  name: "Alba Primera",
  email: "alba@example.com",
  password: "una frase corta",
};

let app: App;
beforeEach(async () => {
  app = await startApp({ setupCode: currentCode });
});
let currentCode: string | undefined;
afterEach(async () => {
  await app.stop();
  await sql`truncate organization, users, attempts restart identity cascade`.execute(db);
});

const location = (response: Response) => response.headers.get("Location");

test("before set-up every page leads to it, in the browser's language", async () => {
  const visitor = app.visitor();
  for (const path of ["/", "/sign-in", "/campaigns/1/soft", "/no-such-page"]) {
    expect(location(await visitor.get(path))).toBe("/setup");
  }
  expect(location(await visitor.post("/sign-in", { email: "a@example.com", password: "una frase corta" }))).toBe(
    "/setup",
  );
  const spanish = await (await visitor.get("/setup", { "Accept-Language": "es-CO" })).text();
  expect(spanish).toContain("Prepare Rebote para su empresa");
  expect(spanish).toMatch(/<option value="CO" selected="">Colombia/);
  expect(spanish).not.toContain('name="code"');
  expect(await (await visitor.get("/setup", { "Accept-Language": "en" })).text()).toContain("Set up Rebote");
});

test("set-up signs the administrator in and shows two ways to begin; it can't be done again", async () => {
  const visitor = app.visitor();
  const done = await visitor.post("/setup", { ...first, language: "en" });
  expect([done.status, location(done)]).toEqual([302, "/welcome"]);
  expect(visitor.cookies.has("session")).toBe(true);

  const welcome = await (await visitor.get("/welcome")).text();
  expect(welcome).toContain("All set, Alba Primera");
  expect(welcome).toContain('href="/imports/new"');
  expect(welcome).toContain('action="/sample"');

  expect(location(await visitor.get("/setup"))).toBe("/");
  const again = await app.visitor().post("/setup", { ...first, email: "mallory@example.com" });
  expect(location(again)).toBe("/sign-in");
  const users = await db.selectFrom("users").select(["email", "role", "password_hash"]).execute();
  expect(users).toMatchObject([{ email: "alba@example.com", role: "administrator" }]);
  // OWASP's argon2id with 19 MiB, 2 passes, 1 lane.
  expect(users[0]?.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("two at once: one wins", async () => {
  const answers = await Promise.all(
    ["a", "b", "c"].map((name) => app.visitor().post("/setup", { ...first, name, email: `${name}@example.com` })),
  );
  expect(answers.map(location).sort()).toEqual(["/sign-in", "/sign-in", "/welcome"]);
  expect(await db.selectFrom("users").select("id").execute()).toHaveLength(1);
});

test.each([
  ["nothing", {}, ["organization", "name", "email", "password"]],
  ["a bad address", { ...first, email: "alba@" }, ["email"]],
  [
    "a country and a zone that don't exist",
    { ...first, country: "ZZ", time_zone: "Mars/Base" },
    ["country", "time_zone"],
  ],
  ["a short password", { ...first, password: "corta" }, ["password"]],
  ["the company's name as password", { ...first, password: "café ejemplo 1" }, ["password"]],
  ["markup", { ...first, organization: "<b>x</b>\"'", email: "<script>@x" }, ["email"]],
])("refused beside its field: %s", async (_, fields, wrong) => {
  const response = await app.visitor().post("/setup", fields);
  const page = await response.text();
  expect(response.status).toBe(400);
  for (const name of wrong) {
    expect(page).toMatch(new RegExp(`<(input|select)[^>]*name="${name}"[^>]*aria-invalid="true"`));
  }
  expect(page).not.toContain("<b>x</b>");
  expect(page).not.toContain("café ejemplo 1");
  expect(await db.selectFrom("organization").select("id").execute()).toEqual([]);
});

describe("beyond this machine", () => {
  beforeEach(async () => {
    await app.stop();
    currentCode = "123-456-789";
    app = await startApp({ setupCode: currentCode });
    currentCode = undefined;
  });

  test("set-up asks for the console's code, with or without its dashes", async () => {
    expect(await (await app.visitor().get("/setup")).text()).toContain('name="code"');
    for (const code of ["", "123-456-780", "123456"]) {
      expect((await app.visitor().post("/setup", { ...first, code })).status).toBe(400);
    }
    expect(location(await app.visitor().post("/setup", { ...first, code: "123456789" }))).toBe("/welcome");
  });

  test("guessing the code is throttled", async () => {
    const statuses = [];
    for (let guess = 0; guess < 10; guess++) {
      statuses.push((await app.visitor().post("/setup", { ...first, code: `00${guess}` })).status);
    }
    expect(statuses).toEqual([...Array(8).fill(400), 429, 429]);
    const right = await app.visitor().post("/setup", { ...first, code: "123456789" });
    expect([right.status, await right.text()]).toEqual([429, expect.stringContaining("Espere 15 minutos")]);
  });
});
