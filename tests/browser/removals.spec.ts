import type { Page } from "@playwright/test";
import { translator } from "#app/i18n/language.server.ts";
import { db } from "#db/connection.ts";
import { languages } from "#db/lists.ts";
import { recountCampaigns } from "#db/queries/campaigns.ts";
import { requestRemovals } from "#db/queries/removals.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { signedIn } from "../people.ts";
import { bytesOf, figuresOf, linesOf } from "./campaign.ts";
import { axe, expect, shot, test } from "./fixtures.ts";

// What is exported is all that waits.
test.use({ ownDatabase: "removals" });

const unknownUser = 'smtp:550 5.1.1 <ana@bar.example>: "user|unknown"';
const ourHost = "Temporary failure :smtp:550 Your host is not allowed to connect";

const flash = (page: Page) => page.getByRole("main").getByRole("status").first();

for (const language of languages) {
  test(`asked, exported, fetched again, confirmed, kept; and the campaign's figures (${language})`, async ({
    visit,
  }) => {
    test.slow();
    const t = translator(language);
    const name = `Bajas ${language} ${process.pid}`;
    const campaign_id = await campaignOf(name);
    await db
      .updateTable("campaigns")
      .set({ reported_sent: 100, reported_hard: 3, reported_soft: 0 })
      .where("id", "=", campaign_id)
      .execute();
    const hard = (company: string, bounce_reason: string) =>
      contactOf({ company, last_name: "=cmd|Ríos", phone: "+57 310 555 0188", crm_record_id: "9007199254740993" }, [
        { campaign_id, bounce_kind: "hard", bounce_reason },
      ]);
    const gone = await hard("Bar <Cerrado>", unknownUser);
    const customer = await hard("Hotel Bueno", ourHost);
    const waiting = await hard("Hotel Espera", unknownUser);
    await db.transaction().execute((trx) => recountCampaigns(trx, [campaign_id]));
    const asker = await signedIn("sales");
    for (const { id } of [gone, customer, waiting])
      await requestRemovals({
        ...{ contact_ids: [id], campaign_id, decision: "remove", requested_by: asker.id },
        reason: "Cerró el hotel",
      });

    const { page, name: crm } = await visit("crm-administrator", { language });
    await page.goto("/");
    await page
      .getByRole("navigation", { name: t("nav.label") })
      .getByRole("link", { name: t("nav.removals") })
      .click();
    const row = (email: string) => page.getByRole("row").filter({ hasText: email });

    await test.step("the list says who asked, why and for which bounce, and warns of good customers", async () => {
      for (const text of [asker.name, "Cerró el hotel", unknownUser, "Bar <Cerrado>"]) {
        await expect(row(gone.email)).toContainText(text);
      }
      await expect(page.getByRole("heading", { name: t("removals.caution", { count: 1 }) })).toBeVisible();
      await expect(row(customer.email)).toContainText(t("removals.differs"));
      await expect(row(customer.email)).toContainText(t("verdict.says.sender-blocked"));
      await shot(page, `removals-${language}`);
      await axe(page);
    });

    await test.step("a good customer is kept, with a reason", async () => {
      await row(customer.email)
        .getByRole("link", { name: t("removals.keepOne") })
        .click();
      await expect(page.getByText(ourHost)).toBeVisible();
      await axe(page);
      await page.getByLabel(t("removals.keep.reason")).fill("Compra cada mes");
      await page.getByRole("button", { name: t("removals.keep.submit", { count: 1 }) }).click();
      await expect(flash(page)).toContainText(t("removals.flash.kept", { count: 1 }));
      await expect(row(customer.email)).toHaveCount(0);
    });

    await test.step("the rest is handed over in a file that the CRM takes", async () => {
      await page.getByRole("button", { name: t("removals.exportAll", { count: 2 }) }).click();
      await expect(page).toHaveURL(/\/batches/);
      await expect(flash(page)).toContainText(t("removals.flash.exported", { count: 2 }));
      const fetched = async () => {
        const download = page.waitForEvent("download");
        await page
          .getByRole("link", { name: t("removals.batches.download") })
          .first()
          .click();
        return bytesOf(await download);
      };
      const bytes = await fetched();
      expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
      const [header, ...rows] = linesOf(bytes);
      expect(header).toEqual(
        "Record Id,Module,Email,First Name,Last Name,Company,Phone,Campaign,Bounce type,Bounce reason,Verdict,Problem,Decision,Confirmed twice,Requested by,Requested at,Note,New Email".split(
          ",",
        ),
      );
      expect(rows).toHaveLength(2);
      const cells = rows.find((cells) => cells.includes(gone.email)) ?? [];
      expect(cells).toContain("Bar Cerrado");
      expect(cells).toContain("smtp:550 5.1.1 ana@bar.example: userunknown");
      expect(cells).toContain("remove");
      expect(cells).toContain(t("verdict.problem.address"));
      expect(bytes.toString("utf8")).toContain(",'=cmdRíos,");
      expect(bytes.toString("utf8")).toContain(",'+57 310 555 0188,");

      await shot(page, `batches-${language}`);
      await axe(page);
      await page.reload();
      expect((await fetched()).equals(bytes)).toBe(true);
    });

    await test.step("one is confirmed, taken back, and confirmed again", async () => {
      await page.getByRole("link", { name: t("removals.batches.see", { count: 2 }) }).click();
      const confirm = async () => {
        await row(gone.email).getByRole("checkbox").check();
        await page.getByRole("button", { name: t("removals.confirm"), exact: true }).click();
        await expect(flash(page)).toContainText(t("removals.flash.confirmed", { count: 1 }));
        await expect(row(gone.email)).toHaveCount(0);
      };
      await confirm();
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(flash(page)).toContainText(t("removals.flash.takenBack", { count: 1 }));
      await confirm();
      await expect(row(waiting.email)).toHaveCount(1);
      await page.getByRole("link", { name: t("removals.state.confirmed") }).click();
      await expect(row(gone.email)).toContainText(crm);
    });

    await test.step("who was removed leaves the figures, not the history", async () => {
      await page.goto(`/campaigns/${campaign_id}`);
      await expect(page.getByText(t("campaigns.removed", { count: 1 }))).toBeVisible();
      expect(await figuresOf(page, t)).toMatchObject({
        [t("campaigns.figure.sent")]: "99",
      });
      await page.goto(`/campaigns/${campaign_id}/hard`);
      await expect(page.getByRole("table").getByText(customer.email)).toBeVisible();
      await expect(page.getByRole("table").getByText(gone.email)).toHaveCount(0);
      await page.goto(`/contacts/${gone.id}`);
      const timeline = page.getByRole("region", { name: t("contacts.timeline") });
      for (const text of [unknownUser, t("contacts.event.exported"), t("contacts.event.confirmed")]) {
        await expect(timeline.getByText(text).first()).toBeVisible();
      }
    });
  });
}
