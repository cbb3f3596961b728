import { translator } from "#app/i18n/language.server.ts";
import { languages } from "#db/lists.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";

for (const language of languages) {
  test.describe(`in ${language}`, () => {
    const t = translator(language);
    const name = `${language}.${process.pid}`;

    async function bounced(company: string, email: string): Promise<number> {
      const campaign_id = await campaignOf(`Offers ${company} ${name}`);
      const contact = { company, email, phone: "310 555 0188", phone_e164: "+573105550188" };
      const bounce = { campaign_id, bounce_kind: "soft", bounce_reason: "Temporary failure:bad-connection" } as const;
      return (await contactOf(contact, [bounce])).id;
    }

    test("what a mistyped address was meant to be is taken by one key, and saved only by its own", async ({
      visit,
    }) => {
      const id = await bounced("Hotel Bahía", `bahia.${name}@gnail.com`);
      const meant = `bahia.${name}@gmail.com`;
      const { page } = await visit("sales", { language });
      await page.goto(`/contacts/${id}/call`);
      const offers = page.getByRole("list", { name: t("calls.offer.title") });
      await expect(offers).toContainText(t("calls.offer.newEmail", { email: meant }));
      await expect(offers).toContainText(t("contacts.fault.typing-error", { typed: "gnail.com", meant: "gmail.com" }));
      await hydrated(page);
      await axe(page);
      await shot(page, `offer-${language}`);

      const note = page.getByLabel(t("calls.field.note"));
      const field = page.getByRole("textbox", { name: t("calls.field.newEmail") });
      await note.pressSequentially("t: lo confirmó");
      await expect(field).toBeHidden();
      await note.blur();
      await page.keyboard.press("t");
      await expect(field).toBeFocused();
      await expect(field).toHaveValue(meant);
      await expect(page.getByRole("radio", { name: t("calls.outcome.new-address") })).toBeChecked();
      await expect(note).toHaveValue("t: lo confirmó");

      // The draft has it, too.
      await page.reload();
      await expect(field).toHaveValue(meant);
      await expect(note).toHaveValue("t: lo confirmó");
      await page.goto(`/contacts/${id}`);
      const facts = page.getByRole("region", { name: t("contacts.facts") });
      await expect(facts).toContainText(`${t("contacts.perhaps")} ${meant}`);
      await axe(page);
      await shot(page, `mistyped-contact-${language}`);

      await page.goto(`/contacts/${id}/call`);
      await expect(field).toHaveValue(meant);
      await page.keyboard.press("Control+Enter");
      await expect(page.getByRole("main").getByRole("status").first()).toContainText(
        t("calls.flash.newAddress", { name: "Hotel Bahía", email: meant }),
      );
      await page.goto(`/contacts/${id}`);
      await expect(facts).toContainText(meant);
      await expect(facts).not.toContainText(t("contacts.perhaps"));
    });

    test("a slip in a new address is told below it, and stands in nobody's way", async ({ visit }) => {
      const id = await bounced("Hotel Arena", `hotel arena.${name}@ejemplo.com`);
      const { page } = await visit("sales", { language, viewport: phone });
      await page.goto(`/contacts/${id}/call`);
      // Only the contact can tell what belongs where the space is.
      await expect(page.getByText(t("contacts.fault.spaces"))).toBeVisible();
      await expect(page.getByRole("list", { name: t("calls.offer.title") })).toBeHidden();
      await hydrated(page);
      await page.keyboard.press("2");
      const field = page.getByRole("textbox", { name: t("calls.field.newEmail") });
      await expect(field).toBeFocused();
      await field.pressSequentially(`arena.${name}@hotmial.com`);
      const youMeant = page.getByText(t("calls.offer.youMeant", { email: `arena.${name}@hotmail.com` }));
      await expect(youMeant).toBeVisible();
      await axe(page);
      await shot(page, `slip-phone-${language}`);
      await page.getByRole("button", { name: t("calls.offer.take.new_email") }).click();
      await expect(field).toHaveValue(`arena.${name}@hotmail.com`);
      await expect(field).toBeFocused();
      await expect(youMeant).toBeHidden();

      await field.fill("arena");
      await field.press("Tab");
      await expect(page.getByText(t("contacts.fault.no-at"))).toBeVisible();
      await field.fill(`arena.${name}@hotmial.com`);
      await page.getByRole("button", { name: t("common.save"), exact: true }).click();
      const status = page.getByRole("main").getByRole("status").first();
      await expect(status).toContainText(`arena.${name}@hotmail.com`);
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(status).toContainText(t("calls.flash.takenBack"));
    });

    test("what an automatic answer tells is told, and taken by one key each", async ({ visit }) => {
      const campaign_id = await campaignOf(`Replied ${name}`, new Date().toISOString());
      const words = `Ya no trabajo en el hotel. Escriba a Marta Rojas, marta.${name}@example.org, tel. 310 555 0177. Regreso el 15 de enero.`;
      const { id } = await contactOf(
        { company: "Hotel Duna", email: `duna.${name}@example.com`, phone: "310 555 0188" },
        [{ campaign_id, auto_reply: true, auto_reply_reason: words, auto_reply_needs_call: true }],
      );
      const { page } = await visit("sales", { language });
      await page.goto(`/contacts/${id}/call`);
      await expect(page.getByText(t("worklist.kind.auto-reply")).first()).toBeVisible();
      const told = page.getByRole("region", { name: t("calls.reply.title") });
      await expect(told).toContainText(t("calls.reply.left"));
      await expect(told).toContainText(`Marta Rojas · marta.${name}@example.org`);
      await expect(told).toContainText(words);
      await hydrated(page);
      await axe(page);
      await shot(page, `reply-${language}`);

      await page.keyboard.press("t");
      await expect(page.getByRole("textbox", { name: t("calls.field.newEmail") })).toHaveValue(
        `marta.${name}@example.org`,
      );
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: t("calls.offer.take.call_back") }).click();
      await expect(page.getByRole("radio", { name: t("calls.outcome.call-back") })).toBeChecked();
      await expect(page.getByLabel(t("calls.field.callBackLocal"))).toHaveValue(/-01-15T09:00$/);

      await page.setViewportSize(phone);
      await shot(page, `reply-phone-${language}`);
      await told.getByRole("link", { name: t("calls.reply.takePhone") }).click();
      await expect(page.getByRole("textbox", { name: t("contacts.field.phone") })).toHaveValue("+573105550177");
    });

    test("offers read well in the dark and on a phone", async ({ visit }) => {
      const id = await bounced("Hotel Caoba", `josé..caoba.${name}@outlok.es`);
      const { page } = await visit("sales", { language, viewport: phone, colorScheme: "dark" });
      await page.goto(`/contacts/${id}/call`);
      await expect(page.getByText(t("contacts.fault.double-dot"))).toBeVisible();
      await hydrated(page);
      await axe(page);
      await shot(page, `offer-phone-dark-${language}`);
      await page.getByRole("button", { name: t("calls.offer.take.new_email") }).click();
      await expect(page.getByRole("textbox", { name: t("calls.field.newEmail") })).toHaveValue(
        `jose.caoba.${name}@outlook.es`,
      );
      await page.setViewportSize({ width: 1280, height: 800 });
      await shot(page, `offer-dark-${language}`);
      await axe(page);
      await page.goto(`/contacts/${id}`);
      await axe(page);
      await shot(page, `mistyped-contact-dark-${language}`);
    });
  });
}
