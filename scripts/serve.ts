import { randomInt } from "node:crypto";
import { once } from "node:events";
import type http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import pino, { type Logger } from "pino";
import { closeDatabase } from "#db/connection.ts";
import { openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { findOrganization } from "#db/queries/organization.ts";
import { type Environment, isLoopback, readEnvironment } from "./environment.ts";
import { createServer } from "./server.ts";

const PATIENCE = 10_000;

/** What `npm start` and `npm run dev` end in: database, migrations, server, until a signal. */
export default async function main(args: string[]): Promise<void> {
  const environment = readEnvironment();
  const log = pino({ level: environment.LOG_LEVEL, base: undefined });
  const database = await openDatabase({
    dataDir: environment.DATA_DIR,
    url: environment.DATABASE_URL,
    alone: true,
    onChange: (line) => log.warn(line),
  });
  process.env.DATABASE_URL = database.url;
  process.env.DATA_DIR = environment.DATA_DIR;
  // The session cookie is marked by it.
  if (environment.ORIGIN) process.env.ORIGIN = environment.ORIGIN;
  try {
    await migrate(database.url);
    const setupCode = await newSetupCode(environment.HOST);
    const server = await createServer({
      origin: environment.ORIGIN,
      trustProxy: environment.TRUST_PROXY,
      setupCode,
      dev: args.includes("--dev"),
      log,
    });
    await listen(server, environment);
    const jobs = startJobs(log);
    stopWith(
      server,
      async () => {
        await jobs.stop();
        await database.stop();
      },
      log,
    );
    console.log(`Rebote is ready: ${addressOf(server)}`);
    if (setupCode) console.log(`Code for the first set-up: ${setupCode}`);
  } catch (error) {
    await closeDatabase();
    await database.stop();
    throw error;
  }
}

/** The thread that reads and saves files, so that pages are answered meanwhile. One that ends by mistake is started again. */
export function startJobs(log: Logger): { stop(): Promise<void> } {
  let isStopping = false;
  let thread: Worker;
  let ended: Promise<unknown>;
  const start = () => {
    thread = new Worker(new URL("run-thread.mjs", import.meta.url), {
      workerData: { file: "jobs.ts" },
      // Short-lived strings by the million: with little room for them they would be copied again and again.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    thread.on("message", (message) => log.error({ jobs: message }));
    thread.on("error", (error) => log.error({ jobs: error }));
    ended = once(thread, "exit").then(() => {
      if (!isStopping) setTimeout(start, 1_000).unref();
    });
  };
  start();
  return {
    async stop() {
      isStopping = true;
      thread.postMessage("stop");
      // A large statement of PostgreSQL's isn't waited for: its transaction is taken back, and done again at the next start.
      await Promise.race([ended, sleep(5_000)]);
      await thread.terminate();
    },
  };
}

/** Beyond this machine anybody could be first at the set-up page: who reads the console proves to be the owner. */
async function newSetupCode(host: string): Promise<string | undefined> {
  if (isLoopback(host) || (await findOrganization())) return undefined;
  return Array.from({ length: 3 }, () => String(randomInt(1000)).padStart(3, "0")).join("-");
}

class ListenProblem extends Error {
  readonly plain = true;
}

async function listen(server: http.Server, { HOST, PORT }: Environment): Promise<void> {
  server.listen(PORT, HOST);
  try {
    await once(server, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw new ListenProblem(`port ${PORT} is taken; choose another with PORT`);
    throw new ListenProblem(`can't listen on ${HOST}, port ${PORT} (${code})`);
  }
}

function addressOf(server: http.Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  if (address === "0.0.0.0" || address === "::") return `http://localhost:${port}`;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/** Ends the process in order: no new requests, the running ones finish, then the connections, then the database. */
function stopWith(server: http.Server, stopDatabase: () => Promise<void>, log: Logger): void {
  let stopping = false;
  const stop = async (code: number) => {
    // A second Ctrl-C means now.
    if (stopping) process.exit(130);
    stopping = true;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), PATIENCE).unref();
    await closed;
    await Promise.race([closeDatabase(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    await stopDatabase();
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => stop(0));
  process.on("uncaughtException", (error) => {
    log.fatal(error);
    stop(1);
  });
}
