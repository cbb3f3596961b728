import { sql, type Transaction } from "kysely";
import type { DB } from "../schema.ts";

/** The contact's address changed hands inside the caller's transaction; what `takeBackCorrection` needs to undo it. */
export type Switched = {
  old_address_id: number;
  new_address_id: number;
  /** Where an earlier address of the contact came back into use: when it had been replaced. */
  was_replaced_at: string | null;
};

export type AddressRefusal =
  | { refusal: "same-address" }
  | {
      refusal: "taken-address";
      contact: { id: number; first_name: string | null; last_name: string | null; company: string | null };
    };

/**
 * Makes `email` the contact's current address and keeps the old one as history. Refused, with nothing written, when it
 * is the current one already or another contact's.
 */
export async function switchAddress(
  trx: Transaction<DB>,
  contact_id: number,
  { email, email_key }: { email: string; email_key: string },
): Promise<Switched | AddressRefusal> {
  // Comes in as replaced, since a contact has one current address; whoever was quicker with this address keeps it. No two
  // of a contact's addresses are replaced at the same time, so it isn't the transaction's.
  const created = await trx
    .insertInto("addresses")
    .values({ contact_id, email, email_key, replaced_at: sql`clock_timestamp()` })
    .onConflict((oc) => oc.column("email_key").doNothing())
    .returning("id")
    .executeTakeFirst();
  let address = created && { ...created, was_replaced_at: null as string | null };
  if (!address) {
    const known = await trx
      .selectFrom("addresses as a")
      .innerJoin("contacts as c", "c.id", "a.contact_id")
      .select(["a.id", "a.contact_id", "c.first_name", "c.last_name", "c.company"])
      .select(sql<string | null>`a.replaced_at::text`.as("was_replaced_at"))
      .where("a.email_key", "=", email_key)
      .executeTakeFirstOrThrow();
    const { contact_id: owner, first_name, last_name, company } = known;
    if (owner !== contact_id)
      return { refusal: "taken-address", contact: { id: owner, first_name, last_name, company } };
    if (known.was_replaced_at === null) return { refusal: "same-address" };
    address = known;
  }
  const old = await trx
    .updateTable("addresses")
    .set({ replaced_at: sql`clock_timestamp()` })
    .where("contact_id", "=", contact_id)
    .where("replaced_at", "is", null)
    .returning("id")
    .executeTakeFirstOrThrow();
  await trx.updateTable("addresses").set({ replaced_at: null }).where("id", "=", address.id).execute();
  return { old_address_id: old.id, new_address_id: address.id, was_replaced_at: address.was_replaced_at };
}

/**
 * Undoes the correction that a call brought, if it brought one: the old address is current again; the new one goes as if
 * it had never been given, for which the caller holds the imports' turn, or back among the earlier ones it came from (`was_replaced_at`).
 */
export async function takeBackCorrection(
  trx: Transaction<DB>,
  call_id: number,
  was_replaced_at: string | null,
): Promise<void> {
  const correction = await trx
    .deleteFrom("corrections")
    .where("call_id", "=", call_id)
    .returning(["old_address_id", "new_address_id"])
    .executeTakeFirst();
  if (!correction) return;
  const { old_address_id, new_address_id } = correction;
  if (was_replaced_at === null) {
    // What was taken back or withdrawn in the meantime keeps its place in the history.
    for (const table of ["calls", "removals"] as const)
      await trx
        .updateTable(table)
        .set({ address_id: old_address_id })
        .where("address_id", "=", new_address_id)
        .execute();
    await trx.deleteFrom("addresses").where("id", "=", new_address_id).execute();
  } else {
    await trx
      .updateTable("addresses")
      .set({ replaced_at: sql`${was_replaced_at}::timestamptz` })
      .where("id", "=", new_address_id)
      .execute();
  }
  await trx.updateTable("addresses").set({ replaced_at: null }).where("id", "=", old_address_id).execute();
}
