import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDatabase } from "#db/embedded.ts";
import { takeBuild } from "../cluster.ts";

const folder = mkdtempSync(path.join(tmpdir(), "rebote-start-"));
const dataDir = path.join(folder, "data");
const started: ChildProcess[] = [];
const isRoot = process.getuid?.() === 0;
// A checkout below a private folder can't be run by anybody else, whatever we do.
const letsOthersIn = (folder: string): boolean =>
  (statSync(folder).mode & 0o005) === 0o005 && (folder === path.dirname(folder) || letsOthersIn(path.dirname(folder)));

// Each starts an app and a database of its own, beside the other files of the run.
vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  chmodSync(folder, 0o755);
  await takeBuild();
});
afterAll(() => {
  for (const child of started) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
});

type Run = { child: ChildProcess; output: () => string; ended: Promise<number | string> };

function start(
  environment: Record<string, string> = {},
  account: { uid?: number; gid?: number } = {},
  script = ["scripts/start.mjs"],
): Run {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, script, {
    // What the shell says about NODE_ENV is not for the app.
    env: { NODE_ENV: "test", PATH, HOME, PORT: "0", DATA_DIR: dataDir, LOG_LEVEL: "warn", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    ...account,
  });
  started.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const ended = once(child, "close").then(([code, signal]) => code ?? signal);
  return { child, output: () => output, ended };
}

/** The address that a run prints once it serves. */
async function ready(run: Run): Promise<string> {
  await expect.poll(run.output, { timeout: 60_000, interval: 50 }).toMatch(/Rebote is ready: http/);
  return /ready: (\S+)/.exec(run.output())?.[1] ?? "";
}

const health = async (address: string) => (await fetch(`${address}/health`)).json();

describe("one app on one folder", () => {
  let run: Run;
  let address: string;

  test("serves, and says where", async () => {
    run = start();
    address = await ready(run);
    expect(await health(address)).toEqual({ status: "ok" });
    expect((await fetch(`${address}/worklist`, { redirect: "manual" })).headers.get("location")).toMatch(/^\/setup/);
  });

  test("a second one says so in one line and ends", async () => {
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output().trim()).toMatch(/^Rebote: another Rebote is already running on .*$/);
  });

  test("a command works beside it", async () => {
    const command = start({}, {}, ["scripts/run.mjs", "migrate.ts"]);
    expect(await command.ended).toBe(0);
    expect(command.output()).toBe("Nothing to migrate.\n");
  });

  test("after kill -9 the next start serves what was committed", async () => {
    await foundOrganization();
    run.child.kill("SIGKILL");
    await run.ended;
    run = start();
    address = await ready(run);
    expect((await fetch(`${address}/`, { redirect: "manual" })).headers.get("location")).toMatch(/^\/sign-in/);
  });

  test.each(["SIGTERM", "SIGINT"] as const)("%s ends it and its database in order", async (signal) => {
    if (run.child.exitCode !== null) {
      run = start();
      await ready(run);
    }
    run.child.kill(signal);
    expect(await run.ended).toBe(0);
    expect(run.output()).not.toMatch(/error/i);
  });
});

/** As a command would: beside the app, on its database. */
async function foundOrganization(): Promise<void> {
  const database = await openDatabase({ dataDir });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "insert into organization (name, language, country, time_zone) values ('Papelería Aurora', 'es', 'CO', 'America/Bogota')",
  );
  await client.end();
  await database.stop();
}

test.each([
  [{ PORT: "99999" }, /^Rebote: PORT must be a number/],
  [{ TRUST_PROXY: "everybody" }, /^Rebote: TRUST_PROXY must be/],
  [{ ORIGIN: "rebote.example.com" }, /^Rebote: ORIGIN must be the public address/],
  [{ DATABASE_URL: "mysql://localhost/rebote" }, /^Rebote: DATABASE_URL must be postgres:/],
  [{ DATABASE_URL: "postgres://ana:secret@127.0.0.1:1/rebote" }, /^Rebote: DATABASE_URL can't be used: .*ECONNREFUSED/],
  [{ DATA_DIR: "package.json" }, /^Rebote: DATA_DIR .* can't be used/],
])("%o ends the start with one line", async (environment, line) => {
  const run = start(environment);
  expect(await run.ended).toBe(1);
  expect(run.output().trim().split("\n")).toEqual([expect.stringMatching(line)]);
  expect(run.output()).not.toContain("secret");
});

test("a taken port ends the start with one line, and the database with it", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  const run = start({ PORT: String(port), DATA_DIR: path.join(folder, "port") });
  expect(await run.ended).toBe(1);
  expect(run.output().trim()).toBe(`Rebote: port ${port} is taken; choose another with PORT`);
  other.close();
});

test("beyond this machine the set-up asks for a code that only the console knows; with HTTPS the session keeps to it", async () => {
  const ORIGIN = "https://rebote.example.com";
  const run = start({ HOST: "0.0.0.0", DATA_DIR: path.join(folder, "open"), ORIGIN });
  const address = await ready(run);
  await expect.poll(run.output).toMatch(/Code for the first set-up: \d{3}-\d{3}-\d{3}/);
  const setUp = (code: string) =>
    fetch(`${address}/setup`, {
      method: "POST",
      redirect: "manual",
      headers: { Origin: ORIGIN },
      body: new URLSearchParams({
        code,
        organization: "Papelería Aurora",
        language: "es",
        country: "CO",
        time_zone: "America/Bogota",
        name: "Alba Primera",
        email: "alba@example.com",
        password: "una frase corta",
      }),
    });
  expect((await setUp("")).status).toBe(400);
  const done = await setUp(/set-up: (\S+)/.exec(run.output())?.[1] ?? "");
  const [session] = done.headers.getSetCookie();
  expect([done.status, session]).toEqual([302, expect.stringMatching(/^session=.+; HttpOnly; Secure; SameSite=Lax$/)]);
  run.child.kill("SIGTERM");
  expect(await run.ended).toBe(0);
});

test.runIf(isRoot && letsOthersIn(process.cwd()))("an ordinary user starts it, too", async () => {
  const home = path.join(folder, "ordinary");
  mkdirSync(home);
  chownSync(home, 65534, 65534);
  const run = start({ HOME: home, DATA_DIR: path.join(home, "data") }, { uid: 65534, gid: 65534 });
  expect(await health(await ready(run))).toEqual({ status: "ok" });
  run.child.kill("SIGTERM");
  expect(await run.ended).toBe(0);
});
