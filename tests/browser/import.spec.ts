import * as XLSX from "@e965/xlsx";
import type { Locator, Page } from "@playwright/test";
import type { TFunction } from "i18next";
import iconv from "iconv-lite";
import { formatter } from "#app/i18n/format.ts";
import { translator } from "#app/i18n/language.server.ts";
import { hashPassword } from "#app/password.server.ts";
import { db } from "#db/connection.ts";
import { languages } from "#db/lists.ts";
import { createUser } from "#db/queries/users.ts";
import type { Language } from "#db/schema.ts";
import { campaignOf } from "../bounced.ts";
import { draftOf } from "../imported.ts";
import { signedIn } from "../people.ts";
import { bytesOf, figuresOf, linesOf, tableOn } from "./campaign.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";

// What Excel and Zoho leave on a marketing lead's disk, and a table copied from the browser.
const people = [
  ["Inés", "Muñoz", "Hotel Bahía Azul", "310 555 0101"],
  ["Óscar", "Peña", "Café La Niña", "+57 311 555 0102"],
  ["Lucía", "Ibáñez", "Hostal El Búho", "3125550103"],
  ["Andrés", "Güiza", "Posada Señal", ""],
  ["Rosa", "Lemus", "Turismo Ñandú", "6015550105"],
  ["Iván", "Rincón", "Casa Alegría", ""],
] as const;
const mails = (tag: string) => people.map(([first], index) => `${plain(first)}.${index}@${tag}.example`);
const plain = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

function filesOf(tag: string) {
  const mail = mails(tag);
  const others = Array.from({ length: 14 }, (_, index) => `contacto.${index}@${tag}.example`);
  const sent = [
    ["Contact Email", "First Name", "Last Name", "Company Name", "Phone"],
    ...people.map((person, index) => [mail[index], ...person]),
    ...others.map((email) => [email, "--", "--", "--", "--"]),
    ["Total Count", "", "", "", "20"],
  ];
  const soft = [
    "Correo electrónico;Motivo del rebote;Nombre;Apellidos;Empresa;Teléfono;Ficha",
    ...people
      .slice(0, 4)
      .map(
        (person, index) =>
          `${mail[index]?.toUpperCase()};"Temporary failure:""buzón lleno"";reintentar";${person.join(";")};ZCRM-10${index}`,
      ),
    "sin dirección;Temporary failure:bad-connection;Nadie;;;;",
  ];
  const reason = "Permanent failure:smtp:550 5.1.1 <User unknown>";
  const hard = [4, 5].map((index) => [mail[index], reason, ...(people[index] ?? [])].join("\t"));
  return {
    sent: {
      name: `${tag} sent contacts.csv`,
      mimeType: "text/csv",
      buffer: iconv.encode(sent.map((cells) => cells.join("\t")).join("\r\n"), "utf16-le", { addBOM: true }),
    },
    soft: {
      name: `${tag} rebotes suaves.csv`,
      mimeType: "text/csv",
      buffer: iconv.encode(soft.join("\r\n"), "windows-1252"),
    },
    hard: hard.join("\n"),
  };
}

for (const language of languages) {
  test.describe(`in ${language}`, () => {
    test.use({ locale: language === "es" ? "es-CO" : "en-US" });

    test("a campaign's results: brought, read, downloaded, brought again, taken back", async ({
      page,
      expectTrouble,
    }) => {
      test.slow();
      const t = translator(language);
      // Refused forms are meant.
      expectTrouble(/status of 400/);
      const tag = `import-${language}`;
      const name = `Navidad ñ ${language}`;
      const files = filesOf(tag);
      const tabs = page.getByRole("navigation", { name: t("campaigns.tabs") });
      await signIn(page, t, language);

      await test.step("three lists are brought and understood", async () => {
        await page.goto("/imports/new");
        await page.getByLabel(t("campaigns.name")).fill(name);
        await page.getByLabel(t("campaigns.sentAt")).fill("2025-12-20T09:30");
        await page.getByLabel(t("imports.upload.drop")).setInputFiles([files.sent, files.soft]);
        await expect(page.getByText(t("imports.upload.chosen", { count: 2 }))).toBeVisible();
        await page.getByLabel(t("imports.upload.paste")).fill(files.hard);
        await page.getByRole("button", { name: t("imports.upload.submit") }).click();
        await expect(page).toHaveURL(/\/campaigns\/\d+\/imports$/);
        const [sent, soft, hard] = [files.sent.name, files.soft.name, t("imports.pasted")].map((file) =>
          page.getByRole("region", { name: file }),
        ) as [Locator, Locator, Locator];
        await expect(sent.getByLabel(t("imports.list"))).toHaveValue("auto");
        await expect(sent.getByText(t("imports.review.guessed.file-name"))).toBeVisible();
        await expect.poll(() => accountIn(sent, t)).toEqual({ rows: 20, created: 20, rejected: 0 });
        // The soft ones were sent by the file before.
        await expect.poll(() => accountIn(soft, t)).toEqual({ rows: 5, created: 0, rejected: 1 });
        await expect(soft.getByText("Café La Niña").first()).toBeVisible();
        await expect(soft.getByText(t("imports.problem.malformed-address")).first()).toBeVisible();
        await shot(page, `review-${language}`);
        await axe(page);

        await expect(hard.getByText(t("imports.review.needsList"))).toBeVisible();
        await hard.getByLabel(t("imports.list")).selectOption({ label: t("common.list.hard") });
        await expect(hard.getByText(t("imports.review.byHand"))).toBeVisible();
        await expect.poll(() => accountIn(hard, t)).toEqual({ rows: 2, created: 0, rejected: 0 });

        await soft.getByText(t("imports.review.columnsAside", { count: 1 })).click();
        const column = soft.getByLabel(t("imports.review.meansOf", { column: "Ficha" }));
        await column.selectOption({ label: t("imports.field.crm_record_id") });
        await expect(soft.getByText(t("imports.review.unrecognised"), { exact: true })).toBeHidden();
        await expect(column).toHaveValue("crm_record_id");
      });

      await test.step("imported, each file with its account", async () => {
        await page.getByRole("button", { name: t("imports.review.submit", { count: 3 }) }).click();
        const dock = page.getByRole("complementary");
        await expect(dock).toContainText(t("imports.news.savedFiles", { files: 3, count: 27 }));
        await axe(page);
        await dock.getByRole("button", { name: t("imports.news.dismiss") }).click();
        await expect(dock).toBeHidden();
        await page.getByRole("link", { name: files.soft.name }).click();
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(files.soft.name);
        expect(await accountIn(page.getByRole("main"), t)).toEqual({ rows: 5, created: 0, rejected: 1 });
        const download = page.waitForEvent("download");
        await page.getByRole("link", { name: t("imports.one.download", { count: 1 }) }).click();
        const [header, row] = linesOf(await bytesOf(await download));
        expect(header?.slice(0, 2)).toEqual(["Correo electrónico", "Motivo del rebote"]);
        expect(row).toContain(t("imports.problem.malformed-address"));
        await page.goto("/campaigns");
        await page.getByRole("link", { name, exact: true }).click();
      });

      await test.step("the report says what its figures are counted from", async () => {
        await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
        expect(await figuresOf(page, t)).toMatchObject({
          [t("campaigns.figure.sent")]: "20",
          [t("campaigns.figure.hard")]: "2",
          [t("campaigns.figure.soft")]: "4",
          [t("campaigns.figure.opened")]: "—",
        });
        const rate = formatter(`${language}-CO`, "America/Bogota").percent(0.3);
        await expect(page.getByText(t("campaigns.rate.sent", { rate })).first()).toBeVisible();
        await expect(page.locator(".recharts-surface").first()).toBeVisible();
      });

      const tab = t("campaigns.tab.soft");
      const first = async () => (await tableOn(page, tab, 7))[1]?.[0];
      await test.step("the soft ones: searched, sorted, filtered, with the columns one wants, all in the URL", async () => {
        await tabs.getByRole("link", { name: tab }).click();
        await expect(page).toHaveURL(/\/soft$/);
        expect(await tableOn(page, tab, 7)).toHaveLength(5);

        await page.getByRole("searchbox", { name: t("campaigns.filter.search") }).fill("munoz");
        await page.keyboard.press("Enter");
        await expect(page).toHaveURL(/search=munoz/);
        await expect(page.getByRole("table", { name: tab }).getByRole("row")).toHaveCount(2);
        expect(await first()).toContain("ines.0@");
        await page.getByRole("link", { name: t("campaigns.clearFilters") }).click();
        await expect(page.getByRole("table", { name: tab }).getByRole("row")).toHaveCount(5);

        const company = page.getByRole("columnheader", { name: t("campaigns.field.company") });
        await company.getByRole("link").click();
        await expect(company).toHaveAttribute("aria-sort", "ascending");
        await company.getByRole("link").click();
        await expect(company).toHaveAttribute("aria-sort", "descending");
        await expect(page).toHaveURL(/sort=-company/);
        expect(await first()).toContain("andres.3@");

        await page
          .getByRole("combobox", { name: t("campaigns.filter.phone.any"), exact: true })
          .selectOption({ label: t("campaigns.filter.phone.with") });
        await expect(page).toHaveURL(/phone=with/);
        await expect(page.getByRole("table", { name: tab }).getByRole("row")).toHaveCount(4);

        await page.getByText(t("campaigns.columns"), { exact: true }).first().click();
        await page.getByRole("checkbox", { name: t("campaigns.field.first_name") }).uncheck();
        await page.getByRole("checkbox", { name: t("campaigns.field.crm_record_id") }).check();
        await page
          .getByRole("group")
          .getByRole("button", { name: t("campaigns.filter.apply") })
          .click();
        await expect(page).toHaveURL(/columns=/);
        await expect(page.getByRole("columnheader", { name: t("campaigns.field.first_name") })).toBeHidden();
        await shot(page, `soft-${language}`);
        await axe(page);
      });

      await test.step("the download is what is on screen, and so is the bookmark", async () => {
        await expect(page.getByRole("cell", { name: t("verdict.says.mailbox-full") }).first()).toBeVisible();
        const shown = await tableOn(page, tab, 7);
        const waiting = page.waitForEvent("download");
        await page.getByRole("link", { name: t("campaigns.download", { count: 3 }) }).click();
        const download = await waiting;
        const bytes = await bytesOf(download);
        expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
        const lines = linesOf(bytes);
        expect(lines[0]?.slice(1, 3)).toEqual([t("verdict.verdict"), t("verdict.whoseProblem")]);
        expect(lines[1]?.slice(1, 3)).toEqual([t("verdict.says.mailbox-full"), t("verdict.problem.recipient")]);
        // On screen the verdict and the source's words are one column.
        expect(lines.map((line) => line.filter((_, column) => column !== 1 && column !== 2))).toEqual(shown);
        expect(shown[0]).toContain(t("campaigns.field.crm_record_id"));
        expect(shown.flat()).toContain("ZCRM-101");
        expect(bytes.toString("utf8")).toContain(",'+57 311 555 0102,");
        expect(download.suggestedFilename().normalize("NFC")).toContain(
          t("campaigns.filter.phone.with").replaceAll(" ", "-"),
        );
        const url = page.url();
        await page.goto("/campaigns");
        await page.goto(url);
        expect(await tableOn(page, tab, 7)).toEqual(shown);
      });

      await test.step("the same file again changes nothing", async () => {
        await page
          .getByRole("link", { name: t("campaigns.importMore") })
          .first()
          .click();
        await page.getByLabel(t("imports.upload.drop")).setInputFiles([files.sent]);
        await page.getByRole("button", { name: t("imports.upload.submit") }).click();
        const card = page.getByRole("region", { name: files.sent.name });
        const [already = ""] = t("imports.review.again", { time: "#" }).split(" #");
        await expect(card.getByText(already)).toBeVisible();
        await page.getByRole("button", { name: t("imports.review.submit", { count: 1 }) }).click();
        await expect(page.getByRole("complementary")).toContainText(
          t("imports.news.saved", { file: files.sent.name, count: 20 }),
        );
        const again = page.getByRole("row").filter({ hasText: files.sent.name });
        await expect(again).toHaveCount(2);
        await expect(again.first()).toHaveText(/ 20\D+0\D+0\D+20\D+0\D+0/);
      });

      await test.step("an import is undone", async () => {
        await page
          .getByRole("row")
          .filter({ hasText: t("imports.pasted") })
          .getByRole("link", { name: t("imports.undo.action") })
          .click();
        await expect(page.getByText(t("imports.undo.text"))).toBeVisible();
        await axe(page);
        await page.getByRole("button", { name: t("imports.undo.confirm") }).click();
        await expect(page.getByText(t("imports.state.undone"), { exact: true })).toBeVisible();
        await page.getByRole("main").getByRole("link", { name, exact: true }).click();
        const figures = await figuresOf(page, t);
        expect(figures[t("campaigns.figure.sent")]).toBe("20");
        expect(figures[t("campaigns.figure.soft")]).toBe("4");
        expect(figures[t("campaigns.figure.hard")]).toBe("—");
        await tabs.getByRole("link", { name: t("campaigns.tab.hard") }).click();
        await expect(page.getByRole("heading", { name: t("campaigns.nothingHere") })).toBeVisible();
      });
    });
  });
}

test("an upload goes on while one works elsewhere, says how far it is, and can be cancelled", async ({
  visit,
  expectTrouble,
}) => {
  test.slow();
  // A refused form is meant.
  expectTrouble(/status of 400/);
  for (const language of languages) {
    const t = translator(language);
    const { page } = await visit("marketing", { language });
    const dock = page.getByRole("complementary", { name: t("imports.news.label") });
    const { soft } = filesOf(`upload-${language}`);
    let release = () => {};
    const begin = async (name: string) => {
      await page.goto("/imports/new");
      await hydrated(page);
      await page.unrouteAll();
      const gate = new Promise<void>((resolve) => {
        release = resolve;
      });
      // The first request only looks at the fields.
      let requests = 0;
      await page.route("**/uploads", async (route) => {
        if (++requests > 1) await gate;
        await route.continue().catch(() => {});
      });
      await page.getByLabel(t("campaigns.name")).fill(name);
      await page.getByLabel(t("imports.upload.drop")).setInputFiles([soft]);
      await page.getByRole("button", { name: t("imports.upload.submit") }).click();
      await expect(dock).toContainText(t("imports.upload.state.sending", { file: soft.name }));
      await expect(page.getByText(t("imports.upload.goOn"))).toBeVisible();
    };

    const name = `Subida ${language}`;
    await begin(name);
    await page
      .getByRole("navigation")
      .getByRole("link", { name: t("nav.contacts") })
      .click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(t("contacts.title"));
    await expect(dock).toContainText(t("imports.upload.state.sending", { file: soft.name }));
    await shot(page, `upload-${language}`);
    await axe(page);
    await page.setViewportSize(phone);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot(page, `upload-${language}-phone-dark`);
    await axe(page);
    release();
    await expect(dock).toContainText(t("imports.upload.state.done", { file: soft.name }));
    await dock.getByRole("link", { name: t("imports.upload.submit") }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(t("imports.review.title"));
    await expect(dock).toBeHidden();
    await expect(page.getByText(name)).toBeVisible();

    await begin(`Otra subida ${language}`);
    await dock.getByRole("button", { name: t("imports.upload.cancel") }).click();
    await expect(dock).toBeHidden();
    release();
    await page.goto("/campaigns");
    await expect(page.getByText(name)).toBeVisible();
    await expect(page.getByText(`Otra subida ${language}`)).toBeHidden();

    // Refused before its file is sent.
    await page.goto("/imports/new");
    await page.unrouteAll();
    await page.getByLabel(t("campaigns.name")).fill(name);
    await page.getByLabel(t("imports.upload.drop")).setInputFiles([soft]);
    await page.getByRole("button", { name: t("imports.upload.submit") }).click();
    await expect(page.getByText(t("imports.error.nameTaken"))).toBeVisible();
    await expect(page.getByLabel(t("campaigns.name"))).toBeFocused();
    await expect(dock).toBeHidden();

    await page.getByLabel(t("campaigns.name")).fill(`Nada ${language}`);
    await page.getByLabel(t("imports.upload.drop")).setInputFiles([]);
    await page.getByRole("button", { name: t("imports.upload.submit") }).click();
    await expect(page.getByText(t("imports.error.nothing"))).toBeInViewport();
    await page.context().close();
  }
});

test("on a phone several notices are one line that opens, at a table all are in sight", async ({ visit }) => {
  for (const language of languages) {
    const t = translator(language);
    const { page, id } = await visit("marketing", { language, viewport: phone });
    const campaign = await campaignOf(`Avisos ${language}`, "2024-03-20T10:00:00-05:00");
    const protectedOne = await draftOf(campaign, id);
    const damaged = await draftOf(campaign, id);
    const failed = (import_id: number, failure: string) =>
      db.updateTable("imports").set({ failure }).where("id", "=", import_id).execute();
    await failed(protectedOne, "needs-password");
    await failed(damaged, "unexpected");

    await page.goto("/contacts");
    await hydrated(page);
    const dock = page.getByRole("complementary", { name: t("imports.news.label") });
    const line = dock.getByRole("button", { name: t("imports.news.ended", { count: 2 }) });
    const notices = dock.getByRole("listitem");
    await expect(line).toHaveAttribute("aria-expanded", "false");
    await expect(notices).toHaveCount(0);
    await shot(page, `dock-${language}-phone`);
    await axe(page);
    await line.press("Enter");
    await expect(notices).toHaveCount(2);
    await shot(page, `dock-${language}-phone-open`);
    await axe(page, { covered: true });
    await notices.first().getByRole("link").focus();
    await page.keyboard.press("Escape");
    await expect(notices).toHaveCount(0);
    await expect(line).toBeFocused();

    await page.setViewportSize({ width: 1280, height: 800 });
    await expect(line).toBeHidden();
    await expect(notices).toHaveCount(2);
    await page.setViewportSize(phone);
    await line.click();
    await notices
      .first()
      .getByRole("button", { name: t("imports.news.dismiss") })
      .click();
    await expect(line).toBeHidden();
    await expect(notices).toHaveCount(1);
    await page.context().close();
  }
});

test("of a workbook with several sheets the fullest is read first, and another one can be chosen", async ({
  visit,
}) => {
  test.slow();
  for (const language of languages) {
    const t = translator(language);
    const { page } = await visit("marketing", { language });
    const file = workbookOf(`sheets-${language}`);
    await page.goto("/imports/new");
    await page.getByLabel(t("campaigns.name")).fill(`Libro ${language}`);
    await page.getByLabel(t("imports.upload.drop")).setInputFiles([file]);
    await page.getByRole("button", { name: t("imports.upload.submit") }).click();

    const card = page.getByRole("region", { name: file.name });
    const sheet = card.getByRole("combobox", { name: t("imports.review.sheet") });
    await expect(sheet.locator("option")).toHaveText([
      t("imports.review.sheetRows", { name: "Resumen", count: 3 }),
      t("imports.review.sheetRows", { name: "Rebotes suaves", count: 5 }),
      t("imports.review.sheetRows", { name: "Bajas", count: 2 }),
      t("imports.review.hiddenSheet", { name: "Prueba", count: 2 }),
    ]);
    await expect(sheet).toHaveValue("auto");
    await card.getByLabel(t("imports.list")).selectOption({ label: t("common.list.soft") });
    await expect.poll(() => accountIn(card, t)).toEqual({ rows: 4, created: 4, rejected: 0 });
    await expect(card.getByRole("cell", { name: "Inés", exact: true })).toBeVisible();

    await sheet.selectOption({ label: t("imports.review.sheetRows", { name: "Bajas", count: 2 }) });
    await expect.poll(() => accountIn(card, t)).toEqual({ rows: 1, created: 1, rejected: 0 });
    await expect(card.getByRole("cell", { name: "Rosa", exact: true })).toBeVisible();
    await expect(card.getByRole("cell", { name: "Inés", exact: true })).toBeHidden();
    await shot(page, `sheets-${language}`);
    await axe(page);

    await page.reload();
    await expect(sheet.locator("option:checked")).toHaveText(
      t("imports.review.sheetRows", { name: "Bajas", count: 2 }),
    );
    await page.getByRole("button", { name: t("imports.review.submit", { count: 1 }) }).click();
    await expect(page.getByRole("complementary")).toContainText(t("imports.news.saved", { file: file.name, count: 1 }));
    await page.context().close();
  }
});

/** As people keep them: figures on the first sheet, lists on the others. */
function workbookOf(tag: string) {
  const rows = people.map((person, index) => [mails(tag)[index], ...person]);
  const headers = ["Correo electrónico", "Nombre", "Apellidos", "Empresa", "Teléfono"];
  const book = XLSX.utils.book_new();
  const add = (name: string, cells: unknown[][]) =>
    XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet(cells), name);
  add("Resumen", [
    ["Campaña", "Enviados"],
    ["Navidad", 20],
    ["Reyes", 14],
  ]);
  add("Rebotes suaves", [headers, ...rows.slice(0, 4)]);
  add("Bajas", [headers, ...rows.slice(4, 5)]);
  add("Prueba", [headers, ...rows.slice(5)]);
  XLSX.utils.book_set_sheet_visibility(book, "Prueba", 1);
  return {
    name: `${tag} resultados.xlsx`,
    mimeType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    buffer: XLSX.write(book, { type: "buffer", bookType: "xlsx" }) as Buffer,
  };
}

async function signIn(page: Page, t: TFunction, language: Language): Promise<void> {
  await signedIn("administrator");
  const password = "una frase bien larga";
  const email = `marta.${language}@example.com`;
  await createUser({ name: "Marta", email, password_hash: await hashPassword(password), role: "marketing", language });
  await page.goto("/imports/new");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel(t("users.email")).fill(email);
  await page.getByLabel(t("users.password.label"), { exact: true }).fill("una frase que no es");
  await page.getByRole("button", { name: t("signIn.submit") }).click();
  await expect(page.getByText(t("signIn.wrong"))).toBeVisible();
  await page.getByLabel(t("users.password.label"), { exact: true }).fill(password);
  await page.getByRole("button", { name: t("signIn.submit") }).click();
  await expect(page).toHaveURL(/\/imports\/new$/);
}

/** What an account says of the rows, as far as every import has it. */
async function accountIn(place: Locator, t: TFunction): Promise<Record<"rows" | "created" | "rejected", number>> {
  const count = async (figure: "rows" | "created" | "rejected") => {
    const entry = place
      .locator("dl > div")
      .filter({ has: place.page().getByText(t(`imports.account.${figure}`), { exact: true }) });
    return Number((await entry.locator("dd").textContent())?.replaceAll(/\D/g, ""));
  };
  return { rows: await count("rows"), created: await count("created"), rejected: await count("rejected") };
}
