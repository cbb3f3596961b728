import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { parseArgs, promisify } from "node:util";
import { verdictOf } from "#app/rules/verdict.ts";

type Figure = { figure: string; value: number | string; bound?: string; holds?: boolean };

/** The classifier to compare with: the bounce rules of ZoneMTA. */
const other = { package: "zone-mta", version: "3.10.3", module: "zone-mta/lib/bounces.js" };

/**
 * `npm run bench:classify`: reasons a second of our verdict and of ZoneMTA's bounce rules on the same reasons in the same process, and how the
 * time grows with a hostile text. ZoneMTA is installed from npm into a folder that is removed again. One JSON object on stdout.
 */
export default async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { reasons: { type: "string", default: "200000" } } });
  const folder = await mkdtemp(path.join(os.tmpdir(), "rebote-bench-"));
  try {
    const check = await installOther(folder);
    const mix = mixOf(Number(values.reasons));
    const distinct = [...new Set(mix)];
    const ours = measure(mix, verdictOf);
    const uncached = measure(distinct, verdictOf);
    const theirs = measure(mix.slice(0, Math.ceil(mix.length / 10)), check);
    const stream = await throughCommand(folder, mix);
    const ratio = round(ours / theirs);
    const figures: Figure[] = [
      { figure: "reasons", value: mix.length },
      { figure: "different reasons among them", value: distinct.length },
      { figure: "mean length, characters", value: Math.round(mix.join("").length / mix.length) },
      { figure: "our verdicts a second", value: Math.round(ours), bound: "200000", holds: ours >= 200_000 },
      { figure: "our verdicts a second, no reason twice", value: Math.round(uncached) },
      { figure: `${other.package} ${other.version}, reasons a second`, value: Math.round(theirs) },
      { figure: "ours / theirs", value: ratio, bound: "10", holds: ratio >= 10 },
      { figure: "npm run classify, reasons a second with its start", value: Math.round(stream) },
      ...growth(),
    ];
    const machine = { cpus: os.cpus().length, node: process.version };
    console.log(JSON.stringify({ machine, repeat: "npm run --silent bench:classify", figures }, null, 2));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function installOther(folder: string): Promise<(reason: string) => unknown> {
  await writeFile(path.join(folder, "package.json"), '{"private":true}');
  const npm = process.env.npm_execpath;
  const install = ["install", `${other.package}@${other.version}`, "--ignore-scripts", "--no-audit", "--no-fund"];
  const run = promisify(execFile);
  if (npm) await run(process.execPath, [npm, ...install], { cwd: folder });
  else await run("npm", install, { cwd: folder, shell: process.platform === "win32" });
  const { check } = createRequire(path.join(folder, "package.json"))(other.module) as {
    check: (reason: string) => unknown;
  };
  return check;
}

/** Calls a second: the best of five rounds, after one that warms up. */
function measure(reasons: string[], classify: (reason: string) => unknown): number {
  let best = 0;
  for (let round = 0; round < 6; round++) {
    const start = performance.now();
    for (const reason of reasons) classify(reason);
    const rate = reasons.length / ((performance.now() - start) / 1000);
    if (round > 0) best = Math.max(best, rate);
  }
  return best;
}

async function throughCommand(folder: string, mix: string[]): Promise<number> {
  const file = path.join(folder, "reasons.txt");
  await writeFile(file, `${mix.join("\n")}\n`);
  const start = performance.now();
  const command = promisify(execFile)(process.execPath, ["scripts/run.mjs", "classify.ts"], { maxBuffer: 2 ** 30 });
  command.child.stdin?.end(await readFile(file));
  const { stdout } = await command;
  const seconds = (performance.now() - start) / 1000;
  const lines = stdout.split("\n").length - 1;
  if (lines !== mix.length) throw new Error(`${mix.length} reasons went in, ${lines} answers came out`);
  return mix.length / seconds;
}

/** Milliseconds for 100 kB of what makes the rules look furthest, and how much less a tenth of it takes. */
function growth(): Figure[] {
  const pieces = [
    "user ",
    "mailbox is not ",
    "the message has been rejected by ",
    "5.1.1 ",
    "a@b.c ",
    "a.",
    "http://",
    "邮箱 ",
  ];
  const time = (text: string) => {
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 7; round++) {
      const start = performance.now();
      verdictOf(text);
      least = Math.min(least, performance.now() - start);
    }
    return least;
  };
  const times = pieces.map((piece) => ({
    whole: time(piece.repeat(100_000 / piece.length)),
    tenth: time(piece.repeat(10_000 / piece.length)),
  }));
  const slowest = Math.max(...times.map(({ whole }) => whole));
  const growth = Math.max(...times.map(({ whole, tenth }) => whole / tenth));
  return [
    { figure: "hostile text of 100 kB, ms at most", value: round(slowest) },
    { figure: "100 kB / 10 kB", value: round(growth), bound: "20 (linear is 10)", holds: growth <= 20 },
  ];
}

/** What campaigns get back: short reasons by the thousand, and servers' answers that differ in their addresses and numbers. Invented. */
function mixOf(count: number): string[] {
  const short = [
    "Temporary failure:bad-connection",
    "Temporary failure:no-answer-from-host",
    "bad-mailbox",
    "quota-issues",
    "Temporary failure:routing-errors",
    "Temporary Failure : 5.7.1 smtp: 550 5.7.1 [CS] Me...",
    "Temporary failure :smtp:550 Your host is not allo...",
    "552 5.2.2 Mailbox full",
    "550 5.1.1 User unknown",
  ];
  const long: ((n: number) => string)[] = [
    (n) =>
      `550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces. https://support.google.com/mail/?p=NoSuchUser ${n.toString(36)}si${n}wrb.${n % 999} - gsmtp`,
    (n) =>
      `452 4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to https://support.google.com/mail/?p=OverQuotaTemp ${n.toString(36)}-gsmtp`,
    (n) =>
      `550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [MW2NAM10FT${n}.eop-nam10.prod.protection.outlook.com]`,
    (n) =>
      `550 5.7.1 Unfortunately, messages from [192.0.2.${n % 250}] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).`,
    (n) => `554 5.7.1 <p${n}@d${n % 5000}.example.com>: Relay access denied (in reply to RCPT TO command)`,
    (n) =>
      `host mx${n % 9}.example.net[203.0.113.${n % 250}] said: 550 5.1.1 <p${n}@example.net>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)`,
    (n) =>
      `554 Service unavailable; Client host [198.51.100.${n % 250}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/198.51.100.${n % 250}`,
    (n) => `connect to mx.d${n}.example.com[192.0.2.${n % 250}]:25: Connection timed out`,
    (n) => `552 5.2.2 El buzón de p${n}@example.com está lleno`,
    (n) =>
      `Respuesta automática: Oferta ${n} — Me encuentro de vacaciones hasta el lunes. En caso de urgencia llame al 300 555 0${n % 900}.`,
  ];
  // Two thirds are short, and one long reason in two was said before.
  return Array.from({ length: count }, (_, index) => {
    const chosen = (index * 7919) % 3000;
    if (chosen < 2000) return short[chosen % short.length] ?? "";
    return long[chosen % long.length]?.(index % 2 === 0 ? chosen : index) ?? "";
  });
}

const round = (value: number) => Math.round(value * 100) / 100;
