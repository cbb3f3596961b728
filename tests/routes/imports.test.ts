import { request as send } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { findImport, listDrafts, listImports } from "#db/queries/imports.ts";
import { type App, type Client, startApp } from "../app.ts";
import { ownDatabase } from "../database.ts";
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

/** Drafts in a new campaign: its id and theirs. */
async function drafted(...files: File[]): Promise<{ campaign_id: number; review: string; ids: number[] }> {
  const campaign_id = await newCampaign();
  const answer = await bring(upload({ campaign: campaign_id }, ...files));
  const review = `/campaigns/${campaign_id}/imports`;
  expect([answer.status, answer.headers.get("Location")]).toEqual([302, review]);
  return { campaign_id, review, ids: (await listDrafts(campaign_id)).map(({ id }) => id) };
}

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

  const shown = await page(review);
  expect(shown).toContain("Nada se ha guardado todavía");
  expect(shown).toMatch(/Filas 4 Nuevas = 2 Actualizadas \+ 0 Sin cambios \+ 0 Repetidas \+ 1 Rechazadas \+ 1/);
  expect(shown).toContain("Windows-1252");
  expect(shown).toContain("Se omitió 1 fila");
  expect(await deliveries(campaign_id)).toEqual([]);

  const drafts = await listDrafts(campaign_id);
  const fields = Object.fromEntries(drafts.map(({ id }) => [`list-${id}`, "auto"]));
  const saved = await marketing.post(review, fields);
  expect([saved.status, saved.headers.get("Location")]).toEqual([302, review]);
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
  expect(await page(review)).toContain("Se importaron 2 archivos.");
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
  expect(await deliveries(campaign_id)).toEqual([]);

  const choices = {
    [`list-${id}`]: "opened",
    [`column-${id}-0`]: "auto",
    [`column-${id}-1`]: "first_name",
    [`column-${id}-2`]: "company",
  };
  const changed = await marketing.post(`/campaigns/${campaign_id}/drafts`, choices);
  expect(changed.headers.get("Location")).toBe(review);
  const shown = await page(review);
  expect(shown).toContain("Elegida por usted");
  expect(shown).toMatch(/Nuevas = 2/);
  expect(await deliveries(campaign_id)).toEqual([]);
  await marketing.post(review, { ...choices, [`column-${id}-2`]: "auto" });
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
  const [draft] = await listDrafts(campaign_id);
  const shown = await page(`/campaigns/${campaign_id}/imports`);
  expect(shown).toContain("Tabla pegada");
  await marketing.post(`/campaigns/${campaign_id}/imports`, { [`list-${draft?.id}`]: "soft" });
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
  const { review, ids } = await drafted(["Soft Bounce.csv", soft]);
  await marketing.post(review, { [`list-${ids[0]}`]: "auto" });
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

test("undo asks first, and once", async () => {
  const { campaign_id, review, ids } = await drafted(["Soft Bounce.csv", soft]);
  const undo = `/imports/${ids[0]}/undo`;
  expect((await marketing.post(undo)).headers.get("Location")).toBe(`/imports/${ids[0]}`);
  expect((await findImport(ids[0] as number))?.state).toBe("draft");
  await marketing.post(review, { [`list-${ids[0]}`]: "auto" });
  expect(await page(undo)).toContain("Todo vuelve a estar como antes");
  await marketing.post(undo);
  expect(await deliveries(campaign_id)).toEqual([]);
  expect(await page(`/imports/${ids[0]}`)).toMatch(/La importación se deshizo\. .*Deshecha por Marketing/);
  expect((await marketing.get(undo)).headers.get("Location")).toBe(`/imports/${ids[0]}`);
  await marketing.post(undo);
  expect(await page("/imports")).toContain("ya no se puede deshacer");
});

test("a discarded draft is gone; a saved import can't be discarded", async () => {
  const { campaign_id, review, ids } = await drafted(["a hard.csv", soft], ["b soft.csv", soft]);
  await marketing.post(`/imports/${ids[0]}/discard`, { [`list-${ids[0]}`]: "auto" });
  expect((await listDrafts(campaign_id)).map(({ id }) => id)).toEqual([ids[1]]);
  await marketing.post(review, { [`list-${ids[1]}`]: "auto" });
  expect((await marketing.post(`/imports/${ids[1]}/discard`)).headers.get("Location")).toBe(`/imports/${ids[1]}`);
  expect(await findImport(ids[1] as number)).toMatchObject({ state: "saved" });
});

describe("what can't be imported is refused with a reason, and nothing is kept", () => {
  const zip = Buffer.from("PK\x03\x04\x14\0\0\0\x08\0aaaaaaaaaaaaaaaaaaaaaaaaaa", "latin1");
  const book = Buffer.concat([zip, Buffer.from("[Content_Types].xml xl/workbook.xml")]);
  test.each<[string, File[], string]>([
    ["no file", [], "Elija al menos un archivo"],
    ["an empty file", [["vacío.csv", ""]], "Está vacío"],
    ["blanks alone", [["blanco.csv", " \n\r\n\t"]], "Está vacío"],
    [
      "a binary",
      [["foto.csv", new Uint8Array(Array.from({ length: 2000 }, (_, i) => (i * 37) % 256))]],
      "No es un archivo de texto",
    ],
    ["a workbook", [["libro.xlsx", book]], "hojas de cálculo"],
    ["an archive", [["42.zip", zip]], "comprimido"],
    ["an archive that says it is a table", [["soft bounce.csv", zip]], "comprimido"],
    ["a web page", [["informe.csv", "<!doctype html><html><body>x</body></html>"]], "página web"],
  ])("%s", async (_, files, reason) => {
    const before = await db
      .selectFrom("imports")
      .select(({ fn }) => fn.countAll().as("n"))
      .executeTakeFirst();
    const answer = await bring(upload({ campaign: "new", name: `Nueva ${reason}` }, ...files));
    expect(answer.status).toBe(400);
    const shown = textOf(await answer.text());
    expect(shown).toContain(reason);
    for (const [name] of files) expect(shown).toContain(name);
    expect(await db.selectFrom("campaigns").select("id").where("name", "=", `Nueva ${reason}`).execute()).toEqual([]);
    expect(
      await db
        .selectFrom("imports")
        .select(({ fn }) => fn.countAll().as("n"))
        .executeTakeFirst(),
    ).toEqual(before);
  });

  test("the readable ones among several are kept, the others named", async () => {
    const { review, ids } = await drafted(["soft.csv", soft], ["libro.xlsx", book]);
    expect(ids).toHaveLength(1);
    expect(await page(review)).toContain("quedó por fuera: libro.xlsx");
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

  test("too large, too many, not whole", async () => {
    const campaign = await newCampaign();
    const large = await bring(upload({ campaign }, ["soft.csv", new Uint8Array(26 * 2 ** 20).fill(97)]));
    expect([large.status, textOf(await large.text())]).toEqual([413, expect.stringContaining("demasiado grande")]);
    const many = await bring(upload({ campaign }, ...Array.from({ length: 21 }, (_, i): File => [`${i}.csv`, soft])));
    expect([many.status, textOf(await many.text())]).toEqual([413, expect.stringContaining("demasiados archivos")]);
    for (const [type, body] of [
      [
        "multipart/form-data; boundary=x",
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\nContact',
      ],
      ["multipart/form-data", "x"],
      ["text/plain", "hello"],
    ]) {
      const answer = await marketing.request("/imports/new", {
        method: "POST",
        body,
        headers: { "Content-Type": type ?? "" },
      });
      expect([type, answer.status]).toEqual([type, 400]);
      expect(textOf(await answer.text())).toContain("no llegaron completos");
    }
    expect(await listDrafts(campaign)).toEqual([]);
  });

  test("a claim of two gigabytes is refused before any of them is sent", async () => {
    const cookie = [...marketing.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        Cookie: cookie,
        "Content-Type": "multipart/form-data; boundary=x",
        "Content-Length": 2 * 2 ** 30,
      };
      const claim = send(new URL("/imports/new", app.address), { method: "POST", headers }, (response) => {
        resolve(response.statusCode);
        claim.destroy();
      });
      claim.on("error", reject);
      claim.flushHeaders();
    });
    expect(status).toBe(413);
  });
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
  await marketing.post(review, { [`list-${ids[0]}`]: "opened", [`list-${ids[1]}`]: "soft" });
  expect(await deliveries(campaign_id)).toMatchObject([
    { email: "dos@e.example", opened: true },
    { email: "tres@e.example", bounce_kind: "soft", bounce_reason: evil, first_name: evil, company: evil },
    { email: "uno@e.example", opened: true },
  ]);
  const one = await marketing.get(`/imports/${ids[1]}`);
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
      `/imports/${id}/undo`,
      `/imports/${id}/rejected.csv`,
      `/campaigns/${id}/imports`,
    ]) {
      expect([path, (await marketing.get(path)).status]).toEqual([path, 404]);
    }
    for (const path of [`/imports/${id}/undo`, `/imports/${id}/discard`]) {
      expect([path, (await marketing.post(path)).status]).toEqual([path, 404]);
    }
  }
  const nonsense = { "list-x": "hard", [`list-${mine.ids[0]}`]: "nonsense", [`column-${mine.ids[0]}-0`]: "__proto__" };
  expect((await marketing.post(`/campaigns/${mine.campaign_id}/drafts`, nonsense)).status).toBe(302);
  expect((await marketing.get(mine.review)).status).toBe(200);
  expect((await marketing.get("/imports?page=x")).status).toBe(200);
});
