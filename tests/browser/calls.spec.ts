import type { Page } from "@playwright/test";
import type { TFunction } from "i18next";
import { translator } from "#app/i18n/language.server.ts";
import { callOutcomes, languages } from "#db/lists.ts";
import type { CallOutcome } from "#db/schema.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { axe, expect, pressToFocus, shot, test } from "./fixtures.ts";

const reason = "Temporary failure : smtp:452 4.2.2 <mailbox> over quota";

/** Contacts of a campaign of their own, each of which bounced softly there: ids by company. */
async function bouncedIn(campaign_id: number, companies: string[]): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (const [index, company] of companies.entries()) {
    const phone = `310 555 ${String(campaign_id * 100 + index).padStart(4, "0")}`;
    const { id } = await contactOf(
      { first_name: "Óscar", last_name: "Núñez", company, phone, phone_e164: `+57${phone.replaceAll(" ", "")}` },
      [{ campaign_id, bounce_kind: "soft", bounce_reason: reason }],
    );
    ids.set(company, id);
  }
  return ids;
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
/** The name of who is on the line, once somebody is. */
async function onTheLine(page: Page, t: TFunction): Promise<string> {
  const contact = page.getByRole("region", { name: t("calls.contact") });
  return (await contact.getByRole("heading", { level: 1 }).textContent()) ?? "";
}
/** The note that says what the write before this page did. */
const flash = (page: Page) => page.getByRole("main").getByRole("status").first();
const choose = (page: Page, t: TFunction, outcome: CallOutcome) =>
  page
    .getByRole("group")
    .getByText(t(`calls.outcome.${outcome}`), { exact: true })
    .click();
const saveAndNext = (page: Page, t: TFunction) => page.getByRole("button", { name: t("calls.saveNext") }).click();

for (const language of languages) {
  test.describe(`in ${language}`, () => {
    const t = translator(language);
    let campaign_id: number;
    const queue = () => `/worklist?campaign=${campaign_id}`;
    let count = 0;
    test.beforeEach(async () => {
      campaign_id = await campaignOf(`Calls ${language} ${process.pid} ${++count}`);
    });

    test("one contact after the other, every outcome once", async ({ visit, expectTrouble }) => {
      test.slow();
      expectTrouble(/status of 400/);
      const ids = await bouncedIn(
        campaign_id,
        callOutcomes.map((outcome) => `Hotel ${outcome}`),
      );
      const taken = await contactOf({ company: "Hotel Ocupado" }, []);
      const { page } = await visit("sales", { language });
      await page.goto("/");
      await expect(page).toHaveURL(/\/worklist$/);
      await page.goto(queue());
      await expect(page.getByRole("table").getByRole("row")).toHaveCount(callOutcomes.length + 1);
      await shot(page, `worklist-${language}`);
      await page.getByRole("button", { name: t("worklist.next") }).click();

      const met: string[] = [];
      for (const left of callOutcomes.keys()) {
        const company = await onTheLine(page, t);
        met.push(company);
        const outcome = company.replace("Hotel ", "") as CallOutcome;
        await expect(page.getByText(reason).first()).toBeVisible();
        await expect(page.getByRole("link", { name: t("calls.whatsapp") })).toHaveAttribute("href", /wa\.me\/57310555/);
        if (left === 0) await shot(page, `call-${language}`);
        if (left === 0) await axe(page);
        await choose(page, t, outcome);
        if (outcome === "new-address") await newAddress(page, t, { taken: taken.email, id: ids.get(company) ?? 0 });
        await page.getByLabel(t("calls.field.note")).fill(`Nota de ${outcome}`);
        await saveAndNext(page, t);
        await expect(flash(page)).toContainText(company);
      }
      expect(met.toSorted()).toEqual([...ids.keys()].toSorted());
      await expect(page).toHaveURL(new RegExp(`/worklist\\?campaign=${campaign_id}$`));
      await expect(page.getByRole("heading", { name: t("worklist.empty.filtered.title") })).toBeVisible();

      // Those who are to be called again wait for their time.
      await page.getByRole("link", { name: t("worklist.due.later") }).click();
      await expect(page.getByRole("table").getByRole("row")).toHaveCount(4);
      for (const outcome of ["no-answer", "call-back", "left-message"] as const) {
        await expect(page.getByRole("row").filter({ hasText: t(`calls.outcome.${outcome}`) })).toBeVisible();
      }
      for (const [outcome, asked] of [
        ["not-interested", "remove"],
        ["phone-only", "phone-only"],
      ] as const) {
        await page.goto(`/contacts/${ids.get(`Hotel ${outcome}`)}`);
        await expect(page.getByText(t(`contacts.removal.${asked}.asked`)).first()).toBeVisible();
      }
      await page.goto(`/contacts/${ids.get("Hotel new-address")}`);
      const timeline = page.getByRole("region", { name: t("contacts.timeline") });
      for (const text of [
        t("calls.outcome.new-address"),
        t("contacts.event.correction"),
        t("contacts.event.soft"),
        t("contacts.event.followUpOpened"),
        "Nota de new-address",
        reason,
      ]) {
        await expect(timeline.getByText(text).first()).toBeVisible();
      }
      await shot(page, `contact-${language}`);
      await axe(page);
    });

    test("a call taken back and a call corrected stay in the history", async ({ visit }) => {
      const ids = await bouncedIn(campaign_id, ["Posada Norte", "Posada Sur"]);
      const { page } = await visit("sales", { language });
      await page.goto(queue());
      await page.getByRole("button", { name: t("worklist.next") }).click();
      const first = await onTheLine(page, t);
      await choose(page, t, "not-interested");
      await saveAndNext(page, t);
      await expect(flash(page)).toContainText(t("calls.flash.not-interested", { name: first }));
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(heading(page)).toHaveText(first);
      await expect(flash(page)).toContainText(t("calls.flash.takenBack"));

      await choose(page, t, "no-answer");
      await page.getByLabel(t("calls.field.note")).fill("Sonó mucho");
      await page.getByRole("button", { name: t("common.save"), exact: true }).click();
      await expect(page).toHaveURL(`/contacts/${ids.get(first)}`);
      await page.getByRole("link", { name: t("contacts.event.edit"), exact: true }).click();
      await expect(heading(page)).toHaveText(t("calls.edit.title"));
      await expect(page.getByLabel(t("calls.field.note"))).toHaveValue("Sonó mucho");
      await axe(page);
      await choose(page, t, "address-right");
      await page.getByRole("button", { name: t("common.save") }).click();
      await expect(flash(page)).toContainText(t("calls.flash.corrected"));

      const timeline = page.getByRole("region", { name: t("contacts.timeline") });
      for (const outcome of ["not-interested", "no-answer"] as const) {
        await expect(timeline.getByText(t(`calls.outcome.${outcome}`)).last()).toHaveCSS(
          "text-decoration-line",
          "line-through",
        );
      }
      await expect(timeline.getByText(t("calls.outcome.address-right"))).toHaveCSS("text-decoration-line", "none");
      await expect(page.getByText(t("contacts.noFollowUp"))).toBeVisible();
    });

    test("two people never have the same contact on the line", async ({ visit }) => {
      await bouncedIn(campaign_id, ["Bar Uno", "Bar Dos"]);
      const ana = await visit("sales", { language });
      const luis = await visit("sales", { language });
      await ana.page.goto(queue());
      await ana.page.getByRole("button", { name: t("worklist.next") }).click();
      const hers = await onTheLine(ana.page, t);

      await luis.page.goto(queue());
      const row = luis.page.getByRole("row").filter({ hasText: hers });
      await expect(row).toContainText(ana.name);
      await row.getByRole("link", { name: t("worklist.callWho", { name: hers }) }).click();
      await expect(heading(luis.page)).toHaveText(hers);
      await expect(luis.page.getByRole("status").filter({ hasText: ana.name })).toBeVisible();
      await expect(luis.page.getByRole("button", { name: t("calls.saveNext") })).toBeDisabled();
      await shot(luis.page, `taken-${language}`);
      await axe(luis.page);
      await luis.page.getByRole("button", { name: t("calls.nextOne") }).click();
      await expect(heading(luis.page)).not.toHaveText(hers);
      await expect(luis.page.getByRole("button", { name: t("calls.saveNext") })).toBeEnabled();

      // Ana lets hers go: it is free again.
      await ana.page.getByRole("button", { name: t("calls.skip") }).click();
      await expect(ana.page).toHaveURL(/\/worklist/);
      await expect(flash(ana.page)).toContainText(t("worklist.flash.onlySkipped"));
      await luis.page.goto(queue());
      await expect(luis.page.getByRole("row").filter({ hasText: hers })).not.toContainText(ana.name);
    });

    test("a contact is found by a few digits, and by a name without its accents", async ({ visit }) => {
      const company = `Café Ñandú ${language === "es" ? "Uno" : "Dos"}`;
      const ids = await bouncedIn(campaign_id, [company]);
      const { page } = await visit("sales", { language });
      await page.goto("/worklist");
      for (const search of ["nandu", String(campaign_id * 100).padStart(4, "0")]) {
        await pressToFocus(page, "Control+k", "search");
        await page.keyboard.type(search);
        await page.keyboard.press("Enter");
        await expect(page).toHaveURL(new RegExp(`search=${search}`));
        const found = page.getByRole("link", { name: company, exact: true });
        await expect(found).toHaveAttribute("href", `/contacts/${ids.get(company)}`);
      }
      await page.getByRole("link", { name: company, exact: true }).click();
      await expect(heading(page)).toHaveText(company);
      await page.keyboard.press("l");
      await expect(page).toHaveURL(/\/call$/);
    });
  });
}

/** Invalid, then somebody else's, then a good one. */
async function newAddress(page: Page, t: TFunction, { taken, id }: { taken: string; id: number }): Promise<void> {
  const field = page.getByRole("textbox", { name: t("calls.field.newEmail") });
  for (const [typed, error] of [
    ["nueva@", t("calls.error.malformed-address")],
    [taken, t("calls.error.taken-address")],
  ] as const) {
    await field.fill(typed);
    await saveAndNext(page, t);
    await expect(page.getByText(error)).toBeVisible();
    await expect(field).toHaveValue(typed);
  }
  await expect(page.getByRole("link", { name: t("calls.seeOwner", { name: "Hotel Ocupado" }) })).toBeVisible();
  await field.fill(`recepcion.${id}@example.org`);
}
