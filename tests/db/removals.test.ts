import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  confirmRemovals,
  countRemovals,
  countRequestedAmong,
  keepRemovals,
  listRemovalCandidates,
  listRemovals,
  listRemovalsOfContact,
  requestRemovals,
  takeBackDecision,
  withdrawRemovals,
} from "#db/queries/removals.ts";
import { campaignOf, contactOf, followUpsOf, refresh } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

let ana: Person;
let crm: Person;
let january: number;
let february: number;
let contact: { id: number; address_id: number; email: string };
let other: { id: number; address_id: number; email: string };

beforeAll(async () => {
  ana = await signedIn("sales");
  crm = await signedIn("crm-administrator");
  january = await campaignOf("Enero", "2022-01-15T10:00:00Z");
  february = await campaignOf("Febrero", "2022-02-14T10:00:00Z");
});
beforeEach(async () => {
  contact = await contactOf({ last_name: "Ríos" }, [
    { campaign_id: january, bounce_kind: "soft", bounce_reason: "mailbox full" },
    { campaign_id: february, bounce_kind: "hard", bounce_reason: "550 User unknown" },
  ]);
  other = await contactOf({}, [{ campaign_id: january, bounce_kind: "hard" }]);
});

const everything = {
  ...{ state: "requested" as const, search: "", batch: null, only_differing: false, page: 1, size: 50 },
  readings: [{ bounce_kind: "hard" as const, category: "sender-blocked" as const }],
};
const ask = (contact_ids: number[], more: Partial<Parameters<typeof requestRemovals>[0]> = {}) =>
  requestRemovals({
    contact_ids,
    campaign_id: null,
    decision: "remove",
    reason: "El hotel cerró",
    requested_by: ana.id,
    ...more,
  });
const asked = async (contact_ids: number[], more = {}) => (await ask(contact_ids, more)).removal_ids;
const only = async (id: number) => {
  const [removal] = await listRemovalsOfContact(id);
  if (!removal) throw new Error("no removal");
  return removal;
};
const counts = async (campaign_id: number) => {
  const row = await db
    .selectFrom("campaign_counts")
    .select(["sent", "hard", "removed"])
    .where("campaign_id", "=", campaign_id)
    .executeTakeFirstOrThrow();
  return row;
};

describe("requestRemovals", () => {
  test("names the contact's latest bounce, who asks and why, and ends its follow-up", async () => {
    expect(await ask([contact.id])).toMatchObject({ removal_ids: [expect.any(Number)], standing: 0 });
    expect(await only(contact.id)).toMatchObject({
      state: "requested",
      decision: "remove",
      reason: "El hotel cerró",
      asked_by: ana.name,
      email: contact.email,
      campaign: "Febrero",
      bounce_kind: "hard",
      bounce_reason: "550 User unknown",
    });
    expect(await followUpsOf(contact.id)).toMatchObject([
      { closed_as: "removal", closed_by: ana.id, claimed_by: null },
    ]);
  });

  test("names the bounce of the campaign that it was asked from", async () => {
    expect(await listRemovalCandidates([contact.id], january)).toMatchObject([
      { campaign: "Enero", bounce_kind: "soft", standing: null },
    ]);
    await ask([contact.id], { campaign_id: january, decision: "phone-only" });
    expect(await only(contact.id)).toMatchObject({ campaign: "Enero", bounce_reason: "mailbox full" });
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_as: "phone-only" }]);
  });

  test("a contact whose current address never bounced has no bounce to name", async () => {
    const { id } = await contactOf({}, [{ campaign_id: january, opened: true }]);
    await ask([id], { campaign_id: january });
    expect(await only(id)).toMatchObject({ campaign: null, bounce_kind: null });
  });

  test("asks once a contact: a standing request stays as it is", async () => {
    await ask([contact.id]);
    expect(await ask([contact.id, other.id, 999_999], { reason: "otra vez" })).toMatchObject({ standing: 1 });
    expect(await listRemovalsOfContact(contact.id)).toHaveLength(1);
    expect(await listRemovalCandidates([contact.id], null)).toMatchObject([{ standing: "requested" }]);
    await confirmRemovals({ removal_ids: [(await only(contact.id)).id] }, crm.id);
    expect(await ask([contact.id])).toEqual({ removal_ids: [], standing: 1 });
  });

  test("many at the same moment, in any order: one request a contact", async () => {
    const contacts = await Promise.all(
      Array.from({ length: 12 }, () => contactOf({}, [{ campaign_id: january, bounce_kind: "hard" }])),
    );
    const ids = contacts.map(({ id }) => id);
    const done = await Promise.all(Array.from({ length: 8 }, (_, i) => ask(i % 2 ? ids : [...ids].reverse())));
    expect(done.flatMap(({ removal_ids }) => removal_ids)).toHaveLength(12);
    expect(done.reduce((sum, { standing }) => sum + standing, 0)).toBe(12 * 7);
  });
});

describe("withdrawRemovals", () => {
  test("takes one request back and leaves the follow-up closed", async () => {
    const [id = 0] = await asked([contact.id, other.id]);
    expect(await withdrawRemovals(id, ana.id)).toEqual([contact.id]);
    expect(await only(contact.id)).toMatchObject({ state: "withdrawn", decided_by: ana.name });
    expect(await only(other.id)).toMatchObject({ state: "requested" });
    expect(await followUpsOf(contact.id)).toMatchObject([{ closed_as: "removal" }]);
    expect(await withdrawRemovals(id, ana.id)).toEqual([]);
  });

  test("as an undo takes back the whole act and reopens what it closed", async () => {
    const earlier = await contactOf({}, [{ campaign_id: january, bounce_kind: "hard" }]);
    await ask([earlier.id]);
    const [id = 0] = await asked([contact.id, other.id]);
    expect((await withdrawRemovals(id, ana.id, { together: true })).sort()).toEqual([contact.id, other.id].sort());
    for (const one of [contact, other]) expect(await followUpsOf(one.id)).toMatchObject([{ closed_at: null }]);
    expect(await only(earlier.id)).toMatchObject({ state: "requested" });
  });

  test("is too late once decided", async () => {
    const ids = await asked([contact.id]);
    await keepRemovals(ids, "Es cliente", crm.id);
    expect(await withdrawRemovals(ids[0] ?? 0, ana.id)).toEqual([]);
  });
});

describe("confirmRemovals", () => {
  test("takes the contact out of the worklist and of the figures, and keeps its history", async () => {
    const ids = await asked([contact.id, other.id]);
    await confirmRemovals({ removal_ids: ids.slice(1) }, crm.id);
    const before = await counts(january);
    await db.insertInto("follow_ups").values({ contact_id: contact.id, kind: "manual" }).execute();
    expect(await confirmRemovals({ removal_ids: ids }, crm.id)).toEqual(ids.slice(0, 1));
    const after = await counts(january);
    expect([after.sent, after.removed]).toEqual([before.sent - 1, before.removed + 1]);
    expect(await only(contact.id)).toMatchObject({ state: "confirmed", decided_by: crm.name });
    expect((await followUpsOf(contact.id)).map(({ closed_as }) => closed_as)).toEqual(["removal", "removal"]);
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toHaveLength(2);
    const deliveries = await db
      .selectFrom("deliveries")
      .selectAll()
      .where("address_id", "=", contact.address_id)
      .execute();
    expect(deliveries).toHaveLength(2);
  });

  test("a contact kept for the phone stays in both", async () => {
    const ids = await asked([contact.id], { decision: "phone-only" });
    await db.insertInto("follow_ups").values({ contact_id: contact.id, kind: "manual" }).execute();
    await confirmRemovals({ removal_ids: await asked([other.id]) }, crm.id);
    const before = await counts(january);
    expect(await confirmRemovals({ removal_ids: ids }, crm.id)).toEqual(ids);
    expect(await counts(january)).toEqual(before);
    expect((await followUpsOf(contact.id)).at(-1)?.closed_at).toBeNull();
  });

  test("twice at the same moment counts once, and campaigns that two acts share are counted right", async () => {
    const many = await Promise.all(
      Array.from({ length: 10 }, () => contactOf({}, [{ campaign_id: february, bounce_kind: "hard" }])),
    );
    const ids = await asked(many.map(({ id }) => id));
    const done = await Promise.all([...ids, ...ids].map((id) => confirmRemovals({ removal_ids: [id] }, crm.id)));
    expect(done.flat().sort()).toEqual([...ids].sort());
    const { rows } = await sql<{ out: number; in: number }>`
      select count(*) filter (where r.id is not null)::int as out, count(*) filter (where r.id is null)::int as in
      from deliveries as d join addresses as a on a.id = d.address_id
      left join removals as r on r.contact_id = a.contact_id and r.state = 'confirmed' and r.decision = 'remove'
      where d.campaign_id = ${february}
    `.execute(db);
    expect(await counts(february)).toMatchObject({ removed: rows[0]?.out, sent: rows[0]?.in });
  });
});

describe("keepRemovals", () => {
  test("keeps the contact, for a reason", async () => {
    const ids = await asked([contact.id]);
    expect(await keepRemovals(ids, "Es cliente", crm.id)).toEqual([{ id: ids[0], contact_id: contact.id }]);
    expect(await only(contact.id)).toMatchObject({ state: "kept", decided_note: "Es cliente", decided_by: crm.name });
    expect(await keepRemovals(ids, "Otra vez", crm.id)).toEqual([]);
    expect(await keepRemovals([], "Nadie", crm.id)).toEqual([]);
    expect(await ask([contact.id])).toMatchObject({ standing: 0 });
  });
});

describe("takeBackDecision", () => {
  test("of a confirmation: request, figures and the follow-up that it closed are as before", async () => {
    const ids = await asked([contact.id, other.id]);
    await db.insertInto("follow_ups").values({ contact_id: contact.id, kind: "manual" }).execute();
    await confirmRemovals({ removal_ids: ids }, crm.id);
    const before = await counts(january);
    expect(await takeBackDecision(ids[0] ?? 0, { together: true })).toEqual({ taken: 2, left: 0 });
    const after = await counts(january);
    expect([after.sent, after.removed]).toEqual([before.sent + 2, before.removed - 2]);
    expect(await only(contact.id)).toMatchObject({ state: "requested", decided_at: null, decided_by: null });
    expect((await followUpsOf(contact.id)).map(({ closed_at }) => closed_at === null)).toEqual([false, true]);
  });

  test("of one keeping among several", async () => {
    const ids = await asked([contact.id, other.id]);
    await keepRemovals(ids, "Son clientes", crm.id);
    expect(await takeBackDecision(ids[0] ?? 0)).toEqual({ taken: 1, left: 0 });
    expect(await only(other.id)).toMatchObject({ state: "kept", decided_note: "Son clientes" });
    expect(await takeBackDecision(ids[0] ?? 0)).toEqual({ taken: 0, left: 0 });
  });

  test("not once something was built on it", async () => {
    const ids = await asked([contact.id, other.id]);
    await keepRemovals(ids, "Son clientes", crm.id);
    await ask([contact.id]);
    await db.insertInto("follow_ups").values({ contact_id: other.id, kind: "manual" }).execute();
    expect(await takeBackDecision(ids[0] ?? 0, { together: true })).toEqual({ taken: 0, left: 2 });
  });
});

test("lists by state and by any part of address, name, company or phone; a wildcard is a letter like any other", async () => {
  const found = await contactOf(
    { first_name: "Íngrid", company: "100%_Café", phone: "317 509 80 11", email: "INGRID@cafe.example" },
    [{ campaign_id: february, bounce_kind: "hard", bounce_reason: "una razón única" }],
  );
  await ask([found.id, contact.id]);
  const search = async (text: string) =>
    (await listRemovals({ ...everything, search: text })).removals.map((row) => row.contact_id);
  for (const text of ["ingrid", "INGRID@CAFE", "cafe.ex", "0%_c", "3175098"])
    expect(await search(text)).toEqual([found.id]);
  expect(await search("0%c")).toEqual([]);
  const page = await listRemovals({ ...everything, size: 1 });
  expect(page.removals).toHaveLength(1);
  expect(page.total).toBe((await countRemovals()).requested);
});

describe("a verdict that differs from the label", () => {
  const differing = async (view: Partial<Parameters<typeof listRemovals>[0]> = {}) => {
    const { removals, total, differing } = await listRemovals({ ...everything, only_differing: true, ...view });
    return { ids: removals.map(({ contact_id }) => contact_id), total, differing };
  };
  const refused = (more = {}) =>
    contactOf(more, [
      { campaign_id: february, bounce_kind: "hard", bounce_reason: "550 Your host is not allowed to send" },
    ]);
  beforeEach(async () => {
    await db.deleteFrom("removals").execute();
  });

  test("is found by its stored reading, among label, search, state and batch, and counted beside all others", async () => {
    const [one, two] = [await refused({ company: "Casa Uno" }), await refused({ company: "Casa Dos" })];
    const phone = await refused();
    await ask([contact.id, other.id, one.id, two.id]);
    await ask([phone.id], { decision: "phone-only" });
    expect(await differing()).toEqual({ ids: [phone.id, two.id, one.id], total: 3, differing: 3 });
    expect(await differing({ search: "casa", size: 1 })).toEqual({ ids: [two.id], total: 2, differing: 2 });
    expect(await differing({ state: "kept" })).toEqual({ ids: [], total: 0, differing: 0 });
    expect(await differing({ batch: 999 })).toEqual({ ids: [], total: 0, differing: 0 });
    expect(await listRemovals({ ...everything, size: 1 })).toMatchObject({ total: 5, differing: 3 });
    expect(await countRequestedAmong(everything.readings)).toBe(2);
    expect(await countRequestedAmong([{ bounce_kind: "soft", category: "sender-blocked" }])).toBe(0);
    expect(await countRequestedAmong([])).toBe(0);
  });

  test("that isn't stored yet is no verdict to a query", async () => {
    const { id, address_id } = await refused();
    await db.updateTable("deliveries").set({ bounce_verdict_id: null }).where("address_id", "=", address_id).execute();
    await ask([id]);
    expect(await differing()).toEqual({ ids: [], total: 0, differing: 0 });
    expect(await only(id)).toMatchObject({ category: null, bounce_reason: "550 Your host is not allowed to send" });
  });

  test("is kept with the request that was confirmed against it, and with no other", async () => {
    const { id } = await refused();
    expect(await listRemovalCandidates([id], null)).toMatchObject([{ category: "sender-blocked" }]);
    const confirmed = [
      { contact_id: id, category: "sender-blocked" as const },
      { contact_id: 999_999, category: "sender-auth" as const },
    ];
    await ask([id, contact.id], { confirmed });
    expect(await only(id)).toMatchObject({ confirmed_against: "sender-blocked" });
    expect(await only(contact.id)).toMatchObject({ confirmed_against: null });
    const phone = await refused();
    await expect(
      ask([phone.id], { decision: "phone-only", confirmed: [{ contact_id: phone.id, category: "sender-auth" }] }),
    ).rejects.toThrow(/check constraint/);
  });
});
