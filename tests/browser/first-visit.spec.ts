import { axe, expect, phone, shot, test } from "./fixtures.ts";

// Nobody sets up here: every test meets the app as it is before its first visit.
test.use({ ownDatabase: "first visit" });

test("on an empty database every address leads to set-up", async ({ page }) => {
  for (const path of ["/", "/worklist", "/campaigns/1/soft?page=2"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/setup$/);
  }
  await shot(page, "setup");
  await axe(page);
});

test.describe("on a phone, in the dark", () => {
  test.use({ viewport: phone, colorScheme: "dark", locale: "en-US" });

  test("set-up speaks the browser's language", async ({ page }) => {
    await page.goto("/setup");
    await expect(page.locator("html")).toHaveAttribute("lang", "en");
    await shot(page, "setup-phone-dark");
    await axe(page);
  });
});
