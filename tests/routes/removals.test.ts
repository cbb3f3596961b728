import { createHash, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { listRemovalsOfContact } from "#db/queries/removals.ts";
import { type App, type Client, startApp } from "../app.ts";
import { campaignOf, contactOf, followUpsOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import type { Person } from "../people.ts";

ownDatabase();

type User = Client & { person: Person };
let app: App;
let sales: User;
let crm: User;
let admin: User;
let campaign: number;
let contact: { id: number; email: string };

beforeAll(async () => {
  app = await startApp();
  sales = await app.signIn("sales");
  crm = await app.signIn("crm-administrator");
  admin = await app.signIn("administrator");
  campaign = await campaignOf("Enero <b>&amp;", "2022-01-15T10:00:00Z");
});
afterAll(() => app?.stop());
beforeEach(async () => {
  contact = await bounced("550 5.1.1 User unknown");
});

const bounced = (bounce_reason: string, kind: "hard" | "soft" = "hard") =>
  contactOf({ last_name: "Ríos", crm_module: "Leads" }, [{ campaign_id: campaign, bounce_kind: kind, bounce_reason }]);
const ask = (user: Client, contacts: number[], more = {}) =>
  user.post(`/removals/new?${contacts.map((id) => `contact=${id}`).join("&")}`, {
    ...{ contact: contacts, campaign, decision: "remove", reason: "Cerró el hotel", ...more },
  });
const removalOf = async ({ id }: { id: number }) => {
  const [removal] = await listRemovalsOfContact(id);
  if (!removal) throw new Error("no removal");
  return removal;
};
/** Follows the redirect of a write and answers the page's text, with what was flashed. */
const followed = async (user: Client, response: Response) => {
  expect(response.status).toBe(302);
  return (await user.get(response.headers.get("Location") ?? "")).text();
};
const statuses = async (user: Client, posts: [string, Record<string, string | number>][]) =>
  Promise.all(posts.map(async ([path, fields]) => (await user.post(path, fields)).status));

describe("asking", () => {
  test("shows whom, for which bounce, with the reason in full", async () => {
    const long = `550 5.1.1 <x@example.com>: ${"recipient rejected ".repeat(30)}end`;
    const { id, email } = await bounced(long);
    const page = await (await sales.get(`/removals/new?contact=${id}&campaign=${campaign}`)).text();
    expect(page).toContain(email);
    expect(page).toContain(long.replace("<", "&lt;").replace(">", "&gt;"));
    expect(page).toContain("Enero &lt;b&gt;&amp;amp;");
    expect(page).not.toContain("rechazó nuestro envío");
    expect(page).toContain("El buzón no existe, o la dirección está mal escrita");
  });

  test("warns where the sender was refused, the bounce is soft, or there is none, and presses no decision then", async () => {
    const refused = await bounced("Temporary failure :smtp:550 Your host is not allo...");
    const soft = await bounced("452 mailbox full", "soft");
    const full = await bounced("452 mailbox full");
    const never = await contactOf({}, []);
    const ids = [refused, soft, full, never].map(({ id }) => `contact=${id}`).join("&");
    const page = await (await sales.get(`/removals/new?${ids}`)).text();
    expect(page).toContain("Su servidor nos rechaza a nosotros");
    expect(page).toContain("Temporary failure :smtp:550 Your host is not allo...");
    expect(page).toContain("la fuente dice duro y el motivo habla de algo que suele pasar");
    expect(page).toMatch(new RegExp(`name="confirmed"[^>]* value="${refused.id}"`));
    expect(page).not.toMatch(/type="checkbox"[^>]*checked/);
    expect(page).toContain("el servidor rechazó nuestro envío, no la dirección");
    expect(page).toContain("el rebote es suave");
    expect(page).toContain("la dirección actual no ha rebotado");
    expect(page).not.toMatch(/type="radio"[^>]*checked/);
    expect(await (await sales.get(`/removals/new?contact=${contact.id}`)).text()).toMatch(/type="radio"[^>]*checked/);
  });

  test("makes one request a contact, says so, and offers to undo it", async () => {
    const other = await bounced("550 5.1.1 User unknown");
    await ask(sales, [other.id]);
    const done = await ask(sales, [contact.id, other.id], { next: "/removals/new?contact=1" });
    expect(await followed(sales, done)).toContain("Se pidió una baja; 1 ya tenían la suya.");
    expect(await removalOf(contact)).toMatchObject({ state: "requested", asked_by: sales.person.name });
    const { id } = await removalOf(contact);
    await sales.post(`/removals/${id}/withdraw`, { together: "yes" });
    expect(await removalOf(contact)).toMatchObject({ state: "withdrawn" });
    expect(await removalOf(other)).toMatchObject({ state: "requested" });
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_at: null }]);
  });

  test("needs a reason, a decision and a contact, at their fields; nothing is written, what was typed stays", async () => {
    const response = await ask(sales, [contact.id], { reason: "  \u0000 ", decision: "delete" });
    expect(response.status).toBe(400);
    expect((await response.text()).match(/Falta este dato|Elija una de las opciones/g)).toEqual(
      expect.arrayContaining(["Falta este dato", "Elija una de las opciones"]),
    );
    expect((await ask(sales, [contact.id], { reason: "x".repeat(1001) })).status).toBe(400);
    expect((await ask(sales, [])).status).toBe(400);
    expect((await ask(sales, [contact.id], { contact: "1 or 1=1" })).status).toBe(400);
    expect(await listRemovalsOfContact(contact.id)).toEqual([]);
  });

  test("an unknown contact, a foreign page to come back to, HTML in the reason: harmless", async () => {
    expect((await sales.get("/removals/new?contact=999999&campaign=x")).status).toBe(200);
    const done = await ask(sales, [contact.id], {
      next: "https://elsewhere.example/",
      reason: "<script>alert(1)</script>",
    });
    expect(done.headers.get("Location")).toBe("/");
    expect(await (await crm.get("/removals")).text()).not.toContain("<script>alert");
    expect((await ask(sales, [contact.id], { campaign: 999_999 })).status).toBe(302);
  });
});

describe("asking against our verdict", () => {
  let refused: { id: number; email: string };
  beforeEach(async () => {
    refused = await bounced("550 5.7.1 Your host is not allowed to send mail to us");
  });
  const askedOf = async ({ id }: { id: number }) => (await listRemovalsOfContact(id))[0];

  test("is refused without the second confirmation, beside its box, and nothing is written for anybody", async () => {
    for (const confirmed of ["", String(contact.id), "yes", "on", `${refused.id}0`, `-${refused.id}`]) {
      const response = await ask(sales, [contact.id, refused.id], { confirmed });
      const page = await response.text();
      expect([response.status, page]).toEqual([400, expect.stringContaining("Marque la casilla")]);
      expect(page).toContain("Cerró el hotel");
    }
    expect([await askedOf(contact), await askedOf(refused)]).toEqual([undefined, undefined]);
    expect(await followUpsOf(refused.id)).toMatchObject([{ closed_at: null }]);
  });

  test("with it is written, kept with what it was confirmed against, and shown to the CRM administrator", async () => {
    const done = await ask(sales, [contact.id, refused.id], { confirmed: `${refused.id}` });
    expect(await followed(sales, done)).toContain("Se pidieron 2 bajas.");
    expect(await removalOf(refused)).toMatchObject({ confirmed_against: "sender-blocked" });
    expect(await removalOf(contact)).toMatchObject({ confirmed_against: null });
    const twice = "Pedida dos veces, con este aviso a la vista: «Su servidor nos rechaza a nosotros».";
    const { id } = await removalOf(refused);
    for (const page of [`/removals?search=${refused.email}`, `/removals/keep?removal=${id}`]) {
      expect(await (await crm.get(page)).text()).toContain(twice);
    }
    expect(await (await crm.get(`/removals?search=${contact.email}`)).text()).not.toContain("Pedida dos veces");
    expect(await (await sales.get(`/contacts/${refused.id}`)).text()).toContain(twice);
  });

  test("for all others leaves those out, as they were, and needs no confirmation", async () => {
    const done = await ask(sales, [contact.id, refused.id], { only: "others" });
    expect(await followed(sales, done)).toContain("Se pidió una baja. Quedaron fuera, como estaban: 1.");
    expect(await removalOf(contact)).toMatchObject({ state: "requested" });
    expect(await askedOf(refused)).toBeUndefined();
    expect(await followUpsOf(refused.id)).toMatchObject([{ closed_at: null }]);
    expect((await ask(sales, [refused.id], { only: "others" })).status).toBe(400);
    expect((await ask(sales, [refused.id], { only: "all" })).status).toBe(400);
  });

  test("to keep for the phone needs none, nor do milder warnings, nor one whose request stands", async () => {
    const [soft, full] = [await bounced("452 mailbox full", "soft"), await bounced("452 mailbox full")];
    expect((await ask(sales, [refused.id], { decision: "phone-only" })).status).toBe(302);
    expect(await removalOf(refused)).toMatchObject({ decision: "phone-only", confirmed_against: null });
    expect((await ask(sales, [refused.id, soft.id, full.id])).status).toBe(302);
    expect(await removalOf(full)).toMatchObject({ decision: "remove", confirmed_against: null });
  });

  test("is known also before the verdict is stored", async () => {
    await db.updateTable("deliveries").set({ bounce_verdict_id: null }).execute();
    expect((await ask(sales, [refused.id])).status).toBe(400);
    expect((await ask(sales, [refused.id], { confirmed: refused.id })).status).toBe(302);
    expect(await removalOf(refused)).toMatchObject({ confirmed_against: "sender-blocked" });
    expect(await (await crm.get(`/removals?search=${refused.email}`)).text()).toContain(
      "Nuestra lectura está en contra",
    );
  });

  test("fifty at once: the six are named, confirmed in one box, and marked for the administrator", async () => {
    const good = await Promise.all(Array.from({ length: 44 }, () => bounced("550 5.1.1 User unknown")));
    const six = await Promise.all(Array.from({ length: 6 }, () => bounced("550 blocked using zen.spamhaus.org")));
    const ids = [...good, ...six].map(({ id }) => id);
    const page = await (await sales.get(`/removals/new?${ids.map((id) => `contact=${id}`).join("&")}`)).text();
    expect(page).toContain("En 6 contactos, el servidor rechazó nuestro envío");
    expect(page).toContain("Pedir solo las otras 44");
    const confirmed = /name="confirmed"[^>]* value="([\d,]+)"/.exec(page)?.[1] ?? "";
    expect(confirmed.split(",").map(Number).sort()).toEqual(six.map(({ id }) => id).sort());
    expect((await ask(sales, ids, { confirmed: confirmed.replace(/,\d+$/, "") })).status).toBe(400);
    expect((await ask(sales, ids, { confirmed })).status).toBe(302);
    const removals = await Promise.all(six.map(removalOf));
    expect(removals.map(({ confirmed_against }) => confirmed_against)).toEqual(Array(6).fill("sender-blocked"));
  });
});

describe("withdrawing", () => {
  test("is for who asked and for administrators", async () => {
    await ask(sales, [contact.id]);
    const { id } = await removalOf(contact);
    const colleague = await app.signIn("marketing");
    expect((await colleague.post(`/removals/${id}/withdraw`)).status).toBe(403);
    expect((await crm.post(`/removals/${id}/withdraw`)).status).toBe(403);
    expect(await removalOf(contact)).toMatchObject({ state: "requested" });
    const done = await admin.post(`/removals/${id}/withdraw`, { next: "/removals" });
    expect(await followed(admin, done)).toContain("Volver a la lista de llamadas");
    expect(await removalOf(contact)).toMatchObject({ state: "withdrawn", decided_by: admin.person.name });
    expect((await sales.post("/removals/999999/withdraw")).status).toBe(404);
  });

  test("is too late once it was handed over", async () => {
    await ask(sales, [contact.id]);
    await crm.post("/batches?scope=all", { form_key: randomUUID() });
    const { id } = await removalOf(contact);
    const done = await sales.post(`/removals/${id}/withdraw`, { next: "/removals/new?contact=1" });
    expect(await followed(sales, done)).toContain("Ya se entregó o se resolvió");
    expect(await removalOf(contact)).toMatchObject({ state: "exported" });
  });
});

describe("the list", () => {
  test("says who asked, when, why and for which bounce, in each state's tab", async () => {
    await ask(sales, [contact.id]);
    const page = await (await crm.get(`/removals?search=${encodeURIComponent(contact.email)}`)).text();
    for (const text of [contact.email, sales.person.name, "Cerró el hotel", "550 5.1.1 User unknown"]) {
      expect(page).toContain(text);
    }
    expect(await (await crm.get("/removals?state=confirmed")).text()).not.toContain(contact.email);
    expect((await crm.get("/removals?state=nonsense&page=-1&size=7&batch=x&search=%00%25")).status).toBe(200);
  });

  test("cautions before an export where servers refused our mail", async () => {
    const refused = await bounced("550 blocked using zen.spamhaus.org");
    await ask(sales, [refused.id], { confirmed: refused.id });
    const page = await (await crm.get("/removals")).text();
    expect(page).toMatch(/se rechazó nuestro envío, no la dirección/);
    expect(page).toContain("Nuestra lectura está en contra");
  });

  test("shows by one click the rows whose verdict differs, with search and state, and how many they are", async () => {
    const [refused, full] = [await bounced("550 blocked using zen.spamhaus.org"), await bounced("452 mailbox full")];
    await ask(sales, [contact.id, refused.id, full.id], { confirmed: refused.id });
    const page = await (await crm.get("/removals?state=requested&search=R%C3%ADos")).text();
    const link = /href="([^"]*verdict=differs[^"]*)"[^>]*>(?:(?!<\/a>).)*Nuestra lectura está en contra: \d+/s.exec(
      page,
    )?.[1];
    const url = link?.replaceAll("&amp;", "&") ?? "";
    expect(url).toContain("search=R%C3%ADos");
    const filtered = await (await crm.get(url)).text();
    for (const { email } of [refused, full]) expect(filtered).toContain(email);
    expect(filtered).not.toContain(contact.email);
    expect(filtered).toContain("El buzón está lleno");
    const none = await (await crm.get(`/removals?verdict=differs&search=${contact.email}`)).text();
    expect(none).toContain("Nuestra lectura no está en contra de ninguna");
    expect(await (await crm.get("/removals?verdict=same")).text()).toContain(contact.email);
  });
});

describe("exporting", () => {
  test("hands over a file that can be fetched again, to the byte", async () => {
    await ask(sales, [contact.id]);
    const form_key = randomUUID();
    const twice = await Promise.all([
      crm.post("/batches?scope=all", { form_key }),
      crm.post("/batches?scope=all", { form_key }),
    ]);
    expect(twice.map(({ status }) => status)).toEqual([302, 302]);
    const { batch_id } = await removalOf(contact);
    const first = await crm.get(`/batches/${batch_id}.csv`);
    expect(first.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(first.headers.get("Content-Disposition")).toMatch(/^attachment; filename="crm-[\d-]+-leads\.csv"/);
    const bytes = Buffer.from(await first.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(first.headers.get("ETag")).toBe(`"${createHash("sha256").update(bytes).digest("hex")}"`);
    expect(bytes.toString("utf8")).toContain(`,Leads,${contact.email},`);
    expect(bytes.toString("utf8")).toContain(',"Enero b&amp;",hard,');

    await crm.post("/removals/confirm", { removal: (await removalOf(contact)).id });
    const again = Buffer.from(await (await crm.get(`/batches/${batch_id}.csv`)).arrayBuffer());
    expect(again.equals(bytes)).toBe(true);
    expect(await (await crm.get("/batches")).text()).toContain(`/batches/${batch_id}.csv`);
    expect(await (await crm.get(`/removals?state=confirmed&batch=${batch_id}`)).text()).toContain(contact.email);
  });

  test("a chosen one goes alone; nothing chosen, nothing waiting, a bad key: said, and nothing is written", async () => {
    const other = await bounced("550 5.1.1 User unknown");
    await ask(sales, [contact.id, other.id]);
    const chosen = { form_key: randomUUID(), removal: (await removalOf(contact)).id };
    expect(await followed(crm, await crm.post("/batches?scope=chosen", chosen))).toContain("Se exportó una fila");
    expect(await removalOf(other)).toMatchObject({ state: "requested" });
    const none = await crm.post("/batches?scope=chosen", { form_key: randomUUID() });
    expect(await followed(crm, none)).toContain("Elija primero");
    expect((await crm.post("/batches?scope=all", { form_key: "x" })).status).toBe(400);
    await crm.post("/batches?scope=all", { form_key: randomUUID() });
    const empty = await crm.post("/batches?scope=all", { form_key: randomUUID() });
    expect(await followed(crm, empty)).toContain("No hay nada por exportar");
  });

  test("unknown batches are not found", async () => {
    for (const id of ["999999", "0", "x", "1'--"]) expect((await crm.get(`/batches/${id}.csv`)).status).toBe(404);
  });
});

test.each([
  ["es", "Su servidor nos rechaza a nosotros,problema nuestro,remove,sí"],
  ["en", "Their server refuses us,our problem,remove,yes"],
] as const)(
  "the file says in the exporter's language (%s) what our verdict was, and that it was confirmed",
  async (language, cells) => {
    const refused = await bounced("550 blocked using zen.spamhaus.org");
    await ask(sales, [refused.id], { confirmed: refused.id });
    const exporter = await app.signIn("crm-administrator", language);
    await exporter.post("/batches?scope=chosen", { form_key: randomUUID(), removal: (await removalOf(refused)).id });
    const { batch_id } = await removalOf(refused);
    const file = await (await exporter.get(`/batches/${batch_id}.csv`)).text();
    expect(file).toContain(`,hard,550 blocked using zen.spamhaus.org,${cells},`);
  },
);

describe("deciding", () => {
  test("confirmed and undone", async () => {
    await ask(sales, [contact.id]);
    const { id } = await removalOf(contact);
    const confirmed = await crm.post("/removals/confirm", { removal: id, next: "/removals" });
    expect(await followed(crm, confirmed)).toMatch(/Se confirmó una.*take-back/s);
    expect(await followed(crm, await crm.post("/removals/confirm", { removal: id }))).toContain("Nada por confirmar");
    await crm.post(`/removals/${id}/take-back`, { together: "yes" });
    expect(await removalOf(contact)).toMatchObject({ state: "requested" });
    expect(await followed(crm, await crm.post(`/removals/${id}/take-back`))).toContain("No se puede deshacer");
    expect((await crm.post("/removals/999999/take-back")).status).toBe(404);
    expect(await followed(crm, await crm.post("/removals/confirm"))).toContain("Elija primero");
  });

  test("kept for a reason, which is required", async () => {
    await ask(sales, [contact.id]);
    const { id } = await removalOf(contact);
    expect(await (await crm.get(`/removals/keep?removal=${id}`)).text()).toContain(contact.email);
    const refused = await crm.post(`/removals/keep?removal=${id}`, { removal: id, reason: " " });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("Falta este dato")]);
    const kept = await admin.post("/removals/keep", {
      removal: id,
      reason: "Es cliente",
      next: "/removals?state=kept",
    });
    const page = await followed(admin, kept);
    expect(page).toContain("Se conserva un contacto");
    expect(page).toContain("Volver a la lista de llamadas");
    expect(page).toContain("Es cliente");
    expect(await removalOf(contact)).toMatchObject({ state: "kept", decided_note: "Es cliente" });
    const many = Array.from({ length: 10_000 }, (_, index) => 1_000_000 + index);
    const none = await crm.post("/removals/keep", { removal: many, reason: "Muchos" });
    expect(await followed(crm, none)).toContain("Nada por conservar");
    expect(await (await crm.get(`/removals/keep?removal=${id}&next=//x.example`)).text()).not.toMatch(
      /href="[^"]*x\.example/,
    );
  });
});

test("who may do what", async () => {
  await ask(sales, [contact.id]);
  const { id, batch_id } = await removalOf(contact);
  const marketing = await app.signIn("marketing");
  const pages = ["/removals", "/removals/keep", "/batches", `/batches/${batch_id ?? 1}.csv`];
  for (const user of [sales, marketing]) {
    for (const page of pages) expect((await user.get(page)).status).toBe(403);
    expect(
      await statuses(user, [
        ["/batches?scope=all", { form_key: randomUUID() }],
        ["/removals/confirm", { removal: id }],
        ["/removals/keep", { removal: id, reason: "x" }],
        [`/removals/${id}/take-back`, {}],
      ]),
    ).toEqual([403, 403, 403, 403]);
    expect((await user.get("/removals/new")).status).toBe(200);
  }
  expect((await crm.get("/removals/new")).status).toBe(403);
  expect((await ask(crm, [contact.id])).status).toBe(403);
  const refused = await bounced("550 blocked using zen.spamhaus.org");
  expect((await ask(crm, [refused.id], { confirmed: refused.id })).status).toBe(403);
  expect(await listRemovalsOfContact(refused.id)).toEqual([]);
  expect((await app.visitor().get("/batches/1.csv")).headers.get("Location")).toMatch(/^\/sign-in/);
  expect((await app.visitor().post("/removals/confirm", { removal: id })).headers.get("Location")).toBe("/sign-in");
  expect(await removalOf(contact)).toMatchObject({ state: "requested" });
});
