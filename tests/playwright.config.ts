import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "browser",
  testMatch: "**/*.spec.ts",
  outputDir: "../test-results/browser",
  globalSetup: "./cluster.ts",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  // A test that fails once has failed: a second try would hide the race that it found.
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  use: {
    locale: "es-CO",
    // Neither the server's zone nor the organisation's: a time read or written in the wrong one shows.
    timezoneId: "Europe/Madrid",
    viewport: { width: 1280, height: 800 },
    actionTimeout: 15_000,
    contextOptions: { reducedMotion: "reduce" },
    // Without the film that goes with it, which takes a tenth of all time.
    trace: { mode: "retain-on-failure", screenshots: false },
    screenshot: "only-on-failure",
  },
});
