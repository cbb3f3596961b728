import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { listIncidents } from "#db/queries/incidents.ts";
import { type App, startApp } from "../app.ts";
import { incidentOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
let marketing: Awaited<ReturnType<App["signIn"]>>;
let sales: Awaited<ReturnType<App["signIn"]>>;
beforeAll(async () => {
  app = await startApp();
  marketing = await app.signIn("marketing");
  sales = await app.signIn("sales");
});
afterAll(() => app.stop());

const location = (response: Response) => response.headers.get("Location");
const campaignOfIncident = async (id: number) =>
  (await db.selectFrom("incidents").select("campaign_id").where("id", "=", id).executeTakeFirstOrThrow()).campaign_id;
const text = async (client: typeof sales, path: string) =>
  (await (await client.get(path)).text()).replaceAll("<!-- -->", "");

test("a campaign says that its bounces are one problem, and what to check", async () => {
  const campaign_id = await campaignOfIncident(await incidentOf(6));
  const sentence =
    "6 direcciones de 6 servidores rechazan a nuestro servidor: un solo problema nuestro, no 6 llamadas.";
  for (const path of ["", "/hard", "/soft"])
    expect(await text(marketing, `/campaigns/${campaign_id}${path}`)).toContain(sentence);
  expect(await text(marketing, `/campaigns/${campaign_id}/auto-reply`)).not.toContain(sentence);
  const page = await text(marketing, `/campaigns/${campaign_id}/incidents`);
  for (const words of [
    "problema nuestro",
    "550 Your host is not allowed to connect to this server",
    "DNS inverso (PTR):",
    "https://multirbl.valli.org/",
    "Campaña: Refused",
    "Enviada: 14 de feb de 2022",
    "1. Listas de bloqueo: buscar la IP y el dominio de envío en las más usadas. https://multirbl.valli.org/",
    "6 contactos esperan una llamada por esto.",
    "Retener sus llamadas",
  ])
    expect(page.includes(words), words).toBe(true);
  const crm = await app.signIn("crm-administrator");
  const english = await crm.get(`/campaigns/${campaign_id}/incidents`, { "Accept-Language": "en" });
  const other = (await english.text()).replaceAll("<!-- -->", "");
  expect(other).toContain("6 addresses at 6 hosts refused our server: one problem of ours, not 6 phone calls.");
  expect(other).not.toContain("Hold their calls back");
});

test("holding and releasing answer with the count, and with the way back", async () => {
  const id = await incidentOf(3);
  const campaign_id = await campaignOfIncident(id);
  const page = `/campaigns/${campaign_id}/incidents`;
  expect(location(await marketing.post(`/incidents/${id}/hold`))).toBe(`${page}#incident-${id}`);
  const held = await text(marketing, page);
  expect(held).toContain("3 llamadas quedan retenidas");
  expect(held).toContain(`3 llamadas retenidas por ${marketing.person.name}`);
  expect(held).toContain("Resuelto: devolver las llamadas");
  await marketing.post(`/incidents/${id}/hold`);
  expect(await text(marketing, page)).toContain("No había más llamadas por retener.");

  const list = await text(sales, `/worklist?campaign=${campaign_id}`);
  expect(list).toContain("0 contactos por llamar ahora");
  expect(list).toContain("3 llamadas retenidas");
  expect(list).not.toContain(`/campaigns/${campaign_id}/incidents`);
  const row = /\/contacts\/(\d+)\/call/.exec(await text(sales, `/worklist?campaign=${campaign_id}&due=held`));
  const call = await text(sales, `/contacts/${row?.[1]}/call`);
  expect(call).toContain("Esta llamada está retenida");
  expect(call).toContain(`Retenida por ${marketing.person.name}`);
  expect(await text(marketing, "/worklist")).toContain(`${page}#incident-${id}`);

  const action = /action="(\/incidents\/\d+\/release)"/.exec(held)?.[1] ?? "";
  expect(location(await marketing.post(action))).toBe(`${page}#incident-${id}`);
  expect(await text(marketing, page)).toContain("3 llamadas vuelven a la lista.");
  expect(await text(sales, `/worklist?campaign=${campaign_id}`)).toContain("3 contactos por llamar ahora");
  expect((await listIncidents(campaign_id)).incidents).toMatchObject([{ is_held: false, held: 0, open: 3 }]);
});

test("who sees no campaigns lands at the worklist; what isn't there is not found", async () => {
  const id = await incidentOf(3);
  expect(location(await sales.post(`/incidents/${id}/hold`))).toBe("/worklist");
  expect(location(await sales.post(`/incidents/${id}/release`))).toBe("/worklist");
  const crm = await app.signIn("crm-administrator");
  expect((await crm.post(`/incidents/${id}/hold`)).status).toBe(403);
  const missing = ["/incidents/999999/hold", "/incidents/999999/release", "/incidents/x/hold"];
  for (const path of missing) expect((await marketing.post(path)).status).toBe(404);
  expect((await marketing.get("/campaigns/x/incidents")).status).toBe(404);
});
