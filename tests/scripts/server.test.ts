import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import express from "express";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeDatabase } from "#db/connection.ts";
import { type OpenDatabase, openDatabase } from "#db/embedded.ts";
import { migrate } from "#db/migrate.ts";
import { send } from "#scripts/server.ts";
import { type App, startApp } from "../app.ts";

const dataDir = mkdtempSync(path.join(tmpdir(), "rebote-server-"));
let database: OpenDatabase;
let app: App;
let proxied: App;

beforeAll(async () => {
  database = await openDatabase({ dataDir, settings: { fsync: "off" } });
  process.env.DATABASE_URL = database.url;
  await migrate(database.url);
  app = await startApp({ jobs: false });
  proxied = await startApp({ origin: "https://rebote.example.com", jobs: false });
});
afterAll(async () => {
  await app?.stop();
  await proxied?.stop();
  await closeDatabase();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("headers", () => {
  test("scripts run from our files alone, and inline only with the page's own nonce", async () => {
    const pages = await Promise.all([1, 2].map(() => fetch(`${app.address}/setup`)));
    const policies = pages.map((page) => page.headers.get("Content-Security-Policy") ?? "");
    for (const [i, policy] of policies.entries()) {
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("base-uri 'none'");
      expect(policy).not.toMatch(/script-src[^;]*unsafe/);
      const nonce = /script-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1];
      const html = (await pages[i]?.text()) ?? "";
      const inline = [...html.matchAll(/<script(?![^>]* src=)([^>]*)>/g)].map(([, attributes = ""]) => attributes);
      expect(inline.length).toBeGreaterThan(0);
      for (const attributes of inline) expect(attributes).toContain(`nonce="${nonce}"`);
    }
    expect(policies[0]).not.toBe(policies[1]);
  });

  test("HTTPS is binding only where a proxy gives it", async () => {
    expect((await fetch(`${app.address}/setup`)).headers.get("Strict-Transport-Security")).toBeNull();
    expect((await fetch(`${proxied.address}/setup`)).headers.get("Strict-Transport-Security")).toMatch(
      /^max-age=\d{8}/,
    );
  });

  test("a built file is kept for good, a missing one is no page, a page is always asked for", async () => {
    const page = await fetch(`${app.address}/setup`);
    expect(page.headers.get("Cache-Control")).toBe("private, no-cache");
    const asset = /\/assets\/[^"]+\.js/.exec(await page.text())?.[0];
    expect((await fetch(app.address + asset)).headers.get("Cache-Control")).toContain("immutable");
    const missing = await fetch(`${app.address}/assets/gone-1234.js`);
    expect([missing.status, await missing.text()]).toEqual([404, "Not Found"]);
  });

  test("each answer has its own request id", async () => {
    const ids = await Promise.all([1, 2].map(async () => (await fetch(app.address)).headers.get("X-Request-Id")));
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
});

describe("writes from elsewhere", () => {
  const post = (to: App, headers: Record<string, string>, method = "POST") =>
    fetch(`${to.address}/theme`, {
      method,
      redirect: "manual",
      headers,
      body: new URLSearchParams({ theme: "dark", next: "/" }),
    });
  const here = () => new URL(app.address);

  test.each<[string, () => Record<string, string>, number]>([
    ["another site's form", () => ({ "Sec-Fetch-Site": "cross-site", Origin: "https://evil.example" }), 403],
    ["a neighbour's form", () => ({ "Sec-Fetch-Site": "same-site", Origin: "http://127.0.0.1:1" }), 403],
    ["another site's form on plain HTTP", () => ({ Origin: "http://evil.example" }), 403],
    ["another port of the same host", () => ({ Origin: `http://${here().hostname}:1` }), 403],
    ["a page without an origin", () => ({ Origin: "null" }), 403],
    ["our form", () => ({ "Sec-Fetch-Site": "same-origin", Origin: here().origin }), 302],
    ["our form on plain HTTP", () => ({ Origin: here().origin }), 302],
    ["no browser", () => ({}), 302],
  ])("%s: %s → %i", async (_name, headers, status) => {
    const response = await post(app, headers());
    expect(response.status).toBe(status);
    expect(response.headers.get("Set-Cookie") === null).toBe(status === 403);
  });

  test("every method that may write is guarded", async () => {
    for (const method of ["PUT", "PATCH", "DELETE"]) {
      expect((await post(app, { "Sec-Fetch-Site": "cross-site" }, method)).status).toBe(403);
    }
  });

  test("behind a proxy the public address counts, whatever host the proxy asks for", async () => {
    expect((await post(proxied, { Origin: "https://rebote.example.com" })).status).toBe(302);
    expect((await post(proxied, { Origin: new URL(proxied.address).origin })).status).toBe(403);
  });

  test("the refusal is a page in the visitor's language", async () => {
    const response = await post(app, { "Sec-Fetch-Site": "cross-site", "Accept-Language": "en" });
    expect(await response.text()).toContain("This form was sent from another site");
  });
});

describe("large and damaged requests", () => {
  test("a body that claims to be too large is refused before it is read", async () => {
    const status = await raw(
      "POST /theme HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 2147483648\r\n\r\nx",
    );
    expect(status).toBe("413");
  });

  test("a body that grows too large is cut off", async () => {
    const status = await new Promise((resolve, reject) => {
      const request = http.request(`${app.address}/theme`, {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      });
      request.on("response", (response) => resolve(response.statusCode));
      request.on("error", reject);
      for (let i = 0; i < 40; i++) request.write("x".repeat(2 ** 16));
    });
    expect(status).toBe(413);
  });

  test.each(["GET //evil.example/ HTTP/1.1", "GET http://evil.example/ HTTP/1.1", "GET /%E0%A4%A HTTP/1.1"])(
    "%s is answered, and by us",
    async (line) => {
      expect(await raw(`${line}\r\nHost: a\r\n\r\n`)).toMatch(/^(302|400|404)$/);
      expect((await fetch(`${app.address}/health`)).status).toBe(200);
    },
  );

  test.each(["GET / HTTP/1.1\r\nHost: a b c", "GET / HTTP/1.1\r\nHost: a:b@c", "TRACE / HTTP/1.1\r\nHost: a"])(
    "%j gets 400",
    async (request) => {
      expect(await raw(`${request}\r\n\r\n`)).toBe("400");
    },
  );

  test.each(["/theme", "/setup"])("what is no form gets a page that says so: %s", async (path) => {
    const bodies: [string, string][] = [
      ["application/json", "{}"],
      ["text/plain", "theme=dark"],
      ["multipart/form-data", "theme=dark"],
      ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="theme"\r\n\r\nda'],
      ["application/x-www-form-urlencoded", "theme=dark&".repeat(150_000)],
    ];
    for (const [type, body] of bodies) {
      const headers = { "Content-Type": type, Accept: "text/html", "Accept-Language": "es" };
      const response = await fetch(app.address + path, { method: "POST", headers, body, redirect: "manual" });
      expect([type, response.status]).toEqual([type, 400]);
      expect(await response.text()).toContain("Este formulario no se puede leer");
    }
  });

  test("who is answered before everything is sent can send the rest", async () => {
    const { hostname, port } = new URL(app.address);
    const socket = connect(Number(port), hostname);
    const body = Buffer.alloc(20 * 2 ** 20);
    socket.write(`POST /imports/new HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n`);
    await new Promise((resolve) => socket.write(body, resolve));
    // The connection serves the next request, too.
    socket.write("GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    let answer = "";
    for await (const chunk of socket) answer += chunk;
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["302", "200"]);
  });

  async function raw(request: string): Promise<string | undefined> {
    const { hostname, port } = new URL(app.address);
    const socket = connect(Number(port), hostname);
    socket.write(request);
    const [answer] = await once(socket, "data");
    socket.destroy();
    return /^HTTP\/1\.1 (\d+)/.exec(String(answer))?.[1];
  }
});

test("a slow client holds the sender back instead of filling memory", async () => {
  let made = 0;
  const chunk = Buffer.alloc(2 ** 16, "x");
  const server = express().get("/", (_req, res) => {
    const body = new ReadableStream({
      pull(controller) {
        made += chunk.length;
        if (made > 2 ** 28) controller.close();
        else controller.enqueue(chunk);
      },
    });
    send(new Response(body), res).catch(() => {});
  });
  const listening = server.listen(0, "127.0.0.1");
  await once(listening, "listening");
  const client = connect((listening.address() as AddressInfo).port, "127.0.0.1");
  client.pause();
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await sleep(500);
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(2 ** 25);
  client.destroy();
  listening.close();
});

test("without its database the app says 503, and works again when it is back", async () => {
  const page = (accept: string) => fetch(app.address, { redirect: "manual", headers: { Accept: accept } });
  expect((await page("text/html")).status).toBe(302);

  await database.stop();
  const health = await fetch(`${app.address}/health`);
  expect([health.status, await health.json()]).toEqual([503, { status: "unavailable" }]);
  const html = await page("text/html");
  expect([html.status, html.headers.get("Retry-After")]).toEqual([503, "5"]);
  expect(await html.text()).toContain("La base de datos no responde");
  expect((await fetch(`${app.address}/_root.data`)).status).toBe(503);

  database = await openDatabase({ dataDir, settings: { fsync: "off" } });
  expect((await fetch(`${app.address}/health`)).status).toBe(200);
  expect((await page("text/html")).status).toBe(302);
});
