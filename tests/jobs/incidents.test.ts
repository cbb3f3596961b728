import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { keepText, placeOf } from "#app/jobs/files.ts";
import { importNow } from "#app/jobs/import-now.ts";
import { findIncidents } from "#app/jobs/incidents.ts";
import { readVerdicts } from "#app/jobs/verdicts.ts";
import { rulesVersion } from "#app/rules/verdict.ts";
import { db } from "#db/connection.ts";
import { countBounces, listBounces } from "#db/queries/bounces.ts";
import { recordCall, takeBackCall } from "#db/queries/calls.ts";
import { recountCampaigns } from "#db/queries/campaigns.ts";
import {
  claimFollowUp,
  claimNext,
  countFollowUps,
  countOpenFollowUps,
  listClaims,
  listFollowUps,
  openFollowUps,
} from "#db/queries/follow-ups.ts";
import { undoImport } from "#db/queries/import-steps.ts";
import {
  findHold,
  findMainIncident,
  holdIncident,
  listIncidents as listAll,
  listHeldIncidents,
  releaseIncident,
} from "#db/queries/incidents.ts";
import { confirmRemovals, requestRemovals } from "#db/queries/removals.ts";
import { campaignOf, contactOf, followUpsOf, ruleOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();
let ana: number;
let luis: number;
let campaign_id: number;
beforeAll(async () => {
  ana = (await signedIn("marketing")).id;
  luis = (await signedIn("sales")).id;
});
beforeEach(async () => {
  await db.deleteFrom("campaigns").execute();
  await db.deleteFrom("contacts").execute();
  campaign_id = await campaignOf(`Campaign ${randomUUID()}`);
});

const refused = "550 Your host is not allowed to connect to this server";
const wait = 15;
const view = { who: "all", kind: null, campaign_id: null, claim_minutes: wait } as const;
const bounced = (bounce_reason: string, email?: string, in_campaign = campaign_id) =>
  contactOf({ ...(email && { email }), phone: "300 555 0101" }, [
    { campaign_id: in_campaign, bounce_kind: "soft", bounce_reason },
  ]);
const found = async (id = campaign_id) => {
  await findIncidents(id);
  return listIncidents(id);
};
const listIncidents = async (id: number) => (await listAll(id)).incidents;
const theIncident = async (id = campaign_id) => {
  const [incident, ...others] = await found(id);
  if (!incident || others.length > 0) throw new Error("one incident was expected");
  return incident;
};
const listed = async (due: "now" | "held" | "all" = "now", user_id = luis) => {
  const rows = await listFollowUps({ ...view, user_id, due, page: 1, size: 50 });
  expect(await countFollowUps({ ...view, user_id, due }, 100)).toBe(rows.length);
  return rows.map(({ contact_id }) => contact_id).sort((a, b) => a - b);
};
async function four() {
  const contacts = [];
  for (const domain of ["a.example", "b.example", "b.example", "c.example"])
    contacts.push(await bounced(refused, `x.${randomUUID()}@${domain}`));
  return contacts.map(({ id }) => id);
}

describe("finding", () => {
  test("bounces with one cause are an incident, with hosts and the reason to the letter", async () => {
    await four();
    await bounced("452 4.2.2 mailbox full", "full@a.example");
    await bounced("550 5.1.1 User unknown", "nobody@a.example");
    expect(await theIncident()).toMatchObject({
      category: "sender-blocked",
      addresses: 4,
      hosts: 3,
      host: "b.example",
      top_hosts: [
        { name: "b.example", addresses: 2 },
        { name: "a.example", addresses: 1 },
        { name: "c.example", addresses: 1 },
      ],
      reasons: [refused],
      is_held: false,
      ...{ open: 4, held: 0, promised: 0 },
    });
    expect(await findMainIncident(campaign_id)).toMatchObject({ addresses: 4, total: 1 });
    expect(await findMainIncident(await campaignOf("Another"))).toBeUndefined();
  });

  test("ours comes before a server's, which comes before what passes; then the larger one", async () => {
    for (const name of ["a", "b", "c"]) {
      await bounced("421 4.7.0 too many messages, try again later", `${name}@fast.example`);
      await bounced("Temporary failure:bad-connection", `${name}1@down.example`);
      await bounced("Temporary failure:bad-connection", `${name}2@down.example`);
      await bounced(refused, `${name}@${name}.example`);
    }
    expect((await found()).map(({ category, host, addresses }) => [category, host, addresses])).toEqual([
      ["sender-blocked", "a.example", 3],
      ["server-trouble", "down.example", 6],
      ["throttled", "fast.example", 3],
    ]);
  });

  test("again it is the same; what came is added; what is none any more is gone", async () => {
    const [first = 0, second = 0] = await four();
    const { id } = await theIncident();
    expect(await theIncident()).toMatchObject({ id, addresses: 4 });
    await bounced("550 Your Host is not allowed to connect to this server.", "more@d.example");
    expect(await theIncident()).toMatchObject({ id, addresses: 5, hosts: 4, open: 5 });
    await db.deleteFrom("contacts").where("id", "=", first).execute();
    expect(await theIncident()).toMatchObject({ id, addresses: 4 });
    await db
      .deleteFrom("contacts")
      .where("id", "in", [second, second + 1])
      .execute();
    expect(await found()).toEqual([]);
  });

  test("a contact that is out of the CRM is in none, without anybody asking for it", async () => {
    const [first = 0] = await four();
    await theIncident();
    await requestRemovals({
      ...{ contact_ids: [first], campaign_id, decision: "remove", reason: "Closed", requested_by: ana },
    });
    const { id } = await db
      .selectFrom("removals")
      .select("id")
      .where("contact_id", "=", first)
      .executeTakeFirstOrThrow();
    await confirmRemovals({ removal_ids: [id] }, ana);
    const { rows } = await sql`select from graphile_worker.jobs where key = ${`find-incidents:${campaign_id}`}`.execute(
      db,
    );
    expect(rows).toHaveLength(1);
    await findIncidents(campaign_id);
    expect(await listIncidents(campaign_id)).toMatchObject([{ addresses: 3 }]);
  });

  test("rules of the organisation's own decide, too", async () => {
    await four();
    await ruleOf(ana, { pattern: "your host", is_regexp: false, category: "mailbox-full" });
    const readAgain = async () => {
      await readVerdicts({ rules_version: rulesVersion, campaign_id });
      return listIncidents(campaign_id);
    };
    expect(await readAgain()).toEqual([]);
    await db.deleteFrom("rules").execute();
    await sql`update organization set rules_version = rules_version + 1`.execute(db);
    expect(await readAgain()).toHaveLength(1);
  });

  test("of a campaign that is gone there is none", async () => {
    await four();
    await theIncident();
    await db.deleteFrom("campaigns").where("id", "=", campaign_id).execute();
    await findIncidents(campaign_id);
    expect(await db.selectFrom("incident_addresses").selectAll().execute()).toEqual([]);
  });
});

describe("holding", () => {
  test("its calls leave the worklist together, and come back together", async () => {
    const contacts = await four();
    const other = await bounced("Temporary failure:bad-connection");
    const { id } = await theIncident();
    expect(await listed()).toEqual([...contacts, other.id]);
    expect(await holdIncident(id, ana)).toMatchObject({ campaign_id, count: 4 });
    expect(await listed()).toEqual([other.id]);
    expect(await listed("all")).toEqual([other.id]);
    expect(await listed("held")).toEqual(contacts);
    expect(await countOpenFollowUps()).toBe(1);
    expect(await claimNext({ ...view, user_id: luis })).toBe(other.id);
    expect(await claimNext({ ...view, user_id: ana })).toBeUndefined();
    expect(await listIncidents(campaign_id)).toMatchObject([
      { is_held: true, open: 4, held: 4, held_at: expect.any(Date) },
    ]);
    expect(await listHeldIncidents()).toMatchObject([{ id, campaign_id, calls: 4 }]);
    expect(await findHold(contacts[0] ?? 0)).toMatchObject({
      id,
      category: "sender-blocked",
      held_at: expect.any(Date),
    });
    expect(await findHold(other.id)).toBeUndefined();

    expect(await releaseIncident(id, ana)).toMatchObject({ campaign_id, count: 4 });
    expect(await listed("held")).toEqual([]);
    expect(await listed()).toEqual([...contacts, other.id]);
    expect(await listIncidents(campaign_id)).toMatchObject([
      { is_held: false, held: 0, released_at: expect.any(Date) },
    ]);
  });

  test("twice is as once; and what is not there is undefined", async () => {
    await four();
    const { id } = await theIncident();
    const [one, two] = await Promise.all([holdIncident(id, ana), holdIncident(id, luis)]);
    expect([one?.count, two?.count].sort()).toEqual([0, 4]);
    const held = await listIncidents(campaign_id);
    await holdIncident(id, luis);
    expect(await listIncidents(campaign_id)).toEqual(held);
    await Promise.all([releaseIncident(id, ana), releaseIncident(id, luis)]);
    const released = await listIncidents(campaign_id);
    expect((await releaseIncident(id, luis))?.count).toBe(0);
    expect(await listIncidents(campaign_id)).toEqual(released);
    expect(await holdIncident(id, luis)).toMatchObject({ count: 4 });
    expect(await listIncidents(campaign_id)).toMatchObject([{ is_held: true, released_at: null }]);
    expect([await holdIncident(0, ana), await releaseIncident(0, ana)]).toEqual([undefined, undefined]);
  });

  test("only current addresses count, and only open follow-ups", async () => {
    const [replaced = 0, closed = 0, ...rest] = await four();
    await sql`
      update addresses set replaced_at = now() where contact_id = ${replaced}
    `.execute(db);
    await sql`
      insert into addresses (contact_id, email, email_key) values (${replaced}, 'new@d.example', 'new@d.example')
    `.execute(db);
    await sql`update follow_ups set closed_at = now(), closed_as = 'recovered' where contact_id = ${closed}`.execute(
      db,
    );
    const { id } = await theIncident();
    expect((await holdIncident(id, ana))?.count).toBe(2);
    expect(await listed("held")).toEqual(rest);
    expect(await listed()).toEqual([replaced]);
  });

  test("who has one on the line goes on, and may save the call", async () => {
    const [first = 0] = await four();
    await claimFollowUp(first, luis, wait);
    const { id } = await theIncident();
    await holdIncident(id, ana);
    expect(await listClaims(ana, wait)).toMatchObject([{ contact_id: first }]);
    expect(await followUpsOf(first)).toMatchObject([{ claimed_by: luis, incident_id: id }]);
    expect(await claimFollowUp(first, luis, wait)).toMatchObject({ user_id: luis });
    await call(first, "no-answer");
    expect(await listed("held")).toContain(first);
    await call(first, "recovered");
    expect(await listed("held")).not.toContain(first);
    await releaseIncident(id, ana);
    expect(await followUpsOf(first)).toMatchObject([{ incident_id: null, closed_as: "recovered" }]);
  });

  test("the tab says so, and who answered that somebody has left is phoned for that", async () => {
    const [left = 0, ...rest] = await four();
    await sql`update follow_ups set kind = 'auto-reply' where contact_id = ${left}`.execute(db);
    const { id } = await theIncident();
    expect((await holdIncident(id, ana))?.count).toBe(3);
    const all = {
      search: "",
      reason: "",
      problem: "",
      domain: "",
      phone: "",
      sort: "email",
      descending: false,
    } as const;
    const tab = { ...all, campaign_id, tab: "soft", claimed_since: new Date() } as const;
    const states = await listBounces({ ...tab, state: "" }, { page: 1, size: 50 });
    expect(new Map(states.map(({ contact_id, state }) => [contact_id, state]))).toEqual(
      new Map([[left, "due"], ...rest.map((one): [number, string] => [one, "held"])]),
    );
    expect(await countBounces({ ...tab, state: "held" })).toBe(3);
  });

  test("a promised call is made in time, held or not", async () => {
    const [first = 0, second = 0, ...rest] = await four();
    await call(first, "call-back");
    const { id } = await theIncident();
    expect((await holdIncident(id, ana))?.count).toBe(3);
    expect(await listIncidents(campaign_id)).toMatchObject([{ open: 4, held: 3, promised: 1 }]);
    const promised = await call(second, "call-back");
    expect(await listed("held")).toEqual(rest);
    expect(await listed("all")).toEqual([first, second]);
    await takeBackCall(promised, { user_id: luis, any: false, claim_minutes: wait });
    expect(await listed("held")).toEqual([second, ...rest]);
    await releaseIncident(id, ana);
    expect(await listed("all")).toEqual([first, second, ...rest]);
  });

  test("a call that was saved, and is taken back after the release, is to be made again", async () => {
    const [first = 0] = await four();
    const { id } = await theIncident();
    await holdIncident(id, ana);
    const saved = await call(first, "recovered");
    await releaseIncident(id, ana);
    await takeBackCall(saved, { user_id: luis, any: false, claim_minutes: wait });
    expect(await listed()).toContain(first);
  });

  test("what somebody puts on the worklist while it is held is phoned; later imports add the rest", async () => {
    const [first = 0] = await four();
    const { id } = await theIncident();
    await sql`update follow_ups set closed_at = now(), closed_as = 'dismissed' where contact_id = ${first}`.execute(db);
    await holdIncident(id, ana);
    await openFollowUps([first], luis);
    const more = await bounced(refused, "more@d.example");
    await theIncident();
    expect(await listed()).toEqual([first]);
    expect(await listed("held")).toContain(more.id);
  });

  test("a contact of two held incidents is free when both are released", async () => {
    const contacts = await four();
    const second = await campaignOf("Second");
    for (const id of contacts) {
      const address_id = sql<number>`(select id from addresses where contact_id = ${id})`;
      await db
        .insertInto("deliveries")
        .values({
          campaign_id: second,
          address_id,
          bounce_kind: "soft",
          bounce_reason: "452 4.3.1 blocked using bl.spamcop.net",
        })
        .execute();
    }
    await readVerdicts({ rules_version: rulesVersion, campaign_id: second });
    const one = await theIncident();
    const two = await theIncident(second);
    await holdIncident(one.id, ana);
    await holdIncident(two.id, ana);
    expect((await releaseIncident(one.id, ana))?.count).toBe(0);
    expect(await listed("held")).toEqual(contacts);
    expect((await releaseIncident(two.id, ana))?.count).toBe(4);
    expect(await listed()).toEqual(contacts);
  });

  test("a campaign that is deleted, and an incident that is none any more, let go", async () => {
    const contacts = await four();
    const { id } = await theIncident();
    await holdIncident(id, ana);
    await db.deleteFrom("deliveries").where("campaign_id", "=", campaign_id).execute();
    await findIncidents(campaign_id);
    expect(await listed()).toEqual(contacts);

    campaign_id = await campaignOf("Second");
    const others = await four();
    await holdIncident((await theIncident()).id, ana);
    expect(await listed()).toEqual(contacts);
    await db.deleteFrom("campaigns").where("id", "=", campaign_id).execute();
    expect(await listed()).toEqual([...contacts, ...others]);
  });
});

test("an import adds to a held incident, and its undo lets go of what it brought", async () => {
  const bring = async (name: string, domains: string[]) => {
    const lines = domains.map((domain, index) => `${name}${index}@${domain};${refused}`);
    const { file_id, ...kept } = await keepText(["Correo;Motivo", ...lines].join("\n"));
    const chosen = { list: "soft" as const, mapping: null, sheet: null, day_first: null };
    const home = { country: "CO", time_zone: "America/Bogota" };
    const file = { ...kept, file_name: `${name}.csv`, place: placeOf(file_id), chosen, home, overwrite: true };
    const imported = await importNow(campaign_id, file, ana);
    if ("failure" in imported) throw new Error(imported.failure);
    // The job that the import queued.
    await findIncidents(campaign_id);
    return imported.import_id ?? 0;
  };
  await bring("first", ["a.example", "b.example", "c.example"]);
  const [incident] = await listIncidents(campaign_id);
  await holdIncident(incident?.id ?? 0, ana);
  const second = await bring("second", ["d.example", "e.example"]);
  expect(await listIncidents(campaign_id)).toMatchObject([{ id: incident?.id, addresses: 5, hosts: 5, held: 5 }]);
  expect(await listed("held")).toHaveLength(5);
  expect(await listed()).toEqual([]);
  await undoImport(second, ana);
  await findIncidents(campaign_id);
  expect(await listIncidents(campaign_id)).toMatchObject([{ id: incident?.id, addresses: 3, is_held: true, held: 3 }]);
  expect(await listed("held")).toHaveLength(3);
});

test("everything that changes a campaign's deliveries asks for its incidents", async () => {
  await db.transaction().execute((trx) => recountCampaigns(trx, [campaign_id]));
  const { rows } = await sql<{ payload: unknown }>`
    select j.payload from graphile_worker._private_jobs j where j.key = ${`find-incidents:${campaign_id}`}
  `.execute(db);
  expect(rows).toEqual([{ payload: { task: "find-incidents", campaign_id } }]);
});

async function call(contact_id: number, outcome: "no-answer" | "call-back" | "recovered"): Promise<number> {
  const open = (await followUpsOf(contact_id)).find(({ closed_at }) => closed_at === null);
  const call_back_at = outcome === "call-back" ? new Date(Date.now() + 3_600_000) : null;
  const saved = await recordCall(
    {
      ...{ contact_id, follow_up_id: open?.id ?? null, called_by: luis, note: "", call_back_at, address: null },
      ...{ removal_reason: "", form_key: randomUUID(), claim_minutes: wait },
      outcome: outcome === "recovered" ? "mailbox-fixed" : outcome,
    },
    (attempts) =>
      outcome === "recovered"
        ? { closed_as: "recovered", attempts }
        : { due_at: new Date(Date.now() + 3_600_000), is_call_back: outcome === "call-back", attempts: attempts + 1 },
  );
  if ("refusal" in saved) throw new Error(saved.refusal);
  return saved.call_id;
}
