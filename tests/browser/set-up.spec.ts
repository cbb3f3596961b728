import { sql } from "kysely";
import { translator } from "#app/i18n/language.server.ts";
import { db } from "#db/connection.ts";
import { languages } from "#db/lists.ts";
import { figuresOf } from "./campaign.ts";
import { axe, expect, shot, test } from "./fixtures.ts";

test.use({ ownDatabase: "set-up" });
// One worker may do both languages.
test.beforeEach(async () => {
  await sql`truncate organization, users cascade`.execute(db);
});

for (const language of languages) {
  test.describe(`in ${language}`, () => {
    test.use({ locale: language === "es" ? "es-CO" : "en-US" });

    test("from an empty database to a sample campaign's report, and back", async ({ page, expectTrouble }) => {
      test.slow();
      const t = translator(language);
      // Refused forms are meant.
      expectTrouble(/status of 400/);
      await page.goto("/campaigns/1/soft?page=2");
      await expect(page).toHaveURL(/\/setup$/);

      await page.getByLabel(t("settings.organization")).fill("Café Ejemplo");
      await page.getByLabel(t("users.name"), { exact: true }).fill("Alba Primera");
      await page.getByLabel(t("users.email")).fill("alba@example.com");
      await page.getByLabel(t("users.password.label"), { exact: true }).fill("alba primera");
      await page.getByRole("button", { name: t("setup.submit") }).click();
      await expect(page.getByText(t("users.password.known"))).toBeVisible();
      await expect(page.getByLabel(t("settings.organization"))).toHaveValue("Café Ejemplo");
      await page.getByLabel(t("users.password.label"), { exact: true }).fill("una frase bien larga");
      await page.getByRole("button", { name: t("setup.submit") }).click();

      await expect(page).toHaveURL(/\/welcome$/);
      await expect(page.getByRole("heading", { level: 1 })).toContainText("Alba Primera");
      await expect(page.getByRole("link", { name: t("setup.welcome.import") })).toHaveAttribute("href", "/imports/new");
      await shot(page, `welcome-${language}`);
      await axe(page);
      await page.getByRole("button", { name: t("sample.add") }).click();

      await expect(page.getByRole("status")).toContainText(t("sample.added"));
      expect(await figuresOf(page, t)).toMatchObject({
        [t("campaigns.figure.sent")]: "582",
        [t("campaigns.figure.opened")]: "44",
        [t("campaigns.figure.clicked")]: "0",
        [t("campaigns.figure.hard")]: "3",
        [t("campaigns.figure.soft")]: "17",
        [t("campaigns.figure.auto_reply")]: "10",
      });
      for (const [tab, count] of Object.entries({ hard: 3, soft: 17, "auto-reply": 10 })) {
        await expect(page.locator(`a[href$="/${tab}"]`).first()).toContainText(String(count));
      }
      await page.goto("/worklist");
      await expect(page.getByRole("link", { name: t("nav.worklist") })).toContainText(/\d/);

      await page.goto("/settings");
      await page.getByRole("button", { name: t("sample.remove") }).click();
      await expect(page).toHaveURL(/\/campaigns$/);
      await expect(page.getByRole("status")).toContainText(t("sample.removed"));
      await expect(page.getByRole("heading", { name: t("campaigns.empty.title") })).toBeVisible();
      await page.goto("/contacts");
      await expect(page.getByRole("heading", { name: t("contacts.empty.all.title") })).toBeVisible();
    });
  });
}
