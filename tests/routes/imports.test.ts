import { readdir } from "node:fs/promises";
import { request as send } from "node:http";
import path from "node:path";
import { Readable } from "node:stream";
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { listDrafts } from "#db/queries/import-drafts.ts";
import { findImport, listImports } from "#db/queries/imports.ts";
import { type App, type Client, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";
import { atRest, until } from "../imported.ts";
import type { Person } from "../people.ts";

ownDatabase();
let app: App;
let marketing: Client & { person: Person };
beforeAll(async () => {
  app = await startApp();
  marketing = await app.signIn("marketing");
});
afterAll(() => app.stop());

let campaigns = 0;
async function newCampaign(): Promise<number> {
  const id = await createCampaign({ name: `Campaign ${++campaigns}` }, marketing.person.id);
  if (!id) throw new Error("name taken");
  return id;
}

const header = "Contact Email,Bounce reason,First Name,Last Name,Company Name,Phone";
const soft = `${header}
RESERVAS@bahia.example,Temporary failure:bad-connection,Hotel Bahía,(Hotel),--,300 555 0101
info@quinta.example,"Temporary failure:
no-answer-from-host",Daniela,Ospina,Quinta Azul,12
info@quinta.example,Temporary failure,,,,
no es correo,x,"=HYPERLINK(""http://x.example"")",,,+57 300
Total Count,17,,,,
`;

type File = [name: string, content: string | Uint8Array];

function upload(fields: Record<string, string | number>, ...files: File[]): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const [name, content] of files) form.append("files", new Blob([content as BlobPart]), name);
  return form;
}

const bring = (form: FormData) => marketing.post("/imports/new", form);

/** Drafts in a new campaign, read: its id and theirs. */
async function drafted(...files: File[]): Promise<{ campaign_id: number; review: string; ids: number[] }> {
  const campaign_id = await newCampaign();
  const answer = await bring(upload({ campaign: campaign_id }, ...files));
  const review = `/campaigns/${campaign_id}/imports`;
  expect([answer.status, answer.headers.get("Location")]).toEqual([302, review]);
  return { campaign_id, review, ids: (await atRest(campaign_id)).map(({ id }) => id) };
}

/** Presses the review's button, and waits for the end of what it begins. */
async function save(campaign_id: number, fields: Record<string, string>) {
  const saved = await marketing.post(`/campaigns/${campaign_id}/imports`, fields);
  expect(saved.status).toBe(302);
  return atRest(campaign_id);
}

/** Files that an earlier test let go of may leave in the meantime. */
const newFiles = async (before: string[]) => (await keptFiles()).filter((name) => !before.includes(name));
const keptFiles = async () =>
  (await readdir(path.join(process.env.DATA_DIR ?? "", "files")).catch(() => [])).filter((name) => name !== "store");

const textOf = (html: string) =>
  html
    .replaceAll(/<script.*?<\/script>/gs, "")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");

async function page(path: string): Promise<string> {
  const response = await marketing.get(path);
  expect(response.status).toBe(200);
  return textOf(await response.text());
}

const deliveries = (campaign_id: number) =>
  db
    .selectFrom("deliveries as d")
    .innerJoin("addresses as a", "a.id", "d.address_id")
    .innerJoin("contacts as c", "c.id", "a.contact_id")
    .where("d.campaign_id", "=", campaign_id)
    .orderBy("a.email_key")
    .select(["a.email", "d.bounce_kind", "d.bounce_reason", "d.opened", "c.first_name", "c.company", "c.phone_e164"])
    .execute();

test("files become drafts of a new campaign, are reviewed, imported, and their account stays", async () => {
  const form = upload(
    { campaign: "new", name: "San Valentín", sent_at: "2022-02-14T15:14", reported_sent: "582" },
    ["Soft Bounce.csv", soft],
    ["Rebotes duros.csv", Buffer.from("Correo;Motivo\r\nventas@dos.example;caf\xe9\r\n", "latin1")],
  );
  const answer = await bring(form);
  const review = answer.headers.get("Location") ?? "";
  expect(review).toMatch(/^\/campaigns\/\d+\/imports$/);
  const campaign_id = Number(review.split("/")[2]);
  expect(await db.selectFrom("campaigns").selectAll().where("id", "=", campaign_id).execute()).toMatchObject([
    { name: "San Valentín", sent_at: new Date("2022-02-14T20:14Z"), reported_sent: 582 },
  ]);

  await atRest(campaign_id);
  const shown = await page(review);
  expect(shown).toContain("Nada se ha guardado todavía");
  expect(shown).toMatch(/Filas 4 Nuevas = 2 Actualizadas \+ 0 Sin cambios \+ 0 Repetidas \+ 1 Rechazadas \+ 1/);
  expect(shown).toContain("Windows-1252");
  expect(shown).toContain("Se omitió 1 fila");
  expect(await deliveries(campaign_id)).toEqual([]);

  const drafts = await listDrafts(campaign_id);
  const fields = Object.fromEntries(drafts.map(({ id }) => [`list-${id}`, "auto"]));
  expect(await save(campaign_id, fields)).toMatchObject([{ state: "saved" }, { state: "saved" }]);
  expect(await deliveries(campaign_id)).toMatchObject([
    {
      email: "info@quinta.example",
      bounce_kind: "soft",
      bounce_reason: "Temporary failure:\nno-answer-from-host",
      phone_e164: null,
    },
    { email: "RESERVAS@bahia.example", bounce_kind: "soft", company: null, phone_e164: "+573005550101" },
    { email: "ventas@dos.example", bounce_kind: "hard", bounce_reason: "café" },
  ]);
  await until("saved files are let go", async () => (await keptFiles()).length === 0);
  expect(await page("/campaigns")).toContain("2 archivos se importaron: 5 filas");
  expect(await page("/imports")).toContain("San Valentín");
  const [first] = drafts;
  const one = await page(`/imports/${first?.id}`);
  expect(one).toContain("La dirección de correo no es válida");
  expect(one).toMatch(/Importado por Marketing \d+ el/);
});

test("two clicks at once import once", async () => {
  const { campaign_id, review, ids } = await drafted(["Soft Bounce.csv", soft]);
  const click = () => marketing.post(review, { [`list-${ids[0]}`]: "auto" });
  const answers = await Promise.all([click(), click(), click()]);
  expect(answers.map(({ status }) => status)).toEqual([302, 302, 302]);
  await atRest(campaign_id);
  const { imports } = await listImports({ page: 1, size: 10, campaign_id });
  expect(imports).toMatchObject([{ state: "saved", rows: 4, created: 2, duplicate: 1, rejected: 1 }]);
});

test("a list and columns chosen by hand are what is shown and imported", async () => {
  const { campaign_id, review, ids } = await drafted([
    "datos.csv",
    "a,b,c\nuno@x.example,Ana,Sol\ndos@x.example,Luz,Mar\n",
  ]);
  const [id] = ids;
  expect(await page(review)).toContain("No se sabe qué lista es");
  const nothing = await marketing.post(review, { [`list-${id}`]: "auto" });
  expect(nothing.status).toBe(302);
  expect(await page(review)).toContain("Todavía no se puede importar");
  expect(await deliveries(campaign_id)).toEqual([]);

  const choices = {
    [`list-${id}`]: "opened",
    [`column-${id}-0`]: "auto",
    [`column-${id}-1`]: "first_name",
    [`column-${id}-2`]: "company",
  };
  const changed = await marketing.post(`/campaigns/${campaign_id}/drafts`, choices);
  expect(changed.headers.get("Location")).toBe(review);
  await atRest(campaign_id);
  const shown = await page(review);
  expect(shown).toContain("Elegida por usted");
  expect(shown).toMatch(/Nuevas = 2/);
  expect(await deliveries(campaign_id)).toEqual([]);
  // A choice that wasn't sent before is read first, and saved when it was seen.
  await save(campaign_id, { ...choices, [`column-${id}-2`]: "auto" });
  expect(await deliveries(campaign_id)).toEqual([]);
  await save(campaign_id, { ...choices, [`column-${id}-2`]: "auto" });
  expect(await deliveries(campaign_id)).toMatchObject([
    { opened: true, bounce_kind: null, first_name: "Luz", company: null },
    { opened: true, first_name: "Ana" },
  ]);
  const contact = await db.selectFrom("contacts").select("extra").where("first_name", "=", "Ana").executeTakeFirst();
  expect(contact?.extra).toEqual({ c: "Sol" });
});

test("a table pasted from the browser, without headers", async () => {
  const campaign_id = await newCampaign();
  const pasted = "uno@p.example\tTemporary failure:bad-connection\tAna\tPaz\tHotel\t300 555 0101\r\n";
  await bring(upload({ campaign: campaign_id, pasted }));
  const [draft] = await atRest(campaign_id);
  const shown = await page(`/campaigns/${campaign_id}/imports`);
  expect(shown).toContain("Tabla pegada");
  const choice = { [`list-${draft?.id}`]: "soft" };
  await marketing.post(`/campaigns/${campaign_id}/drafts`, choice);
  await atRest(campaign_id);
  await save(campaign_id, choice);
  expect(await deliveries(campaign_id)).toMatchObject([
    {
      bounce_kind: "soft",
      bounce_reason: "Temporary failure:bad-connection",
      first_name: "Ana",
      phone_e164: "+573005550101",
    },
  ]);
});

test("rejected rows come back with their columns, line and reason, safe to open", async () => {
  const { campaign_id, ids } = await drafted(["Soft Bounce.csv", soft]);
  await save(campaign_id, { [`list-${ids[0]}`]: "auto" });
  const response = await marketing.get(`/imports/${ids[0]}/rejected.csv`);
  expect(response.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  expect(response.headers.get("Content-Disposition")).toMatch(/^attachment; filename="Campaign-\d+_Soft-Bounce/);
  const bytes = new Uint8Array(await response.arrayBuffer());
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  const [head, row, end] = new TextDecoder().decode(bytes).split("\r\n");
  expect(head).toBe(`${header},Línea,Motivo del rechazo`);
  expect(row).toBe(
    `no es correo,x,"'=HYPERLINK(""http://x.example"")",,,'+57 300,6,La dirección de correo no es válida`,
  );
  expect(end).toBe("");
});

test("undo asks first, goes on in the background, and once", async () => {
  const { campaign_id, ids } = await drafted(["Soft Bounce.csv", soft]);
  const undo = `/imports/${ids[0]}/undo`;
  expect((await marketing.post(undo)).headers.get("Location")).toBe(`/imports/${ids[0]}`);
  expect((await findImport(ids[0] as number))?.state).toBe("draft");
  await save(campaign_id, { [`list-${ids[0]}`]: "auto" });
  expect(await page(undo)).toContain("Todo vuelve a estar como antes");
  expect((await marketing.post(undo)).headers.get("Location")).toBe(`/imports/${ids[0]}`);
  expect(await atRest(campaign_id)).toMatchObject([{ state: "undone", undo_left: 0 }]);
  expect(await deliveries(campaign_id)).toEqual([]);
  expect(await page(`/imports/${ids[0]}`)).toMatch(/Deshecha por Marketing/);
  expect((await marketing.get(undo)).headers.get("Location")).toBe(`/imports/${ids[0]}`);
  await marketing.post(undo);
  expect(await page("/imports")).toContain("ya no se puede deshacer");
});

test("a discarded draft is gone with its file; a saved import can't be discarded", async () => {
  const { campaign_id, ids } = await drafted(["a hard.csv", soft], ["b soft.csv", soft]);
  const { file_id } = await db
    .selectFrom("imports")
    .select("file_id")
    .where("id", "=", ids[0] ?? 0)
    .executeTakeFirstOrThrow();
  expect(await keptFiles()).toContain(file_id);
  await marketing.post(`/imports/${ids[0]}/discard`, { [`list-${ids[0]}`]: "auto" });
  expect((await listDrafts(campaign_id)).map(({ id }) => id)).toEqual([ids[1]]);
  expect(await keptFiles()).not.toContain(file_id);
  await save(campaign_id, { [`list-${ids[1]}`]: "auto" });
  expect((await marketing.post(`/imports/${ids[1]}/discard`)).headers.get("Location")).toBe(`/imports/${ids[1]}`);
  expect(await findImport(ids[1] as number)).toMatchObject({ state: "saved" });
});

test("how a file is read can be changed: dates, and what wins; its problems are listed by kind, before and after", async () => {
  const { campaign_id, review, ids } = await drafted([
    "rebotes suaves.csv",
    `Correo;Motivo;Fecha de rebote;Teléfono\nuno@o.example;x;03/02/2022;12\nno;x;03/02/2022;\n`,
  ]);
  const [id] = ids;
  const shown = await page(review);
  expect(shown).toContain("Reconocidas: primero el día");
  expect(shown).toContain("3 de feb de 2022");
  expect(shown).toContain("No se lee como número");
  const settings = { [`list-${id}`]: "auto", [`order-${id}`]: "month", [`overwrite-${id}`]: "fill" };
  await marketing.post(`/campaigns/${campaign_id}/drafts`, settings);
  expect(await atRest(campaign_id)).toMatchObject([{ day_first: false, overwrite: false, failure: null }]);
  expect(await page(review)).toContain("2 de mar de 2022");
  const problems = `/imports/${id}/problems`;
  expect(await page(problems)).toMatch(/no es válida.*no se puede leer como número/);
  const phones = await (await marketing.get(`${problems}?code=unreadable-phone`)).text();
  expect(phones.match(/<tr/g)).toHaveLength(2);
  await save(campaign_id, settings);
  const rows = await (await marketing.get(`${problems}?code=malformed-address`)).text();
  expect(rows.match(/<tr/g)).toHaveLength(2);
  expect(rows).toContain("Le falta la @.");
  expect((await marketing.get(`${problems}?code=nonsense&page=x`)).status).toBe(200);
});

test("an encrypted archive asks for its password, and gives its files to the right one", async () => {
  const writer = new ZipWriter(new BlobWriter(), { password: "ana@1234" });
  await writer.add("Soft Bounce.csv", new TextReader(soft));
  const { campaign_id, review, ids } = await drafted([
    "zoho.zip",
    new Uint8Array(await (await writer.close()).arrayBuffer()),
  ]);
  expect(await page(review)).toContain("Está protegido con contraseña");
  await marketing.post(`/imports/${ids[0]}/retry`, { password: "ana@1235" });
  expect(await atRest(campaign_id)).toMatchObject([{ failure: "wrong-password" }]);
  expect(await page(review)).toContain("La contraseña no lo abre");
  await marketing.post(`/imports/${ids[0]}/retry`, { password: "ana@1234" });
  expect(await atRest(campaign_id)).toMatchObject([{ file_name: "Soft Bounce.csv", failure: null }]);
  expect(await page(review)).toMatch(/Filas 4 Nuevas = 2/);
});

test("what failed is tried again by the step that failed", async () => {
  const { campaign_id, ids } = await drafted(["Soft Bounce.csv", soft]);
  const id = ids[0] as number;
  const failed = (failure: string) => db.updateTable("imports").set({ failure }).where("id", "=", id).execute();
  await failed("unexpected");
  expect(await page(`/campaigns/${campaign_id}/imports`)).toContain("Volver a intentar");
  await save(campaign_id, { [`list-${id}`]: "auto" });
  expect(await findImport(id)).toMatchObject({ state: "draft" });
  await marketing.post(`/imports/${id}/retry`);
  expect(await atRest(campaign_id)).toMatchObject([{ state: "saved", failure: null, created: 2 }]);

  const other = await drafted(["otro soft.csv", soft]);
  await db
    .updateTable("imports")
    .set({ failure: "disk-full", review: null })
    .where("id", "=", other.ids[0] ?? 0)
    .execute();
  await marketing.post(`/imports/${other.ids[0]}/retry`);
  expect(await atRest(other.campaign_id)).toMatchObject([{ state: "draft", failure: null, list: null }]);
});

test("a step that is cancelled comes to nothing, and is told", async () => {
  const campaign_id = await newCampaign();
  const long = Array.from({ length: 200_000 }, (_, index) => `persona.${index}@largo.example,x`).join("\n");
  await bring(upload({ campaign: campaign_id }, ["soft.csv", `Contact Email,Bounce reason\n${long}\n`]));
  const [draft] = await listDrafts(campaign_id);
  const answer = await marketing.post(`/imports/${draft?.id}/cancel`, { next: "/imports" });
  expect(answer.headers.get("Location")).toBe("/imports");
  expect(await atRest(campaign_id)).toMatchObject([{ state: "draft", failure: "cancelled" }]);
  expect(await page("/campaigns")).toContain("soft.csv: se canceló");
  await marketing.post("/imports/told", { import: draft?.id ?? 0, next: "/campaigns" });
  expect(await page("/campaigns")).not.toContain("se canceló");
});

test("news are one's own, are told once, and for those who import", async () => {
  const { campaign_id, ids } = await drafted(["Soft Bounce.csv", soft]);
  const id = ids[0] as number;
  await save(campaign_id, { [`list-${id}`]: "auto" });
  const newsOf = async () => (await (await marketing.get("/imports/news")).json()).imports as { id: number }[];
  expect(await newsOf()).toContainEqual(expect.objectContaining({ id, state: "saved", rows: 4, pace: null }));
  expect(await page("/campaigns")).toContain("Ver la campaña");
  const colleague = await app.signIn("marketing");
  expect(await (await colleague.get("/imports/news")).json()).toMatchObject({ imports: [] });
  await colleague.post("/imports/told", { import: id });
  expect(await newsOf()).toContainEqual(expect.objectContaining({ id }));
  const told = await marketing.post("/imports/told", { import: id, next: "//elsewhere.example" });
  expect(told.headers.get("Location")).toBe("/");
  expect(await newsOf()).not.toContainEqual(expect.objectContaining({ id }));
  const sales = await app.signIn("sales");
  expect((await sales.get("/imports/news")).status).toBe(403);
  expect((await sales.post("/uploads", upload({ campaign: campaign_id }, ["soft.csv", soft]))).status).toBe(403);
  expect(await (await sales.get("/worklist")).text()).not.toContain("Importando");
});

describe("what can't be read says why, beside what can", () => {
  const book = Buffer.from("PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaaaaa", "latin1");
  test("each in its place; they can only be discarded", async () => {
    const { campaign_id, review, ids } = await drafted(
      ["soft.csv", soft],
      ["blanco.csv", " \n\r\n\t"],
      ["foto.csv", new Uint8Array(Array.from({ length: 2000 }, (_, i) => (i * 37) % 256))],
      ["libro.xlsx", book],
      ["informe.pdf", "%PDF-1.7\n%âãÏÓ\n"],
    );
    const shown = await page(review);
    for (const reason of ["Está vacío", "No es una lista", "dañado", "Es un PDF"]) expect(shown).toContain(reason);
    expect(shown).toContain("4 archivos no se pueden importar todavía");
    await save(campaign_id, Object.fromEntries(ids.map((id) => [`list-${id}`, "auto"])));
    expect((await atRest(campaign_id)).map(({ state }) => state)).toEqual([
      "saved",
      "draft",
      "draft",
      "draft",
      "draft",
    ]);
  });
});

describe("what can't be taken in is refused with a reason, and nothing is kept", () => {
  test.each<[string, File[], string]>([
    ["no file", [], "Elija al menos un archivo"],
    ["an empty file", [["vacío.csv", ""]], "está vacío: vacío.csv"],
  ])("%s", async (_, files, reason) => {
    const before = await keptFiles();
    const answer = await bring(upload({ campaign: "new", name: `Nueva ${reason}` }, ...files));
    expect(answer.status).toBe(400);
    expect(textOf(await answer.text())).toContain(reason);
    expect(await db.selectFrom("campaigns").select("id").where("name", "=", `Nueva ${reason}`).execute()).toEqual([]);
    expect(await newFiles(before)).toEqual([]);
  });

  test("an empty one among several is left out, and named", async () => {
    const { review, ids } = await drafted(["soft.csv", soft], ["vacío.csv", ""]);
    expect(ids).toHaveLength(1);
    expect(await page(review)).toContain("quedó por fuera: vacío.csv");
  });

  test("a name that is taken, a missing name, a campaign that doesn't exist", async () => {
    await bring(upload({ campaign: "new", name: "Una vez" }, ["soft.csv", soft]));
    const taken = await bring(upload({ campaign: "new", name: "UNA VEZ" }, ["soft.csv", soft]));
    expect([taken.status, textOf(await taken.text())]).toEqual([
      400,
      expect.stringContaining("Ya hay una campaña con ese nombre"),
    ]);
    const nameless = await bring(upload({ campaign: "new", name: " " }, ["soft.csv", soft]));
    expect([nameless.status, textOf(await nameless.text())]).toEqual([400, expect.stringContaining("Falta este dato")]);
    for (const campaign of ["2000000000", "99999999999999", "1; drop table campaigns", "-1"]) {
      expect((await bring(upload({ campaign }, ["soft.csv", soft]))).status).toBe(400);
    }
  });

  test("too many, too long, not whole", async () => {
    const campaign = await newCampaign();
    const before = await keptFiles();
    const many = await bring(upload({ campaign }, ...Array.from({ length: 21 }, (_, i): File => [`${i}.csv`, soft])));
    expect([many.status, textOf(await many.text())]).toEqual([413, expect.stringContaining("demasiados archivos")]);
    const long = await bring(upload({ campaign, pasted: "a".repeat(5_000_001) }, ["soft.csv", soft]));
    expect([long.status, textOf(await long.text())]).toEqual([413, expect.stringContaining("demasiado larga")]);
    for (const [type, body] of [
      [
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nContact',
      ],
      ["multipart/form-data", "x"],
      ["text/plain", "hello"],
    ]) {
      const init = { method: "POST", body, headers: { "Content-Type": type ?? "" } };
      const answer = await marketing.request("/imports/new", init);
      expect([type, answer.status]).toEqual([type, 400]);
      expect(textOf(await answer.text())).toContain("no llegaron completos");
      expect(await (await marketing.request("/uploads", init)).json()).toMatchObject({
        ok: false,
        status: 400,
        errors: { form: "imports.error.unreadable" },
      });
    }
    expect(await listDrafts(campaign)).toEqual([]);
    expect(await newFiles(before)).toEqual([]);
  });

  test("a claim of a hundred gigabytes is refused before any of them is sent", async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const claim = beginUpload({ "Content-Length": 100 * 2 ** 30 }, (found) => {
        resolve(found);
        claim.destroy();
      });
      claim.on("error", reject);
      claim.flushHeaders();
    });
    expect(status).toBe(413);
  });

  test("an upload that breaks off leaves no file", async () => {
    const campaign = await newCampaign();
    const before = await keptFiles();
    const sending = beginUpload({});
    sending.on("error", () => {});
    sending.write(partOf("campaign", String(campaign)) + fileHead("soft.csv") + soft);
    for (let part = 0; part < 20; part++) sending.write("a".repeat(100_000));
    await until("the file is on its way", async () => (await keptFiles()).some((name) => name.endsWith(".part")));
    sending.destroy();
    await until("the file is gone", async () => (await newFiles(before)).length === 0);
    expect(await listDrafts(campaign)).toEqual([]);
  });
});

const boundary = "----rebote";
const partOf = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const fileHead = (name: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="files"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`;

function beginUpload(headers: Record<string, string | number>, answered: (status?: number) => void = () => {}) {
  const cookie = [...marketing.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const type = `multipart/form-data; boundary=${boundary}`;
  return send(
    new URL("/uploads", app.address),
    { method: "POST", headers: { Cookie: cookie, "Content-Type": type, ...headers } },
    (response) => {
      response.resume();
      answered(response.statusCode);
    },
  );
}

test("the scripted upload: looked at first, then sixty megabytes as a stream", async () => {
  const name = "Lista larga";
  const check = await marketing.post("/uploads", upload({ campaign: "new", name, check: "yes" }));
  expect([check.status, await check.json()]).toEqual([200, { ok: true, empty: [] }]);
  await createCampaign({ name }, null);
  const taken = await marketing.post("/uploads", upload({ campaign: "new", name, check: "yes" }));
  expect([taken.status, await taken.json()]).toEqual([
    400,
    expect.objectContaining({ errors: { name: "imports.error.nameTaken" } }),
  ]);

  const campaign = await newCampaign();
  const encoder = new TextEncoder();
  async function* form() {
    yield encoder.encode(partOf("campaign", String(campaign)) + fileHead("largo soft.csv"));
    yield encoder.encode("Contact Email,Bounce reason\n");
    // One address, so that there is little to save.
    for (let part = 0; part < 60; part++) yield encoder.encode("uno@largo.example,xxxxxxxxxxx\n".repeat(35_000));
    yield encoder.encode(`\r\n--${boundary}--\r\n`);
  }
  const answer = await marketing.request("/uploads", {
    method: "POST",
    body: Readable.toWeb(Readable.from(form())) as BodyInit,
    duplex: "half",
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
  } as RequestInit & { headers: Record<string, string> });
  expect([answer.status, await answer.json()]).toEqual([200, { ok: true, campaign_id: campaign, empty: [] }]);
  const [draft] = await listDrafts(campaign);
  expect(draft?.bytes).toBeGreaterThan(60_000_000);
  await marketing.post(`/imports/${draft?.id}/discard`);
  expect(await listDrafts(campaign)).toEqual([]);
});

test("one column, malformed dates, and SQL, HTML and formulas in every field are data like any other", async () => {
  const evil = `'"; drop table contacts; -- <script>alert(1)</script> {{7*7}} %s`;
  const quoted = `"${evil.replaceAll('"', '""')}"`;
  const { campaign_id, review, ids } = await drafted(
    ["opened.csv", "uno@e.example\ndos@e.example\n"],
    [
      `${evil.replaceAll(/[/"]/g, "")} soft.csv`,
      `Email,Bounce reason,First Name,Last Name,Company,Phone,Bounced Date,${quoted}\ntres@e.example,${`${quoted},`.repeat(5)}31/31/2022,${quoted}\n`,
    ],
  );
  const html = await (await marketing.get(review)).text();
  expect(html).not.toContain("<script>alert");
  await save(campaign_id, { [`list-${ids[0]}`]: "auto", [`list-${ids[1]}`]: "auto" });
  expect(await deliveries(campaign_id)).toMatchObject([
    { email: "dos@e.example", opened: true },
    { email: "tres@e.example", bounce_kind: "soft", bounce_reason: evil, first_name: evil, company: evil },
    { email: "uno@e.example", opened: true },
  ]);
  const one = await marketing.get(`/imports/${ids[1]}/problems`);
  const source = await one.text();
  expect(source).not.toContain("<script>alert");
  expect(textOf(source)).toContain("Fecha que no se pudo leer");
});

test("another campaign's draft, unknown and malformed ids", async () => {
  const mine = await drafted(["soft.csv", soft]);
  const other = await newCampaign();
  await marketing.post(`/campaigns/${other}/drafts`, { [`list-${mine.ids[0]}`]: "hard" });
  await marketing.post(`/campaigns/${other}/imports`, { [`list-${mine.ids[0]}`]: "hard" });
  expect(await listDrafts(mine.campaign_id)).toMatchObject([{ id: mine.ids[0], list: null }]);
  for (const id of ["2000000000", "0", "-1", "x", "1.5", "99999999999999999999", "%00"]) {
    for (const path of [
      `/imports/${id}`,
      `/imports/${id}/problems`,
      `/imports/${id}/undo`,
      `/imports/${id}/rejected.csv`,
      `/campaigns/${id}/imports`,
    ]) {
      expect([path, (await marketing.get(path)).status]).toEqual([path, 404]);
    }
    for (const path of ["undo", "discard", "cancel", "retry"].map((act) => `/imports/${id}/${act}`)) {
      expect([path, (await marketing.post(path)).status]).toEqual([path, 404]);
    }
  }
  const nonsense = { "list-x": "hard", [`list-${mine.ids[0]}`]: "nonsense", [`column-${mine.ids[0]}-0`]: "__proto__" };
  expect((await marketing.post(`/campaigns/${mine.campaign_id}/drafts`, nonsense)).status).toBe(302);
  expect((await marketing.get(mine.review)).status).toBe(200);
  expect((await marketing.get("/imports?page=x")).status).toBe(200);
});
