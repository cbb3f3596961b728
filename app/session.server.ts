import { createHash, randomBytes } from "node:crypto";
import { createCookie, redirect } from "@remix-run/node";
import { may, type Permission } from "#app/rules/permissions.ts";
import { findOrganization } from "#db/queries/organization.ts";
import { createSession, endSession, findSession, type SessionUser } from "#db/queries/sessions.ts";

const DAYS = 30;

/** A cookie with something private in it then travels on HTTPS alone. */
export const overHttps = process.env.ORIGIN?.startsWith("https:") ?? false;

const sessionCookie = createCookie("session", {
  httpOnly: true,
  sameSite: "lax",
  path: "/",
  secure: overHttps,
  maxAge: DAYS * 24 * 60 * 60,
});

// Only the digest is stored: who reads the table can't sign in with it.
const digest = (token: string) => createHash("sha256").update(token).digest("hex");

async function tokenOf(request: Request): Promise<string | null> {
  const token: unknown = await sessionCookie.parse(request.headers.get("Cookie"));
  return typeof token === "string" ? token : null;
}

/** The signed-in user as the database knows them at this request, or undefined. */
export async function findUser(request: Request): Promise<SessionUser | undefined> {
  const token = await tokenOf(request);
  return token ? findSession(digest(token)) : undefined;
}

/**
 * The signed-in user. Throws a redirect to set-up (no organisation yet) or sign-in (coming back afterwards),
 * and 403 when the user's role doesn't grant the permission.
 */
export async function requireUser(request: Request, permission?: Permission): Promise<SessionUser> {
  const user = await findUser(request);
  if (!user) throw redirect(await entrance(request));
  if (permission && !may(user.role, permission)) throw new Response(null, { status: 403 });
  return user;
}

async function entrance(request: Request): Promise<string> {
  if (!(await findOrganization())) return "/setup";
  const url = new URL(request.url);
  const wanted = url.pathname.replace(/\.data$/, "") + url.search;
  return request.method === "GET" && wanted !== "/" ? `/sign-in?next=${encodeURIComponent(wanted)}` : "/sign-in";
}

/** The digest of the request's session, "" without one: what tells it from the user's other sessions. */
export async function sessionDigest(request: Request): Promise<string> {
  const token = await tokenOf(request);
  return token ? digest(token) : "";
}

/** Starts a session and answers with its cookie. */
export async function startSession(request: Request, user_id: number): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const client = (request.headers.get("User-Agent") ?? "").slice(0, 300);
  const expires_at = new Date(Date.now() + DAYS * 24 * 60 * 60 * 1000);
  await createSession({ token_hash: digest(token), user_id, client, expires_at });
  return sessionCookie.serialize(token);
}

/** Ends the request's session and answers with the cookie that forgets it. */
export async function stopSession(request: Request): Promise<string> {
  const token = await tokenOf(request);
  if (token) await endSession(digest(token));
  return sessionCookie.serialize("", { maxAge: 0 });
}

/** Longer than any of our URLs; the answer's headers, where it ends, aren't read beyond a few kilobytes. */
const longestPath = 4000;

/** A path of ours to come back to, ready for a header; anything else, such as another site's address, becomes "/". */
export function safeReturn(next: string | null): string {
  if (!next?.startsWith("/") || /^\/[/\\]/.test(next) || /[\p{Cc}\p{Cs}]/u.test(next)) return "/";
  const path = next.replaceAll(/\P{ASCII}+/gu, encodeURIComponent);
  return path.length > longestPath ? "/" : path;
}
