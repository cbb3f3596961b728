import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { nextStep } from "#app/rules/next-step.ts";
import { recordCall, takeBackCall } from "#db/queries/calls.ts";
import { findContact, findLatestBounce, listContacts, listTimeline, updateContact } from "#db/queries/contacts.ts";
import type { CallOutcome } from "#db/schema.ts";
import { campaignOf, contactOf, followUpsOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

let ana: Person;
beforeAll(async () => {
  ana = await signedIn("sales");
});

async function log(contact_id: number, outcome: CallOutcome, email?: string) {
  const open = (await followUpsOf(contact_id)).find(({ closed_at }) => closed_at === null);
  return recordCall(
    {
      contact_id,
      follow_up_id: open?.id ?? null,
      called_by: ana.id,
      outcome,
      note: "una nota",
      call_back_at: null,
      address: email ? { email, email_key: email } : null,
      removal_reason: "cerró",
      form_key: randomUUID(),
      claim_minutes: 15,
    },
    (attempts, bounce) => nextStep(outcome, { attempts, bounce, now: new Date(), timeZone: "America/Bogota" }),
  );
}

describe("search", () => {
  const ids: Record<string, number> = {};
  beforeAll(async () => {
    const add = async (name: string, contact: Parameters<typeof contactOf>[0]) => {
      ids[name] = (await contactOf(contact)).id;
    };
    await add("bahia", {
      company: "Hotel Bahía Serena",
      first_name: "Núria",
      last_name: "Peña",
      phone: "300 555 01 01",
      phone_e164: "+573005550101",
      email: "Reservas@BahiaSerena.example",
    });
    await add("faro", { company: "Casa del Faro", first_name: "José", email: "faro@example.org", phone: "6015550102" });
    await add("percent", { company: "100% Natural_\\", email: "natural@example.org" });
    await log(ids.faro ?? 0, "new-address", "luz@nuevo.example");
  });
  const found = async (search: string) =>
    (await listContacts({ search, page: 1, size: 10 })).contacts.map(({ id }) => id);

  test.each([
    ["bahia", "bahia"],
    ["BAHÍA SERENA", "bahia"],
    ["pena nuria", "bahia"],
    ["serena.exa", "bahia"],
    ["nuria bahiaserena.example", "bahia"],
    ["+57 300 555", "bahia"],
    ["(300) 555-01", "bahia"],
    ["5550102", "faro"],
    ["jose", "faro"],
    ["luz@", "faro"],
    ["faro@example.org", "faro"],
    ["100%", "percent"],
    ["l_\\", "percent"],
  ])("%s finds %s", async (search, name) => expect(await found(search)).toEqual([ids[name]]));

  test("what is nowhere, or only looks like a pattern, finds nobody", async () => {
    for (const search of ["zzz", "h%l", "ba_ia", "nuria faro", "'; drop table contacts; --"])
      expect(await found(search)).toEqual([]);
  });

  test("nothing lists everybody, newest first, in pages", async () => {
    const newest = [ids.percent, ids.faro, ids.bahia];
    expect(await found("  ")).toEqual(newest);
    expect(await listContacts({ search: "", page: 2, size: 2 })).toMatchObject({
      total: 3,
      contacts: [{ id: ids.bahia }],
    });
  });
});

test("the timeline tells everything, newest first", async () => {
  const january = await campaignOf("Enero", "2022-01-15T10:00:00Z");
  const february = await campaignOf("Febrero", "2022-02-14T10:00:00Z");
  const contact = await contactOf({}, [
    { campaign_id: january, opened: true, clicked: true },
    { campaign_id: february, bounce_kind: "soft", bounce_reason: "Temporary failure:no-answer-from-host" },
  ]);
  expect(await findLatestBounce(contact.id)).toMatchObject({ campaign: "Febrero", campaigns: 1, opened: 1, sent: 2 });
  const first = await log(contact.id, "no-answer");
  if (!("call_id" in first)) throw new Error(first.refusal);
  await takeBackCall(first.call_id, { user_id: ana.id, any: false, claim_minutes: 15 });
  await log(contact.id, "new-address", "nueva@example.org");
  await log(contact.id, "not-interested");

  const { events, total } = await listTimeline({ contact_id: contact.id, page: 1, size: 50 });
  expect(total).toBe(events.length);
  expect(events.map((event) => [event.kind, "outcome" in event ? event.outcome : "by" in event && event.by])).toEqual([
    ["removal-requested", ana.name],
    ["call", "not-interested"],
    ["opened", ana.name],
    ["correction", ana.name],
    ["call", "new-address"],
    ["call", "no-answer"],
    ["opened", null],
    ["delivery", null],
    ["delivery", null],
  ]);
  expect(events).toContainEqual(
    expect.objectContaining({ outcome: "no-answer", taken_back_by: ana.name, latest: false }),
  );
  expect(events).toContainEqual(expect.objectContaining({ old_email: contact.email, new_email: "nueva@example.org" }));
  expect(events.at(-2)).toMatchObject({
    bounce_reason: "Temporary failure:no-answer-from-host",
    at: new Date("2022-02-14T10:00:00Z"),
  });
  const second = await listTimeline({ contact_id: contact.id, page: 2, size: 4 });
  expect(second.events).toEqual(events.slice(4, 8));
  expect(await findLatestBounce(contact.id)).toBeUndefined();
});

test("a contact's own fields are changed", async () => {
  const { id } = await contactOf({});
  const values = { first_name: "Eva", last_name: "Montaño", company: null, phone: "1", phone_e164: null };
  expect(await updateContact(id, { ...values, crm_record_id: null, crm_module: null })).toBe(true);
  expect(await findContact(id)).toMatchObject(values);
  expect(await updateContact(999_999, { ...values, crm_record_id: null, crm_module: null })).toBe(false);
});
