import { type Insertable, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB, Language, Role, User } from "../schema.ts";

/** For sign-in: the password's digest of a user who hasn't been removed. */
export async function findUserByEmail(email: string) {
  return db
    .selectFrom("users")
    .select(["id", "password_hash", "language", "role"])
    .where(sql`lower(email)`, "=", sql<string>`lower(${email.trim()})`)
    .where("removed_at", "is", null)
    .executeTakeFirst();
}

/** Colleagues who can be given work, by name. */
export async function listUsers() {
  return db
    .selectFrom("users")
    .select(["id", "name", "email", "role", "language", "created_at"])
    .where("removed_at", "is", null)
    .orderBy("name")
    .execute();
}

/** The new user's id, or undefined when the e-mail is taken. */
export async function createUser(
  user: Pick<Insertable<User>, "name" | "email" | "password_hash" | "role" | "language">,
): Promise<number | undefined> {
  const created = await db
    .insertInto("users")
    .values(user)
    .onConflict((oc) => oc.expression(sql`lower(email)`).where("removed_at", "is", null).doNothing())
    .returning("id")
    .executeTakeFirst();
  return created?.id;
}

export async function updateLanguage(user_id: number, language: Language): Promise<void> {
  await db.updateTable("users").set({ language }).where("id", "=", user_id).execute();
}

/** For whoever administers users: with their last visit and how many sessions are open. Those removed come last. */
export async function listAccounts() {
  return db
    .selectFrom("users as u")
    .leftJoin("sessions as s", (join) => join.onRef("s.user_id", "=", "u.id").on("s.expires_at", ">", sql<Date>`now()`))
    .select(["u.id", "u.name", "u.email", "u.role", "u.removed_at"])
    .select(({ fn }) => [fn.max("s.last_seen_at").as("last_seen_at"), fn.count<number>("s.token_hash").as("sessions")])
    .groupBy("u.id")
    .orderBy(sql`u.removed_at is not null, lower(u.name), u.id`)
    .limit(1000)
    .execute();
}

export async function findAccount(user_id: number) {
  return db
    .selectFrom("users")
    .select(["id", "name", "email", "role", "language", "password_hash"])
    .where("id", "=", user_id)
    .where("removed_at", "is", null)
    .executeTakeFirst();
}

export type UserRefusal = "email-taken" | "last-administrator" | "unknown";

/**
 * Changes who a user is and what they may do. Answers why not: the e-mail is somebody else's, nobody would be left who can
 * administer, or there is no such user.
 */
export async function updateUser(
  user_id: number,
  values: { name: string; email: string; role?: Role; language?: Language },
): Promise<UserRefusal | undefined> {
  const update = db.transaction().execute(async (trx) => {
    const demoted = values.role !== undefined && values.role !== "administrator";
    if (demoted && (await isLastAdministrator(trx, user_id))) return "last-administrator";
    const { numUpdatedRows } = await trx
      .updateTable("users")
      .set(values)
      .where("id", "=", user_id)
      .where("removed_at", "is", null)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 0n ? "unknown" : undefined;
  });
  return update.catch(emailTaken);
}

/** Sets a password and ends the user's sessions, but for the one that is kept (its digest). */
export async function changePassword(user_id: number, password_hash: string, kept = ""): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.updateTable("users").set({ password_hash }).where("id", "=", user_id).execute();
    await trx.deleteFrom("sessions").where("user_id", "=", user_id).where("token_hash", "<>", kept).execute();
  });
}

/** Takes a user out: signed out at once, and what they had claimed or been given is free again. What they did stays theirs. */
export async function removeUser(user_id: number): Promise<UserRefusal | undefined> {
  return db.transaction().execute(async (trx) => {
    if (await isLastAdministrator(trx, user_id)) return "last-administrator";
    const { numUpdatedRows } = await trx
      .updateTable("users")
      .set({ removed_at: sql`now()` })
      .where("id", "=", user_id)
      .where("removed_at", "is", null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return "unknown";
    await trx.deleteFrom("sessions").where("user_id", "=", user_id).execute();
    const open = trx.updateTable("follow_ups").where("closed_at", "is", null);
    await open
      .set({ claimed_by: null, claimed_at: null, claim_renewed_at: null })
      .where("claimed_by", "=", user_id)
      .execute();
    await open.set({ assigned_to: null }).where("assigned_to", "=", user_id).execute();
    return undefined;
  });
}

/** Lets a removed user in again, with the password they had. */
export async function restoreUser(user_id: number): Promise<UserRefusal | undefined> {
  const update = db.updateTable("users").set({ removed_at: null }).where("id", "=", user_id).executeTakeFirstOrThrow();
  return update.then(({ numUpdatedRows }) => (numUpdatedRows === 0n ? "unknown" : undefined)).catch(emailTaken);
}

function emailTaken(error: unknown): "email-taken" {
  if (error instanceof Error && "constraint" in error && error.constraint === "users_email") return "email-taken";
  throw error;
}

/** Locks every administrator, so that two who demote each other at the same moment can't both succeed. */
async function isLastAdministrator(trx: Transaction<DB>, user_id: number): Promise<boolean> {
  const administrators = await trx
    .selectFrom("users")
    .select("id")
    .where("role", "=", "administrator")
    .where("removed_at", "is", null)
    .orderBy("id")
    .forUpdate()
    .execute();
  return administrators.length === 1 && administrators[0]?.id === user_id;
}
