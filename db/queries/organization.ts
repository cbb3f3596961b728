import type { Insertable } from "kysely";
import { db } from "../connection.ts";
import type { Organization, User } from "../schema.ts";

export type OrganizationSettings = Pick<Insertable<Organization>, "name" | "language" | "country" | "time_zone">;

export async function findOrganization() {
  return db.selectFrom("organization").select(["name", "language", "country", "time_zone"]).executeTakeFirst();
}

/**
 * The first set-up: the organisation and its first administrator, or neither.
 * Answers the administrator's id, or undefined when somebody else was quicker.
 */
export async function setUp(
  settings: OrganizationSettings,
  administrator: Pick<Insertable<User>, "name" | "email" | "password_hash">,
): Promise<number | undefined> {
  return db.transaction().execute(async (trx) => {
    const created = await trx
      .insertInto("organization")
      .values(settings)
      .onConflict((oc) => oc.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!created) return undefined;
    const user = await trx
      .insertInto("users")
      .values({ ...administrator, role: "administrator", language: settings.language })
      .returning("id")
      .executeTakeFirstOrThrow();
    return user.id;
  });
}

export async function updateOrganization(settings: OrganizationSettings): Promise<void> {
  await db.updateTable("organization").set(settings).execute();
}
