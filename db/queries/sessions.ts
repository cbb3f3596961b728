import { type Insertable, sql } from "kysely";
import { db } from "../connection.ts";
import type { Language, Role, Session } from "../schema.ts";

const sessionId = sql<string>`left(token_hash, 16)`;

/** Who is signed in, with what every page needs of the organisation. */
export type SessionUser = {
  id: number;
  name: string;
  email: string;
  role: Role;
  language: Language;
  organization: string;
  country: string;
  time_zone: string;
};

/** Starts a session, and forgets those of the user that ran out. */
export async function createSession(session: Insertable<Session>): Promise<void> {
  const { user_id } = session;
  await db.deleteFrom("sessions").where("user_id", "=", user_id).where("expires_at", "<", sql<Date>`now()`).execute();
  await db.insertInto("sessions").values(session).execute();
}

/**
 * The user behind a session that is still good. Notes the visit, at most every ten minutes:
 * the one write that reading does, so that an administrator sees which sessions are in use.
 */
export async function findSession(token_hash: string): Promise<SessionUser | undefined> {
  return db
    .with("visit", (w) =>
      w
        .updateTable("sessions")
        .set({ last_seen_at: sql`now()` })
        .where("token_hash", "=", token_hash)
        .where("last_seen_at", "<", sql<Date>`now() - interval '10 minutes'`)
        .returning("user_id"),
    )
    .selectFrom("sessions as s")
    .innerJoin("users as u", "u.id", "s.user_id")
    .innerJoin("organization as o", (join) => join.onTrue())
    .where("s.token_hash", "=", token_hash)
    .where("s.expires_at", ">", sql<Date>`now()`)
    .where("u.removed_at", "is", null)
    .select(["u.id", "u.name", "u.email", "u.role", "u.language", "o.name as organization", "o.country", "o.time_zone"])
    .executeTakeFirst();
}

export async function endSession(token_hash: string): Promise<void> {
  await db.deleteFrom("sessions").where("token_hash", "=", token_hash).execute();
}

/**
 * A user's sessions that are still good, the one in use last first. `id` names a session without telling its digest;
 * `current` is the one whose digest is given.
 */
export async function listSessions(user_id: number, current: string) {
  return db
    .selectFrom("sessions")
    .select([sessionId.as("id"), "client", "created_at", "last_seen_at"])
    .select(sql<boolean>`token_hash = ${current}`.as("current"))
    .where("user_id", "=", user_id)
    .where("expires_at", ">", sql<Date>`now()`)
    .orderBy("last_seen_at", "desc")
    .limit(100)
    .execute();
}

/** Ends one of the user's sessions; nobody else's. */
export async function endUserSession(user_id: number, id: string): Promise<void> {
  await db.deleteFrom("sessions").where("user_id", "=", user_id).where(sessionId, "=", id).execute();
}

/** Ends the user's sessions but the one kept. */
export async function endOtherSessions(user_id: number, kept: string): Promise<void> {
  await db.deleteFrom("sessions").where("user_id", "=", user_id).where("token_hash", "<>", kept).execute();
}
