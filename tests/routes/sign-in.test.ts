import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { hashPassword } from "#app/password.server.ts";
import { db } from "#db/connection.ts";
import { createUser, removeUser } from "#db/queries/users.ts";
import { type App, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
const password = "una frase corta";
let app: App;
let ana: number | undefined;
beforeAll(async () => {
  app = await startApp();
  await app.signIn("administrator");
  const password_hash = await hashPassword(password);
  ana = await createUser({ name: "Ana", email: "ana@example.com", password_hash, role: "sales", language: "en" });
});
afterAll(() => app.stop());
beforeEach(() => sql`truncate attempts`.execute(db));

const location = (response: Response) => response.headers.get("Location");
const signIn = (fields: Record<string, string>, from = "192.0.2.1", client = app.visitor()) =>
  client.post("/sign-in", { email: "ana@example.com", password, ...fields }, { "X-Forwarded-For": from });

test("the right password opens a session in the user's language and leads to where they wanted to go", async () => {
  const visitor = app.visitor();
  const page = await (await visitor.get("/sign-in?next=%2Fcontacts%3Fsearch%3Dana")).text();
  expect(page).toContain('name="next" value="/contacts?search=ana"');
  const done = await signIn({ email: " ANA@example.com ", next: "/contacts?search=ana" }, undefined, visitor);
  expect([done.status, location(done)]).toEqual([302, "/contacts?search=ana"]);
  expect(done.headers.getSetCookie().find((cookie) => cookie.startsWith("session="))).toMatch(/HttpOnly; SameSite=Lax/);
  expect(location(await visitor.get("/sign-in?next=/worklist"))).toBe("/worklist");
  expect(await (await visitor.get("/account")).text()).toContain("My account");
});

test.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
  "never leads to another site: %s",
  async (next) => {
    expect(location(await signIn({ next }))).toBe("/");
  },
);

test("a place to come back to may have any letters; one longer than a header holds is the start", async () => {
  expect(location(await signIn({ next: "/contacts?search=日本&page=%32" }))).toBe(
    "/contacts?search=%E6%97%A5%E6%9C%AC&page=%32",
  );
  expect(location(await signIn({ next: `/${"x".repeat(20_000)}` }))).toBe("/");
});

test("whatever a proxy says of the client's address is counted", async () => {
  expect((await signIn({ password: "mala frase" }, "x".repeat(5000))).status).toBe(400);
});

test("a wrong password and an unknown e-mail get the same answer, in about the same time", async () => {
  const time = async (fields: Record<string, string>) => {
    const began = performance.now();
    const response = await signIn(fields, "192.0.2.2");
    return { status: response.status, page: await response.text(), ms: performance.now() - began };
  };
  const wrong = await time({ password: "otra frase corta" });
  const unknown = await time({ email: "nadie@example.com" });
  expect([wrong.status, unknown.status]).toEqual([400, 400]);
  expect(wrong.page).toContain("El correo o la contraseña no son correctos.");
  expect(unknown.page).toContain("El correo o la contraseña no son correctos.");
  expect(wrong.page).not.toContain("otra frase corta");
  // Without the hash it would be a small fraction.
  expect(unknown.ms).toBeGreaterThan(wrong.ms / 4);
});

test("after eight wrong passwords the account waits at that address, and says how long", async () => {
  const statuses = [];
  for (let attempt = 0; attempt < 9; attempt++) statuses.push((await signIn({ password: "mala frase" })).status);
  expect(statuses).toEqual([...Array(8).fill(400), 429]);
  const right = await signIn({});
  expect([right.status, right.headers.get("Retry-After")]).toEqual([429, "900"]);
  expect(await right.text()).toContain("Espere 15 minutos");
  // Elsewhere its owner can still come in, and at that address their colleagues can.
  expect((await signIn({}, "192.0.2.9")).status).toBe(302);
  expect((await signIn({ email: "nadie@example.com" })).status).toBe(400);

  await sql`update attempts set expire = 1`.execute(db);
  expect((await signIn({})).status).toBe(302);
});

test("attempts at the same moment count each, and a success starts anew", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => signIn({ password: "mala frase" })));
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(8);
  await sql`truncate attempts`.execute(db);
  for (let round = 0; round < 2; round++) {
    for (let attempt = 0; attempt < 6; attempt++) expect((await signIn({ password: "mala frase" })).status).toBe(400);
    expect((await signIn({})).status).toBe(302);
  }
});

test("one address can't try sixty accounts, nor one IPv6 network by its many addresses", async () => {
  const attempt = (email: string, from: string) => signIn({ email }, from).then(({ status }) => status);
  for (const [one, other, elsewhere] of [
    ["192.0.2.3", "::ffff:192.0.2.3", "192.0.2.4"],
    ["2001:db8::1", "2001:db8:0:0:ffff::2", "2001:db8:0:1::1"],
  ] as const) {
    expect(await attempt("a@example.com", one)).toBe(400);
    await sql`update attempts set points = 60 where key like 'sign-in-address:%'`.execute(db);
    expect(await attempt("b@example.com", one)).toBe(429);
    expect(await attempt("c@example.com", other)).toBe(429);
    expect(await attempt("d@example.com", elsewhere)).toBe(400);
  }
});

test("a removed user can't come in", async () => {
  await removeUser(ana ?? 0);
  expect((await signIn({})).status).toBe(400);
});

test("nothing, too much, or markup is a plain refusal", async () => {
  expect((await app.visitor().post("/sign-in", {})).status).toBe(400);
  expect((await signIn({ password: "x".repeat(5000) })).status).toBe(400);
  const page = await (await signIn({ email: '"><script>alert(1)</script>' })).text();
  expect(page).not.toContain("<script>alert(1)");
});
