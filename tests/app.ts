import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import type { Language, Role } from "#db/schema.ts";
import { runJobs } from "#scripts/jobs.ts";
import { createServer, type ServerOptions } from "#scripts/server.ts";
import { takeBuild } from "./cluster.ts";
import { type Person, signedIn } from "./people.ts";

type Fields = Record<string, string | number | boolean | (string | number)[]>;

/**
 * The built app on a random port, answering from the database that DATABASE_URL names (`ownDatabase` sets it), with its jobs at work unless
 * they are told not to: they connect at once, so that a test which changes the database must do without.
 * In a test file: `app = await startApp()` in beforeAll, `app.stop()` in afterAll.
 */
export async function startApp({ jobs = true, ...options }: ServerOptions & { jobs?: boolean } = {}): Promise<App> {
  await takeBuild();
  // React and its kin choose their build by it, and people meet the production one.
  process.env.NODE_ENV = "production";
  const server = await createServer({ log: pino({ level: "error" }), ...options });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // A test file with a database of its own has a folder, too; a browser's worker hasn't.
  const folder = process.env.DATA_DIR ? undefined : await mkdtemp(path.join(tmpdir(), "rebote-app-"));
  process.env.DATA_DIR ??= folder;
  const stopping = new AbortController();
  const atWork = jobs && runJobs(stopping.signal, (error) => console.error(error));
  return new App(`http://127.0.0.1:${port}`, async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    stopping.abort();
    await atWork;
    if (folder) await rm(folder, { recursive: true, force: true });
  });
}

export class App {
  constructor(
    readonly address: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** A visitor who is not signed in. */
  visitor(): Client {
    return new Client(this.address);
  }

  /** A new user with this role, signed in. */
  async signIn(role: Role, language: Language = "es"): Promise<Client & { person: Person }> {
    const person = await signedIn(role, language);
    return Object.assign(new Client(this.address, person.cookie), { person });
  }
}

/** A browser without a screen: keeps cookies, follows no redirect, posts from the app's own pages. */
export class Client {
  readonly cookies = new Map<string, string>();

  constructor(
    readonly address: string,
    cookie?: string,
  ) {
    if (cookie) this.keep(cookie);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(path, { headers });
  }

  /** Posts a form; an array is a field given several times, FormData can bring files. */
  async post(path: string, fields: Fields | FormData = {}, headers: Record<string, string> = {}): Promise<Response> {
    const body = fields instanceof FormData ? fields : new URLSearchParams(pairs(fields));
    return this.request(path, { method: "POST", body, headers });
  }

  async request(
    path: string,
    { headers, ...init }: RequestInit & { headers?: Record<string, string> },
  ): Promise<Response> {
    const response = await fetch(new URL(path, this.address), {
      redirect: "manual",
      ...init,
      headers: {
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        Origin: this.address,
        "Sec-Fetch-Site": "same-origin",
        ...headers,
      },
    });
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    return response;
  }

  private keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(";");
    const [name = "", value = ""] = pair.split(/=(.*)/s);
    if (attributes.some((attribute) => /^\s*max-age=0$/i.test(attribute))) this.cookies.delete(name.trim());
    else this.cookies.set(name.trim(), value);
  }
}

function pairs(fields: Fields): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
}
