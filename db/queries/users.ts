import { type Insertable, sql } from "kysely";
import { db } from "../connection.ts";
import type { Language, User } from "../schema.ts";

/** For sign-in: the password's digest of a user who hasn't been removed. */
export async function findUserByEmail(email: string) {
  return db
    .selectFrom("users")
    .select(["id", "password_hash", "language", "role"])
    .where(sql`lower(email)`, "=", email.trim().toLowerCase())
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
