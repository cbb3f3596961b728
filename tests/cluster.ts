import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";

/**
 * The global set-up of Vitest and of Playwright: a small server that test processes ask for what they share. The build and
 * the PostgreSQL cluster with its migrated template come to be when first asked for, so a run of pure tests starts neither.
 */
export default async function setup(): Promise<() => Promise<void>> {
  for (const name of ["DATABASE_URL", "DATA_DIR", "HOST", "PORT", "ORIGIN"]) delete process.env[name];
  // Far from UTC and from the organisation's zone: a time that was read in the machine's zone shows.
  process.env.TZ = "Pacific/Auckland";

  let build: Promise<string> | undefined;
  let cluster: ReturnType<typeof startCluster> | undefined;
  const answers: Record<string, () => Promise<string>> = {
    "/build": () => (build ??= buildIfChanged()),
    "/database": async () => {
      cluster ??= startCluster();
      return (await cluster).clone();
    },
  };
  const server = createServer(async (request, response) => {
    try {
      response.end(await answers[request.url ?? ""]?.());
    } catch (error) {
      response.writeHead(500).end(String(error instanceof Error ? error.stack : error));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env.TEST_SETUP = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return async () => {
    server.close();
    await (await cluster?.catch(() => undefined))?.stop();
  };
}

/** A fresh database with every migration and no row, on the run's own PostgreSQL: its URL. About 0.1 s. */
export const takeDatabase = () => ask("/database");

/** Resolves when build/ is that of the sources as they are. */
export const takeBuild = () => ask("/build");

async function ask(question: string): Promise<string> {
  const { TEST_SETUP } = process.env;
  if (!TEST_SETUP)
    throw new Error("Tests need their configuration: --config tests/vitest.config.ts or playwright.config.ts");
  const answer = await fetch(TEST_SETUP + question);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The tests' set-up has no ${question.slice(1)}: ${text}`);
  return text;
}

async function buildIfChanged(): Promise<string> {
  const code = 'import("./scripts/prepare.mjs").then((prepare) => prepare.buildIfChanged())';
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code]);
  return "build";
}

async function startCluster() {
  await sweep();
  const folder = await mkdtemp(path.join(tmpdir(), `rebote-tests-${process.pid}-`));
  // Nothing here outlives the run: durability would only cost time.
  const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };
  const { url, stop } = await openDatabase({ dataDir: path.join(folder, "data"), settings });
  await migrate(url);
  const admin = new pg.Client({ connectionString: databaseUrl(url, "postgres") });
  await admin.connect();
  const template = new URL(url).pathname.slice(1);

  return {
    async clone(): Promise<string> {
      const name = `test_${randomUUID().replaceAll("-", "")}`;
      await admin.query(`create database ${name} template ${template}`);
      return databaseUrl(url, name);
    },
    async stop(): Promise<void> {
      await admin.end();
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes what killed runs left behind; their servers ended with them. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^rebote-tests-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(path.join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
