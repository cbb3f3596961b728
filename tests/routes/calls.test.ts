import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { claimFollowUp } from "#db/queries/follow-ups.ts";
import { type App, startApp } from "../app.ts";
import { campaignOf, contactOf, followUpsOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
let campaign_id: number;
let ana: Awaited<ReturnType<App["signIn"]>>;
let luis: Awaited<ReturnType<App["signIn"]>>;
beforeAll(async () => {
  app = await startApp();
  ana = await app.signIn("sales");
  luis = await app.signIn("sales");
  campaign_id = await campaignOf("Febrero del mar");
});
afterAll(() => app.stop());
beforeEach(async () => {
  await db.deleteFrom("follow_ups").execute();
});

const location = (response: Response) => response.headers.get("Location");
const reason = 'Temporary failure:no-answer-from-host <script>alert("x")</script>';
const soft = (company: string, more = {}) =>
  contactOf({ company, phone: "300 555 0101", phone_e164: "+573005550101", ...more }, [
    { campaign_id, bounce_kind: "soft", bounce_reason: reason },
  ]);

async function fields(contact_id: number, outcome: string, more = {}) {
  const open = (await followUpsOf(contact_id)).find(({ closed_at }) => closed_at === null);
  return { outcome, note: "", form_key: randomUUID(), follow_up: open?.id ?? "", ...more };
}

test("next gives a contact, saved it gives the next, and the message offers the way back", async () => {
  const first = await soft("Hotel Bahía Serena");
  const second = await soft("Sazón 21");
  const list = await (await ana.get("/worklist")).text();
  expect(list).toContain("2 contactos por llamar ahora");
  expect(location(await ana.post("/worklist/next"))).toBe(`/contacts/${first.id}/call`);
  expect(location(await luis.post("/worklist/next"))).toBe(`/contacts/${second.id}/call`);
  await luis.post(`/contacts/${second.id}/skip`, { leave: "yes" });

  const page = await (await ana.get(`/contacts/${first.id}/call`)).text();
  expect(page).toContain("Hotel Bahía Serena");
  expect(page).toContain('href="tel:+573005550101"');
  expect(page).toContain('href="https://wa.me/573005550101"');
  expect(page).toContain("Temporary failure:no-answer-from-host &lt;script&gt;");

  const form = await fields(first.id, "no-answer", { note: "sonó ocupado" });
  const saved = await ana.post(`/contacts/${first.id}/call`, form);
  expect(location(saved)).toBe(`/contacts/${second.id}/call`);
  expect(location(await ana.post(`/contacts/${first.id}/call`, form))).toBe(`/contacts/${second.id}/call`);
  expect(await followUpsOf(first.id)).toMatchObject([{ attempts: 1, claimed_by: null }]);
  const next = await (await ana.get(`/contacts/${second.id}/call`)).text();
  expect(next).toMatch(/Guardado\. Hotel Bahía Serena vuelve a la lista/);
  const action = /action="(\/calls\/\d+\/take-back)"/.exec(next)?.[1] ?? "";
  expect(location(await ana.post(action))).toBe(`/contacts/${first.id}/call`);
  expect(await followUpsOf(first.id)).toMatchObject([{ attempts: 0 }]);
  expect(await (await ana.get(`/contacts/${first.id}`)).text()).toContain("Retirada por");
});

test("a contact that a colleague has says so, offers the next one, and takes no call", async () => {
  const first = await soft("Hotel Bahía Serena");
  const second = await soft("Sazón 21");
  expect(location(await luis.post(`/contacts/${first.id}/claim`))).toBe(`/contacts/${first.id}/call`);
  const page = await (await ana.get(`/contacts/${first.id}/call`)).text();
  expect(page).toContain(`${luis.person.name} lo tiene abierto desde las`);
  expect(page).toContain("<fieldset disabled");
  const refused = await ana.post(
    `/contacts/${first.id}/call`,
    await fields(first.id, "no-answer", { note: "mi nota" }),
  );
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("mi nota")]);
  expect(location(await ana.post(`/contacts/${first.id}/skip`))).toBe(
    `/contacts/${second.id}/call?skipped=${first.id}`,
  );
  expect(await followUpsOf(first.id)).toMatchObject([{ claimed_by: luis.person.id }]);
});

test("skipping passes over, and says when only skipped ones are left", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  await ana.post("/worklist/next");
  expect(location(await ana.post(`/contacts/${id}/skip?who=unassigned`))).toBe("/worklist?who=unassigned");
  expect(await (await ana.get("/worklist")).text()).toContain("Solo quedan los que saltó");
  expect(await followUpsOf(id)).toMatchObject([{ claimed_by: null }]);
});

test("what an outcome needs is asked for at its field, and nothing typed is lost", async () => {
  const contact = await soft("Hotel Bahía Serena");
  const other = await soft("Sazón 21");
  const url = `/contacts/${contact.id}/call`;
  const refused = async (outcome: string, more = {}) => {
    const response = await ana.post(url, await fields(contact.id, outcome, { note: "Dijo «hola»", ...more }));
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text).toContain("Dijo «hola»");
    return text;
  };
  expect(await refused("new-address")).toContain("Escriba el correo que le dieron");
  expect(await refused("new-address", { new_email: "sin arroba" })).toContain("mal escrito");
  expect(await refused("new-address", { new_email: contact.email })).toContain("Es el correo que ya tiene");
  const taken = await refused("new-address", { new_email: other.email });
  expect(taken).toContain("Otro contacto tiene ya este correo");
  expect(taken).toContain(`href="/contacts/${other.id}"`);
  expect(await refused("call-back")).toContain("Diga cuándo volver a llamar");
  expect(await refused("call-back", { call_back_local: "2020-01-01T10:00" })).toContain("Esa hora ya pasó");
  expect(await refused("call-back", { call_back_local: "2090-01-01T10:00" })).toContain("dentro de un año");
  expect(await refused("bought-everything")).toContain("Elija cómo fue la llamada");
  expect((await ana.post(url, { ...(await fields(contact.id, "no-answer")), form_key: "x" })).status).toBe(400);
  expect(await db.selectFrom("calls").selectAll().where("contact_id", "=", contact.id).execute()).toEqual([]);
});

test("a call-back is read by the organisation's clock", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  const day = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  const form = await fields(id, "call-back", { call_back: "other", call_back_local: `${day}T09:30` });
  expect((await ana.post(`/contacts/${id}/call`, form)).status).toBe(302);
  expect(await followUpsOf(id)).toMatchObject([{ is_call_back: true, due_at: new Date(`${day}T09:30:00-05:00`) }]);
  expect(await (await ana.get("/worklist?due=later")).text()).toContain("Hotel Bahía Serena");
});

test("an office's address is taken with a warning", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  const form = await fields(id, "new-address", { new_email: "Reservas@nuevo.example", after: "stay" });
  expect(location(await ana.post(`/contacts/${id}/call`, form))).toBe(`/contacts/${id}`);
  const page = await (await ana.get(`/contacts/${id}`)).text();
  expect(page).toContain("Zoho Campaigns suele ignorar");
  expect(page).toContain("Reservas@nuevo.example");
});

test("a mistyped address is offered mended, and stays as it is until somebody saves another", async () => {
  const { id, email } = await soft("Hotel Bahía Serena", { email: "hotel.bahia@gnail.com" });
  const page = await (await ana.get(`/contacts/${id}/call`)).text();
  expect(page).toContain("¿Será hotel.bahia@gmail.com?");
  expect(page).toContain("«gnail.com» parece «gmail.com» mal escrito.");
  expect(page).toContain('aria-keyshortcuts="t"');
  expect(await (await ana.get(`/contacts/${id}`)).text()).toContain("Quizá sea:");
  await ana.post(`/contacts/${id}/call`, await fields(id, "no-answer"));
  const current = db.selectFrom("addresses").select("email").where("contact_id", "=", id);
  expect(await current.where("replaced_at", "is", null).execute()).toEqual([{ email }]);

  const right = await soft("Sazón 21");
  expect(await (await ana.get(`/contacts/${right.id}/call`)).text()).not.toContain('aria-keyshortcuts="t"');
  const unclear = await soft("Casa del Faro", { email: "casa faro@ejemplo.com" });
  const told = await (await ana.get(`/contacts/${unclear.id}/call`)).text();
  expect(told).toContain("Lleva espacios.");
  expect(told).not.toContain('aria-keyshortcuts="t"');
});

test("a new address that looks mistyped is taken with a warning, and named where it was refused", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  const typed = async (new_email: string) =>
    ana.post(`/contacts/${id}/call`, await fields(id, "new-address", { new_email, after: "stay" }));
  const refused = await typed("bahia..serena@gmail,com");
  expect(refused.status).toBe(400);
  const text = await refused.text();
  expect(text).toContain("Tiene dos puntos seguidos.");
  expect(text).toContain("¿Quiso decir bahia.serena@gmail.com?");
  expect(location(await typed("bahia@hotmial.com"))).toBe(`/contacts/${id}`);
  const page = await (await ana.get(`/contacts/${id}`)).text();
  expect(page).toContain("queda con bahia@hotmial.com. Parece mal escrito: ¿será bahia@hotmail.com?");
  expect(page).toContain("/take-back");
});

test("a call is corrected by who logged it; both versions stay in the history", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  await ana.post(`/contacts/${id}/call`, await fields(id, "not-interested"));
  const { id: call_id } = await db
    .selectFrom("calls")
    .select("id")
    .where("contact_id", "=", id)
    .executeTakeFirstOrThrow();
  const edit = `/calls/${call_id}/edit`;
  expect((await luis.get(edit)).status).toBe(403);
  expect((await luis.post(edit, await fields(id, "no-answer"))).status).toBe(403);
  expect((await luis.post(`/calls/${call_id}/take-back`)).status).toBe(403);
  expect(await (await ana.get(edit)).text()).toContain("Corregir la llamada");
  expect(location(await ana.post(edit, await fields(id, "mailbox-fixed")))).toBe(`/contacts/${id}`);
  const page = await (await ana.get(`/contacts/${id}`)).text();
  for (const text of ["Arregló su buzón", "No le interesa", "Corregida por", "Se anuló la solicitud"])
    expect(page).toContain(text);
  expect((await ana.get(edit)).status).toBe(404);
  expect(location(await ana.post(`/calls/${call_id}/take-back`))).toBe(`/contacts/${id}`);
  expect(await (await ana.get(`/contacts/${id}`)).text()).toContain("ya se había retirado");
});

test("chosen contacts are added and given to a colleague; a click too many is forgiven", async () => {
  const [one, two] = [await contactOf({ company: "Casa del Faro" }), await contactOf({ company: "Eva" })];
  const chosen = { contact: [one.id, two.id], next: "/contacts" };
  expect(location(await ana.post("/follow-ups", chosen))).toBe("/contacts");
  const page = await (await ana.get("/contacts")).text();
  expect(page).toContain("Se agregaron 2 contactos a las llamadas.");
  const undo = /name="undo" value="([^"]+)"/.exec(page)?.[1] ?? "";
  await ana.post("/follow-ups", { undo, next: "/contacts" });
  expect(await followUpsOf(one.id)).toEqual([]);

  await ana.post("/assignments", { ...chosen, user: luis.person.id });
  expect(await (await luis.get("/worklist?who=mine")).text()).toContain("Casa del Faro");
  expect((await ana.post("/assignments", { ...chosen, user: 999_999 })).status).toBe(400);
  await ana.post("/assignments", { ...chosen, user: "" });
  expect(await followUpsOf(two.id)).toMatchObject([{ assigned_to: null, opened_by: ana.person.id }]);
  expect(location(await ana.post("/follow-ups", { next: "https://example.org/" }))).toBe("/");
  expect(await (await ana.get("/worklist")).text()).toContain("Elija primero");

  await ana.post(`/contacts/${one.id}/dismiss`);
  expect(await followUpsOf(one.id)).toMatchObject([{ closed_as: "dismissed" }]);
  const after = await (await ana.get(`/contacts/${one.id}`)).text();
  const undone = /name="undo" value="(\d+)"/.exec(after)?.[1] ?? "";
  await ana.post(`/contacts/${one.id}/dismiss`, { undo: undone });
  expect(await followUpsOf(one.id)).toMatchObject([{ closed_as: null }]);
});

test("contacts are searched from the header and edited", async () => {
  const { id } = await soft("Posada Añil", { first_name: "Núria" });
  const found = await (await ana.get("/contacts?search=anil")).text();
  expect(found).toContain("Posada Añil");
  expect(await (await ana.get("/contacts?search=%27%3B--%3Cb%3E")).text()).toContain("Nadie coincide");
  const edit = `/contacts/${id}/edit`;
  expect(await (await ana.get(edit)).text()).toContain("Posada Añil");
  const fields = { company: " Posada Índigo ", first_name: "", last_name: "<b>", phone: "(300) 555 0177" };
  expect(location(await ana.post(edit, { ...fields, crm_module: "", crm_record_id: "" }))).toBe(`/contacts/${id}`);
  const contact = await db.selectFrom("contacts").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  expect(contact).toMatchObject({
    company: "Posada Índigo",
    first_name: null,
    last_name: "<b>",
    phone_e164: "+573005550177",
  });
  expect((await ana.post(edit, { company: "x".repeat(301) })).status).toBe(400);
});

test("what doesn't exist isn't there, and what isn't a number isn't either", async () => {
  for (const path of [
    "/contacts/999999",
    "/contacts/999999/call",
    "/contacts/x/call",
    "/contacts/999999/edit",
    "/calls/999999/edit",
  ])
    expect([path, (await ana.get(path)).status]).toEqual([path, 404]);
  for (const path of ["/contacts/999999/call", "/calls/999999/take-back", "/calls/999999/edit"])
    expect([path, (await ana.post(path, await fields(999_999, "no-answer"))).status]).toEqual([path, 404]);
  expect((await ana.get("/worklist?due=x&page=-1&kind=zzz&campaign=x&skipped=a.b")).status).toBe(200);
  expect((await ana.get("/contacts?page=99999")).status).toBe(200);
});

test("a claim that nobody renews lapses", async () => {
  const { id } = await soft("Hotel Bahía Serena");
  await claimFollowUp(id, luis.person.id, 15);
  const old = new Date(Date.now() - 16 * 60_000);
  await db
    .updateTable("follow_ups")
    .set({ claim_renewed_at: old, claimed_at: old })
    .where("contact_id", "=", id)
    .execute();
  expect(location(await ana.post("/worklist/next"))).toBe(`/contacts/${id}/call`);
});
