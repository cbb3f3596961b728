import type { Page } from "@playwright/test";
import { translator } from "#app/i18n/language.server.ts";
import { languages } from "#db/lists.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { axe, expect, phone, shot, test } from "./fixtures.ts";

const unknownUser = "550 5.1.1 User unknown";
const ourHost = "Temporary failure :smtp:550 Your host is not allowed to connect";

const flash = (page: Page) => page.getByRole("main").getByRole("status").first();

for (const language of languages) {
  test(`against our verdict only by a second confirmation, or without those (${language})`, async ({
    visit,
    expectTrouble,
  }) => {
    test.slow();
    expectTrouble(/status of 400/);
    const t = translator(language);
    const town = `Villa ${language} ${process.pid}`;
    const campaign_id = await campaignOf(`Dos veces ${language} ${process.pid}`);
    const hard = (company: string, bounce_reason: string) =>
      contactOf({ company: `${company}, ${town}` }, [{ campaign_id, bounce_kind: "hard", bounce_reason }]);
    const gone = [await hard("Bar Uno", unknownUser), await hard("Bar Dos", unknownUser)];
    const refused = [await hard("Hotel Bueno", ourHost), await hard("Hotel Fiel", ourHost)];
    const full = await hard("Café Lleno", "552 5.2.2 mailbox full");
    const { page } = await visit("sales", { language });
    const remove = page.getByRole("radio", { name: t("removals.decision.remove") });
    const box = page.getByRole("checkbox", { name: t("removals.ask.confirm", { count: 2 }) });
    const askForAll = async () => {
      const ids = [...gone, ...refused, full].map(({ id }) => `contact=${id}`).join("&");
      await page.goto(`/removals/new?${ids}&campaign=${campaign_id}&next=/contacts`);
    };

    await test.step("what speaks against it stands where it is decided, and nothing is chosen", async () => {
      await askForAll();
      const warned = page.getByRole("region", { name: t("removals.warning.sender-refused.title", { count: 2 }) });
      for (const { email } of refused) await expect(warned).toContainText(email);
      await expect(warned).toContainText(t("verdict.says.sender-blocked"));
      await expect(warned).toContainText(ourHost);
      await expect(
        page.getByRole("heading", { name: t("removals.warning.may-pass.title", { count: 1 }) }),
      ).toBeVisible();
      await expect(remove).not.toBeChecked();
      await expect(box).toBeHidden();
      await axe(page);
    });

    await test.step("without the box nothing is asked for, and the box says so", async () => {
      await remove.check();
      await expect(box).not.toBeChecked();
      await page.getByRole("textbox", { name: t("removals.ask.reason") }).fill("Cierre de temporada");
      await page.getByRole("button", { name: t("removals.ask.submit", { count: 5 }) }).click();
      await expect(page.getByText(t("removals.ask.unconfirmed"))).toBeVisible();
      await expect(box).toBeFocused();
      await expect(box).not.toBeChecked();
      await shot(page, `removal-unconfirmed-${language}`);
      await axe(page);
      await page.getByRole("radio", { name: t("removals.decision.phone-only") }).check();
      await expect(box).toBeHidden();
      await remove.check();
      await page.setViewportSize(phone);
      await page.emulateMedia({ colorScheme: "dark" });
      await shot(page, `removal-unconfirmed-${language}-phone-dark`);
      await axe(page);
    });

    await test.step("one click asks for the others alone", async () => {
      await page.getByRole("button", { name: t("removals.ask.others", { count: 3 }) }).click();
      await expect(flash(page)).toContainText(t("removals.flash.askedOthers", { count: 3, left: 2 }));
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(flash(page)).toContainText(t("removals.flash.withdrawn", { count: 3 }));
    });

    await test.step("with it all are asked for", async () => {
      await askForAll();
      await remove.check();
      await box.check();
      await page.getByRole("textbox", { name: t("removals.ask.reason") }).fill("Cierre de temporada");
      await page.keyboard.press("Control+Enter");
      await expect(flash(page)).toContainText(t("removals.flash.asked", { count: 5 }));
    });

    await test.step("the CRM administrator finds by one click those that our reading is against, and who knew it", async () => {
      const { page } = await visit("crm-administrator", { language });
      await page.goto(`/removals?search=${town}`);
      await page.getByRole("link", { name: t("removals.onlyDiffering", { count: 3 }) }).click();
      await expect(page).toHaveURL(/verdict=differs/);
      const rows = page.getByRole("table").getByRole("row");
      for (const { email } of [...refused, full]) await expect(rows.filter({ hasText: email })).toBeVisible();
      await expect(rows.filter({ hasText: gone[0]?.email ?? "" })).toHaveCount(0);
      const twice = t("removals.confirmedTwice", { reading: t("verdict.says.sender-blocked") });
      for (const { email } of refused) await expect(rows.filter({ hasText: email })).toContainText(twice);
      await expect(rows.filter({ hasText: full.email })).not.toContainText(twice);
      await shot(page, `removals-differing-${language}`);
      await axe(page);
      await page.setViewportSize(phone);
      await page.emulateMedia({ colorScheme: "dark" });
      await shot(page, `removals-differing-${language}-phone-dark`);
      await axe(page);
    });
  });
}
