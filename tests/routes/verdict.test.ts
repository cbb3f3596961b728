import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { translator } from "#app/i18n/language.server.ts";
import { categories } from "#app/rules/verdict/categories.ts";
import { verdictOf } from "#app/rules/verdict.ts";
import { languages, verdictCategories } from "#db/lists.ts";
import { type App, startApp } from "../app.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";

ownDatabase();

/** A reason that is read as each category. */
const reasons: Record<(typeof verdictCategories)[number], string> = {
  "no-such-mailbox": "550 5.1.1 User unknown",
  "no-such-domain": "550 5.1.2 Host unknown: domain does not exist",
  "mailbox-full": "552 5.2.2 Mailbox full",
  "mailbox-inactive": "550 5.2.1 Account disabled",
  "sender-blocked": "550 Your host is not allowed to connect to this server",
  "sender-auth": "550 5.7.26 SPF check failed",
  "spam-content": "554 5.7.1 Message rejected as spam",
  "message-too-big": "552 5.3.4 Message too big",
  "message-rejected": "550 5.6.0 Malformed message",
  throttled: "450 4.7.1 Greylisted, try again later",
  "server-trouble": "421 4.4.2 Connection timed out",
  "routing-dns": "554 5.4.6 Too many hops, mail loop",
  "auto-reply": "Estoy de vacaciones hasta el lunes",
  "challenge-response": "Please confirm that you are human to deliver your message",
  unknown: "550 xyz",
};

let app: App;
let campaign_id: number;
const contacts = new Map<string, { id: number; email: string }>();
beforeAll(async () => {
  app = await startApp();
  campaign_id = await campaignOf("Enero");
  for (const category of verdictCategories) {
    const reason = reasons[category];
    const delivery =
      categories[category].kind === "auto-reply"
        ? { campaign_id, auto_reply: true, auto_reply_reason: reason }
        : { campaign_id, bounce_kind: "soft" as const, bounce_reason: reason };
    contacts.set(category, await contactOf({ email: `${category}@example.com` }, [delivery]));
  }
});
afterAll(() => app.stop());

/** What a page says, without its tags. */
async function textOf(page: Response): Promise<string> {
  expect(page.status).toBe(200);
  const signs: Record<string, string> = { "#x27": "'", quot: '"', amp: "&", lt: "<", gt: ">" };
  return (await page.text())
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/<script.*?<\/script>/gs, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/&(#x27|quot|amp|lt|gt);/g, (_, sign) => signs[sign] ?? "")
    .replaceAll(/\s+/g, " ");
}

test.each(verdictCategories)("%s has a reason that is read so", (category) => {
  expect(verdictOf(reasons[category]).category).toBe(category);
});

describe.each(languages)("in %s", (language) => {
  const t = translator(language);

  test.each(verdictCategories)(
    "%s: what happened, what to do and what to say, wherever it is met",
    async (category) => {
      const administrator = await app.signIn("administrator", language);
      const { id, email } = contacts.get(category) ?? { id: 0, email: "" };
      const { kind, problem } = categories[category];
      const said = [
        t(`verdict.says.${category}`),
        t(`verdict.todo.${category}`),
        t(`verdict.say.${category}`, { caller: administrator.person.name, organization: "Café Ejemplo", email }),
        reasons[category],
        ...(problem === "unknown" ? [] : [t(`verdict.problem.${problem}`)]),
      ];
      const tab = kind === "auto-reply" ? "auto-reply" : "soft";
      const pages = [`/campaigns/${campaign_id}/${tab}?search=${email}`, `/contacts/${id}`];
      // Nobody is called about a machine's answer, unless it tells something.
      if (kind !== "auto-reply") pages.push("/worklist?size=100", `/contacts/${id}/call`);
      for (const page of pages) {
        const text = await textOf(await administrator.get(page, { "Accept-Language": language }));
        for (const words of said) expect(text, page).toContain(words.replaceAll(/\s+/g, " "));
      }
    },
  );
});
