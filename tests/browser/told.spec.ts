import { translator } from "#app/i18n/language.server.ts";
import { languages } from "#db/lists.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { axe, expect, shot, test } from "./fixtures.ts";

for (const language of languages) {
  test(`what the source told beside a reason, and soft bounces that count as hard (${language})`, async ({ visit }) => {
    const t = translator(language);
    const name = `${language} ${process.pid}`;
    const campaigns = [];
    for (let month = 1; month <= 5; month++) {
      campaigns.push(await campaignOf(`Boletín ${month} ${name}`, `2026-0${month}-10T10:00:00-05:00`));
    }
    const { id, email } = await contactOf(
      { first_name: "Marta", last_name: "Ruiz", company: `Hostal del Río ${name}`, phone: "300 555 0142" },
      campaigns.map((campaign_id) => ({
        campaign_id,
        bounce_kind: "soft",
        bounce_reason: "The mailbox is full",
        bounce_told: JSON.stringify({ code: "452", label: "MailboxFull" }),
      })),
    );
    const { page } = await visit("administrator", { language });
    await page.goto(`/campaigns/${campaigns[4]}/soft`);
    const told = page.getByText(t("verdict.told", { told: "452 · MailboxFull" }));
    await expect(told).toBeHidden();
    await page.getByRole("row", { name: email }).locator("summary").click();
    await expect(told).toBeVisible();
    await shot(page, `told-${language}`);
    await axe(page);

    await page.goto(`/removals/new?contact=${id}&next=/contacts`);
    await expect(page.getByRole("main")).toContainText(t("worklist.why.softInRow", { count: 5 }));
    await expect(page.getByRole("main")).not.toContainText(t("removals.warning.not-hard.title", { count: 1 }));
    await shot(page, `soft-in-row-removal-${language}`);
    await axe(page);
  });
}
