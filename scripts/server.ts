import { randomBytes, randomUUID } from "node:crypto";
import http from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createRequestHandler, type ServerBuild } from "@remix-run/node";
import compression from "compression";
import express, { type Request as Incoming, type NextFunction, type Response as Outgoing } from "express";
import helmet from "helmet";
import pino, { type Logger } from "pino";
import type { ViteDevServer } from "vite";
import { languageOf, type texts, translator } from "#app/i18n/language.server.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";
import { databaseAnswers } from "#db/queries/database.ts";

export type ServerOptions = {
  /** The public address when a proxy stands before us; makes HTTPS binding. */
  origin?: string;
  trustProxy?: string | number;
  /** Asked by the first set-up. */
  setupCode?: string;
  /** Sources with hot reload instead of the build. */
  dev?: boolean;
  log?: Logger;
};

const root = new URL("..", import.meta.url);
const MEGABYTE = 2 ** 20;
// An import says itself, beside its field, what is too large; here end the bodies that it shouldn't even begin to read.
const isUpload = /^\/(imports\/new(\.data)?|uploads)\/?$/;
const largestUpload = uploadLimits.files * uploadLimits.file + 8 * uploadLimits.pasted;
const largestForm = 2 * MEGABYTE;

/** The whole app behind HTTP, not listening yet. The database is the one that DATABASE_URL names. */
export async function createServer(options: ServerOptions = {}): Promise<http.Server> {
  const { origin, trustProxy = "loopback", dev = false, log = pino({ level: "silent" }) } = options;
  const app = express();
  const server = http.createServer(app);
  // A slow line takes hours to send a large file; Node would give it five minutes.
  server.requestTimeout = 12 * 60 * 60_000;
  // Longer than a proxy keeps its connections, or it meets one that we close at that moment.
  server.keepAliveTimeout = 75_000;

  app.disable("x-powered-by");
  app.set("trust proxy", trustProxy);
  app.use((req, res, next) => {
    res.locals.requestId = randomUUID();
    res.locals.cspNonce = randomBytes(16).toString("base64");
    res.setHeader("X-Request-Id", res.locals.requestId);
    logRequest(log, req, res);
    next();
  });
  app.use(headers({ https: origin?.startsWith("https:") ?? false, dev }));
  app.use(compression());
  app.use((req, res, next) => (isFromElsewhere(req, origin) ? refuse(req, res, 403, "crossSite") : next()));
  app.use((req, res, next) => {
    if (Number(req.headers["content-length"] ?? 0) > largestBody(req)) return refuse(req, res, 413, "tooLarge");
    next();
  });

  const vite = dev ? await startVite(server) : undefined;
  if (vite) app.use(vite.middlewares);
  else serveFiles(app);
  const build = vite
    ? () => vite.ssrLoadModule("virtual:remix/server-build") as Promise<ServerBuild>
    : ((await import(/* @vite-ignore */ new URL("build/server/index.js", root).href)) as ServerBuild);
  const handle = createRequestHandler(build, dev ? "development" : "production");

  app.use(async (req, res, next) => {
    try {
      const request = toRequest(req, res, origin);
      if (!request) return refuse(req, res, 400, "request");
      const response = await handle(request, {
        cspNonce: res.locals.cspNonce,
        requestId: res.locals.requestId,
        clientAddress: req.ip ?? "",
        setupCode: options.setupCode,
        logError: (error: unknown) => {
          if (!(error instanceof BodyTooLarge)) log.error({ id: res.locals.requestId, err: error });
        },
      });
      if (res.headersSent) return;
      // Whatever failed, failed for want of the database: who calls may come again.
      if (response.status === 500 && !(await databaseAnswers())) {
        res.setHeader("Retry-After", "5");
        if (request.headers.get("Accept")?.includes("text/html")) return refuse(req, res, 503, "503");
        return await send(new Response(response.body, { status: 503, headers: response.headers }), res);
      }
      // A write's own URL draws no page, so that what it refuses would be an empty one.
      if (isBare(response) && request.headers.get("Accept")?.includes("text/html")) {
        return refuse(req, res, response.status, pageOf[response.status] ?? "500");
      }
      await send(response, res);
    } catch (error) {
      next(error);
    }
  });
  app.use((error: { status?: number }, req: Incoming, res: Outgoing, _next: NextFunction) => {
    if (error.status === 400 && !res.headersSent) return refuse(req, res, 400, "request");
    if (!res.destroyed) log.error({ id: res.locals.requestId, err: error });
    if (res.headersSent) res.destroy();
    else refuse(req, res, 500, "500");
  });
  return server;
}

const pageOf: Record<number, ErrorPage> = { 400: "400", 403: "403", 404: "404", 405: "400" };

function isBare({ status, headers }: Response): boolean {
  return status >= 400 && (headers.get("Content-Type") ?? "text/plain").startsWith("text/plain");
}

function logRequest(log: Logger, req: Incoming, res: Outgoing): void {
  const began = performance.now();
  // The query stays out of the log: people search for names and addresses.
  const { method, path, ip } = req;
  res.on("close", () => {
    const ms = Math.round(performance.now() - began);
    const line = { id: res.locals.requestId, method, path, status: res.statusCode, ms, ip };
    if (/^\/(assets\/|health$)/.test(path)) log.debug(line);
    else log.info(line);
  });
}

function headers({ https, dev }: { https: boolean; dev: boolean }) {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", (_req, res) => `'nonce-${(res as Outgoing).locals.cspNonce}'`],
        // Charts place their marks by style attributes. Vite's hot reload brings style sheets as elements.
        styleSrc: ["'self'", dev ? "'unsafe-inline'" : (_req, res) => `'nonce-${(res as Outgoing).locals.cspNonce}'`],
        styleSrcAttr: ["'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: dev ? ["'self'", "ws:"] : ["'self'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
      },
    },
    // With "no-referrer" a browser sends `Origin: null` from our own forms, too (Fetch, 3.2).
    referrerPolicy: { policy: "same-origin" },
    strictTransportSecurity: https ? { maxAge: 365 * 24 * 60 * 60 } : false,
    xFrameOptions: { action: "deny" },
  });
}

/**
 * Does a write come from another site's page? Browsers tell by Sec-Fetch-Site, and on plain HTTP by Origin; a request
 * with neither comes from no browser and carries nobody's cookies unasked.
 */
function isFromElsewhere(req: Incoming, origin: string | undefined): boolean {
  if (["GET", "HEAD", "OPTIONS"].includes(req.method)) return false;
  const site = req.get("sec-fetch-site");
  if (site) return site !== "same-origin" && site !== "none";
  const sender = req.get("origin");
  if (sender === undefined) return false;
  return origin ? sender !== origin : sender.replace(/^https?:\/\//, "") !== hostOf(req);
}

/** The host that the browser asked for; a proxy's word is taken only where the proxy is trusted. */
function hostOf(req: Incoming): string {
  const trusted: (address: string | undefined, hop: number) => boolean = req.app.get("trust proxy fn");
  const forwarded = trusted(req.socket.remoteAddress, 0) ? req.get("x-forwarded-host")?.split(",")[0]?.trim() : "";
  return forwarded || req.get("host") || "";
}

const largestBody = (req: Incoming) => (isUpload.test(req.path) ? largestUpload : largestForm);

type ErrorPage = keyof (typeof texts.es)["error"]["page"] & ("request" | "crossSite" | "tooLarge" | `${number}`);

/** A page of a few words, for what ends before the app or because of it. */
async function refuse(req: Incoming, res: Outgoing, status: number, text: ErrorPage): Promise<void> {
  const asked = new Request("http://localhost", {
    headers: { Cookie: req.get("cookie") ?? "", "Accept-Language": req.get("accept-language") ?? "" },
  });
  const language = await languageOf(asked);
  const t = translator(language);
  const { requestId, cspNonce } = res.locals;
  // What is still being sent is not read: the connection ends with the answer.
  if (!req.complete) res.setHeader("Connection", "close");
  res.status(status).type("html").setHeader("Cache-Control", "no-store");
  res.send(`<!doctype html>
<html lang="${language}">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rebote</title>
<style nonce="${cspNonce}">
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif }
main { max-width: 28rem; margin: 6rem auto; padding: 0 1.5rem; text-align: center }
</style>
<main><h1>${t(`error.page.${text}.title`)}</h1><p>${t(`error.page.${text}.text`, { requestId })}</p>
<p><a href="/">${t("error.page.home")}</a></p></main>
</html>
`);
}

function serveFiles(app: express.Express): void {
  const folder = fileURLToPath(new URL("build/client", root));
  // Their names hold a digest of what is in them.
  app.use("/assets", express.static(`${folder}/assets`, { immutable: true, maxAge: "1y", index: false }));
  // An old tab that asks for a replaced chunk gets a 404, not a page.
  app.use("/assets", (_req, res) => void res.sendStatus(404));
  app.use(express.static(folder, { maxAge: "1h", index: false }));
}

async function startVite(server: http.Server): Promise<ViteDevServer> {
  const vite = await import("vite");
  const started = await vite.createServer({
    root: fileURLToPath(root),
    configFile: fileURLToPath(new URL("remix.config.js", root)),
    server: { middlewareMode: true, hmr: { server } },
  });
  server.once("close", () => started.close());
  return started;
}

function toRequest(req: Incoming, res: Outgoing, origin: string | undefined): Request | undefined {
  const address = `${origin ?? `${req.protocol}://${hostOf(req)}`}${req.originalUrl}`;
  if (!URL.canParse(address)) return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, one);
  }
  // Who may write is decided above, with the public address; Remix would compare what a proxy left of these.
  headers.delete("origin");
  const aborted = new AbortController();
  res.once("close", () => res.writableFinished || aborted.abort());
  const init: RequestInit = { method: req.method, headers, signal: aborted.signal };
  try {
    // Refused are the methods that Fetch forbids (TRACE), and an address with a password in it.
    const request = new Request(address, init);
    if (req.method === "GET" || req.method === "HEAD") return request;
    // Left to itself Node would hold up to 16,384 chunks of a body that is read more slowly than it comes.
    const strategy = { highWaterMark: 1 };
    const body = Readable.toWeb(limited(req, res), { strategy }) as ReadableStream;
    return new Request(request, { body, duplex: "half" });
  } catch {
    return undefined;
  }
}

class BodyTooLarge extends Error {}

// A body without Content-Length, or with a false one, is counted as it comes.
function limited(req: Incoming, res: Outgoing): Readable {
  let left = largestBody(req);
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left >= 0) return done(null, chunk);
      if (!res.headersSent) refuse(req, res, 413, "tooLarge");
      done(new BodyTooLarge());
    },
  });
  pipeline(req, counted).catch(() => {});
  // An answer may come before the body has been read, such as that the session has ended. Who still sends reads it only
  // after the last byte: what comes is received, and dropped.
  res.once("finish", () => {
    if (req.complete) return;
    req.unpipe(counted);
    req.on("data", (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) req.destroy();
    });
    req.resume();
  });
  return counted;
}

/** Sends a response as fast as the client takes it; a slow one doesn't grow our memory. */
export async function send(response: Response, res: Outgoing): Promise<void> {
  res.status(response.status);
  if (!response.headers.has("Cache-Control")) res.setHeader("Cache-Control", "private, no-cache");
  for (const [name, value] of response.headers) res.append(name, value);
  if (!response.body || res.req.method === "HEAD") {
    await response.body?.cancel();
    res.end();
    return;
  }
  if (response.headers.get("Content-Type")?.startsWith("text/event-stream")) res.flushHeaders();
  try {
    await pipeline(Readable.fromWeb(response.body as import("node:stream/web").ReadableStream), res);
  } catch (error) {
    // The client left.
    if (!res.destroyed) throw error;
  }
}
