import { axe, expect, test } from "./fixtures.ts";

// The browser tests' own alarms: each must go off.

test("axe finds what is wrong, under the app's own content policy", async ({ page }) => {
  await page.goto("/health");
  await page.evaluate(() => {
    document.documentElement.lang = "en";
    document.title = "Health";
    document.body.innerHTML = '<main><h1>Health</h1><p style="color:#bbb">Pale</p></main>';
  });
  await expect(axe(page)).rejects.toThrow(/color-contrast/);
  await page.evaluate(() => document.querySelector("p")?.remove());
  await axe(page);
});

test("a message on the console that a test expects is none", async ({ page, expectTrouble }) => {
  expectTrouble(/boo/);
  await page.goto("/health");
  await page.evaluate(() => console.error("boo"));
});

test.describe("fails a test:", () => {
  test.fail();

  test("an error on the console", async ({ page }) => {
    await page.goto("/health");
    await page.evaluate(() => console.error("boo"));
  });

  test("an exception", async ({ page }) => {
    await page.goto("/health");
    const thrown = page.waitForEvent("pageerror");
    await page.evaluate(() => void setTimeout(() => Promise.reject(new Error("boo"))));
    await thrown;
  });

  test("an image that isn't there, at a colleague's browser", async ({ visit }) => {
    const { page } = await visit("sales");
    await page.goto("/health");
    const said = page.waitForEvent("console");
    await page.evaluate(() => void document.body.append(Object.assign(new Image(), { src: "/nothing.png" })));
    await said;
  });
});
