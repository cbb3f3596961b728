import type { Page } from "@playwright/test";
import { translator } from "#app/i18n/language.server.ts";
import { languages } from "#db/lists.ts";
import { axe, expect, test } from "./fixtures.ts";

const flash = (page: Page) => page.getByRole("main").getByRole("status").first();

for (const language of languages) {
  test(`users come, change their role and go; a session is ended (${language})`, async ({
    visit,
    browser,
    address,
  }) => {
    test.slow();
    const t = translator(language);
    const { page } = await visit("administrator", { language });
    const email = `lia.${language}.${process.pid}@example.com`;
    const name = `Lía ${language} ${process.pid}`;
    const password = "una frase bien larga";

    await page.goto("/users");
    await page.getByRole("link", { name: t("users.add") }).click();
    await page.getByLabel(t("users.name"), { exact: true }).fill(name);
    await page.getByRole("textbox", { name: t("users.email"), exact: true }).fill(email);
    await page.locator('[name="role"][value="administrator"]').check();
    await page.getByLabel(t("users.firstPassword"), { exact: true }).fill(password);
    await page.getByLabel(t("common.language.label")).last().selectOption(language);
    await axe(page);
    await page.getByRole("button", { name: t("users.add") }).click();
    await expect(flash(page)).toContainText(t("users.added", { name }));

    const hers = await (await browser.newContext({ baseURL: address, locale: language })).newPage();
    await hers.goto("/users");
    await hers.getByLabel(t("users.email")).fill(email);
    await hers.getByLabel(t("users.password.label"), { exact: true }).fill(password);
    await hers.getByRole("button", { name: t("signIn.submit") }).click();
    await expect(hers).toHaveURL(/\/users$/);
    await expect(hers.getByRole("heading", { level: 1 })).toHaveText(t("users.title"));

    await test.step("a changed role counts from the next request", async () => {
      await page.getByRole("link", { name, exact: true }).click();
      await page.locator('[name="role"][value="sales"]').check();
      await page.getByRole("button", { name: t("common.save"), exact: true }).click();
      await expect(flash(page)).toContainText(t("users.saved", { name }));
      const answer = await hers.goto("/users");
      expect(answer?.status()).toBe(403);
      await expect(hers.getByRole("heading", { name: t("error.page.403.title") })).toBeVisible();
      await hers.getByRole("link", { name: t("error.page.home") }).click();
      await expect(hers).toHaveURL(/\/worklist$/);
      await expect(hers.getByRole("link", { name: t("nav.users") })).toHaveCount(0);
    });

    await test.step("an ended session leads to sign-in, and back to where one wanted to go", async () => {
      await page.getByRole("link", { name, exact: true }).click();
      await page.getByRole("button", { name: t("users.session.end") }).click();
      await expect(flash(page)).toContainText(t("users.session.ended"));
      await hers.goto("/contacts?search=x");
      await expect(hers).toHaveURL(/\/sign-in\?next=/);
      await hers.getByLabel(t("users.email")).fill(email);
      await hers.getByLabel(t("users.password.label"), { exact: true }).fill(password);
      await hers.getByRole("button", { name: t("signIn.submit") }).click();
      await expect(hers).toHaveURL(/\/contacts\?search=x$/);
    });

    await test.step("who is removed is out, until it is undone", async () => {
      await page.getByRole("button", { name: t("users.removeNow", { name }) }).click();
      await expect(flash(page)).toContainText(t("users.removed", { name }));
      await hers.goto("/worklist");
      await expect(hers).toHaveURL(/\/sign-in/);
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(flash(page)).toContainText(t("users.restored", { name }));
    });
    await hers.context().close();
  });

  test(`settings, and one's own account (${language})`, async ({ visit }) => {
    const t = translator(language);
    const { page } = await visit("administrator", { language });
    await page.goto("/settings");
    const zone = page.getByLabel(t("settings.timeZone"));
    await expect(zone).toHaveValue("America/Bogota");
    await page.getByRole("button", { name: t("common.save") }).click();
    await expect(flash(page)).toContainText(t("settings.saved"));
    await expect(page.getByText("PostgreSQL 18")).toBeVisible();

    await page.goto("/account");
    await page.getByLabel(t("users.name"), { exact: true }).fill("Alba Nueva");
    await page.getByRole("button", { name: t("common.save") }).click();
    await expect(page.getByText("Alba Nueva").first()).toBeVisible();

    // The other language, at once and for the next visit.
    const [other = "en"] = languages.filter((one) => one !== language);
    await page.getByRole("button", { name: t(`common.language.${other}`) }).click();
    await expect(page.locator("html")).toHaveAttribute("lang", other);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(translator(other)("account.title"));
    await page.goto("/campaigns");
    await expect(page.locator("html")).toHaveAttribute("lang", other);
  });
}
