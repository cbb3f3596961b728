import { type ChildProcess, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  type Account,
  type Binaries,
  chooseAccount,
  codeOf,
  DatabaseProblem,
  findBinaries,
  giveTo,
  hasUnixSockets,
  launch,
} from "./binaries.ts";

export type OpenDatabase = { url: string; stop(): Promise<void> };

export type OpenOptions = {
  /** Where our own PostgreSQL keeps its data; made when missing. */
  dataDir: string;
  /** Somebody else's PostgreSQL: nothing is started then. */
  url?: string;
  /** The app itself: one at a time on a folder, and it starts PostgreSQL again when that dies. */
  alone?: boolean;
  /** Settings of the server on top of ours, such as `{ fsync: "off" }` for throwaway data. */
  settings?: Record<string, string>;
  /** Told when PostgreSQL died and when it is back. */
  onChange?: (line: string) => void;
};

const OLDEST = 15;

/**
 * A database to work with: the one that `url` names, else our own PostgreSQL on `dataDir`, started, or shared with the
 * process that started it. Whoever leaves last stops it. Throws DatabaseProblem, whose message says what to do.
 */
export async function openDatabase(options: OpenOptions): Promise<OpenDatabase> {
  if (options.url) {
    await checkServer(options.url);
    return { url: options.url, stop: async () => {} };
  }
  const cluster = new Cluster(options);
  await cluster.open();
  return { url: cluster.url, stop: () => cluster.close() };
}

async function checkServer(url: string): Promise<void> {
  let client: pg.Client | undefined;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    await client.connect();
    const { rows } = await client.query<{ version: number; encoding: string; knows_letters: boolean }>(`
      select current_setting('server_version_num')::int / 10000 as version,
        pg_encoding_to_char(encoding) as encoding, lower('Ñ') = 'ñ' as knows_letters
      from pg_database where datname = current_database()
    `);
    const { version = 0, encoding, knows_letters } = rows[0] ?? {};
    if (version < OLDEST) {
      throw new DatabaseProblem(`DATABASE_URL is PostgreSQL ${version}; Rebote needs ${OLDEST} or later`);
    }
    if (encoding !== "UTF8") {
      throw new DatabaseProblem(`DATABASE_URL is a database in ${encoding}; Rebote needs one in UTF8`);
    }
    // Names would be another's twin in capitals, and words not be found.
    if (!knows_letters) {
      throw new DatabaseProblem(
        "DATABASE_URL is a database whose locale (C) knows no letters beyond A to Z; create it with one such as C.UTF-8",
      );
    }
  } catch (error) {
    if (error instanceof DatabaseProblem) throw error;
    // Several addresses of one name fail with an AggregateError, which has no message of its own.
    const cause = error instanceof AggregateError ? error.errors[0] : error;
    throw new DatabaseProblem(`DATABASE_URL can't be used: ${cause instanceof Error ? cause.message : cause}`);
  } finally {
    await client?.end().catch(() => {});
  }
}

// Advisory locks on the `postgres` database, held by one session a process: they vanish with their process, however it
// ends. The app takes the first alone; everybody holds the second together, so that the last one notices.
const APP = "7369626, 1";
const PRESENT = "7369626, 2";

// PostgreSQL may replay a long log after a crash; we wait as long as it lives.
const PATIENCE = 10 * 60_000;

class Cluster {
  url = "";
  private readonly home: string;
  private readonly folder: string;
  private readonly log: string;
  private account: Account;
  private binaries!: Binaries;
  private password = "";
  private port = 5432;
  private sockets = "";
  private ownSockets: string | undefined;
  private child: ChildProcess | undefined;
  private presence: pg.Client | undefined;
  private closing = false;
  private logStart = 0;
  private lastRefusal = "";

  constructor(private readonly options: OpenOptions) {
    this.home = path.resolve(options.dataDir);
    this.folder = path.join(this.home, "postgres");
    this.log = path.join(this.home, "postgres.log");
  }

  async open(): Promise<void> {
    this.makeHome();
    this.account = chooseAccount(this.folder);
    this.binaries = findBinaries(path.join(this.home, "lib"));
    if (!fs.existsSync(path.join(this.folder, "PG_VERSION"))) await this.initialise();
    this.checkFolder();
    this.password = fs.readFileSync(path.join(this.folder, "rebote.password"), "utf8").trim();
    await this.arrive();
    await this.makeDatabase();
    const host = hasUnixSockets ? `?host=${encodeURIComponent(this.sockets)}` : "";
    this.url = `postgres://rebote:${this.password}@localhost:${this.port}/rebote${host}`;
  }

  private makeHome(): void {
    try {
      fs.mkdirSync(this.home, { recursive: true });
      fs.accessSync(this.home, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
    } catch (error) {
      throw new DatabaseProblem(`DATA_DIR ${this.home} can't be used (${codeOf(error)})`);
    }
  }

  // Made beside its place and moved there whole, so that an interrupted first start leaves no half a cluster.
  private async initialise(): Promise<void> {
    const staging = path.join(this.home, `postgres.new-${process.pid}-${randomBytes(3).toString("hex")}`);
    const passwordFile = `${staging}.password`;
    this.sweep();
    try {
      fs.mkdirSync(staging, { mode: 0o700 });
      fs.writeFileSync(passwordFile, `${randomBytes(24).toString("hex")}\n`, { mode: 0o600 });
      giveTo(this.account, staging);
      giveTo(this.account, passwordFile);
      await this.initdb(staging, passwordFile);
      fs.renameSync(passwordFile, path.join(staging, "rebote.password"));
      fs.renameSync(staging, this.folder);
    } catch (error) {
      fs.rmSync(staging, { recursive: true, force: true });
      fs.rmSync(passwordFile, { force: true });
      // Somebody else was first; theirs is as good.
      if (!fs.existsSync(path.join(this.folder, "PG_VERSION"))) throw error;
    }
  }

  private sweep(): void {
    for (const name of fs.readdirSync(this.home)) {
      const pid = /^postgres\.new-(\d+)/.exec(name)?.[1];
      if (pid && !isAlive(Number(pid))) fs.rmSync(path.join(this.home, name), { recursive: true, force: true });
    }
  }

  private async initdb(folder: string, passwordFile: string): Promise<void> {
    // With the C locale pg_trgm would drop accented letters. Only Linux has C.UTF-8 everywhere.
    const locale =
      process.platform === "linux"
        ? ["--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        : ["--locale=C", "--lc-ctype=en_US.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
    const { output, code } = await this.run(this.binaries.initdb, [
      `--pgdata=${folder}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      "--no-instructions",
      ...(this.options.settings?.fsync === "off" ? ["--no-sync"] : []),
      ...(process.platform === "win32" ? ["--encoding=UTF8", "--locale-provider=libc"] : locale),
    ]);
    if (code !== 0) throw new DatabaseProblem(`PostgreSQL could not be set up: ${lastError(output)}`);
  }

  private async run(file: string, args: string[]): Promise<{ output: string; code: number | null }> {
    const child = launch(file, args, {
      account: this.account,
      reads: [path.dirname(file), this.home],
      cwd: "/",
      env: this.binaries.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (output += data));
    return new Promise((resolve) => {
      child.on("error", (error) => resolve({ output: error.message, code: 1 }));
      child.on("close", (code) => resolve({ output, code }));
    });
  }

  private checkFolder(): void {
    const { uid } = fs.statSync(this.folder);
    const us = process.getuid?.();
    // A copy that root put back belongs to root, which PostgreSQL refuses.
    if (us === 0 && uid === 0) giveTo(this.account, this.folder);
    if (us && uid !== us) {
      throw new DatabaseProblem(
        `${this.folder} belongs to another account (uid ${uid}); start as that account, as root, or chown it`,
      );
    }
    const made = fs.readFileSync(path.join(this.folder, "PG_VERSION"), "utf8").trim();
    const ours = this.version();
    if (made !== ours) {
      throw new DatabaseProblem(
        `${this.folder} was made by PostgreSQL ${made}, this is ${ours}; see README, Upgrading`,
      );
    }
  }

  private version(): string {
    const { version } = JSON.parse(
      fs.readFileSync(path.join(path.dirname(this.binaries.postgres), "..", "..", "package.json"), "utf8"),
    );
    return String(version).split(".")[0] ?? "";
  }

  /** Joins the server that runs on the folder, or starts one and joins that. */
  private async arrive(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    let begun = this.child;
    for (;;) {
      const running = this.running();
      if (running) {
        const joined = await this.join(running);
        if (joined) return;
      } else if (begun && begun === this.child && begun.exitCode !== null) {
        throw new DatabaseProblem(`PostgreSQL didn't start: ${lastError(this.logTail())} (${this.log})`);
      } else if (!begun || begun.exitCode !== null || begun.signalCode !== null) {
        begun = await this.start();
      }
      if (Date.now() > deadline)
        throw new DatabaseProblem(`PostgreSQL doesn't answer (${this.lastRefusal}); see ${this.log}`);
      await sleep(25);
    }
  }

  // Lines of postmaster.pid: pid, data folder, start time, port, socket folder, listen address, shared memory, status.
  private running(): { pid: number; port: number; sockets: string; ready: boolean } | undefined {
    const file = path.join(this.folder, "postmaster.pid");
    let lines: string[];
    try {
      lines = fs.readFileSync(file, "utf8").split("\n");
    } catch {
      return undefined;
    }
    const pid = Number(lines[0]);
    if (!pid || !isPostgres(pid, this.folder)) return undefined;
    return { pid, port: Number(lines[3]), sockets: lines[4] ?? "", ready: lines[7]?.trim() === "ready" };
  }

  private async start(): Promise<ChildProcess> {
    this.dropStalePid();
    this.chooseAddress();
    if (!hasUnixSockets) this.port = await freePort(this.port);
    const settings: Record<string, string> = {
      port: String(this.port),
      listen_addresses: hasUnixSockets ? "" : "127.0.0.1",
      ...(hasUnixSockets && { unix_socket_directories: this.sockets }),
      cluster_name: "rebote",
      max_connections: "50",
      shared_buffers: `${Math.round(Math.min(512, Math.max(64, os.totalmem() / 2 ** 20 / 16)))}MB`,
      effective_cache_size: `${Math.round(os.totalmem() / 2 ** 20 / 2)}MB`,
      maintenance_work_mem: "128MB",
      max_wal_size: "2GB",
      // What is written into a table that the same transaction made needs no log: half of a large import.
      wal_level: "minimal",
      max_wal_senders: "0",
      random_page_cost: "1.1",
      timezone: "UTC",
      log_timezone: "UTC",
      ...this.options.settings,
    };
    const args = [
      "-D",
      this.folder,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ];
    const log = this.openLog();
    this.logStart = fs.fstatSync(log).size;
    const child = launch(this.binaries.postgres, args, {
      account: this.account,
      reads: [path.dirname(this.binaries.postgres), this.folder, this.sockets],
      cwd: "/",
      env: this.binaries.env,
      stdio: ["ignore", log, log],
    });
    fs.closeSync(log);
    child.on("error", (error) => fs.appendFileSync(this.log, `FATAL:  ${error.message}\n`));
    child.unref();
    this.child = child;
    return child;
  }

  // After a reboot the number in the file may be another process's, which PostgreSQL would take for a living server.
  private dropStalePid(): void {
    const file = path.join(this.folder, "postmaster.pid");
    const found = fs.statSync(file, { throwIfNoEntry: false });
    if (!found) return;
    const pid = Number(fs.readFileSync(file, "utf8").split("\n")[0]);
    const stale = pid ? !isPostgres(pid, this.folder) : Date.now() - found.mtimeMs > 10_000;
    if (stale) fs.rmSync(file, { force: true });
  }

  // A socket's path has 108 bytes at most (104 on macOS), and its setting knows commas and quotes.
  private chooseAddress(): void {
    if (!hasUnixSockets || this.sockets) return;
    const near = path.join(this.home, "run");
    if (Buffer.byteLength(near) <= 80 && /^[\w./ -]+$/.test(near)) {
      fs.mkdirSync(near, { recursive: true });
      this.sockets = near;
    } else {
      const temporary = Buffer.byteLength(os.tmpdir()) <= 60 ? os.tmpdir() : "/tmp";
      this.sockets = fs.mkdtempSync(path.join(temporary, "rebote-"));
      this.ownSockets = this.sockets;
    }
    fs.chmodSync(this.sockets, 0o700);
    if (this.account) fs.chownSync(this.sockets, this.account.uid, this.account.gid);
  }

  private openLog(): number {
    const size = fs.statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 10 * 2 ** 20) fs.renameSync(this.log, `${this.log}.1`);
    return fs.openSync(this.log, "a", 0o600);
  }

  private logTail(): string {
    return fs.readFileSync(this.log).subarray(this.logStart).toString();
  }

  /** Our session on the running server; false when it isn't up yet, or is on its way down. */
  private async join(running: { pid: number; port: number; sockets: string; ready: boolean }): Promise<boolean> {
    if (!running.ready) return false;
    this.port = running.port;
    this.sockets = running.sockets;
    const client = new pg.Client({
      host: hasUnixSockets ? this.sockets : "127.0.0.1",
      port: this.port,
      user: "postgres",
      password: this.password,
      database: "postgres",
      connectionTimeoutMillis: 10_000,
      application_name: "rebote presence",
    });
    client.on("error", () => {});
    try {
      await client.connect();
      if (this.options.alone && !(await this.claim(client, running.pid))) return false;
      await client.query(`select pg_advisory_lock_shared(${PRESENT})`);
    } catch (error) {
      await client.end().catch(() => {});
      if (error instanceof DatabaseProblem || codeOf(error) === "28P01") throw error;
      this.lastRefusal = error instanceof Error ? error.message : String(error);
      return false;
    }
    this.presence = client;
    if (this.options.alone) client.once("end", () => this.revive());
    return true;
  }

  // A server that a killed app left behind is stopped, so that the next one's life is tied to ours.
  private async claim(client: pg.Client, pid: number): Promise<boolean> {
    // The session of an app that was killed just now may take a moment to go.
    for (let attempt = 0; !(await tryLock(client, APP)); attempt++) {
      if (attempt === 20) throw new DatabaseProblem(`another Rebote is already running on ${this.home}`);
      await sleep(50);
    }
    if (pid === this.child?.pid || !(await tryLock(client, PRESENT))) return true;
    await client.end().catch(() => {});
    await this.stopServer(pid);
    return false;
  }

  private async makeDatabase(): Promise<void> {
    const client = this.presence;
    if (!client) return;
    const { rows } = await client.query("select 1 from pg_database where datname = 'rebote'");
    if (rows.length > 0) return;
    // Not a superuser: a flaw in the app's SQL must not become one on the machine's files.
    await ignoring(["42710", "23505"], client.query(`create role rebote login createdb password '${this.password}'`));
    await ignoring(["42P04", "23505"], client.query("create database rebote owner rebote"));
  }

  private async revive(): Promise<void> {
    if (this.closing) return;
    this.presence = undefined;
    this.options.onChange?.("PostgreSQL is gone; starting it again");
    while (!this.closing) {
      await sleep(500);
      try {
        this.child = undefined;
        await this.arrive();
        this.options.onChange?.("PostgreSQL is back");
        return;
      } catch (error) {
        this.options.onChange?.(error instanceof Error ? error.message : String(error));
        await sleep(1_000);
      }
    }
  }

  async close(): Promise<void> {
    this.closing = true;
    const client = this.presence;
    const running = this.running();
    if (client && running) {
      await client.query(`select pg_advisory_unlock_shared(${PRESENT})`).catch(() => {});
      if (await this.isLast(client, running.pid)) await this.stopServer(running.pid);
    }
    await client?.end().catch(() => {});
    if (this.ownSockets && !this.running()) fs.rmSync(this.ownSockets, { recursive: true, force: true });
  }

  /**
   * May we stop the server? The app doesn't wait long for a command that is still at work. A command whose server is
   * tied to it waits for other commands; an app that came meanwhile starts a server of its own.
   */
  private async isLast(client: pg.Client, pid: number): Promise<boolean> {
    const patience = Date.now() + 5_000;
    for (;;) {
      try {
        if (await tryLock(client, PRESENT)) return true;
        if (this.options.alone && Date.now() > patience) return true;
        if (!this.options.alone) {
          if (pid !== this.child?.pid) return false;
          if (!(await tryLock(client, APP))) return true;
          await client.query(`select pg_advisory_unlock(${APP})`);
        }
      } catch {
        return true;
      }
      await sleep(100);
    }
  }

  /** Stops the server cleanly ("fast": open transactions are rolled back) and waits for its end. */
  private async stopServer(pid: number): Promise<void> {
    if (hasUnixSockets) {
      try {
        process.kill(pid, "SIGINT");
      } catch {
        return;
      }
    } else {
      spawnSync(this.binaries.pg_ctl, ["stop", "-D", this.folder, "-m", "fast", "-w"], { stdio: "ignore" });
    }
    const deadline = Date.now() + 60_000;
    while (this.running()?.pid === pid && Date.now() < deadline) await sleep(20);
  }
}

async function tryLock(client: pg.Client, key: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(`select pg_try_advisory_lock(${key}) as locked`);
  return rows[0]?.locked ?? false;
}

async function ignoring(codes: string[], query: Promise<unknown>): Promise<void> {
  try {
    await query;
  } catch (error) {
    if (!codes.includes(codeOf(error) ?? "")) throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Whether the process is a PostgreSQL on the folder; where the system doesn't tell, a living process is taken for it. */
function isPostgres(pid: number, folder: string): boolean {
  if (!isAlive(pid)) return false;
  if (process.platform !== "linux") return true;
  try {
    if (fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[2] === "Z") return false;
    if (fs.readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "postgres") return false;
    return fs.readlinkSync(`/proc/${pid}/cwd`) === fs.realpathSync(folder);
  } catch (error) {
    return codeOf(error) !== "ENOENT";
  }
}

function lastError(output: string): string {
  const lines = output.split("\n").filter((line) => /FATAL|PANIC|[Ee]rror|could not|cannot/.test(line));
  return (lines.at(-1) ?? output.trim().split("\n").at(-1) ?? "").replace(/^.*?(FATAL|PANIC|error):\s*/, "");
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", () => (wanted === 0 ? reject(new Error("no free port")) : resolve(freePort(0))));
    server.listen(wanted === 5432 ? 0 : wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
