import { axe, expect, test } from "./fixtures.ts";

test.use({ ownDatabase: "first visit" });

test("on an empty database every address leads to set-up", async ({ page }) => {
  for (const path of ["/", "/worklist", "/campaigns/1/soft?page=2"]) {
    await page.goto(path);
    await expect(page).toHaveURL(/\/setup$/);
  }
  await axe(page);
});
