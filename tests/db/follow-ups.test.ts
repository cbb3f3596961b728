import { type Insertable, sql, type Transaction, type Updateable } from "kysely";
import { beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { db } from "#db/connection.ts";
import {
  assignFollowUps,
  claimFollowUp,
  claimNext,
  countFollowUps,
  dismissFollowUp,
  dropFollowUps,
  findFollowUp,
  listClaims,
  listFollowUps,
  openFollowUps,
  refreshFollowUps,
  releaseFollowUp,
  reopenFollowUp,
  type WorklistView,
} from "#db/queries/follow-ups.ts";
import { setUp, updateOrganization } from "#db/queries/organization.ts";
import { listRemovalCandidates } from "#db/queries/removals.ts";
import type { DB, Delivery, FollowUp } from "#db/schema.ts";
import { campaignOf, contactOf, followUpsOf, refresh } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

describe("refreshFollowUps", () => {
  let january: number;
  let february: number;
  let ana: Person;
  beforeAll(async () => {
    january = await campaignOf("Enero", "2022-01-15T10:00:00Z");
    february = await campaignOf("Febrero", "2022-02-14T10:00:00Z");
    ana = await signedIn("sales");
  });

  const pagesLookedAt = async (trx: Transaction<DB>) => {
    const { rows } = await sql<{ pages: number }>`
      select pg_stat_get_xact_blocks_fetched('follow_ups'::regclass)::int as pages
    `.execute(trx);
    return rows[0]?.pages ?? 0;
  };
  const forget = (address_id: number) =>
    db.updateTable("deliveries").set({ bounce_kind: null, bounce_reason: null }).where("address_id", "=", address_id);

  test("opens one follow-up of the latest bounce's kind, with its facts", async () => {
    const contact = await contactOf({}, [
      { campaign_id: january, bounce_kind: "hard" },
      { campaign_id: february, bounce_kind: "soft", opened: true },
    ]);
    expect(await followUpsOf(contact.id)).toMatchObject([
      { kind: "soft", bounces: 2, used_to_open: true, last_bounced_at: new Date("2022-02-14T10:00:00Z") },
    ]);
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toHaveLength(1);
  });

  test("an answer that says that somebody left opens one; other answers don't", async () => {
    const reply = { campaign_id: january, auto_reply: true, auto_reply_reason: "Ya no trabajo aquí" };
    const left = await contactOf({}, [{ ...reply, auto_reply_needs_call: true }]);
    const away = await contactOf({}, [reply]);
    const bouncedLater = await contactOf({}, [
      { ...reply, auto_reply_needs_call: true },
      { campaign_id: february, bounce_kind: "hard" },
    ]);
    const leftLater = await contactOf({}, [
      { campaign_id: january, bounce_kind: "soft" },
      { ...reply, campaign_id: february, auto_reply_needs_call: true },
    ]);
    expect(await followUpsOf(left.id)).toMatchObject([{ kind: "auto-reply", bounces: 0, last_bounced_at: null }]);
    expect(await followUpsOf(away.id)).toEqual([]);
    expect(await followUpsOf(bouncedLater.id)).toMatchObject([{ kind: "hard", bounces: 1 }]);
    expect(await followUpsOf(leftLater.id)).toMatchObject([{ kind: "auto-reply", bounces: 1 }]);

    // Its import was undone.
    await db
      .updateTable("deliveries")
      .set({ auto_reply: false, auto_reply_reason: null, auto_reply_verdict_id: null, auto_reply_needs_call: false })
      .where("address_id", "=", left.address_id)
      .execute();
    await refresh([left.id]);
    expect(await followUpsOf(left.id)).toEqual([]);
  });

  describe("soft that keeps bouncing", () => {
    const mails: number[] = [];
    beforeAll(async () => {
      for (let month = 1; month <= 7; month++)
        mails.push(await campaignOf(`2021-${month}`, `2021-0${month}-15T10:00:00Z`));
    });
    const soft = { bounce_kind: "soft" as const };
    const contactWith = (...deliveries: Partial<Insertable<Delivery>>[]) =>
      contactOf(
        {},
        deliveries.map((delivery, index) => ({ campaign_id: mails[index] ?? 0, ...delivery })),
      );

    test.each<[what: string, deliveries: Partial<Insertable<Delivery>>[], kind: string, soft_in_row: number]>([
      ["four in a row are soft", [soft, soft, soft, soft], "soft", 4],
      ["five count as hard", [soft, soft, soft, soft, soft], "hard", 5],
      ["more, too", [{}, soft, soft, soft, soft, soft, soft], "hard", 6],
      ["a mail that arrived ends the count", [soft, soft, soft, {}, soft, soft], "soft", 2],
      ["so does one that was opened", [soft, soft, { ...soft, opened: true }, soft, soft, soft], "soft", 3],
      ["an auto-reply has arrived", [soft, soft, soft, soft, { auto_reply: true }, soft], "soft", 1],
      ["a hard bounce is no soft one", [soft, soft, soft, soft, { bounce_kind: "hard" }], "hard", 0],
    ])("%s", async (_, deliveries, kind, soft_in_row) => {
      const contact = await contactWith(...deliveries);
      expect(await followUpsOf(contact.id)).toMatchObject([{ kind, soft_in_row }]);
      // Whoever is asked to take the contact out reads it, where it counts.
      const counts = kind === "hard" && soft_in_row > 0 ? soft_in_row : null;
      expect(await listRemovalCandidates([contact.id], null)).toMatchObject([{ soft_in_row: counts }]);
    });

    test("a later mail that arrives undoes it", async () => {
      const contact = await contactWith(soft, soft, soft, soft, soft);
      await db
        .insertInto("deliveries")
        .values({ campaign_id: mails[5] ?? 0, address_id: contact.address_id })
        .execute();
      await refresh([contact.id]);
      expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "soft", soft_in_row: 0, bounces: 5 }]);
    });

    test("the limit is a setting, and holds for those who are there", async () => {
      await setUp(
        { name: "Café", language: "es", country: "CO", time_zone: "America/Bogota" },
        { name: "Eva", email: "eva@example.com", password_hash: "" },
      );
      const region = {
        name: "Café",
        language: "es" as const,
        country: "CO",
        time_zone: "America/Bogota",
        loop_limit: 3,
      };
      const three = await contactWith(soft, soft, soft);
      const two = await contactWith(soft, soft);
      const kinds = async () =>
        (await Promise.all([three, two].map(({ id }) => followUpsOf(id)))).flat().map(({ kind }) => kind);
      expect(await kinds()).toEqual(["soft", "soft"]);
      await updateOrganization({ ...region, soft_limit: 3 });
      expect(await kinds()).toEqual(["hard", "soft"]);
      await updateOrganization({ ...region, soft_limit: 5 });
      expect(await kinds()).toEqual(["soft", "soft"]);
    });
  });

  test("many at once are looked up in a small table before the first is written into it", async () => {
    const many = 8_000;
    await contactOf({}, [{ campaign_id: january, bounce_kind: "hard" }]);
    await sql`vacuum analyze follow_ups`.execute(db);
    const pages = await db.transaction().execute(async (trx) => {
      await sql`
        with people as (
          insert into contacts (first_name) select 'Many' from generate_series(1, ${many}) returning id
        ), mail as (
          insert into addresses (contact_id, email, email_key)
          select id, id || '@many.example', id || '@many.example' from people returning id
        )
        insert into deliveries (campaign_id, address_id, bounce_kind) select ${january}, id, 'hard' from mail
      `.execute(trx);
      await sql`
        create temp table touched_contacts on commit drop as select id as contact_id from contacts where first_name = 'Many'
      `.execute(trx);
      const before = await pagesLookedAt(trx);
      await refreshFollowUps(trx, null);
      return (await pagesLookedAt(trx)) - before;
    });
    // Ten for each contact, most of them to write it. Whoever reads what was just written looks at a hundred.
    expect(pages).toBeLessThan(many * 20);
  });

  test("opens none for an auto-reply, a plain delivery, or a bounce of an address that was replaced", async () => {
    const replied = await contactOf({}, [{ campaign_id: january, auto_reply: true }]);
    const opened = await contactOf({}, [{ campaign_id: january, opened: true }]);
    const corrected = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db.deleteFrom("follow_ups").where("contact_id", "=", corrected.id).execute();
    await db.updateTable("addresses").set({ replaced_at: sql`now()` }).where("id", "=", corrected.address_id).execute();
    await refresh([corrected.id]);
    for (const { id } of [replied, opened, corrected]) expect(await followUpsOf(id)).toEqual([]);
  });

  test.each(["requested", "exported", "confirmed"] as const)(
    "opens none beside a removal that is %s",
    async (state) => {
      const contact = await contactOf({});
      const batch = await db
        .insertInto("batches")
        .values({
          created_by: ana.id,
          file_name: "x.csv",
          sha256: "",
          rows: 1,
          content: Buffer.from(""),
          form_key: crypto.randomUUID(),
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      await db
        .insertInto("removals")
        .values({
          contact_id: contact.id,
          address_id: contact.address_id,
          reason: "cerró",
          requested_by: ana.id,
          state,
          batch_id: batch.id,
          decided_at: state === "confirmed" ? sql`now()` : null,
        })
        .execute();
      await db
        .insertInto("deliveries")
        .values({ campaign_id: january, address_id: contact.address_id, bounce_kind: "soft" })
        .execute();
      await refresh([contact.id]);
      expect(await followUpsOf(contact.id)).toEqual([]);
    },
  );

  test("opens another one only for a bounce after the last one was closed", async () => {
    const contact = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db
      .updateTable("follow_ups")
      .set({ closed_at: "2022-01-20T10:00:00Z", closed_as: "recovered" })
      .where("contact_id", "=", contact.id)
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toHaveLength(1);
    await db
      .insertInto("deliveries")
      .values({ campaign_id: february, address_id: contact.address_id, bounce_kind: "hard" })
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([
      { closed_as: "recovered" },
      { closed_at: null, kind: "hard" },
    ]);
  });

  test("forgets an untouched one when the bounce is gone, closes a worked one, and opens it again with the bounce", async () => {
    const untouched = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    const worked = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db
      .updateTable("follow_ups")
      .set({ claimed_by: ana.id, claimed_at: sql`now()` })
      .where("contact_id", "=", worked.id)
      .execute();
    await forget(untouched.address_id).execute();
    await forget(worked.address_id).execute();
    await refresh([untouched.id, worked.id]);
    expect(await followUpsOf(untouched.id)).toEqual([]);
    expect(await followUpsOf(worked.id)).toMatchObject([{ closed_as: "no-longer-bouncing", claimed_by: null }]);

    await db
      .updateTable("deliveries")
      .set({ bounce_kind: "soft" })
      .where("address_id", "=", worked.address_id)
      .execute();
    await refresh([worked.id]);
    expect(await followUpsOf(worked.id)).toMatchObject([{ closed_as: "no-longer-bouncing" }, { closed_at: null }]);
  });

  test("what a person opened takes the bounce's kind, and stays when the bounce is gone", async () => {
    const contact = await contactOf({});
    await db.insertInto("follow_ups").values({ contact_id: contact.id, kind: "manual", opened_by: ana.id }).execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "manual", closed_at: null }]);
    await db
      .insertInto("deliveries")
      .values({ campaign_id: january, address_id: contact.address_id, bounce_kind: "soft" })
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "soft", bounces: 1 }]);
    await forget(contact.address_id).execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "manual", bounces: 0, closed_at: null }]);
  });
});

describe("the worklist", () => {
  let january: number;
  let february: number;
  let ana: Person;
  let luis: Person;
  let view: WorklistView;

  beforeAll(async () => {
    january = await campaignOf("Enero del mar", "2022-01-15T10:00:00Z");
    february = await campaignOf("Febrero del mar", "2022-02-14T10:00:00Z");
    ana = await signedIn("sales");
    luis = await signedIn("sales");
    view = { user_id: ana.id, who: "all", due: "now", kind: null, campaign_id: null, claim_minutes: 15 };
  });
  beforeEach(async () => {
    await db.deleteFrom("follow_ups").execute();
  });

  const soft = () => contactOf({}, [{ campaign_id: february, bounce_kind: "soft" }]);
  const change = (contact_id: number, values: Updateable<FollowUp>) =>
    db.updateTable("follow_ups").set(values).where("contact_id", "=", contact_id).execute();
  const ids = async (more: Partial<WorklistView> = {}) =>
    (await listFollowUps({ ...view, ...more, page: 1, size: 50 })).map(({ contact_id }) => contact_id);
  const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);

  test("call-backs by their time, soft before hard before manual, more often, more recent, used to open", async () => {
    const manual = await contactOf({});
    await openFollowUps([manual.id], ana.id);
    const hard = await contactOf({}, [{ campaign_id: january, bounce_kind: "hard" }]);
    const old = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    const recent = await soft();
    const opener = await contactOf({}, [
      { campaign_id: february, bounce_kind: "soft" },
      { campaign_id: january, opened: true },
    ]);
    const often = await contactOf({}, [
      { campaign_id: january, bounce_kind: "soft" },
      { campaign_id: february, bounce_kind: "soft" },
    ]);
    const [first, second, later] = [await soft(), await soft(), await soft()];
    await change(second.id, { is_call_back: true, due_at: ago(5) });
    await change(first.id, { is_call_back: true, due_at: ago(50) });
    await change(later.id, { is_call_back: true, due_at: ago(-50) });
    const due = [first, second, often, opener, recent, old, hard, manual].map(({ id }) => id);
    expect(await ids()).toEqual(due);
    expect(await ids({ due: "later" })).toEqual([later.id]);
    expect(await ids({ kind: "hard" })).toEqual([hard.id]);
    expect(await ids({ campaign_id: january })).toEqual([often.id, old.id, hard.id]);
    expect(await countFollowUps({ ...view, due: "all" }, 100)).toBe(9);
    expect(await countFollowUps({ ...view, due: "all" }, 5)).toBe(5);

    const given: (number | undefined)[] = [];
    for (const skipped of due.map((_, index) => due.slice(0, index))) given.push(await claimNext(view, skipped));
    expect(given).toEqual(due);
  });

  test("whose it is, and who has it open", async () => {
    const [mine, theirs, nobodys] = [await soft(), await soft(), await soft()];
    await assignFollowUps([mine.id], ana.id, ana.id);
    await assignFollowUps([theirs.id], luis.id, ana.id);
    expect(await ids({ who: "mine" })).toEqual([mine.id]);
    expect(await ids({ who: "unassigned" })).toEqual([nobodys.id]);
    await claimFollowUp(nobodys.id, luis.id, 15);
    const rows = await listFollowUps({ ...view, page: 1, size: 50 });
    expect(
      rows.map(({ contact_id, claimed_name, assigned_name }) => [contact_id, claimed_name, assigned_name]),
    ).toEqual([
      [mine.id, null, ana.name],
      [theirs.id, null, luis.name],
      [nobodys.id, luis.name, null],
    ]);
    expect(await listClaims(ana.id, 15)).toMatchObject([{ contact_id: nobodys.id, user: luis.name }]);
    expect(await listClaims(luis.id, 15)).toEqual([]);
    // What a colleague has open, or was given, is never handed out.
    expect([await claimNext(view), await claimNext(view, [mine.id])]).toEqual([mine.id, undefined]);
  });

  test("a claim holds against others until it is released or lapses, and renewing keeps its beginning", async () => {
    const { id } = await soft();
    expect(await claimFollowUp(id, ana.id, 15)).toMatchObject({ user_id: ana.id });
    const since = ago(10);
    await change(id, { claimed_at: since, claim_renewed_at: ago(14) });
    expect(await claimFollowUp(id, luis.id, 15)).toMatchObject({ user_id: ana.id, since });
    expect(await claimNext({ ...view, user_id: luis.id })).toBeUndefined();
    expect(await claimFollowUp(id, ana.id, 15)).toMatchObject({ user_id: ana.id, since });
    expect(await findFollowUp(id, 15)).toMatchObject({ claimed_by: ana.id, claimed_at: since });

    await change(id, { claim_renewed_at: ago(16) });
    expect(await findFollowUp(id, 15)).toMatchObject({ claimed_by: null, claimed_at: null });
    expect(await claimNext({ ...view, user_id: luis.id })).toBe(id);
    await releaseFollowUp(id, ana.id);
    expect(await claimFollowUp(id, ana.id, 15)).toMatchObject({ user_id: luis.id });
    await releaseFollowUp(id, luis.id);
    expect(await claimFollowUp(id, ana.id, 15)).toMatchObject({ user_id: ana.id });
    expect(await claimFollowUp((await contactOf({})).id, ana.id, 15)).toBeUndefined();
  });

  test("forty who press next at the same moment get forty contacts", async () => {
    const contacts = await Promise.all(Array.from({ length: 45 }, soft));
    const people = await Promise.all(Array.from({ length: 40 }, () => signedIn("sales")));
    // The pool of a process has ten connections: four of them, all open before the first asks.
    const poolOf = async (from: number) => {
      vi.resetModules();
      Reflect.deleteProperty(globalThis, Symbol.for("rebote.pool"));
      const { claimNext } = await import("#db/queries/follow-ups.ts");
      const { closeDatabase } = await import("#db/connection.ts");
      const next = (person: Person, skipped: number[] = []) => claimNext({ ...view, user_id: person.id }, skipped);
      return { next, closeDatabase, people: people.slice(from, from + 10) };
    };
    const pools = [await poolOf(0), await poolOf(10), await poolOf(20), await poolOf(30)];
    const everybody = <T>(ask: (pool: (typeof pools)[number], person: Person) => Promise<T>) =>
      Promise.all(pools.flatMap((pool) => pool.people.map((person) => ask(pool, person))));
    const all = contacts.map(({ id }) => id);
    await everybody(({ next }, person) => next(person, all));
    const connections = await sql<{ count: number }>`
      select count(*) from pg_stat_activity where datname = current_database()
    `.execute(db);
    expect(connections.rows[0]?.count).toBeGreaterThanOrEqual(40);

    const given = await everybody(({ next }, person) => next(person));
    expect(new Set(given).size).toBe(40);
    expect(all).toEqual(expect.arrayContaining(given));
    await Promise.all(pools.map(({ closeDatabase }) => closeDatabase()));
  });

  test("a double click on next gives the same contact", async () => {
    await soft();
    await soft();
    const given = [await claimNext(view), await claimNext(view)];
    expect(given[0]).toBe(given[1]);
  });

  test("contacts are put on it by hand once, not when their removal was asked for, and taken off again", async () => {
    const open = await soft();
    const closed = await soft();
    const removed = await contactOf({});
    await change(closed.id, { closed_at: new Date(), closed_as: "recovered" });
    const asked = { reason: "cerró", requested_by: ana.id };
    await db
      .insertInto("removals")
      .values({ ...asked, contact_id: removed.id, address_id: removed.address_id })
      .execute();
    const all = [open.id, closed.id, removed.id, 999_999];
    const { opened, opened_at } = await openFollowUps(all, ana.id);
    expect(opened).toBe(1);
    expect(await followUpsOf(closed.id)).toMatchObject([
      { closed_as: "recovered" },
      { kind: "soft", opened_by: ana.id },
    ]);
    expect(await openFollowUps(all, ana.id)).toMatchObject({ opened: 0 });
    expect(await dropFollowUps(luis.id, opened_at)).toBe(0);
    for (const odd of ["0000-01-01T00:00:00Z", "2026-01-01T00:00:00+23:59", "x"])
      expect(await dropFollowUps(ana.id, odd)).toBe(0);
    expect(await dropFollowUps(ana.id, opened_at)).toBe(1);
    expect(await followUpsOf(closed.id)).toHaveLength(1);
    expect(await assignFollowUps(all, luis.id, ana.id)).toBe(2);
    expect(await assignFollowUps(all, null, ana.id)).toBe(2);
  });

  test("one is dismissed, unless a colleague has it, and taken back", async () => {
    const { id } = await soft();
    await claimFollowUp(id, luis.id, 15);
    expect(await dismissFollowUp(id, ana.id, 15)).toBeUndefined();
    const dismissed = (await dismissFollowUp(id, luis.id, 15)) ?? 0;
    expect(await followUpsOf(id)).toMatchObject([{ closed_as: "dismissed", claimed_by: null }]);
    expect(await reopenFollowUp(id + 1, dismissed)).toBe(false);
    expect(await reopenFollowUp(id, dismissed)).toBe(true);
    expect(await reopenFollowUp(id, dismissed)).toBe(false);
    expect(await followUpsOf(id)).toMatchObject([{ closed_at: null, closed_as: null }]);
  });
});
