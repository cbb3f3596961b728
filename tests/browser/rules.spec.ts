import type { Page } from "@playwright/test";
import { translator } from "#app/i18n/language.server.ts";
import { rulesVersionInForce } from "#app/jobs/verdicts.ts";
import { db } from "#db/connection.ts";
import { languages } from "#db/lists.ts";
import { campaignOf, contactOf, ruleOf } from "../bounced.ts";
import { signedIn } from "../people.ts";
import { axe, expect, hydrated, phone, shot, test } from "./fixtures.ts";

test.use({ ownDatabase: "rules" });
// The rules are the whole organisation's: one journey after the other.
test.describe.configure({ mode: "serial" });

const strange =
  "smtp; 554 5.7.0 <reservas@hotel.example>: the gatekeeper of this house shrugged and closed the door (ticket #A7-4411)";

test.beforeAll(async ({ address }) => {
  expect(address).toBeTruthy();
  const campaign_id = await campaignOf("San Valentín");
  for (const bounce_reason of [strange, strange, "The gatekeeper is away", "552 mailbox full, gatekeeper says"]) {
    await contactOf({}, [{ campaign_id, bounce_kind: "soft", bounce_reason }]);
  }
});
test.beforeEach(async () => {
  await db.deleteFrom("rules").execute();
});

const flash = (page: Page) => page.getByRole("main").getByRole("status").first();

for (const language of languages) {
  test(`a rule is tried, saved, ordered, switched off and removed (${language})`, async ({ visit, expectTrouble }) => {
    test.slow();
    expectTrouble(/status of 400/);
    const t = translator(language);
    const { page } = await visit("administrator", { language });
    await page.goto("/settings");
    await page
      .getByRole("main")
      .getByRole("link", { name: t("rules.title") })
      .click();
    await expect(page.getByRole("heading", { name: t("rules.empty.title") })).toBeVisible();
    await axe(page);
    await shot(page, `rules-empty-${language}`);
    await hydrated(page);
    await page.keyboard.press("n");
    await expect(page).toHaveURL(/\/rules\/new$/);

    await test.step("an expression that could run away is refused beside its field", async () => {
      await page.getByLabel(t("rules.name"), { exact: true }).fill("Portero");
      await page.getByRole("radio", { name: t("rules.regexp") }).check();
      await page.getByLabel(t("rules.pattern")).fill("gatekeeper(?!.*full)");
      await page.getByLabel(t("rules.category")).selectOption("throttled");
      await page.getByRole("button", { name: t("rules.preview.ask") }).click();
      const field = page.getByLabel(t("rules.pattern"));
      await expect(field).toHaveAccessibleDescription(t("rules.fault.runs-away"));
      await expect(field).toBeFocused();
      await expect(field).toHaveValue("gatekeeper(?!.*full)");
      await axe(page);
      await shot(page, `rules-refused-${language}`);
    });

    const preview = page.getByRole("region", { name: t("rules.preview.title") });
    await test.step("what would change is shown before anything does", async () => {
      await page.getByLabel(t("rules.pattern")).fill("gatekeeper .*(shrugged|away)");
      await page.getByRole("button", { name: t("rules.preview.ask") }).click();
      await expect(preview.getByRole("status")).toContainText(t("rules.preview.change", { count: 3 }));
      await expect(preview.getByRole("status")).toContainText(t("rules.preview.reasons", { count: 2 }));
      const [first] = await preview.getByRole("listitem").all();
      await expect(first ?? preview).toContainText(strange);
      await expect(first ?? preview).toContainText(t("rules.preview.times", { count: 2 }));
      await expect(first ?? preview).toContainText(t("verdict.says.throttled"));
      await expect(page.getByLabel(t("rules.name"), { exact: true })).toHaveValue("Portero");
      await axe(page);
      await shot(page, `rules-preview-${language}-light`);
      await page.setViewportSize(phone);
      await page.emulateMedia({ colorScheme: "dark" });
      await axe(page);
      await shot(page, `rules-preview-${language}-phone-dark`);
      await page.setViewportSize({ width: 1280, height: 800 });
      await shot(page, `rules-preview-${language}-dark`);
      await page.emulateMedia({ colorScheme: "light" });
    });

    await test.step("saved, it is read by at once", async () => {
      await page.getByRole("button", { name: t("common.save") }).click();
      await expect(flash(page)).toContainText(t("rules.again.saved", { name: "Portero" }));
      await expect(page.getByText(t("rules.reading.moved", { count: 3 }))).toBeVisible();
      await expect(page.getByText(t("rules.reading.version", { version: await rulesVersionInForce() }))).toBeVisible();
      // What the page keeps up to date doesn't take the message away.
      await expect(flash(page)).toContainText(t("rules.again.saved", { name: "Portero" }));
      await page.goto("/campaigns");
      await page.getByRole("link", { name: "San Valentín" }).click();
      await page
        .getByRole("link", { name: t("common.kind.soft") })
        .first()
        .click();
      await expect(page.getByText(t("verdict.says.throttled")).first()).toBeVisible();
    });

    await test.step("rules change places by keyboard, one after the other", async () => {
      const { id } = await signedIn("administrator");
      await ruleOf(id, { name: "Segunda", pattern: "shrugged", category: "sender-blocked", domain: "hotel.example" });
      await ruleOf(id, { name: "Tercera", pattern: "gatekeeper", category: "server-trouble", source: "zoho" });
      await page.goto("/rules");
      await hydrated(page);
      const names = page.getByRole("table").getByRole("link");
      await page.getByRole("button", { name: t("rules.moveUp", { name: "Tercera" }) }).focus();
      await page.keyboard.press("Enter");
      await expect(names).toHaveText(["Portero", "Tercera", "Segunda"]);
      await expect(page.getByRole("button", { name: t("rules.moveUp", { name: "Tercera" }) })).toBeFocused();
      await page.keyboard.press("Enter");
      await expect(names).toHaveText(["Tercera", "Portero", "Segunda"]);
      await expect(page.getByRole("button", { name: t("rules.moveDown", { name: "Tercera" }) })).toBeFocused();
      await axe(page);
    });

    await test.step("off, removed, and back", async () => {
      await page.getByRole("button", { name: `${t("rules.switchOff")}: Portero` }).click();
      await expect(flash(page)).toContainText(t("rules.again.off", { name: "Portero" }));
      await expect(page.getByRole("button", { name: `${t("rules.switchOn")}: Portero` })).toBeVisible();
      await axe(page);
      await shot(page, `rules-list-${language}`);
      await page.getByRole("link", { name: "Segunda" }).click();
      await page.getByRole("button", { name: t("rules.remove"), exact: true }).click();
      await expect(flash(page)).toContainText(t("rules.again.removed", { name: "Segunda" }));
      await expect(page.getByRole("link", { name: "Segunda" })).toHaveCount(0);
      await page.getByRole("button", { name: t("common.undo") }).click();
      await expect(flash(page)).toContainText(t("rules.again.restored", { name: "Segunda" }));
      await expect(page.getByRole("link", { name: "Segunda" })).toBeVisible();
    });
  });
}

test("without JavaScript rules are tried, saved and moved all the same", async ({ visit, expectTrouble }) => {
  // A browser that runs no script still names those that it doesn't load.
  expectTrouble(/^csp: /);
  const t = translator("es");
  const { page, id } = await visit("administrator", { javaScriptEnabled: false });
  await ruleOf(id, { name: "Primera", pattern: "mailbox full" });
  await page.goto("/rules/new");
  await page.getByLabel(t("rules.name"), { exact: true }).fill("Portero");
  await page.getByLabel(t("rules.pattern")).fill("GATEKEEPER");
  await page.getByLabel(t("rules.category")).selectOption("sender-auth");
  await page.getByLabel(t("rules.isOn")).uncheck();
  await page.getByRole("button", { name: t("rules.preview.ask") }).click();
  await expect(page.getByText(t("rules.preview.nothing"))).toBeVisible();
  await expect(page.getByLabel(t("rules.isOn"))).not.toBeChecked();
  await expect(page.getByLabel(t("rules.category"))).toHaveValue("sender-auth");
  await page.getByLabel(t("rules.isOn")).check();
  await page.getByRole("button", { name: t("rules.preview.ask") }).click();
  // The fourth is decided by the rule before.
  await expect(page.getByText(t("rules.preview.change", { count: 3 }))).toBeVisible();
  await expect(page.getByText(t("rules.preview.others", { count: 1 }))).toBeVisible();
  await page.getByRole("button", { name: t("common.save") }).click();
  await expect(flash(page)).toContainText(t("rules.again.saved", { name: "Portero" }));
  await page.getByRole("button", { name: t("rules.moveUp", { name: "Portero" }) }).click();
  await expect(page.getByRole("table").getByRole("link")).toHaveText(["Portero", "Primera"]);
});
