import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test("the built app answers from the file's own database", async () => {
  const health = await app.visitor().get("/health");
  expect([health.status, await health.json()]).toEqual([200, { status: "ok" }]);
});

test("a visitor is led to sign-in, a user to where their role works", async () => {
  const sales = await app.signIn("sales");
  expect((await app.visitor().get("/worklist")).headers.get("Location")).toBe("/sign-in?next=%2Fworklist");
  expect((await sales.get("/")).headers.get("Location")).toBe("/worklist");
  await sales.post("/sign-out");
  expect((await sales.get("/")).headers.get("Location")).toBe("/sign-in");
});
