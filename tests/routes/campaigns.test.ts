import Papa from "papaparse";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign, findCampaign, recountCampaigns } from "#db/queries/campaigns.ts";
import { type App, startApp } from "../app.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();
let app: App;
let campaign: number;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

const location = (response: Response) => response.headers.get("Location");
const page = async (response: Promise<Response>) => (await response).text();

test("with no campaign yet, who may import is shown the two ways to begin, and who may not is told to wait", async () => {
  const marketing = await page((await app.signIn("marketing")).get("/campaigns"));
  expect(marketing).toContain("Importar sus primeros resultados");
  expect(marketing).toMatch(/<form[^>]*action="\/sample"/);
  const crm = await page((await app.signIn("crm-administrator")).get("/campaigns"));
  expect(crm).not.toContain("Importar sus primeros resultados");
  expect(crm).not.toContain('action="/sample"');
});

describe("a campaign", () => {
  beforeAll(async () => {
    campaign = (await createCampaign({ name: "Día <b>Azul</b> · «no abiertos»", sent_at: new Date(0) }, null)) ?? 0;
    const delivery = { campaign_id: campaign };
    await contactOf(
      { email: "=cmd@example.com", first_name: "=1+1", company: "Uno, S. A.", phone: "+57 300 555 0101" },
      [{ ...delivery, bounce_kind: "soft", bounce_reason: 'smtp: "550"\r\nblocked' }],
    );
    await contactOf({ email: "b@example.com", first_name: "Beto", last_name: null, phone: null }, [
      { ...delivery, bounce_kind: "soft", bounce_reason: "Temporary failure:bad-connection" },
    ]);
    await contactOf({ email: "h@example.com", last_name: "<script>alert(1)</script>" }, [
      { ...delivery, bounce_kind: "hard", bounce_reason: "550 Your host is not allowed" },
    ]);
    await contactOf({}, [{ ...delivery, opened: true }]);
    await db
      .insertInto("imports")
      .values(
        (["sent", "opened", "clicked", "hard", "soft"] as const).map((list) => ({
          campaign_id: campaign,
          list,
          state: "saved" as const,
          file_name: `${list}.csv`,
          sha256: "",
          bytes: 1,
        })),
      )
      .execute();
    await db.transaction().execute((trx) => recountCampaigns(trx, [campaign]));
  });

  test("stands in the list with its rates and their bases", async () => {
    const html = await page((await app.signIn("marketing")).get("/campaigns"));
    expect(html).toContain("Día &lt;b&gt;Azul&lt;/b&gt;");
    expect(html).toMatch(/75,0\s?%/);
    expect(html).toContain("alarma");
    expect(html).toContain("0 de 3");
  });

  test("shows its figures in the first HTML, as a table", async () => {
    const html = await page((await app.signIn("crm-administrator")).get(`/campaigns/${campaign}`));
    expect(html).toContain("Cifras y de dónde salen");
    expect(html).toMatch(/100,0\s?% de entregados/);
    expect(html).toContain("550 Your host is not allowed");
    // Reports without imports or calls: neither is offered.
    expect(html).not.toContain(`/imports/new?campaign=${campaign}`);
    expect(html).not.toContain(`/worklist?campaign=${campaign}`);
  });

  test("its tabs find, filter and order by the URL; a bad value is the usual one", async () => {
    const marketing = await app.signIn("marketing");
    const tab = (search: string) => page(marketing.get(`/campaigns/${campaign}/soft${search}`));
    const usual = await tab("");
    expect(usual).toContain("Uno, S. A.");
    expect(usual).toContain("Beto");
    const one = await tab("?search=beto&phone=without&state=due&reason=temporary+failure:bad-connection");
    expect(one).toContain("Beto");
    expect(one).not.toContain("Uno, S. A.");
    const recipients = await tab("?problem=recipient");
    expect(recipients).toContain("Beto");
    expect(recipients).not.toContain("Uno, S. A.");
    const none = await tab("?search=zzz");
    expect(none).toContain("Nada coincide con estos filtros");
    const bad = await marketing.get(
      `/campaigns/${campaign}/soft?sort=password&page=-1&size=7&phone=maybe&state=x&columns=&search=%00`,
    );
    expect(bad.status).toBe(200);
    const sorted = await tab("?sort=-first_name&phone=with");
    expect(sorted).toMatch(/aria-sort="descending"/);
    expect(sorted).toContain(`href="/campaigns/${campaign}/soft?phone=with&amp;sort=first_name"`);
    expect(usual).toMatch(/<th[^>]*>(<a[^>]*>)?Motivo del rebote/);
    expect(await tab("?columns=phone")).not.toMatch(/<th[^>]*>(<a[^>]*>)?Motivo del rebote/);
  });

  test("only who may act on contacts can choose them", async () => {
    const marketing = await page((await app.signIn("marketing")).get(`/campaigns/${campaign}/hard`));
    expect(marketing).toMatch(/<input[^>]*name="contact"/);
    expect(marketing).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    const crm = await page((await app.signIn("crm-administrator")).get(`/campaigns/${campaign}/hard`));
    expect(crm).not.toMatch(/<input[^>]*name="contact"/);
  });

  test("a download is what is on screen: filters, order, columns; safe for a spreadsheet", async () => {
    const marketing = await app.signIn("marketing");
    const get = (search: string) => marketing.get(`/campaigns/${campaign}/soft.csv${search}`);
    const file = await get("");
    expect(file.headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
    expect(decodeURIComponent(file.headers.get("Content-Disposition") ?? "")).toContain(
      "Día-b-Azul-b-no-abiertos_Suaves.csv",
    );
    const bytes = Buffer.from(await file.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const { data } = Papa.parse<string[]>(bytes.toString("utf8").slice(1));
    expect(data).toEqual([
      [
        "Correo",
        "Qué pasó",
        "De quién es el problema",
        "Motivo del rebote",
        "Nombre",
        "Apellido",
        "Empresa",
        "Teléfono",
        "Seguimiento",
      ],
      [
        "'=cmd@example.com",
        "Su servidor nos rechaza a nosotros",
        "problema nuestro",
        'smtp: "550"\r\nblocked',
        "'=1+1",
        "",
        "Uno, S. A.",
        "'+57 300 555 0101",
        "Por llamar",
      ],
      [
        "b@example.com",
        "Su servidor no responde o falla",
        "quien recibe",
        "Temporary failure:bad-connection",
        "Beto",
        "",
        "",
        "",
        "Por llamar",
      ],
      [""],
    ]);

    const narrow = await get("?phone=without&columns=phone,state&sort=-email");
    expect(decodeURIComponent(narrow.headers.get("Content-Disposition") ?? "")).toContain("_Suaves_Sin-teléfono.csv");
    expect(await narrow.text()).toBe("Correo,Teléfono,Seguimiento\r\nb@example.com,,Por llamar\r\n");

    expect((await (await app.signIn("sales")).get(`/campaigns/${campaign}/soft.csv`)).status).toBe(403);
  });

  test("what doesn't exist is 404, and reports are not for sales", async () => {
    const marketing = await app.signIn("marketing");
    for (const path of [
      "999999",
      "0",
      "abc",
      "2147483648",
      `${campaign}/medium`,
      `${campaign}/medium.csv`,
      "999999/soft.csv",
    ]) {
      expect([path, (await marketing.get(`/campaigns/${path}`)).status]).toEqual([path, 404]);
    }
    const sales = await app.signIn("sales");
    for (const path of ["", `/${campaign}`, `/${campaign}/soft`, `/${campaign}/edit`]) {
      expect((await sales.get(`/campaigns${path}`)).status).toBe(403);
    }
    expect((await (await app.signIn("crm-administrator")).get(`/campaigns/${campaign}/edit`)).status).toBe(403);
  });
});

describe("editing", () => {
  test("reads numbers and dates as people write them, by the organisation's clock", async () => {
    const marketing = await app.signIn("marketing");
    const id = await campaignOf("Para editar");
    const saved = await marketing.post(`/campaigns/${id}/edit`, {
      name: " Editada ",
      sent_at: "2022-02-14T15:14",
      reported_sent: "1.234",
      reported_opened_percent: "7,6 %",
      reported_clicked_percent: "0.0",
      reported_hard: "0",
    });
    expect(location(saved)).toBe(`/campaigns/${id}`);
    expect(await findCampaign(id)).toMatchObject({
      name: "Editada",
      sent_at: new Date("2022-02-14T15:14:00-05:00"),
      reported_sent: 1234,
      reported_opened_percent: 7.6,
      reported_clicked_percent: 0,
      reported_hard: 0,
      reported_soft: null,
    });
    const form = await page(marketing.get(`/campaigns/${id}/edit`));
    expect(form).toContain('value="2022-02-14T15:14"');
    expect(form).toContain('value="7,6"');
  });

  test("refuses what it can't read beside its field, and keeps what was typed", async () => {
    const marketing = await app.signIn("marketing");
    const id = await campaignOf("Para rechazar");
    const bad = {
      name: "",
      sent_at: "mañana",
      reported_sent: "muchos",
      reported_soft: "-1",
      reported_opened_percent: "101",
    };
    const refused = await marketing.post(`/campaigns/${id}/edit`, bad);
    expect(refused.status).toBe(400);
    const html = await refused.text();
    expect(html.match(/aria-invalid="true"/g)).toHaveLength(5);
    expect(html).toContain('value="muchos"');
    expect((await findCampaign(id))?.name).toBe("Para rechazar");

    await campaignOf("Tomada");
    const taken = await marketing.post(`/campaigns/${id}/edit`, { name: "TOMADA" });
    expect([taken.status, await taken.text()]).toEqual([
      400,
      expect.stringContaining("Ya hay una campaña con este nombre."),
    ]);
    expect((await marketing.post("/campaigns/999999/edit", { name: "x" })).status).toBe(404);
    expect((await (await app.signIn("sales")).post(`/campaigns/${id}/edit`, { name: "x" })).status).toBe(403);
  });

  test("deletes a campaign that is empty, and no other", async () => {
    const marketing = await app.signIn("marketing");
    const id = await campaignOf("Vacía");
    expect(await page(marketing.get(`/campaigns/${id}/edit`))).toContain(`action="/campaigns/${id}/delete"`);
    expect(location(await marketing.post(`/campaigns/${id}/delete`))).toBe("/campaigns");
    expect(await findCampaign(id)).toBeUndefined();
    expect(location(await marketing.post(`/campaigns/${campaign}/delete`))).toBe(`/campaigns/${campaign}`);
    expect(await findCampaign(campaign)).toBeDefined();
    expect((await (await app.signIn("crm-administrator")).post(`/campaigns/${campaign}/delete`)).status).toBe(403);
  });
});
