import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { type BrowserContext, type BrowserContextOptions, test as base, expect, type Page } from "@playwright/test";
import type AxeCore from "axe-core";
import type { Language, Role } from "#db/schema.ts";
import { startApp } from "../app.ts";
import { takeDatabase } from "../cluster.ts";
import { type Person, signedIn } from "../people.ts";
import { prepareChromium } from "./chromium.ts";

export { expect };

export interface PersonOptions extends Pick<BrowserContextOptions, "colorScheme" | "viewport" | "javaScriptEnabled"> {
  language?: Language;
}

/** Somebody at their own browser. */
export interface Visitor extends Person {
  page: Page;
}

interface Fixtures {
  /** What this test expects on the console or as a failed request: anything else there fails the test. */
  expectTrouble: (pattern: RegExp) => void;
  /** A new user with this role, signed in, at a browser of their own; several make a team. */
  visit: (role: Role, options?: PersonOptions) => Promise<Visitor>;
}

interface WorkerFixtures {
  /** `test.use({ ownDatabase: "a name" })` at the top of a file: its tests meet no other file's rows. */
  ownDatabase: string;
  /** `test.use({ jobs: false })` beside it: the app's jobs, which connect at once, don't run. */
  jobs: boolean;
  /** The built app with a database of its own, one for each worker: its address. */
  address: string;
}

interface Trouble {
  expected: RegExp[];
  met: string[];
}

export const test = base.extend<Fixtures & { trouble: Trouble }, WorkerFixtures>({
  launchOptions: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of a fixture's needs from this pattern
    async ({}, use) => {
      await use(await prepareChromium());
    },
    { scope: "worker" },
  ],

  ownDatabase: ["shared", { scope: "worker", option: true }],
  jobs: [true, { scope: "worker", option: true }],

  address: [
    async ({ jobs }, use) => {
      process.env.DATABASE_URL = await takeDatabase();
      const app = await startApp({ jobs });
      await use(app.address);
      await app.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ address }, use) => {
    await use(address);
  },

  // biome-ignore lint/correctness/noEmptyPattern: as above
  trouble: async ({}, use) => {
    const trouble: Trouble = { expected: [], met: [] };
    await use(trouble);
    const unexpected = trouble.met.filter((text) => !trouble.expected.some((pattern) => pattern.test(text)));
    expect(unexpected, "the browser's console and network").toEqual([]);
  },

  expectTrouble: async ({ trouble }, use) => {
    await use((pattern) => trouble.expected.push(pattern));
  },

  context: async ({ context, trouble }, use) => {
    listen(context, trouble);
    await use(context);
  },

  visit: async ({ browser, address, trouble, contextOptions, timezoneId, viewport }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (role, { language = "es", ...options } = {}) => {
      const context = await browser.newContext({
        ...contextOptions,
        baseURL: address,
        locale: language === "es" ? "es-CO" : "en-US",
        timezoneId,
        viewport,
        ...options,
      });
      contexts.push(context);
      listen(context, trouble);
      const person = await signedIn(role, language);
      const [name = "", value = ""] = person.cookie.split(/=(.*)/s);
      await context.addCookies([{ name, value, url: address, httpOnly: true, sameSite: "Lax" }]);
      return { ...person, page: await context.newPage() };
    });
    for (const context of contexts) await context.close();
  },
});

/** Phone width, as in `visit("sales", { viewport: phone })`. */
export const phone = { width: 390, height: 844 };

function listen(context: BrowserContext, { met }: Trouble): void {
  context.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    met.push(`${message.type()}: ${message.text()} (${message.location().url})`);
  });
  context.on("weberror", (error) => met.push(`exception: ${error.error().stack}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText;
    // A page that is left drops what it was still loading, and a download ends its navigation the same way.
    if (reason !== "net::ERR_ABORTED") met.push(`${reason}: ${request.method()} ${request.url()}`);
  });
}

/** Resolves when React has taken over the page that the server drew: what it has to complain about, it has said. */
export async function hydrated(page: Page): Promise<void> {
  await page.waitForFunction(() => Object.keys(document.body).some((key) => key.startsWith("__reactFiber")));
}

/** Presses a key that puts the focus into the field of this name; again while the page's scripts are still on their way. */
export async function pressToFocus(page: Page, key: string, name: string): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await expect(page.locator(`[name="${name}"]:focus`)).toBeVisible({ timeout: 200 });
  }).toPass();
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Asserts that axe finds nothing on the page as it stands: WCAG 2.2 A and AA, and axe's own good habits. `covered` says that
 * open menus lie over other things, whose size axe can't judge then.
 */
export async function axe(page: Page, { covered = false } = {}): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // The debugger's evaluation stands outside of the page's content policy, which a script tag would not.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate((enabled) => {
    const { axe } = globalThis as unknown as { axe: typeof AxeCore };
    // WCAG 2.2's smallest target is an AA rule that axe leaves off until asked.
    // What passes needn't be named, which takes longer than finding it.
    return axe.run({ rules: { "target-size": { enabled } }, resultTypes: ["violations"] });
  }, !covered);
  const said = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(" ")} · ${node.failureSummary?.replaceAll(/\s+/g, " ")}`),
  );
  expect(said, `axe on ${page.url()}`).toEqual([]);
}

/** A picture under test-results/shots/ when SHOTS=1; otherwise nothing. */
export async function shot(page: Page, name: string): Promise<void> {
  if (process.env.SHOTS !== "1") return;
  await mkdir("test-results/shots", { recursive: true });
  await page.screenshot({ path: `test-results/shots/${name}.png`, fullPage: true });
}
