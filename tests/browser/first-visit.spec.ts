import { languages } from "#db/lists.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";

// Nobody sets up here: every test meets the app as it is before its first visit.
test.use({ ownDatabase: "first visit" });

test("on an empty database every address leads to set-up", async ({ page }) => {
  for (const path of ["/", "/worklist", "/campaigns/1/soft?page=2", "/sign-in", "/no/such/page"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/setup$/);
  }
});

for (const language of languages) {
  test.describe(`set-up in ${language}`, () => {
    test.use({ locale: language === "es" ? "es-CO" : "en-US" });

    test("speaks the browser's language, light and dark, at a desk and on a phone", async ({ page }) => {
      await page.goto("/setup");
      await hydrated(page);
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await shot(page, `setup-${language}-light`);
      await axe(page);
      await page.setViewportSize(phone);
      await page.emulateMedia({ colorScheme: "dark" });
      await shot(page, `setup-${language}-phone-dark`);
      await axe(page);
    });
  });
}
