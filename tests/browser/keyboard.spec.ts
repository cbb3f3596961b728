import { translator } from "#app/i18n/language.server.ts";
import { languages } from "#db/lists.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { expect, test } from "./fixtures.ts";

for (const language of languages) {
  test(`a call from the worklist to the next one by keys alone (${language})`, async ({ visit }) => {
    const t = translator(language);
    const campaign_id = await campaignOf(`Keys ${language} ${process.pid}`);
    for (const company of ["Hostal Uno", "Hostal Dos"])
      await contactOf({ company, phone: "310 555 0177", phone_e164: "+573105550177" }, [
        { campaign_id, bounce_kind: "soft", bounce_reason: "Temporary failure:no-answer-from-host" },
      ]);
    const { page } = await visit("sales", { language });
    const heading = page.getByRole("heading", { level: 1 });
    await page.goto(`/worklist?campaign=${campaign_id}`);

    // Again while the page's scripts are on their way; the page that it leads to has no such key.
    await expect(async () => {
      await page.keyboard.press("n");
      await expect(page).toHaveURL(/\/call/, { timeout: 1_000 });
    }).toPass();
    const contact = page.getByRole("region", { name: t("calls.contact") });
    const first = (await contact.getByRole("heading", { level: 1 }).textContent()) ?? "";

    await page.keyboard.press("7");
    await expect(page.getByRole("radio", { name: t("calls.outcome.call-back") })).toBeChecked();
    await page.keyboard.press("6");
    await expect(page.getByRole("radio", { name: t("calls.outcome.no-answer") })).toBeChecked();

    // From the outcome one Tab leads to what comes after it.
    const note = page.getByLabel(t("calls.field.note"));
    await page.keyboard.press("Tab");
    await expect(note).toBeFocused();
    await page.keyboard.type("7 timbres, nadie. n s l");
    await expect(heading).toHaveText(first);
    await page.keyboard.press("Control+Enter");

    await expect(heading).not.toHaveText(first);
    await expect(page.getByRole("main").getByRole("status").first()).toContainText(first);
    await expect(page).toHaveURL(/\/call/);
    await page.keyboard.press("u");
    await expect(heading).toHaveText(first);
  });
}
