import type { ServerBuild } from "@remix-run/node";
import { languages } from "#db/lists.ts";
import type { Role } from "#db/schema.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";
import { busyOffice, type Office } from "./office.ts";

/** Where each page is met, in the states that look different. A page that is missing here fails the first test. */
const screens: Record<string, { as?: Role | "visitor"; urls: (office: Office) => string[] }> = {
  "routes/$": { urls: () => ["/no/such/page"] },
  "routes/account": { urls: () => ["/account"] },
  "routes/account_.password": { urls: () => ["/account/password"] },
  "routes/batches._index": { urls: () => ["/batches"] },
  "routes/calls.$callId.edit": { urls: ({ call }) => [`/calls/${call}/edit`] },
  "routes/campaigns.$campaignId.$tab": {
    urls: ({ campaign, empty }) => [
      `/campaigns/${campaign}/hard`,
      `/campaigns/${campaign}/soft?columns=reason,first_name,last_name,company,phone,state,bounced_at,domain,crm_record_id&sort=-company`,
      `/campaigns/${campaign}/auto-reply?search=hotel`,
      `/campaigns/${campaign}/soft?search=nobody`,
      `/campaigns/${empty}/hard`,
    ],
  },
  "routes/campaigns.$campaignId._index": {
    urls: ({ campaign, empty }) => [`/campaigns/${campaign}`, `/campaigns/${empty}`],
  },
  "routes/campaigns.$campaignId.incidents": {
    urls: ({ incidents, empty }) => [
      `/campaigns/${incidents}/incidents`,
      `/campaigns/${empty}/incidents`,
      `/campaigns/${incidents}`,
    ],
  },
  "routes/campaigns.$campaignId_.edit": {
    urls: ({ campaign, empty }) => [`/campaigns/${campaign}/edit`, `/campaigns/${empty}/edit`],
  },
  "routes/campaigns._index": { urls: () => ["/campaigns"] },
  "routes/campaigns_.$campaignId.imports": {
    urls: ({ drafts, empty }) => [`/campaigns/${drafts}/imports`, `/campaigns/${empty}/imports`],
  },
  "routes/contacts.$contactId._index": { urls: ({ contact }) => [`/contacts/${contact}`] },
  "routes/contacts.$contactId.call": {
    as: "sales",
    urls: ({ contact, listed, claimed, held }) => [contact, listed, claimed, held].map((id) => `/contacts/${id}/call`),
  },
  "routes/contacts.$contactId.edit": { urls: ({ contact }) => [`/contacts/${contact}/edit`] },
  "routes/contacts._index": { urls: () => ["/contacts", "/contacts?search=hotel", "/contacts?search=nobody"] },
  "routes/imports.$importId._index": { urls: ({ saved }) => [`/imports/${saved}`] },
  "routes/imports.$importId.problems": {
    urls: ({ saved }) => [`/imports/${saved}/problems`, `/imports/${saved}/problems?code=malformed-address`],
  },
  "routes/imports.$importId.undo": { urls: ({ saved }) => [`/imports/${saved}/undo`] },
  "routes/imports._index": { urls: () => ["/imports"] },
  "routes/imports.new": { urls: ({ campaign }) => ["/imports/new", `/imports/new?campaign=${campaign}`] },
  "routes/loops._index": { urls: () => ["/loops"] },
  "routes/removals._index": {
    as: "crm-administrator",
    urls: () => [
      ...["requested", "exported", "confirmed", "kept", "withdrawn"].map((state) => `/removals?state=${state}`),
      "/removals?search=nobody",
      "/removals?verdict=differs",
    ],
  },
  "routes/removals.keep": { as: "crm-administrator", urls: ({ requested }) => [`/removals/keep?removal=${requested}`] },
  "routes/removals.new": {
    as: "sales",
    urls: ({ contact, listed, every }) => [
      `/removals/new?contact=${contact}&contact=${listed}`,
      "/removals/new",
      `/removals/new?${every.map((id) => `contact=${id}`).join("&")}`,
    ],
  },
  "routes/rules.$ruleId": { urls: ({ rule }) => [`/rules/${rule}`] },
  "routes/rules._index": { urls: () => ["/rules"] },
  "routes/rules.new": { urls: () => ["/rules/new"] },
  "routes/settings": { urls: () => ["/settings"] },
  "routes/sign-in": { as: "visitor", urls: () => ["/sign-in"] },
  "routes/users.$userId": { urls: ({ user }) => [`/users/${user}`] },
  "routes/users.$userId_.password": { urls: ({ user }) => [`/users/${user}/password`] },
  "routes/users._index": { urls: () => ["/users"] },
  "routes/users.new": { urls: () => ["/users/new"] },
  "routes/welcome": { urls: () => ["/welcome"] },
  "routes/worklist._index": {
    as: "sales",
    urls: ({ empty }) => ["/worklist", "/worklist?due=later", "/worklist?due=held", `/worklist?campaign=${empty}`],
  },
};

/** Pages that the office has no use for any more, and who walks them. */
const elsewhere = { "routes/setup": "first-visit.spec.ts" };

test.use({ ownDatabase: "screens" });
let office: Office;
test.beforeAll(async ({ address }) => {
  office = await busyOffice(address);
});

test("every page is walked", async () => {
  const build: ServerBuild = await import(new URL("../../build/server/index.js", import.meta.url).href);
  const pages = Object.values(build.routes)
    .filter(({ id, module }) => module.default && !Object.values(build.routes).some(({ parentId }) => parentId === id))
    .map(({ id }) => id);
  expect(pages.toSorted()).toEqual([...Object.keys(screens), ...Object.keys(elsewhere)].toSorted());
});

for (const [id, { as = "administrator", urls }] of Object.entries(screens)) {
  test(`${id}: in both languages, light and dark, at a desk and on a phone`, async ({
    visit,
    browser,
    address,
    expectTrouble,
  }) => {
    test.slow();
    // The page for what isn't there.
    if (id === "routes/$") expectTrouble(/status of 404/);
    for (const language of languages) {
      const page =
        as === "visitor"
          ? await (await browser.newContext({ baseURL: address, locale: language })).newPage()
          : (await visit(as, { language })).page;
      for (const [index, url] of urls(office).entries()) {
        const name = `${id.replace("routes/", "").replaceAll(/\W+/g, "-")}-${index}-${language}`;
        await test.step(`${url} in ${language}`, async () => {
          await page.setViewportSize({ width: 1280, height: 800 });
          await page.emulateMedia({ colorScheme: "light" });
          await page.goto(url);
          await hydrated(page);
          await expect(page.locator("html")).toHaveAttribute("lang", language);
          await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
          await shot(page, `${name}-light`);
          await axe(page);
          await page.setViewportSize(phone);
          await page.emulateMedia({ colorScheme: "dark" });
          await shot(page, `${name}-phone-dark`);
          await axe(page);
          const overflow = await page.evaluate(() => document.body.scrollWidth - document.documentElement.clientWidth);
          expect(overflow, "what a phone would have to scroll sideways for, in pixels").toBeLessThanOrEqual(0);
        });
      }
      // Everything that unfolds, on the last page that was looked at.
      await page.evaluate(() => {
        for (const details of document.querySelectorAll("details")) details.open = true;
      });
      await axe(page, { covered: true });
      await page.context().close();
    }
  });
}
