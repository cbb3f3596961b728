import { translator } from "#app/i18n/language.server.ts";
import { findIncidents } from "#app/jobs/incidents.ts";
import { db } from "#db/connection.ts";
import { languages } from "#db/lists.ts";
import { recountCampaigns } from "#db/queries/campaigns.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";

const refused = "Temporary failure :smtp:550 Your host is not allowed to connect to this server";

/** A campaign in which four hosts refused us, at six addresses. */
async function refusedCampaign(name: string): Promise<number> {
  const campaign_id = await campaignOf(name);
  for (const [index, host] of ["uno", "uno", "dos", "dos", "tres", "cuatro"].entries()) {
    const contact = { company: `Hotel ${name} ${index}`, email: `x${index}.${campaign_id}@${host}.example` };
    await contactOf(contact, [{ campaign_id, bounce_kind: "soft", bounce_reason: refused }]);
  }
  await contactOf({ company: `Hotel ${name} lleno` }, [
    { campaign_id, bounce_kind: "soft", bounce_reason: "452 4.2.2 mailbox full" },
  ]);
  await db.transaction().execute((trx) => recountCampaigns(trx, [campaign_id]));
  await findIncidents(campaign_id);
  return campaign_id;
}

for (const language of languages) {
  const t = translator(language);

  test(`in ${language}: six bounces become one problem, are held back, and come back when it is solved`, async ({
    visit,
  }) => {
    test.slow();
    const campaign_id = await refusedCampaign(`Incidente ${language} ${process.pid}`);
    const { page } = await visit("marketing", { language });
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const queue = `/worklist?campaign=${campaign_id}`;
    const sentence =
      language === "es"
        ? "6 direcciones de 4 servidores rechazan a nuestro servidor: un solo problema nuestro, no 6 llamadas."
        : "6 addresses at 4 hosts refused our server: one problem of ours, not 6 phone calls.";

    await page.goto(`/campaigns/${campaign_id}/soft`);
    await expect(page.getByRole("heading", { name: sentence })).toBeVisible();
    await axe(page);
    await page.getByRole("link", { name: t("incidents.see", { count: 1 }) }).click();
    const card = page.getByRole("article", { name: sentence });
    await expect(card).toContainText(refused);
    await expect(page.getByRole("region", { name: t("incidents.title"), exact: true })).toBeHidden();
    await shot(page, `incidents-journey-${language}`);
    await axe(page);

    const field = card.getByLabel(t("incidents.support.title"));
    await expect(field).toHaveValue(new RegExp(t("incidents.support.addresses", { count: 6 })));
    await hydrated(page);
    await card.getByRole("button", { name: t("incidents.support.copy") }).focus();
    await page.keyboard.press("Enter");
    await expect(card.getByRole("status")).toHaveText(t("incidents.support.copied"));
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await field.inputValue());

    await card.getByRole("button", { name: t("incidents.hold") }).click();
    await expect(page.getByRole("main").getByRole("status").first()).toHaveText(
      new RegExp(t("incidents.flash.held", { count: 6 })),
    );
    await expect(card.getByRole("button", { name: t("incidents.release") })).toBeVisible();
    await axe(page);

    await page.goto(queue);
    await expect(page.getByRole("table").getByRole("row")).toHaveCount(2);
    await page
      .getByRole("navigation", { name: t("worklist.due.label") })
      .getByText(t("worklist.due.held"))
      .click();
    await expect(page.getByRole("table").getByRole("row")).toHaveCount(7);
    await axe(page);
    const hotel = `Hotel Incidente ${language} ${process.pid} 0`;
    await page.getByRole("link", { name: hotel, exact: true }).click();
    await expect(page.getByRole("heading", { name: t("incidents.onCall.title") })).toBeVisible();
    await page.setViewportSize(phone);
    await axe(page);
    await shot(page, `incidents-call-${language}`);

    await page.getByRole("link", { name: t("incidents.see", { count: 1 }) }).click();
    await axe(page);
    await card.getByRole("button", { name: t("incidents.release") }).click();
    await expect(page.getByRole("main").getByRole("status").first()).toContainText(
      t("incidents.flash.released", { count: 6 }),
    );
    await page.goto(queue);
    await expect(page.getByRole("link", { name: hotel, exact: true })).toBeVisible();
  });
}

test("without a script the text can be chosen, and the calls be held", async ({ visit, expectTrouble }) => {
  expectTrouble(/^csp: GET .*\/assets\/[^/]+\.js$/);
  const t = translator("es");
  const campaign_id = await refusedCampaign(`Sin script ${process.pid}`);
  const { page } = await visit("marketing", { javaScriptEnabled: false });
  await page.goto(`/campaigns/${campaign_id}/incidents`);
  await expect(page.getByLabel(t("incidents.support.title"))).toHaveValue(/Your host is not allowed/);
  await expect(page.getByRole("button", { name: t("incidents.support.copy") })).toBeHidden();
  await page.getByRole("button", { name: t("incidents.hold") }).click();
  await expect(page.getByRole("button", { name: t("incidents.release") })).toBeVisible();
});
