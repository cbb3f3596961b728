import { randomUUID } from "node:crypto";
import { translator } from "#app/i18n/language.server.ts";
import { hashPassword } from "#app/password.server.ts";
import { createUser } from "#db/queries/users.ts";
import { signedIn } from "../people.ts";
import { expect, test } from "./fixtures.ts";

test.use({ javaScriptEnabled: false });

const t = translator("es");

test("signing in, importing a pasted table and logging a call need no script", async ({ page, expectTrouble }) => {
  // What Chromium says of each script that it was told not to run.
  expectTrouble(/^csp: GET .*\/assets\/[^/]+\.js$/);
  await signedIn("administrator");
  const email = `sin.script.${randomUUID()}@example.com`;
  const password = "una frase bien larga";
  const password_hash = await hashPassword(password);
  await createUser({ name: "Sara", email, password_hash, role: "marketing", language: "es" });
  /** What runs in the background is looked after by a link. */
  const done = () =>
    expect(async () => {
      const refresh = page.getByRole("link", { name: t("imports.refresh") });
      if (await refresh.isVisible()) await refresh.click();
      await expect(refresh).toBeHidden({ timeout: 100 });
    }).toPass();
  await page.goto("/imports/new");
  await page.getByLabel(t("users.email")).fill(email);
  await page.getByLabel(t("users.password.label"), { exact: true }).fill(password);
  await page.getByRole("button", { name: t("signIn.submit") }).click();

  await page.getByLabel(t("campaigns.name")).fill(`Sin script ${email}`);
  await page
    .getByLabel(t("imports.upload.paste"))
    .fill(
      [
        "Contact Email\tBounce reason\tFirst Name\tLast Name\tCompany Name\tPhone",
        "uno@sinscript.example\tTemporary failure:bad-connection\tAna\tRuiz\tHotel Papel\t310 555 0191",
        "Total Count\t\t\t\t\t1",
      ].join("\n"),
    );
  await page.getByRole("button", { name: t("imports.upload.submit") }).click();
  await done();
  await page.getByLabel(t("imports.list")).selectOption({ label: t("common.list.soft") });
  await page.getByRole("button", { name: t("imports.review.apply") }).click();
  await done();
  await expect(page.getByText(t("imports.review.byHand"))).toBeVisible();
  await page.getByRole("button", { name: t("imports.review.submit", { count: 1 }) }).click();
  const news = t("imports.news.saved", { file: t("imports.pasted"), count: 1 });
  // A page that came while it was still being saved doesn't change by itself.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("complementary")).toContainText(news, { timeout: 500 });
  }).toPass();
  await page.getByRole("button", { name: t("imports.news.dismiss") }).click();
  await expect(page.getByRole("complementary")).toBeHidden();

  await page.getByRole("link", { name: t("imports.review.report") }).click();
  await page.getByRole("link", { name: t("campaigns.callSoft", { count: 1 }) }).click();
  await page.getByRole("button", { name: t("worklist.next") }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Hotel Papel");
  const field = page.getByRole("textbox", { name: t("calls.field.newEmail") });
  await expect(field).toBeHidden();
  await page.getByText(t("calls.outcome.new-address"), { exact: true }).click();
  await field.fill("dos@sinscript.example");
  await page.getByRole("button", { name: t("calls.saveNext") }).click();
  await expect(page.getByRole("status")).toContainText("dos@sinscript.example");
  await page.getByRole("searchbox").fill("sinscript");
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Hotel Papel" }).click();
  await expect(page.getByText(t("contacts.event.correction"))).toBeVisible();
});
