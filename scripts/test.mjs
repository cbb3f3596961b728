// Everything that must hold before a change lands. Node's own modules alone, until the packages are there.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { performance } from "node:perf_hooks";
import { checkNode, installMissing, root } from "./prepare.mjs";

checkNode();
process.chdir(root);
// What a developer's shell sets for the app is not for the tests: they would run against that database.
for (const name of ["DATABASE_URL", "DATA_DIR", "HOST", "PORT", "ORIGIN", "TRUST_PROXY", "LOG_LEVEL", "NODE_ENV"]) {
  delete process.env[name];
}

const running = new Set();
let stopped = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    stopped = true;
    for (const child of running) child.kill(signal);
  });
}

/** Runs a command of Node's. Resolves with how it went; `quiet` keeps what it prints for a block of its own. */
function run(heading, args, { quiet = false, env = {} } = {}) {
  if (stopped) return Promise.resolve(false);
  const began = performance.now();
  if (!quiet) console.log(`\n── ${heading}`);
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }), ...env },
      stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    });
    running.add(child);
    let printed = "";
    child.stdout?.on("data", (text) => (printed += text));
    child.stderr?.on("data", (text) => (printed += text));
    child.on("close", (code) => {
      running.delete(child);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      if (quiet) console.log(`\n── ${heading}: ${code === 0 ? "ok" : "FAILED"} (${seconds} s)`);
      if (quiet && code !== 0) console.log(printed.trim());
      resolve(code === 0);
    });
  });
}

const total = { passed: 0, failed: 0, skipped: 0 };
function count(passed, failed, skipped = 0) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}

async function check(heading, ...args) {
  const ok = await run(heading, args, { quiet: true });
  count(ok ? 1 : 0, ok ? 0 : 1);
  return ok;
}

/** A test run, counted from its JSON report. One that failed without a failed test (a file that cannot load) counts as one. */
async function tests(heading, args, report, read, env) {
  await rm(report, { force: true });
  const ok = await run(heading, args, { env });
  const counted = await readFile(report, "utf8").then(
    (text) => read(JSON.parse(text)),
    () => undefined,
  );
  const { passed = 0, failed = 0, skipped = 0 } = counted ?? {};
  if (counted === undefined) console.log(`${heading}: no report in ${report}`);
  const good = ok && counted !== undefined && passed > 0;
  count(passed, good ? failed : Math.max(failed, 1), skipped);
}

installMissing({ dev: true });
await mkdir("test-results", { recursive: true });

const began = performance.now();
// Two at a time: that is what two cores bear.
const [built] = await Promise.all([
  check(
    "Build",
    "--input-type=module",
    "-e",
    'import("./scripts/prepare.mjs").then((prepare) => prepare.buildIfChanged())',
  ),
  check("Types", "node_modules/typescript/bin/tsc").then(async () => {
    await check("Format and lint", "node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".");
    await check("Dead code", "node_modules/knip/bin/knip.js", "--treat-config-hints-as-errors");
  }),
]);

await tests(
  "Units, database and requests",
  [
    "node_modules/vitest/vitest.mjs",
    ...["run", "--config", "tests/vitest.config.ts"],
    ...["--reporter=dot", "--reporter=json", "--outputFile.json=test-results/vitest.json"],
  ],
  "test-results/vitest.json",
  (report) => ({
    passed: report.numPassedTests,
    failed:
      report.numFailedTests +
      report.testResults.filter((f) => f.status === "failed" && f.assertionResults.length === 0).length,
    skipped: report.numPendingTests + report.numTodoTests,
  }),
);

if (built) {
  await tests(
    "Browser",
    ["node_modules/@playwright/test/cli.js", "test", "--config", "tests/playwright.config.ts", "--reporter=dot,json"],
    "test-results/playwright.json",
    ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }),
    { PLAYWRIGHT_JSON_OUTPUT_FILE: `${process.cwd()}/test-results/playwright.json` },
  );
} else {
  console.log("\n── Browser: FAILED, there is no build to visit");
  count(0, 1);
}

console.log(`\n${Math.round((performance.now() - began) / 1000)} s in all`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = stopped || total.failed > 0 ? 1 : 0;
