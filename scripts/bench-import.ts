import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { keepFile } from "#app/jobs/files.ts";
import { importNow } from "#app/jobs/import-now.ts";
import { startSession } from "#app/session.server.ts";
import { closeDatabase, db } from "#db/connection.ts";
import { openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { listContacts } from "#db/queries/contacts.ts";
import { createOwnImport } from "#db/queries/import-drafts.ts";
import { findImport } from "#db/queries/imports.ts";
import { addJob } from "#db/queries/jobs.ts";
import { setUp } from "#db/queries/organization.ts";
import { findUserByEmail } from "#db/queries/users.ts";

type Figure = { figure: string; value: number | string; bound?: string; holds?: boolean };

type Bench = { url: string; folder: string; file: string; rows: number; into: number };

/** Each with an app of its own on a fresh database: whoever asks for pages all the time takes half a core from an import. */
const parts = {
  time: async (app: App, bench: Bench) => [...(await timeImport(app, bench)), ...(await importIntoLarge(bench))],
  pages: askWhileImporting,
};

/**
 * `npm run bench:import`: a file of a million rows through the running app on an embedded database made for it, beside a plain COPY
 * of the same file on the same server; then 200,000 rows into an empty and into a large database; then the file once more, with pages
 * asked for all the while. One JSON object on stdout.
 */
export default async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      rows: { type: "string", default: "1000000" },
      into: { type: "string", default: "200000" },
      // For ourselves, in processes of their own: one of the parts; one file into the database of DATABASE_URL.
      part: { type: "string" },
      measure: { type: "string" },
    },
  });
  if (values.measure) {
    console.log(await importFile(values.measure));
    return closeDatabase();
  }
  const [rows, into] = [Number(values.rows), Number(values.into)];
  if (values.part === "time" || values.part === "pages") {
    console.log(JSON.stringify(await runPart(parts[values.part], rows, into)));
    return;
  }
  const figures: Figure[] = [];
  for (const part of Object.keys(parts)) {
    figures.push(...JSON.parse(await runSelf({}, "--part", part, "--rows", values.rows, "--into", values.into)));
  }
  const machine = {
    cpus: os.cpus().length,
    memory: `${Math.round(os.totalmem() / 2 ** 30)} GiB`,
    node: process.version,
  };
  console.log(JSON.stringify({ machine, repeat: "npm run --silent bench:import", figures }, null, 2));
}

async function runSelf(env: Record<string, string>, ...args: string[]): Promise<string> {
  const command = ["scripts/run.mjs", "bench-import.ts", ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { env: { ...process.env, ...env } });
  return stdout;
}

async function runPart(part: (app: App, bench: Bench) => Promise<Figure[]>, rows: number, into: number) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "rebote-bench-"));
  process.env.DATA_DIR = path.join(folder, "data");
  const file = path.join(folder, "combined.csv");
  await writeRows(file, { rows, first: 0 });
  const app = await startApp(folder);
  try {
    const { url, stop } = await openDatabase({ dataDir: process.env.DATA_DIR });
    process.env.DATABASE_URL = url;
    const figures = await part(app, { url, folder, file, rows, into });
    await closeDatabase();
    await stop();
    return figures;
  } finally {
    await app.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

type App = Awaited<ReturnType<typeof startApp>>;

async function startApp(folder: string) {
  const loop = path.join(folder, "loop");
  const child: ChildProcess = spawn(process.execPath, ["--import", "./scripts/watch-loop.mjs", "scripts/start.mjs"], {
    env: { ...process.env, PORT: "0", LOG_LEVEL: "error", WATCH_LOOP: loop },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const address = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stdout?.on("data", (data) => {
      said += data;
      const found = /Rebote is ready: (\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.once("exit", () => reject(new Error(`the app ended: ${said}`)));
  });
  return {
    address,
    /** Resident memory in bytes (Linux). */
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1] ?? 0) * 1024,
    /** Milliseconds for which the event loop was held up at most between those times, and in which it had a core meanwhile. */
    longestBlock: (since: number, until = Number.POSITIVE_INFINITY) =>
      readFileSync(loop, "utf8")
        .trim()
        .split("\n")
        .map((line) => line.split(" ").map(Number))
        .filter(([at = 0]) => at > since && at <= until)
        .map(([, held = 0, ran = 0]) => ({ held, ran }))
        .reduce((longest, block) => (block.held > longest.held ? block : longest), { held: 0, ran: 0 }),
    async stop() {
      child.kill("SIGTERM");
      if (child.exitCode === null) await new Promise((resolve) => child.once("exit", resolve));
    },
  };
}

/** Imports the file as a person does who has looked at it before; answers how long it takes from file to visible, in seconds. */
async function importThroughApp(file: string, look: () => void = () => {}): Promise<number> {
  const campaign_id = (await createCampaign({ name: "Bench", sent_at: null }, null)) ?? 0;
  const { store, ...kept } = await keepFile(async (write) => {
    for await (const part of createReadStream(file)) await write(part);
  });
  const import_id = await createOwnImport(campaign_id, { ...kept, file_name: "combined.csv" }, null);
  const own = { store, file_id: kept.file_id, list: "combined", state: "saving" } as const;
  await db.updateTable("imports").set(own).where("id", "=", import_id).execute();
  const start = performance.now();
  await addJob({ task: "save-import", import_id, store });
  for (;;) {
    const found = await findImport(import_id);
    look();
    if (found?.state === "saved") return (performance.now() - start) / 1000;
    if (found?.failure) throw new Error(`the import failed: ${found.failure}`);
    await sleep(50);
  }
}

async function timeImport(
  app: App,
  { url, file, rows }: { url: string; file: string; rows: number },
): Promise<Figure[]> {
  // Before and after, since a shared machine is a third slower from one minute to the next.
  const copies = await rawCopies(url, file);
  const memoryBefore = app.memory();
  let memory = 0;
  const seconds = await importThroughApp(file, () => {
    memory = Math.max(memory, app.memory());
  });
  const words = ["gomez", "mirador 77", "3000007919", "zzzz", "carlos.munoz1"];
  const fresh = await searchTimes(words);
  while ((await db.selectFrom("unindexed_contacts").select("first_id").execute()).length > 0) await sleep(500);
  const indexed = await searchTimes(words);
  copies.push(...(await rawCopies(url, file)));
  const copy = median(copies);
  const ratio = seconds / copy;
  const added = (memory - memoryBefore) / 2 ** 20;
  return [
    { figure: "rows", value: rows },
    { figure: "bytes a row", value: round((await stat(file)).size / rows) },
    { figure: "raw COPY into an unindexed table, seconds", value: round(copy) },
    { figure: "file to visible, seconds", value: round(seconds) },
    { figure: "rows a second", value: Math.round(rows / seconds) },
    { figure: "file to visible / raw COPY", value: round(ratio), bound: "5 aimed for, 8 at most", holds: ratio <= 8 },
    { figure: "memory above idle, MiB", value: round(added), bound: "300", holds: added < 300 },
    { figure: "contact search when visible, ms (median of words)", value: round(fresh) },
    { figure: "contact search when indexed, ms (median of words)", value: round(indexed) },
  ];
}

async function askWhileImporting(app: App, { file }: Bench): Promise<Figure[]> {
  const cookie = await signIn();
  const pages = ["/campaigns", "/contacts?search=gomez", "/worklist", "/imports"];
  const ask = (work: () => Promise<unknown>) => askPages(app.address, cookie, pages, work);
  // The first of each page loads its code.
  for (let round = 0; round < 3; round++) await ask(async () => {});
  const quiet = Date.now();
  const idle = await ask(async () => sleep(6_000));
  const memoryBefore = app.memory();
  let memory = 0;
  const began = Date.now();
  let seconds = 0;
  const busy = await ask(async () => {
    seconds = await importThroughApp(file, () => {
      memory = Math.max(memory, app.memory());
    });
  });
  const added = (memory - memoryBefore) / 2 ** 20;
  const slower = busy.p95 / idle.p95;
  const block = app.longestBlock(began);
  return [
    { figure: "pages idle p95, ms", value: round(idle.p95) },
    { figure: "pages while importing p95, ms", value: round(busy.p95) },
    { figure: "pages while importing / idle", value: round(slower), bound: "2", holds: slower <= 2 },
    { figure: "longest block of the event loop idle, ms", value: app.longestBlock(quiet, began).held },
    { figure: "longest block of the event loop, ms", value: block.held, bound: "100", holds: block.held < 100 },
    { figure: "of these, ms in which it had a core", value: block.ran },
    { figure: "memory above idle with pages asked for, MiB", value: round(added), bound: "300", holds: added < 300 },
    { figure: "file to visible with pages asked for, seconds", value: round(seconds) },
  ];
}

/**
 * As many rows as told into an empty database, and into the one that was just filled, with deliveries up to 10,000,000: three times in turn,
 * since seconds of one run differ by a fifth from those of the next.
 */
async function importIntoLarge({ folder, url, into: rows }: Bench): Promise<Figure[]> {
  await fillLarge(url);
  const times = { empty: [] as number[], new: [] as number[], known: [] as number[] };
  for (let time = 0; time < 3; time++) {
    const files = { new: path.join(folder, `new ${time}.csv`), known: path.join(folder, `known ${time}.csv`) };
    await writeRows(files.new, { rows, first: 5_000_000 + time * rows });
    await writeRows(files.known, { rows, first: 0 });
    times.empty.push(await measure(files.new, await createDatabase(url, `bench_empty_${time}`)));
    times.new.push(await measure(files.new, url));
    times.known.push(await measure(files.known, url));
  }
  const base = median(times.empty);
  const figures: Figure[] = [{ figure: `${rows} rows into an empty database, seconds`, value: round(base) }];
  for (const kind of ["new", "known"] as const) {
    const ratio = round(median(times[kind]) / base);
    const figure = `the same into 10,000,000 deliveries and 1,000,000 contacts, ${kind} addresses / empty`;
    figures.push({ figure, value: ratio, bound: "1.3", holds: ratio <= 1.3 });
  }
  return figures;
}

async function measure(file: string, url: string): Promise<number> {
  return Number(await runSelf({ DATABASE_URL: url }, "--measure", file));
}

async function importFile(place: string): Promise<number> {
  const campaign_id = (await createCampaign({ name: path.basename(place), sent_at: null }, null)) ?? 0;
  const { size } = await stat(place);
  const start = performance.now();
  const imported = await importNow(
    campaign_id,
    {
      place,
      file_name: path.basename(place),
      bytes: size,
      sha256: place,
      overwrite: true,
      chosen: { list: null, mapping: null, sheet: null, day_first: null },
      home: { country: "CO", time_zone: "America/Bogota" },
    },
    null,
  );
  if ("failure" in imported) throw new Error(imported.failure);
  return (performance.now() - start) / 1000;
}

async function createDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  const own = new URL(url);
  own.pathname = `/${name}`;
  await migrate(own.href);
  return own.href;
}

async function fillLarge(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    insert into campaigns (name, sent_at) select 'Campaign ' || n, now() - n * interval '30 days' from generate_series(1, 9) n;
    insert into deliveries (campaign_id, address_id, sent_at)
      select c.id, a.id, c.sent_at from campaigns c, addresses a where c.name like 'Campaign %'
  `);
  // As autovacuum leaves a database in use, which would otherwise come in the midst of what is measured next.
  await client.query("vacuum (analyze) contacts, addresses, deliveries");
  await client.end();
}

async function rawCopies(url: string, file: string): Promise<number[]> {
  const times = [];
  for (let time = 0; time < 3; time++) times.push(await rawCopy(url, file));
  return times;
}

async function rawCopy(url: string, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    "create table raw (email text, status text, reason text, first_name text, last_name text, company text, phone text, sent_at text)",
  );
  const start = performance.now();
  await pipeline(createReadStream(file), client.query(copyFrom("copy raw from stdin csv header")));
  const seconds = (performance.now() - start) / 1000;
  await client.query("drop table raw");
  await client.end();
  return seconds;
}

async function signIn(): Promise<string> {
  const organization = { name: "Bench", language: "es", country: "CO", time_zone: "America/Bogota" } as const;
  await setUp(organization, { name: "Alba", email: "alba@example.com", password_hash: "none" });
  const user = await findUserByEmail("alba@example.com");
  return (await startSession(new Request("http://localhost/"), user?.id ?? 0)).split(";")[0] ?? "";
}

/** Asks for the pages one after the other while `work` goes on; the p95 of their times in milliseconds. */
async function askPages(
  address: string,
  cookie: string,
  pages: string[],
  work: () => Promise<unknown>,
): Promise<{ p95: number }> {
  const times: number[] = [];
  let isDone = false;
  const done = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    for (const page of pages) {
      const start = performance.now();
      const response = await fetch(address + page, { headers: { Cookie: cookie } });
      await response.text();
      if (response.status !== 200) throw new Error(`${page} answered ${response.status}`);
      times.push(performance.now() - start);
    }
    await sleep(20);
  }
  await done;
  return { p95: times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? 0 };
}

async function searchTimes(words: string[]): Promise<number> {
  const times = [];
  for (const search of words) {
    const runs = [];
    for (let time = 0; time < 5; time++) {
      const start = performance.now();
      await listContacts({ search, page: 1, size: 50 });
      runs.push(performance.now() - start);
    }
    times.push(median(runs));
  }
  return median(times);
}

const firstNames = ["María", "Carlos", "Ana", "Luis", "Sofía", "Jorge", "Paula", "Andrés"];
const lastNames = ["Gómez", "Rodríguez", "Martínez", "López", "Castaño", "Muñoz", "Ortiz"];
const companies = ["Hotel Mirador", "Hostal del Río", "Finca La Esperanza", "Café Central", "Librería Norte"];
const statuses = ["Delivered", "Opened", "Clicked", "Soft bounce", "Hard bounce", "Auto reply"];

/** One in twenty bounced, a quarter was opened; everybody is invented. */
function rowOf(index: number): string {
  const share = (index * 7919) % 100;
  const status = share < 70 ? 0 : share < 91 ? 1 : share < 94 ? 2 : share < 98 ? 3 : share < 99 ? 4 : 5;
  const reason = status === 3 || status === 4 ? "Temporary failure:bad-connection" : "";
  const phone = `3${String((index * 7919) % 1e9).padStart(9, "0")}`;
  const minute = String(index % 60).padStart(2, "0");
  return [
    `p${index}@d${index % 5000}.example.com`,
    statuses[status],
    reason,
    firstNames[index % 8],
    lastNames[index % 7],
    `${companies[index % 5]} de la calle ${index % 1000}`,
    phone,
    `2026-02-14 15:${minute}:00`,
  ].join(",");
}

async function writeRows(place: string, { rows, first }: { rows: number; first: number }): Promise<void> {
  await pipeline(async function* () {
    yield "Contact Email,Status,Bounce Reason,First Name,Last Name,Company Name,Phone,Sent Date\n";
    for (let start = 0; start < rows; start += 10_000) {
      const length = Math.min(10_000, rows - start);
      yield `${Array.from({ length }, (_, index) => rowOf(first + start + index)).join("\n")}\n`;
    }
  }, createWriteStream(place));
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const round = (value: number) => Math.round(value * 100) / 100;
