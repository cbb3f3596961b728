import { afterAll, beforeAll, expect, test } from "vitest";
import { findOrganization } from "#db/queries/organization.ts";
import { listSampleCampaigns } from "#db/queries/sample.ts";
import { type App, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const location = (response: Response) => response.headers.get("Location");

test("name, language, country, time zone and limits can be changed", async () => {
  const administrator = await app.signIn("administrator");
  const page = await (await administrator.get("/settings")).text();
  expect(page).toMatch(/<option value="CO" selected="">Colombia/);
  expect(page).toMatch(/PostgreSQL[^<]* \d\d/);

  const region = { name: "Otro Café", language: "en", country: "MX", time_zone: "America/Mexico_City" };
  const wanted = { ...region, soft_limit: 3, loop_limit: 4 };
  const fields = { ...region, soft_limit: "3", loop_limit: "4" };
  expect(location(await administrator.post("/settings", fields))).toBe("/settings");
  expect(await findOrganization()).toEqual(wanted);
  expect(await (await administrator.get("/settings")).text()).toContain("Los ajustes se guardaron.");

  const wrong = await administrator.post("/settings", { ...fields, name: " ", country: "QQ" });
  expect(wrong.status).toBe(400);
  for (const soft_limit of ["", "1", "101", "2.5", "cinco"]) {
    const refused = await administrator.post("/settings", { ...fields, soft_limit });
    expect([soft_limit, refused.status]).toEqual([soft_limit, 400]);
    expect(await refused.text()).toContain("número entero de 2 a 100");
  }
  expect(await findOrganization()).toEqual(wanted);
});

test("the sample comes with one click and goes with one", async () => {
  const administrator = await app.signIn("administrator");
  expect(await (await administrator.get("/settings")).text()).not.toContain('action="/sample/remove"');
  const added = location(await administrator.post("/sample"));
  expect(added).toMatch(/^\/campaigns\/\d+$/);
  expect(location(await administrator.post("/sample"))).toBe(added);
  expect(await (await administrator.get("/settings")).text()).toContain('action="/sample/remove"');

  expect(location(await administrator.post("/sample/remove"))).toBe("/campaigns");
  expect(await listSampleCampaigns()).toEqual([]);
  expect(location(await administrator.post("/sample/remove"))).toBe("/campaigns");
  expect((await administrator.get("/sample/remove")).status).toBe(302);
});
