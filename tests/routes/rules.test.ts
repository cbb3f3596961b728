import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { rulesVersionInForce } from "#app/jobs/verdicts.ts";
import { db } from "#db/connection.ts";
import { findRulesInForce, listRules, mostRules } from "#db/queries/rules.ts";
import { findReading } from "#db/queries/verdicts.ts";
import { type App, type Client, startApp } from "../app.ts";
import { campaignOf, contactOf, ruleOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { until } from "../imported.ts";
import type { Person } from "../people.ts";

ownDatabase();
let app: App;
let administrator: Client & { person: Person };
beforeAll(async () => {
  app = await startApp();
  administrator = await app.signIn("administrator");
  const campaign_id = await campaignOf("San Valentín");
  for (const bounce_reason of [strange, strange, `${strange} <again>`, "mailbox full"]) {
    await contactOf({}, [{ campaign_id, bounce_kind: "soft", bounce_reason }]);
  }
});
afterAll(() => app.stop());
beforeEach(async () => {
  await db.deleteFrom("rules").execute();
});

const strange = "the gatekeeper shrugged";
const location = (response: Response) => response.headers.get("Location");
const form = (fields: Record<string, string> = {}) => ({
  ...{ name: "Portero", is_regexp: "no", pattern: "gatekeeper", source: "", domain: "", category: "sender-blocked" },
  ...{ is_on: "on", form_key: randomUUID(), ...fields },
});
/** What stands on a page, without its markup. */
const said = async (response: Response) =>
  (await response.text())
    .replaceAll(/<!--.*?-->|<(script|style).*?<\/\1>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

test("a rule is previewed, saved and read by; the page says how many verdicts moved", async () => {
  expect(await said(await administrator.get("/rules"))).toContain("Todavía no hay reglas propias");
  const preview = await administrator.post("/rules/new", form({ act: "preview", name: "Aún no" }));
  const page = await preview.text();
  expect(preview.status).toBe(200);
  expect(page).toContain('value="Aún no"');
  expect(page).toContain('value="gatekeeper"');
  const text = await said(new Response(page));
  expect(text).toContain("Cambiarían 3 rebotes guardados. Tienen 2 motivos distintos.");
  expect(text).toContain(`${strange} 2 veces Ahora El motivo no dice qué pasó`);
  expect(text).toContain(`${strange} &lt;again&gt; 1 vez`);
  expect(await listRules()).toEqual([]);

  const before = (await findRulesInForce()).version;
  const saved = form();
  expect(location(await administrator.post("/rules/new", saved))).toBe("/rules");
  // A double click.
  expect(location(await administrator.post("/rules/new", saved))).toBe("/rules");
  expect(await said(await administrator.get("/rules"))).toContain(
    "La regla «Portero» se guardó. Los rebotes guardados se leen otra vez.",
  );
  expect(await listRules()).toHaveLength(1);
  expect((await findRulesInForce()).version).toBe(before + 1);
  const version = await rulesVersionInForce();
  await until("stored bounces are read again", async () => (await findReading(version))?.ended_at);
  const list = await said(await administrator.get("/rules"));
  expect(list).toContain(`Reglas ${version}: 4 rebotes se leyeron otra vez el`);
  expect(list).toContain("3 se leen ahora de otra manera.");
  expect(list).toContain("Contiene el texto «gatekeeper»");
  expect(list).toContain("Su servidor nos rechaza a nosotros");
});

test.each([
  [{ pattern: "user(?=x)", is_regexp: "yes" }, "podría tardar sin fin"],
  [{ pattern: "(a)\\1", is_regexp: "yes" }, "podría tardar sin fin"],
  [{ pattern: "x{1000}{1000}", is_regexp: "yes" }, "podría tardar sin fin"],
  [{ pattern: "(", is_regexp: "yes" }, "No es una expresión regular completa."],
  [{ pattern: "a*", is_regexp: "yes" }, "Esto encaja con cualquier texto."],
  [{ pattern: "   " }, "Esto encaja con cualquier texto."],
  [{ pattern: "a".repeat(501) }, "Es demasiado largo para una regla."],
  [{ pattern: "" }, "Falta este dato."],
  [{ name: " " }, "Falta este dato."],
  [{ domain: "no domain" }, "Esto no es un dominio"],
  [{ domain: "localhost" }, "Esto no es un dominio"],
  [{ source: "carrier-pigeon" }, "Elija una de las opciones."],
  [{ category: "" }, "Elija una de las opciones."],
])("%j is refused, with why, on saving and on preview", async (fields, why) => {
  const id = await ruleOf(administrator.person.id, { pattern: "as it was" });
  for (const path of ["/rules/new", `/rules/${id}`]) {
    for (const act of ["save", "preview"]) {
      const refused = await administrator.post(path, form({ ...fields, act }));
      expect([refused.status, await said(refused)]).toEqual([400, expect.stringContaining(why)]);
    }
  }
  expect((await listRules()).map(({ pattern }) => pattern)).toEqual(["as it was"]);
});

test("a refusal is told in English, too", async () => {
  const fields = form({ pattern: "(?!a)b", is_regexp: "yes" });
  const refused = await administrator.post("/rules/new", fields, { "Accept-Language": "en" });
  expect([refused.status, await said(refused)]).toEqual([400, expect.stringContaining("could run away")]);
});

test("a rule is changed, switched, moved, removed and brought back", async () => {
  const first = await ruleOf(administrator.person.id, { name: "Primera" });
  const second = await ruleOf(administrator.person.id, { name: "Segunda" });
  const order = async () => (await listRules()).map(({ name }) => name);

  const change = form({ name: "Otra", domain: "@Hotel.Example", source: "zoho", is_regexp: "yes", pattern: " a b" });
  expect(location(await administrator.post(`/rules/${second}`, change))).toBe("/rules");
  expect((await listRules())[1]).toEqual({
    ...{ id: second, name: "Otra", domain: "hotel.example", source: "zoho", is_regexp: true, pattern: " a b" },
    ...{ category: "sender-blocked", is_on: true },
  });
  const { is_on: _, ...off } = change;
  expect(await said(await administrator.post(`/rules/${second}`, { ...off, act: "preview" }))).toContain(
    "No cambiaría nada.",
  );

  await administrator.post(`/rules/${second}/switch`, { to: "off" });
  expect(await said(await administrator.get("/rules"))).toContain("La regla «Otra» está apagada.");
  expect((await listRules())[1]?.is_on).toBe(false);
  await administrator.post(`/rules/${second}/switch`, { to: "on" });
  expect((await listRules())[1]?.is_on).toBe(true);
  await administrator.post(`/rules/${second}/move`, { direction: "up" });
  expect(await order()).toEqual(["Otra", "Primera"]);
  await administrator.post(`/rules/${second}/move`, { direction: "down" });
  expect(await order()).toEqual(["Primera", "Otra"]);

  await administrator.post(`/rules/${first}/remove`);
  const page = await (await administrator.get("/rules")).text();
  expect(page).toContain("La regla «Primera» se quitó.");
  expect(page).toContain(`action="/rules/${first}/restore"`);
  expect((await administrator.get(`/rules/${first}`)).status).toBe(404);
  await administrator.post(`/rules/${first}/restore`);
  expect(await order()).toEqual(["Primera", "Otra"]);
});

test("a rule beyond those that there can be is refused, and what was typed stays", async () => {
  for (let count = 0; count < mostRules; count++) await ruleOf(administrator.person.id);
  const refused = await administrator.post("/rules/new", form({ name: "Una más" }));
  const page = await refused.text();
  expect([refused.status, page]).toEqual([400, expect.stringContaining("Ya hay tantas reglas como caben.")]);
  expect(page).toContain('value="Una más"');
});

test("an unknown rule is not found, and an unknown act refused", async () => {
  for (const id of ["0", "999999", "x"]) {
    expect((await administrator.get(`/rules/${id}`)).status).toBe(404);
    expect((await administrator.post(`/rules/${id}`, form())).status).toBe(404);
    for (const act of ["remove", "restore", "switch", "move"]) {
      expect((await administrator.post(`/rules/${id}/${act}`, { to: "on", direction: "up" })).status).toBe(404);
    }
  }
  const id = await ruleOf(administrator.person.id);
  expect((await administrator.post(`/rules/${id}/switch`, { to: "sideways" })).status).toBe(400);
  expect((await administrator.post(`/rules/${id}/move`, { direction: "sideways" })).status).toBe(400);
});

test.each(["sales", "marketing", "crm-administrator"] as const)("%s can't have to do with rules", async (role) => {
  const person = await app.signIn(role);
  const id = await ruleOf(administrator.person.id);
  for (const path of ["/rules", "/rules/new", `/rules/${id}`]) expect((await person.get(path)).status).toBe(403);
  for (const path of ["/rules/new", `/rules/${id}`]) expect((await person.post(path, form())).status).toBe(403);
  for (const act of ["remove", "restore", "switch", "move"]) {
    const sent = await person.post(`/rules/${id}/${act}`, { to: "off", direction: "up" });
    expect(sent.status).toBe(403);
  }
  expect((await listRules()).map(({ is_on }) => is_on)).toEqual([true]);
});
