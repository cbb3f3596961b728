import { type Insertable, sql } from "kysely";
import { db } from "../connection.ts";
import type { Organization, User } from "../schema.ts";
import { refreshFollowUps } from "./follow-ups.ts";
import { writing } from "./turn.ts";

export type OrganizationSettings = Pick<Insertable<Organization>, "name" | "language" | "country" | "time_zone">;

export async function findOrganization() {
  return db
    .selectFrom("organization")
    .select(["name", "language", "country", "time_zone", "soft_limit", "loop_limit"])
    .executeTakeFirst();
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

/** With another limit of soft bounces in a row, the open follow-ups count as soft or hard by the new one. */
export async function updateOrganization(
  settings: OrganizationSettings & { soft_limit: number; loop_limit: number },
): Promise<void> {
  await writing(async (trx) => {
    const before = await trx.selectFrom("organization").select("soft_limit").forUpdate().executeTakeFirst();
    await trx.updateTable("organization").set(settings).execute();
    if (!before || before.soft_limit === settings.soft_limit) return;
    const least = Math.min(before.soft_limit, settings.soft_limit);
    await sql`
      create temp table touched_contacts on commit drop as
      select contact_id from follow_ups where closed_at is null and soft_in_row >= ${least}
    `.execute(trx);
    await refreshFollowUps(trx, null);
  });
}
