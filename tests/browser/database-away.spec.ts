import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { translator } from "#app/i18n/language.server.ts";
import { closeDatabase } from "#db/connection.ts";
import { type OpenDatabase, openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { startApp } from "../app.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { signedIn } from "../people.ts";
import { expect, test } from "./fixtures.ts";

// A PostgreSQL of its own: the others' is not to be stopped. The name is for a worker of its own, which then has this one alone.
test.use({ ownDatabase: "stopped and started", jobs: false });

const t = translator("es");

test("while the database is away nothing is lost; when it is back, work goes on", async ({ page, expectTrouble }) => {
  test.slow();
  expectTrouble(/status of 503|net::ERR_/);
  const dataDir = await mkdtemp(path.join(tmpdir(), "rebote-away-"));
  const open = (): Promise<OpenDatabase> => openDatabase({ dataDir, settings: { fsync: "off" } });
  let database = await open();
  process.env.DATABASE_URL = database.url;
  await migrate(database.url);
  const app = await startApp({ jobs: false });
  try {
    const person = await signedIn("sales");
    const [name = "", value = ""] = person.cookie.split(/=(.*)/s);
    await page.context().addCookies([{ name, value, url: app.address }]);
    const campaign_id = await campaignOf("Lejos");
    const { id } = await contactOf({ company: "Hotel Lejano", phone: "310 555 0133" }, [
      { campaign_id, bounce_kind: "soft", bounce_reason: "Temporary failure:bad-connection" },
    ]);
    const call = `${app.address}/contacts/${id}/call`;
    await page.goto(call);
    await page.getByText(t("calls.outcome.mailbox-fixed"), { exact: true }).click();
    await page.getByLabel(t("calls.field.note")).fill("Dice que ya borró correos");

    await test.step("away", async () => {
      await database.stop();
      const health = await fetch(`${app.address}/health`);
      expect(health.status).toBe(503);
      await page.getByRole("button", { name: t("calls.saveNext") }).click();
      await expect(page.getByText(t("error.page.again"))).toBeVisible();
      await page.getByRole("link", { name: t("error.page.retry") }).click();
      await expect(page.getByRole("heading", { name: t("error.page.503.title") })).toBeVisible();
    });

    await test.step("back", async () => {
      database = await open();
      process.env.DATABASE_URL = database.url;
      await expect(async () => expect((await fetch(`${app.address}/health`)).status).toBe(200)).toPass();
      await page.goto(call);
      // Still signed in, still on the list, and what was typed is still there.
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hotel Lejano");
      await expect(page.getByLabel(t("calls.field.note"))).toHaveValue("Dice que ya borró correos");
      await expect(page.getByRole("radio", { name: t("calls.outcome.mailbox-fixed") })).toBeChecked();
      await page.getByRole("button", { name: t("calls.saveNext") }).click();
      await expect(page).toHaveURL(/\/worklist/);
      await page.goto(`${app.address}/contacts/${id}`);
      const timeline = page.getByRole("region", { name: t("contacts.timeline") });
      await expect(timeline.getByText("Dice que ya borró correos")).toHaveCount(1);
    });
  } finally {
    await app.stop();
    await closeDatabase();
    await database.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});
