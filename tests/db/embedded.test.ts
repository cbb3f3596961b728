import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { type OpenDatabase, type OpenOptions, openDatabase } from "#db/embedded.ts";

const folder = mkdtempSync(path.join(tmpdir(), "rebote-embedded-"));
const opened: OpenDatabase[] = [];
const isRoot = process.getuid?.() === 0;

afterAll(async () => {
  await Promise.all(opened.map((database) => database.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(dataDir: string, options: Partial<OpenOptions> = {}): Promise<OpenDatabase> {
  const database = await openDatabase({ dataDir, settings: { fsync: "off" }, ...options });
  opened.push(database);
  return database;
}

async function ask(url: string, question: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query({ text: question, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

const serverOf = (dataDir: string) =>
  Number(readFileSync(path.join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0]);

test("rows outlive a stop, in a folder with spaces and accents that only its owner may enter", async () => {
  const home = path.join(folder, "sólo mía");
  mkdirSync(home, { mode: 0o700 });
  const dataDir = path.join(home, "datos de aquí");

  const first = await open(dataDir);
  await ask(first.url, "create table kept as select 'Ñandú' as word");
  await first.stop();

  const second = await open(dataDir);
  expect(await ask(second.url, "select lower(word) from kept")).toEqual(["ñandú"]);
  expect(await ask(second.url, "select rolsuper from pg_roles where rolname = current_user")).toEqual([false]);
  await ask(second.url, "create extension pg_trgm");
  expect(await ask(second.url, "select 'ñandú' = any(array['ñandú']) and similarity('ñú', 'nu') < 1")).toEqual([true]);
  await second.stop();
  expect(readdirSync(path.join(dataDir, "postgres"))).not.toContain("postmaster.pid");
});

test("the app is alone on its folder, and commands share its server", async () => {
  const dataDir = path.join(folder, "shared");
  const app = await open(dataDir, { alone: true });
  await expect(open(dataDir, { alone: true })).rejects.toThrow(/already running/);

  const command = await open(dataDir);
  expect(command.url).toBe(app.url);
  await command.stop();
  expect(await ask(app.url, "select 1")).toEqual([1]);
  await app.stop();
  await expect(ask(app.url, "select 1")).rejects.toThrow();
});

test("several that start on an empty folder at the same moment end on one server", async () => {
  const dataDir = path.join(folder, "race");
  const all = await Promise.all([open(dataDir), open(dataDir), open(dataDir)]);
  expect(new Set(all.map(({ url }) => url)).size).toBe(1);
  // Who started it waits for the others.
  await Promise.all(all.map((one) => one.stop()));
});

test("a PostgreSQL that dies is started again at the same address, with every committed row", async () => {
  const dataDir = path.join(folder, "revived");
  const told: string[] = [];
  const app = await open(dataDir, { alone: true, settings: {}, onChange: (line) => told.push(line) });
  await ask(app.url, "create table kept as select 1 as one");
  process.kill(serverOf(dataDir), "SIGKILL");
  await expect.poll(() => told.at(-1), { timeout: 20_000 }).toBe("PostgreSQL is back");
  expect(await ask(app.url, "select one from kept")).toEqual([1]);
  await app.stop();
});

test("what an earlier crash left is no obstacle: another process's number, half a cluster", async () => {
  const dataDir = path.join(folder, "remains");
  await (await open(dataDir)).stop();
  const sleeper = spawn("sleep", ["60"]);
  writeFileSync(path.join(dataDir, "postgres/postmaster.pid"), `${sleeper.pid}\n${dataDir}\n`);
  mkdirSync(path.join(dataDir, "postgres.new-999999999"));

  const database = await open(dataDir);
  expect(await ask(database.url, "select 1")).toEqual([1]);
  await database.stop();
  sleeper.kill();
});

test.runIf(isRoot)("a backup that root copied back belongs to PostgreSQL's account again", async () => {
  const dataDir = path.join(folder, "original");
  const first = await open(dataDir);
  await ask(first.url, "create table kept as select 1 as one");
  await first.stop();
  const restored = path.join(folder, "restored");
  cpSync(dataDir, restored, { recursive: true });
  execFileSync("chown", ["-R", "0:0", restored]);

  const database = await open(restored);
  expect(await ask(database.url, "select one from kept")).toEqual([1]);
  await database.stop();
});

test("somebody else's server is used as it is, unless it is too old or its database is of the wrong kind", async () => {
  const database = await open(path.join(folder, "theirs"));
  expect((await open("unused", { url: database.url })).url).toBe(database.url);

  // The name is looked up in `public` first: a server that calls itself PostgreSQL 14.
  await ask(database.url, "create function current_setting(text) returns text language sql as $$select '140012'$$");
  const old = `${database.url}&options=${encodeURIComponent("-c search_path=public,pg_catalog")}`;
  await expect(open("unused", { url: old })).rejects.toThrow(/PostgreSQL 14.*15 or later/);

  const asAdministrator = new URL(database.url);
  asAdministrator.username = "postgres";
  for (const [encoding, problem] of [
    ["LATIN1", /in LATIN1.*UTF8/],
    ["SQL_ASCII", /in SQL_ASCII.*UTF8/],
    ["UTF8", /locale \(C\)/],
  ] as const) {
    const name = `of_${encoding.toLowerCase()}`;
    await ask(
      asAdministrator.href,
      `create database ${name} encoding '${encoding}' locale_provider libc locale 'C' template template0`,
    );
    const other = new URL(database.url);
    other.pathname = `/${name}`;
    await expect(open("unused", { url: other.href })).rejects.toThrow(problem);
  }
  await database.stop();
});
