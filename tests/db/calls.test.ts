import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { nextStep } from "#app/rules/next-step.ts";
import { db } from "#db/connection.ts";
import { callOutcomes } from "#db/lists.ts";
import { type CallSaved, correctCall, type NewCall, recordCall, takeBackCall } from "#db/queries/calls.ts";
import { claimFollowUp, openFollowUps } from "#db/queries/follow-ups.ts";
import { requestRemovals } from "#db/queries/removals.ts";
import { takeTurn } from "#db/queries/turn.ts";
import type { CallOutcome, DB } from "#db/schema.ts";
import { campaignOf, contactOf, followUpsOf, refresh } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

let campaign_id: number;
let ana: Person;
let luis: Person;
beforeAll(async () => {
  campaign_id = await campaignOf("Febrero");
  ana = await signedIn("sales");
  luis = await signedIn("sales");
});

const soft = () => contactOf({}, [{ campaign_id, bounce_kind: "soft", bounce_reason: "no-answer-from-host" }]);
const tomorrow = () => new Date(Date.now() + 86_400_000);
const step =
  (call: Pick<NewCall, "outcome" | "call_back_at">): Parameters<typeof recordCall>[1] =>
  (attempts, bounce) =>
    nextStep(call.outcome, {
      ...{ attempts, bounce },
      now: new Date(),
      timeZone: "America/Bogota",
      ...(call.call_back_at && { call_back_at: call.call_back_at }),
    });

async function input(contact_id: number, outcome: CallOutcome, more: Partial<NewCall> = {}): Promise<NewCall> {
  const open = (await followUpsOf(contact_id)).find(({ closed_at }) => closed_at === null);
  return {
    contact_id,
    follow_up_id: open?.id ?? null,
    called_by: ana.id,
    outcome,
    note: "",
    call_back_at: outcome === "call-back" ? tomorrow() : null,
    address: outcome === "new-address" ? addressOf(`new.${contact_id}@example.org`) : null,
    removal_reason: "No le interesa",
    form_key: randomUUID(),
    claim_minutes: 15,
    ...more,
  };
}

const addressOf = (email: string) => ({ email, email_key: email.toLowerCase() });

async function log(contact_id: number, outcome: CallOutcome, more: Partial<NewCall> = {}) {
  const call = await input(contact_id, outcome, more);
  return recordCall(call, step(call));
}

async function logged(contact_id: number, outcome: CallOutcome, more: Partial<NewCall> = {}): Promise<CallSaved> {
  const saved = await log(contact_id, outcome, more);
  if ("refusal" in saved) throw new Error(saved.refusal);
  return saved;
}

const addressesOf = (contact_id: number) =>
  db
    .selectFrom("addresses")
    .select(["email", sql<boolean>`replaced_at is null`.as("current")])
    .where("contact_id", "=", contact_id)
    .orderBy("id")
    .execute();
const removalsOf = (contact_id: number) =>
  db.selectFrom("removals").selectAll().where("contact_id", "=", contact_id).orderBy("id").execute();
const callsOf = (contact_id: number) =>
  db.selectFrom("calls").selectAll().where("contact_id", "=", contact_id).orderBy("id").execute();

describe("recordCall", () => {
  test.each([
    ["mailbox-fixed", "recovered"],
    ["new-address", "corrected"],
    ["address-right", "address-right"],
    ["phone-only", "phone-only"],
    ["not-interested", "not-interested"],
    ["wrong-number", "unreachable"],
  ] as const)("%s closes as %s", async (outcome, closed_as) => {
    const contact = await soft();
    expect(await logged(contact.id, outcome)).toMatchObject({ closed_as, due_at: null });
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_as, closed_by: ana.id, claimed_by: null }]);
  });

  test("an unanswered one schedules the next, the fifth ends it", async () => {
    const contact = await soft();
    for (let attempts = 1; attempts < 5; attempts++) {
      const saved = await logged(contact.id, attempts % 2 ? "no-answer" : "left-message");
      expect(saved.due_at?.getTime()).toBeGreaterThan(Date.now());
      expect(await followUpsOf(contact.id)).toMatchObject([{ attempts, is_call_back: false, due_at: saved.due_at }]);
    }
    expect(await logged(contact.id, "no-answer")).toMatchObject({ closed_as: "unreachable" });
  });

  test("a call-back stands at its time and is first in line then", async () => {
    const contact = await soft();
    const call_back_at = tomorrow();
    await logged(contact.id, "call-back", { call_back_at });
    expect(await followUpsOf(contact.id)).toMatchObject([{ is_call_back: true, due_at: call_back_at, attempts: 0 }]);
  });

  test("a new address replaces the old one, which stays as history, and starts clean", async () => {
    const contact = await soft();
    await logged(contact.id, "new-address", { address: addressOf("Nueva@Example.org") });
    expect(await addressesOf(contact.id)).toEqual([
      { email: contact.email, current: false },
      { email: "Nueva@Example.org", current: true },
    ]);
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_as: "corrected" }]);
    const corrections = await db.selectFrom("corrections").selectAll().where("contact_id", "=", contact.id).execute();
    expect(corrections).toMatchObject([{ old_address_id: contact.address_id, corrected_by: ana.id, batch_id: null }]);
  });

  test("the address it has, or somebody else's, is refused and nothing is written", async () => {
    const contact = await soft();
    const other = await contactOf({ company: "Hostal Mar Adentro" });
    expect(await log(contact.id, "new-address", { address: addressOf(contact.email.toUpperCase()) })).toEqual({
      refusal: "same-address",
    });
    expect(await log(contact.id, "new-address", { address: addressOf(other.email) })).toMatchObject({
      refusal: "taken-address",
      contact: { id: other.id, company: "Hostal Mar Adentro" },
    });
    expect(await callsOf(contact.id)).toEqual([]);
    expect(await addressesOf(contact.id)).toEqual([{ email: contact.email, current: true }]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_at: null }]);
  });

  test("an earlier address of the same contact comes back into use, and goes again when the call is taken back", async () => {
    const contact = await soft();
    await logged(contact.id, "new-address", { address: addressOf(`second.${contact.id}@example.org`) });
    const second = await logged(contact.id, "new-address", { address: addressOf(contact.email) });
    expect((await addressesOf(contact.id)).filter(({ current }) => current)).toMatchObject([{ email: contact.email }]);
    await takeBackCall(second.call_id, { user_id: ana.id, any: false, claim_minutes: 15 });
    expect(await addressesOf(contact.id)).toEqual([
      { email: contact.email, current: false },
      { email: `second.${contact.id}@example.org`, current: true },
    ]);
  });

  test("a form sent again with something else in it, or after its call was taken back, is refused and not swallowed", async () => {
    const contact = await soft();
    const call = await input(contact.id, "no-answer", { note: "nadie contesta" });
    const saved = await recordCall(call, step(call));
    expect(await recordCall(call, step(call))).toEqual(saved);
    for (const more of [{ note: "contestó" }, { outcome: "left-message" as const }]) {
      expect(await recordCall({ ...call, ...more }, step(call))).toEqual({ refusal: "changed" });
    }
    const other = await soft();
    expect(await log(other.id, "no-answer", { form_key: call.form_key })).toEqual({ refusal: "changed" });
    await takeBackCall("call_id" in saved ? saved.call_id : 0, { user_id: ana.id, any: false, claim_minutes: 15 });
    expect(await recordCall(call, step(call))).toEqual({ refusal: "changed" });
    expect(await callsOf(contact.id)).toHaveLength(1);
  });

  test("who is about to leave the CRM can be phoned, but is not put on the list again", async () => {
    const contact = await soft();
    const by = { user_id: ana.id, any: false, claim_minutes: 15 };
    const { call_id } = await logged(contact.id, "address-right");
    await requestRemovals({
      contact_ids: [contact.id],
      campaign_id: null,
      decision: "remove",
      reason: "Lo pidió",
      requested_by: luis.id,
    });
    expect(await takeBackCall(call_id, by)).toEqual({ refusal: "later-follow-up" });
    expect(await logged(contact.id, "no-answer")).toMatchObject({ closed_as: "removal", due_at: null });
    expect((await followUpsOf(contact.id)).filter(({ closed_at }) => closed_at === null)).toEqual([]);
    const { call_id: last } = await logged(contact.id, "call-back");
    expect(await takeBackCall(last, by)).toMatchObject({ contact_id: contact.id });
    expect((await followUpsOf(contact.id)).filter(({ closed_at }) => closed_at === null)).toEqual([]);
  });

  test.each([
    ["not-interested", "remove"],
    ["phone-only", "phone-only"],
  ] as const)("%s asks for a removal: %s", async (outcome, decision) => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, outcome);
    expect(await removalsOf(contact.id)).toMatchObject([
      { call_id, decision, state: "requested", campaign_id, reason: "No le interesa", requested_by: ana.id },
    ]);
    await logged(contact.id, outcome);
    expect(await removalsOf(contact.id)).toHaveLength(1);
  });

  test("a removal that the contact's bounce speaks against is left to be confirmed, however the call came to it", async () => {
    const refused = () =>
      contactOf({}, [{ campaign_id, bounce_kind: "hard", bounce_reason: "550 Your host is not allowed" }]);
    const contact = await refused();
    expect(await logged(contact.id, "not-interested")).toMatchObject({ closed_as: "not-interested" });
    expect(await removalsOf(contact.id)).toEqual([]);

    // Corrected from an outcome that asked for another request, or that replaced the address.
    for (const outcome of ["phone-only", "new-address"] as const) {
      const { id } = await refused();
      const { call_id } = await logged(id, outcome);
      const call = await input(id, "not-interested");
      expect(await correctCall(call_id, call, false, step(call))).toMatchObject({ closed_as: "not-interested" });
      expect((await removalsOf(id)).filter(({ state }) => state !== "withdrawn")).toEqual([]);
    }
    const { id } = await refused();
    await db
      .updateTable("deliveries")
      .set({ bounce_verdict_id: null })
      .where("campaign_id", "=", campaign_id)
      .execute();
    await logged(id, "not-interested");
    expect(await removalsOf(id)).toEqual([]);
  });

  test("the same form twice, even at once, is one call", async () => {
    const contact = await soft();
    const call = await input(contact.id, "no-answer");
    const saved = await Promise.all([1, 2, 3].map(() => recordCall(call, step(call))));
    expect(new Set(saved.map((each) => "call_id" in each && each.call_id)).size).toBe(1);
    expect(await callsOf(contact.id)).toHaveLength(1);
    expect(await followUpsOf(contact.id)).toMatchObject([{ attempts: 1 }]);
  });

  test("is refused while a colleague has the contact, and when it was dealt with meanwhile", async () => {
    const contact = await soft();
    await claimFollowUp(contact.id, luis.id, 15);
    expect(await log(contact.id, "no-answer")).toMatchObject({ refusal: "claimed", name: luis.name });
    expect(await log(contact.id, "no-answer", { claim_minutes: 0 })).toHaveProperty("call_id");
    const late = await input(contact.id, "no-answer");
    await logged(contact.id, "address-right");
    expect(await recordCall(late, step(late))).toEqual({ refusal: "changed" });
    expect(await log(999_999, "no-answer")).toEqual({ refusal: "unknown" });
  });

  test("without an open follow-up it opens one", async () => {
    const contact = await contactOf({});
    await logged(contact.id, "no-answer");
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "manual", attempts: 1, opened_by: ana.id }]);
  });
});

describe("takeBackCall", () => {
  const take = (call_id: number, user = ana, any = false) =>
    takeBackCall(call_id, { user_id: user.id, any, claim_minutes: 15 });
  const everything = async (contact_id: number) => ({
    followUps: await followUpsOf(contact_id),
    addresses: await addressesOf(contact_id),
    corrections: await db.selectFrom("corrections").selectAll().where("contact_id", "=", contact_id).execute(),
    standing: (await removalsOf(contact_id)).filter(({ state }) => state !== "withdrawn"),
  });

  test.each(callOutcomes)("%s leaves everything as it was, and the call in the history", async (outcome) => {
    const contact = await soft();
    await logged(contact.id, "no-answer");
    const before = await everything(contact.id);
    const { call_id } = await logged(contact.id, outcome);
    expect(await take(call_id)).toMatchObject({ contact_id: contact.id });
    expect(await everything(contact.id)).toEqual(before);
    expect(await callsOf(contact.id)).toMatchObject([{ taken_back_at: null }, { taken_back_by: ana.id, outcome }]);
  });

  test("is for who logged it, or an administrator, once", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "no-answer");
    expect(await take(call_id, luis)).toEqual({ refusal: "not-yours" });
    expect(await take(call_id, luis, true)).toHaveProperty("contact_id");
    expect(await take(call_id)).toEqual({ refusal: "already" });
    expect(await take(999_999)).toEqual({ refusal: "unknown" });
  });

  test("a follow-up that the call opened closes", async () => {
    const contact = await contactOf({});
    const { call_id } = await logged(contact.id, "no-answer");
    await take(call_id);
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_as: "dismissed" }]);
  });

  test("is refused after a later call, until that is taken back", async () => {
    const contact = await soft();
    const first = await logged(contact.id, "no-answer");
    const second = await logged(contact.id, "left-message");
    expect(await take(first.call_id)).toEqual({ refusal: "later-call" });
    await take(second.call_id);
    expect(await take(first.call_id)).toHaveProperty("contact_id");
    expect(await followUpsOf(contact.id)).toMatchObject([{ attempts: 0, closed_at: null }]);
  });

  test("is refused once the removal was decided", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "not-interested");
    const decided = { state: "confirmed", decided_at: sql<Date>`now()`, decided_by: luis.id } as const;
    await db.updateTable("removals").set(decided).where("call_id", "=", call_id).execute();
    expect(await take(call_id)).toEqual({ refusal: "removal-decided" });
  });

  test("is refused once mail went to the new address, or another follow-up is open", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "new-address");
    const address = await db
      .selectFrom("addresses")
      .select("id")
      .where("contact_id", "=", contact.id)
      .where("replaced_at", "is", null)
      .executeTakeFirstOrThrow();
    await db.insertInto("deliveries").values({ campaign_id, address_id: address.id }).execute();
    expect(await take(call_id)).toEqual({ refusal: "address-used" });

    const other = await soft();
    const fixed = await logged(other.id, "mailbox-fixed");
    await openFollowUps([other.id], luis.id);
    expect(await take(fixed.call_id)).toEqual({ refusal: "later-follow-up" });
  });

  test("waits for the end of an import that may build on the new address, and is refused when that takes long", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "new-address");
    const importing = (work: (trx: Transaction<DB>) => Promise<unknown>) =>
      new Promise<{ end: Promise<void> }>((begun) => {
        const end = db.transaction().execute(async (trx) => {
          await takeTurn(trx);
          begun({ end });
          await work(trx);
        });
      });
    const long = await importing((trx) => sql`select pg_sleep(3)`.execute(trx));
    expect(await take(call_id)).toEqual({ refusal: "import-running" });
    expect(await addressesOf(contact.id)).toHaveLength(2);
    await long.end;

    // It may need rows of the contact in its midst.
    const using = await importing(async (trx) => {
      await sql`select pg_sleep(0.5)`.execute(trx);
      await sql`select from contacts where id = ${contact.id} for update`.execute(trx);
      await sql`
        insert into deliveries (campaign_id, address_id)
        select ${campaign_id}::int, id from addresses where contact_id = ${contact.id} and replaced_at is null
      `.execute(trx);
    });
    expect(await take(call_id)).toEqual({ refusal: "address-used" });
    await using.end;

    const other = await soft();
    const { call_id: other_call } = await logged(other.id, "new-address");
    const short = await importing((trx) => sql`select pg_sleep(0.5)`.execute(trx));
    expect(await take(other_call)).toMatchObject({ contact_id: other.id });
    await short.end;
    expect(await addressesOf(other.id)).toHaveLength(1);
  });

  test("is refused while a colleague phones the contact", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "no-answer");
    await claimFollowUp(contact.id, luis.id, 15);
    expect(await take(call_id)).toEqual({ refusal: "claimed-now" });
  });
});

describe("correctCall", () => {
  test("puts another call in its place: who and when stay, both are in the history", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "not-interested");
    const call = await input(contact.id, "new-address");
    const saved = await correctCall(call_id, { ...call, called_by: luis.id }, true, step(call));
    expect(saved).toMatchObject({ closed_as: "corrected" });
    const [first, second] = await callsOf(contact.id);
    expect(first).toMatchObject({ taken_back_by: luis.id });
    expect(second).toMatchObject({ corrects_call_id: call_id, called_by: ana.id, called_at: first?.called_at });
    expect(await removalsOf(contact.id)).toMatchObject([{ state: "withdrawn" }]);
    expect(await correctCall(call_id, { ...call, called_by: luis.id }, true, step(call))).toMatchObject(saved);
    expect(await callsOf(contact.id)).toHaveLength(2);
  });

  test("that is refused leaves the first as it was", async () => {
    const contact = await soft();
    const { call_id } = await logged(contact.id, "no-answer");
    const call = await input(contact.id, "new-address", { address: addressOf(contact.email) });
    expect(await correctCall(call_id, call, false, step(call))).toEqual({ refusal: "same-address" });
    expect(await callsOf(contact.id)).toMatchObject([{ taken_back_at: null }]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ attempts: 1 }]);
  });
});
