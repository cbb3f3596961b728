import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign, findCampaign } from "#db/queries/campaigns.ts";
import { listContacts, searchLimit } from "#db/queries/contacts.ts";
import { refreshFollowUpsOf } from "#db/queries/follow-ups.ts";
import {
  createOwnImport,
  discardDraft,
  discardImport,
  listDrafts,
  requestSaving,
  startOwnSaving,
  updateDrafts,
} from "#db/queries/import-drafts.ts";
import { previewImports } from "#db/queries/import-preview.ts";
import { countProblems, listProblems } from "#db/queries/import-problems.ts";
import {
  copyProblems,
  countStaged,
  dropStage,
  mergeRepeats,
  problemLine,
  type StagedProblem,
  type StagedRow,
  stageOf,
} from "#db/queries/import-stage.ts";
import { type Account, saveImport, undoImport } from "#db/queries/import-steps.ts";
import { findImport, listImports, listLeft } from "#db/queries/imports.ts";
import { storableJson } from "#db/queries/storable.ts";
import type { ImportList } from "#db/schema.ts";
import { ownDatabase } from "../database.ts";
import { draftOf, each, stageRows } from "../imported.ts";
import { signedIn } from "../people.ts";

ownDatabase();

let user: number;
beforeAll(async () => {
  user = (await signedIn("marketing")).id;
});

let campaigns = 0;
async function newCampaign(): Promise<number> {
  const id = await createCampaign({ name: `Campaign ${++campaigns}`, sent_at: new Date("2022-02-14T20:14Z") }, user);
  if (!id) throw new Error("name taken");
  return id;
}

type Row = Omit<StagedRow, "line" | "email_key" | "facts"> & { facts?: StagedRow["facts"] };

/** A file as it was read: its rows, one an address. */
type FileRows = {
  list: ImportList;
  rows: StagedRow[];
  problems: StagedProblem[];
  duplicate: number;
  rejected: number;
  overwrite: boolean;
};

function file(list: ImportList, rows: Row[], rest: Partial<FileRows> = {}): FileRows {
  const facts = list === "combined" ? [] : [list];
  return {
    list,
    rows: rows.map((row, index) => ({ facts, ...row, line: index + 2, email_key: row.email.toLowerCase() })),
    problems: [],
    duplicate: 0,
    rejected: 0,
    overwrite: true,
    ...rest,
  };
}

async function draftIn(campaign_id: number, file: FileRows, sha256: string = randomUUID()): Promise<number> {
  const id = await createOwnImport(campaign_id, { file_name: "soft.csv", sha256, bytes: 6 }, user);
  await stageRows(id, file.rows);
  await copyProblems(each(file.problems.map((problem) => problemLine(id, problem))));
  const reading = {
    ...file,
    mapping: null,
    source: null,
    headers: ["Contact Email"],
    review: {},
    rules_version: null,
    staged: file.rows.length,
  };
  await startOwnSaving(id, reading, file.overwrite);
  return id;
}

async function importInto(campaign_id: number, rows: FileRows, sha256?: string): Promise<Account & { id: number }> {
  const id = await draftIn(campaign_id, rows, sha256);
  const account = await saveImport(id, rows);
  if (!account) throw new Error("not saved");
  return { id, ...account };
}

const counts = ({ rows, created, updated, unchanged, duplicate, rejected }: Account) => ({
  rows,
  created,
  updated,
  unchanged,
  duplicate,
  rejected,
});

async function contactOf(email: string) {
  return db
    .selectFrom("contacts as c")
    .innerJoin("addresses as a", "a.contact_id", "c.id")
    .where("a.email_key", "=", email.toLowerCase())
    .selectAll("c")
    .select("a.id as address_id")
    .executeTakeFirstOrThrow();
}

async function deliveryOf(campaign_id: number, email: string) {
  return db
    .selectFrom("deliveries as d")
    .innerJoin("addresses as a", "a.id", "d.address_id")
    .where("d.campaign_id", "=", campaign_id)
    .where("a.email_key", "=", email.toLowerCase())
    .selectAll("d")
    .executeTakeFirst();
}

/** Everything that an import may change, without ids and the names of imports: what "equal" means. */
async function state() {
  const { rows } = await sql<{ state: unknown }>`
    select jsonb_build_object(
      'contacts', (select coalesce(jsonb_agg(r order by r ->> 'email_key'), '[]') from (
        select jsonb_build_object('email_key', a.email_key, 'email', a.email, 'replaced', a.replaced_at is not null)
          || (to_jsonb(c) - array['id', 'import_id', 'created_at']) as r
        from contacts c join addresses a on a.contact_id = c.id) s),
      'contacts_without_address', (select count(*) from contacts c
        where not exists (select from addresses a where a.contact_id = c.id)),
      'deliveries', (select coalesce(jsonb_agg(r order by r ->> 'campaign_id', r ->> 'email_key'), '[]') from (
        select jsonb_build_object('email_key', a.email_key) || (to_jsonb(d) - array['address_id', 'import_id']) as r
        from deliveries d join addresses a on a.id = d.address_id) s),
      'follow_ups', (select coalesce(jsonb_agg(r order by r ->> 'email_key', r ->> 'kind'), '[]') from (
        select jsonb_build_object('email_key', a.email_key)
          || (to_jsonb(f) - array['id', 'contact_id', 'import_id', 'opened_at', 'due_at']) as r
        from follow_ups f join addresses a on a.contact_id = f.contact_id and a.replaced_at is null) s),
      'counts', (select coalesce(jsonb_agg(to_jsonb(n) order by n.campaign_id), '[]') from campaign_counts n
        where sent > 0)
    ) as state
  `.execute(db);
  return rows[0]?.state;
}

async function wipe() {
  await sql`truncate contacts, addresses, imports, campaign_counts, deliveries cascade`.execute(db);
}

const ana: Row = {
  email: "Ana@Hotel.example",
  first_name: "Ana",
  company: "Hotel",
  phone: "300 555 0101",
  phone_e164: "+573005550101",
};

describe("saving", () => {
  test("creates contact, address, delivery and follow-up, counts them, and drops its rows", async () => {
    const campaign_id = await newCampaign();
    const { id, ...account } = await importInto(
      campaign_id,
      file("soft", [{ ...ana, bounce_reason: "mailbox full" }], {
        rejected: 1,
        duplicate: 2,
        problems: [
          { line: 9, column: "E-mail", code: "malformed-address", value: "x", raw: ["x", "y"], rejected: true },
        ],
      }),
    );
    expect(account).toEqual({ rows: 4, created: 1, updated: 0, unchanged: 0, duplicate: 2, rejected: 1 });
    expect(await contactOf("ana@hotel.example")).toMatchObject({ first_name: "Ana", phone_e164: "+573005550101" });
    expect(await deliveryOf(campaign_id, ana.email)).toMatchObject({
      bounce_kind: "soft",
      bounce_reason: "mailbox full",
    });
    expect(await findCampaign(campaign_id)).toMatchObject({ sent: 1, soft: 1, hard: 0, lists: ["soft"] });
    const follow_ups = await db.selectFrom("follow_ups").selectAll().where("import_id", "=", id).execute();
    expect(follow_ups).toMatchObject([{ kind: "soft", bounces: 1, closed_at: null }]);
    expect(await listDrafts(campaign_id)).toEqual([]);
    expect(await countStaged(id)).toBeUndefined();
    expect(await findImport(id)).toMatchObject({ state: "saved", list: "soft", ...account });
    expect(await countProblems(id)).toEqual([{ code: "malformed-address", rejected: true, count: 1, kept: 1 }]);
    expect(await listProblems(id, { page: 1, size: 10 })).toMatchObject([{ line: 9, raw: ["x", "y"] }]);
  });

  test("of a warning that was too frequent to keep all its rows, all are counted", async () => {
    const problem = {
      line: 2,
      column: null,
      code: "role-address",
      value: "info@x.example",
      raw: ["x"],
      rejected: false,
    };
    const id = await draftIn(await newCampaign(), file("soft", [ana], { problems: [problem] }));
    const review = { problems: [{ code: "role-address", rejected: false, count: 12_000 }] };
    await db
      .updateTable("imports")
      .set({ review: JSON.stringify(review) })
      .where("id", "=", id)
      .execute();
    expect(await countProblems(id)).toEqual([{ code: "role-address", rejected: false, count: 12_000, kept: 1 }]);
  });

  test("opens for new contacts what looking at all their deliveries would open", async () => {
    const campaign_id = await newCampaign();
    const day = new Date("2022-02-15T12:00Z");
    const rows: Row[] = [
      { email: "f1@x.example", facts: ["soft"], bounced_at: day },
      { email: "f2@x.example", facts: ["hard", "opened"], sent_at: day },
      { email: "f3@x.example", facts: ["soft"] },
      { email: "f4@x.example", facts: ["auto-reply"] },
    ];
    const { id } = await importInto(campaign_id, file("combined", rows));
    const found = async () =>
      db
        .selectFrom("follow_ups as f")
        .innerJoin("contacts as c", "c.id", "f.contact_id")
        .where("c.import_id", "=", id)
        .orderBy("c.search")
        .select(["f.contact_id", "f.kind", "f.bounces", "f.last_bounced_at", "f.used_to_open", "f.is_call_back"])
        .execute();
    const opened = await found();
    expect(opened).toHaveLength(3);
    const ids = await db.selectFrom("contacts").select("id").where("import_id", "=", id).execute();
    const contacts = ids.map((contact) => contact.id);
    await db.deleteFrom("follow_ups").where("contact_id", "in", contacts).execute();
    await db.transaction().execute((trx) => refreshFollowUpsOf(trx, contacts));
    expect(await found()).toEqual(opened);
  });

  test("the same file again changes nothing, not even the last writer", async () => {
    const campaign_id = await newCampaign();
    const again = file("hard", [{ email: "b@x.example", bounce_reason: "550", extra: { Ciudad: "Cali" } }]);
    const first = await importInto(campaign_id, again);
    const second = await importInto(campaign_id, again);
    expect(counts(second)).toMatchObject({ rows: 1, created: 0, updated: 0, unchanged: 1 });
    expect(await deliveryOf(campaign_id, "b@x.example")).toMatchObject({ import_id: first.id });
  });

  test("the same file after another one, or after a person, takes nothing back", async () => {
    const campaign_id = await newCampaign();
    const one = file("soft", [
      { email: "r@x.example", first_name: "Ana", phone: "300 555 0101", bounce_reason: "full" },
    ]);
    const other = file("soft", [{ email: "r@x.example", first_name: "Ana María", bounce_reason: "over quota" }]);
    for (const rows of [one, other]) await importInto(campaign_id, rows, JSON.stringify(rows));
    const contact = await contactOf("r@x.example");
    await db.updateTable("contacts").set({ phone: "301 555 0199" }).where("id", "=", contact.id).execute();

    const again = await importInto(campaign_id, one, JSON.stringify(one));
    expect(counts(again)).toMatchObject({ rows: 1, created: 0, updated: 0, unchanged: 1 });
    expect(await contactOf("r@x.example")).toMatchObject({ first_name: "Ana María", phone: "301 555 0199" });
    expect(await deliveryOf(campaign_id, "r@x.example")).toMatchObject({ bounce_reason: "over quota" });

    await undoImport(again.id, user);
    expect(await contactOf("r@x.example")).toMatchObject({ first_name: "Ana María", phone: "301 555 0199" });
    const elsewhere = await importInto(await newCampaign(), one, JSON.stringify(one));
    expect(counts(elsewhere)).toMatchObject({ created: 1 });
    expect(await contactOf("r@x.example")).toMatchObject({ first_name: "Ana", phone: "300 555 0101" });
  });

  test("an empty cell never erases, another value wins, and extra columns add up", async () => {
    const campaign_id = await newCampaign();
    await importInto(campaign_id, file("sent", [{ ...ana, email: "c@x.example", extra: { a: "1", b: "2" } }]));
    const { updated } = await importInto(
      campaign_id,
      file("sent", [{ email: "C@x.example", company: "Hostal", extra: { b: "3" } }]),
    );
    expect(updated).toBe(1);
    expect(await contactOf("c@x.example")).toMatchObject({
      first_name: "Ana",
      company: "Hostal",
      phone: "300 555 0101",
      phone_e164: "+573005550101",
      extra: { a: "1", b: "3" },
    });
    await importInto(campaign_id, file("sent", [{ email: "c@x.example", phone: "12" }]));
    expect(await contactOf("c@x.example")).toMatchObject({ phone: "12", phone_e164: null });
  });

  test("a click is an open; a time without its fact proves it", async () => {
    const campaign_id = await newCampaign();
    await importInto(
      campaign_id,
      file("clicked", [{ email: "d@x.example" }, { email: "e@x.example", clicked_at: new Date() }]),
    );
    await importInto(campaign_id, file("unopened", [{ email: "d@x.example" }]));
    expect(await deliveryOf(campaign_id, "d@x.example")).toMatchObject({ opened: true, clicked: true });
    expect(await deliveryOf(campaign_id, "e@x.example")).toMatchObject({ opened: true, clicked: true });
  });

  test("a reason cut off on a screen doesn't replace the whole one; a new one does", async () => {
    const campaign_id = await newCampaign();
    const reasons = ["550 Your host is not allo...", "550 Your host is not allowed", "550 Your host is not allo…"];
    for (const bounce_reason of reasons) {
      await importInto(campaign_id, file("hard", [{ email: "f@x.example", bounce_reason }]));
    }
    expect(await deliveryOf(campaign_id, "f@x.example")).toMatchObject({ bounce_reason: reasons[1] });
    await importInto(campaign_id, file("hard", [{ email: "f@x.example", bounce_reason: "unknown" }]));
    expect(await deliveryOf(campaign_id, "f@x.example")).toMatchObject({ bounce_reason: "unknown" });
  });

  test("a second click saves nothing; what is being saved can't be thrown away", async () => {
    const campaign_id = await newCampaign();
    const rows = file("soft", [{ email: "g@x.example" }]);
    const id = await draftIn(campaign_id, rows);
    expect(await discardDraft(id)).toBeUndefined();
    const answers = await Promise.all([saveImport(id, rows), saveImport(id, rows), saveImport(id, rows)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    const given = await draftIn(campaign_id, rows);
    await discardImport(given);
    expect(await saveImport(given, rows)).toBeUndefined();
    expect(await saveImport(2_000_000_000, rows)).toBeUndefined();
  });

  test("texts that PostgreSQL can't store are stored without what it can't", async () => {
    const campaign_id = await newCampaign();
    const email = "h@x.example";
    await importInto(
      campaign_id,
      file("hard", [
        { email, company: "a\0b\ud800c", bounce_reason: "'; drop table contacts; --", extra: { "k\0": "v\udc00" } },
      ]),
    );
    expect(await contactOf(email)).toMatchObject({ company: "ab\ufffdc", extra: { k: "v\ufffd" } });
    expect(await deliveryOf(campaign_id, email)).toMatchObject({ bounce_reason: "'; drop table contacts; --" });
  });

  test("two campaigns that bring the same new addresses at once both succeed", async () => {
    const rows = Array.from({ length: 300 }, (_, index) => ({ email: `same${index}@x.example`, company: "x" }));
    const ids = await Promise.all(Array.from({ length: 4 }, newCampaign));
    const accounts = await Promise.all(
      ids.map((id, index) => importInto(id, file("soft", index % 2 ? rows : [...rows].reverse()))),
    );
    expect(accounts.map(counts)).toEqual(ids.map(() => expect.objectContaining({ rows: 300, created: 300 })));
    const { rows: made } = await sql<{ count: number }>`
      select count(*)::int as count from contacts c join addresses a on a.contact_id = c.id
      where a.email_key like 'same%@x.example'
      having count(distinct c.id) = count(a.id)
    `.execute(db);
    expect(made).toEqual([{ count: 300 }]);
    const { rows: orphans } = await sql`
      select id from contacts c where not exists (select from addresses a where a.contact_id = c.id)
    `.execute(db);
    expect(orphans).toEqual([]);
  });

  test("an address that a call replaced takes the delivery, fills gaps, and opens nothing", async () => {
    const campaign_id = await newCampaign();
    await importInto(campaign_id, file("sent", [{ ...ana, email: "old@x.example" }]));
    const { id, address_id } = await contactOf("old@x.example");
    await db.updateTable("addresses").set({ replaced_at: new Date() }).where("id", "=", address_id).execute();
    await db
      .insertInto("addresses")
      .values({ contact_id: id, email: "new@x.example", email_key: "new@x.example" })
      .execute();
    const later = file("soft", [
      { email: "old@x.example", first_name: "Anita", last_name: "Rey" },
      { email: "new@x.example", company: "Hostal" },
    ]);
    const next = await newCampaign();
    expect(counts(await importInto(next, file("hard", [later.rows[0] as Row])))).toMatchObject({ created: 1 });
    expect(await contactOf("new@x.example")).toMatchObject({ first_name: "Ana", last_name: "Rey" });
    const follow_ups = () => db.selectFrom("follow_ups").select("kind").where("contact_id", "=", id).execute();
    expect(await follow_ups()).toEqual([]);
    await importInto(next, later);
    expect(await contactOf("new@x.example")).toMatchObject({ first_name: "Ana", last_name: "Rey", company: "Hostal" });
    expect(await follow_ups()).toEqual([{ kind: "soft" }]);
    expect(counts(await importInto(next, later))).toMatchObject({ unchanged: 2 });
  });
});

test("who writes a campaign's drafts in the same moment, in whatever order, never waits in a circle", async () => {
  for (let round = 0; round < 10; round++) {
    const campaign_id = await newCampaign();
    const ids: number[] = [];
    for (let count = 0; count < 12; count++) ids.push(await draftOf(campaign_id, user));
    const chosen = (overwrite: boolean) =>
      ids.map((id) => ({ id, list: "soft" as const, mapping: null, sheet: null, day_first: null, overwrite }));
    const ends = await Promise.allSettled([
      updateDrafts(campaign_id, chosen(true)),
      updateDrafts(campaign_id, chosen(false).reverse()),
      requestSaving(campaign_id, ids),
      updateDrafts(campaign_id, chosen(true).reverse()),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(Array(4).fill("fulfilled"));
  }
});

describe("preview", () => {
  const wanted = (import_id: number, { list, overwrite, rows }: FileRows) => ({
    import_id,
    list,
    overwrite,
    mapping: null,
    sha256: String(import_id),
    staged: rows.length,
  });

  test("the second file sees the first, and nothing stays", async () => {
    const campaign_id = await newCampaign();
    const files = [
      file("soft", [{ email: "p1@x.example" }, { email: "p2@x.example" }]),
      file("hard", [{ email: "p2@x.example" }, { email: "p3@x.example" }]),
    ];
    const ids = [await draftIn(campaign_id, files[0] as FileRows), await draftIn(campaign_id, files[1] as FileRows)];
    const before = await state();
    const preview = await previewImports(
      campaign_id,
      files.map((rows, index) => wanted(ids[index] ?? 0, rows)),
    );
    expect(preview).toMatchObject([{ created: 2 }, { created: 1, updated: 1 }]);
    expect(await state()).toEqual(before);
    expect((await listDrafts(campaign_id)).map(({ id }) => id)).toEqual(ids);
    expect([
      await saveImport(ids[0] as number, files[0] as FileRows),
      await saveImport(ids[1] as number, files[1] as FileRows),
    ]).toMatchObject(preview);
  });

  test("so does the third, of what both before it do", async () => {
    const campaign_id = await newCampaign();
    const files = [
      file("soft", [{ email: "q1@x.example" }]),
      file("hard", [{ email: "q1@x.example" }, { email: "q2@x.example", first_name: "Ana" }]),
      file("opened", [{ email: "q2@x.example" }, { email: "q2b@x.example" }, { email: "q1@x.example", phone: "12" }]),
    ];
    const targets = [];
    for (const rows of files) targets.push(wanted(await draftIn(campaign_id, rows), rows));
    expect(await previewImports(campaign_id, targets)).toEqual([
      { created: 1, updated: 0, unchanged: 0 },
      { created: 1, updated: 1, unchanged: 0 },
      { created: 1, updated: 2, unchanged: 0 },
    ]);
  });

  test("of a campaign that doesn't exist yet leaves none", async () => {
    const rows = file("soft", [{ email: "p1@x.example" }]);
    for (const id of [1_000_000_001, 1_000_000_002]) await stageRows(id, rows.rows);
    const accounts = await previewImports({ name: "Only tried" }, [
      wanted(1_000_000_001, rows),
      wanted(1_000_000_002, rows),
    ]);
    expect(accounts).toMatchObject([{ created: 1 }, { created: 0, unchanged: 1 }]);
    expect(await db.selectFrom("campaigns").select("id").where("name", "=", "Only tried").execute()).toEqual([]);
    expect((await listImports({ page: 1, size: 100 })).imports.filter((one) => one.campaign === "Only tried")).toEqual(
      [],
    );
  });
});

describe("an address that a file has several times", () => {
  const at = (day: number) => new Date(Date.UTC(2022, 1, day));
  const merged = async (...lines: Partial<StagedRow>[]) => {
    const rows = lines.map((row, index) => ({
      email: "a@x.example",
      email_key: "a@x.example",
      facts: [],
      ...row,
      line: index + 2,
    }));
    const id = await createOwnImport(await newCampaign(), { file_name: "x.csv", sha256: "x", bytes: 1 }, user);
    await stageRows(id, rows);
    const told = await mergeRepeats(id);
    const { rows: left } = await sql<StagedRow>`
      select * from ${sql.id(`import_rows_${id}`)} order by line
    `.execute(db);
    return { ...told, rows: left };
  };

  test("answers that come within ten minutes are a burst from three on", async () => {
    const minute = (minutes: number) => new Date(Date.UTC(2022, 1, 3, 10, minutes));
    const burstOf = async (...minutes: number[]) => {
      const { rows } = await merged(
        ...minutes.map((at) => ({ facts: ["auto-reply" as const], auto_replied_at: minute(at) })),
      );
      expect(rows).toHaveLength(1);
      return (rows[0] as { auto_reply_burst?: number | null }).auto_reply_burst;
    };
    expect(await burstOf(0, 1)).toBeNull();
    expect(await burstOf(0, 1, 2)).toBe(3);
    expect(await burstOf(0, 9, 18, 27)).toBeNull();
    expect(await burstOf(0, 30, 35, 38, 40, 59)).toBe(4);
  });

  test("is one row: gaps are filled from later lines, facts add up, the earliest time stands", async () => {
    const { rows, duplicate, twoKinds } = await merged(
      { first_name: "Ana", facts: ["opened"], opened_at: at(3), extra: { a: "1" } },
      {
        first_name: "Anita",
        company: "Sol",
        phone: "300 555 0101",
        phone_e164: "+573005550101",
        extra: { a: "2", b: "3" },
      },
      { email: "B@x.example", email_key: "b@x.example" },
      { facts: ["clicked"], opened_at: at(2), clicked_at: at(4) },
    );
    expect(rows).toMatchObject([
      {
        line: 2,
        first_name: "Ana",
        company: "Sol",
        phone: "300 555 0101",
        phone_e164: "+573005550101",
        extra: { a: "1", b: "3" },
        opened: true,
        clicked: true,
        opened_at: at(2),
        clicked_at: at(4),
        search: null,
      },
      { line: 4, email: "B@x.example" },
    ]);
    expect([duplicate, twoKinds]).toEqual([2, []]);
  });

  const soft = { facts: ["soft"], bounce_reason: "full", bounced_at: at(1) } satisfies Partial<StagedRow>;
  const hard = { facts: ["hard"], bounce_reason: "gone", bounced_at: at(5) } satisfies Partial<StagedRow>;
  test.each([
    [[soft, hard], [3]],
    [[hard, soft], [3]],
    [
      [soft, hard, soft, hard],
      [3, 4],
    ],
  ])("hard stands over soft with its own reason and time, and it is said: %j", async (lines, said) => {
    const { rows, twoKinds } = await merged(...lines);
    expect(rows).toMatchObject([{ line: 2, bounce_kind: "hard", bounce_reason: "gone", bounced_at: at(5) }]);
    expect(twoKinds.map(({ line }) => line)).toEqual(said);
  });

  test("hard without a reason keeps the one that there is", async () => {
    const { rows } = await merged(soft, { facts: ["hard"] });
    expect(rows).toMatchObject([{ bounce_kind: "hard", bounce_reason: "full", bounced_at: at(1) }]);
  });
});

test("a row is staged to the letter, whatever its letters are", async () => {
  const id = 999_999_998;
  const text = fc.option(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), { nil: undefined });
  const time = fc.option(fc.date({ min: new Date("1990-01-01"), max: new Date("2100-12-31"), noInvalidDate: true }), {
    nil: undefined,
  });
  const row = fc.record({
    line: fc.nat({ max: 100_000_000 }),
    email: fc.constantFrom("ana@x.example", "Ana@X.example", "ñandú@x.example"),
    first_name: text,
    company: text,
    phone: text,
    sent_at: time,
    opened_at: time,
    extra: fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), { nil: undefined }),
  });
  const stored = (value: string | undefined) => value?.replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd") ?? null;
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(row, { selector: ({ line }) => line, minLength: 20 }), async (rows) => {
      await stageRows(
        id,
        rows.map((one) => ({ ...one, email_key: one.email.toLowerCase(), facts: ["hard", "complained"] })),
      );
      const { rows: staged } = await sql<Record<string, unknown>>`
        select line, email, email_key, bounce_kind::text, opened, clicked, complained, first_name, company, phone, sent_at,
          opened_at, extra
        from ${stageOf(id)} order by line
      `.execute(db);
      const expected = rows.toSorted((a, b) => a.line - b.line);
      expect(staged).toEqual(
        expected.map(({ line, email, first_name, company, phone, sent_at, opened_at, extra }) => ({
          line,
          email: email === email.toLowerCase() ? null : email,
          email_key: email.toLowerCase(),
          bounce_kind: "hard",
          opened: opened_at !== undefined,
          clicked: false,
          complained: true,
          first_name: stored(first_name),
          company: stored(company),
          phone: stored(phone),
          sent_at: sent_at ?? null,
          opened_at: opened_at ?? null,
          extra: extra ? JSON.parse(storableJson(extra)) : null,
        })),
      );
    }),
    { numRuns: 20 },
  );
  await dropStage(id);
});

test("contacts of a large file are found whatever order its lines come in, and after it was read a second time", async () => {
  const campaign_id = await newCampaign();
  const rows = Array.from({ length: 5_200 }, (_, index) => ({
    email: `w${index}@unordered.example`,
    company: `Zeta${index}`,
  }));
  const large = file("sent", rows);
  // Two from the end among the first, as in a workbook whose rows name their places.
  const [one, two, ...rest] = large.rows.toReversed();
  if (!one || !two) throw new Error("no rows");
  const unordered = [...rest.slice(0, 10), one, ...rest.slice(10, 2_000), two, ...rest.slice(2_000)];
  const id = await draftIn(campaign_id, { ...large, rows: unordered });
  await stageRows(id, unordered);
  expect(await saveImport(id, large)).toMatchObject({ created: 5_200 });
  const found = async (search: string) => (await listContacts({ search, page: 1, size: 5 })).total;
  for (const index of [0, 31, 32, 33, 2_600, 5_197, 5_198, 5_199]) {
    expect(await found(`w${index}@unordered.example`), `w${index}`).toBe(1);
  }
  expect(await found("unordered")).toBe(searchLimit);
  const { rows: missing } = await sql`
    select from contacts c where not is_indexed
      and not exists (select from unindexed_contacts u where c.id between u.first_id and u.last_id)
  `.execute(db);
  expect(missing).toEqual([]);
});

describe("what a contact is found by", () => {
  test("the reader and the database say the same", async () => {
    const letter = fc.constantFrom(..."abcÁÉñÑüç çãöX .-_'0123456789ßœΩ");
    const text = fc.option(
      fc.array(letter, { maxLength: 12 }).map((letters) => letters.join("").trim() || undefined),
      { nil: undefined },
    );
    const row = fc.record({
      line: fc.constant<number>(2),
      email: fc.constant<string>("Ana@X.example"),
      email_key: fc.constant<string>("ana@x.example"),
      facts: fc.constant<StagedRow["facts"]>([]),
      first_name: text,
      last_name: text,
      company: text,
      phone: text,
      phone_e164: fc.constantFrom(undefined, "+573005550101"),
    });
    const id = 999_999_999;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 30, maxLength: 30 }), async (rows: StagedRow[]) => {
        await stageRows(id, rows);
        const { rows: different } = await sql`
          select * from ${stageOf(id)}
          where search <> search_text(first_name, last_name, company, phone, phone_e164, email_key)
        `.execute(db);
        expect(different).toEqual([]);
      }),
      { numRuns: 20 },
    );
    await dropStage(id);
  });

  test("holds every address, whatever changes", async () => {
    const campaign_id = await newCampaign();
    await importInto(campaign_id, file("sent", [{ ...ana, email: "Buscada@X.example" }]));
    const { id } = await contactOf("buscada@x.example");
    await db.updateTable("addresses").set({ replaced_at: new Date() }).where("contact_id", "=", id).execute();
    await db
      .insertInto("addresses")
      .values({ contact_id: id, email: "ñ@x.example", email_key: "ñ@x.example" })
      .execute();
    await db.updateTable("contacts").set({ company: "Posada Ártica" }).where("id", "=", id).execute();
    const found = await db.selectFrom("contacts").select("search").where("id", "=", id).executeTakeFirstOrThrow();
    expect(found.search).toBe("ana posada artica 3005550101 +573005550101 buscada@x.example n@x.example");
    await db.deleteFrom("addresses").where("email_key", "=", "ñ@x.example").execute();
    const after = await db.selectFrom("contacts").select("search").where("id", "=", id).executeTakeFirstOrThrow();
    expect(after.search).toBe("ana posada artica 3005550101 +573005550101 buscada@x.example");
  });
});

describe("rows that belong together", () => {
  const refused = async (statement: Promise<unknown>, reason: string) =>
    expect(await statement.catch((error) => error)).toMatchObject({
      code: "23503",
      message: expect.stringContaining(reason),
    });

  test("no address without its contact, no delivery without address and campaign, and none changes hands", async () => {
    const campaign_id = await newCampaign();
    await importInto(campaign_id, file("sent", [{ email: "k1@x.example" }, { email: "k2@x.example" }]));
    const [one, two] = [await contactOf("k1@x.example"), await contactOf("k2@x.example")];
    const nobody = { contact_id: 2_000_000_000, email: "k3@x.example", email_key: "k3@x.example" };
    await refused(db.insertInto("addresses").values(nobody).execute(), "needs its contact");
    const delivery = { campaign_id, address_id: 2_000_000_000 };
    await refused(db.insertInto("deliveries").values(delivery).execute(), "needs its address");
    const nowhere = { campaign_id: 2_000_000_000, address_id: one.address_id };
    await refused(db.insertInto("deliveries").values(nowhere).execute(), "needs its campaign");
    await refused(
      db.insertInto("follow_ups").values({ contact_id: 2_000_000_000, kind: "soft" }).execute(),
      "contact_id",
    );
    const removal = { contact_id: one.id, address_id: 2_000_000_000, reason: "gone", requested_by: user };
    await refused(db.insertInto("removals").values(removal).execute(), "address_id");
    await db.insertInto("follow_ups").values({ contact_id: one.id, kind: "manual" }).execute();
    await refused(db.updateTable("follow_ups").set({ contact_id: two.id }).execute(), "keeps what it belongs to");
    const moved = db.updateTable("addresses").set({ contact_id: two.id }).where("id", "=", one.address_id);
    await refused(moved.execute(), "keeps what it belongs to");
    const redirected = db
      .updateTable("deliveries")
      .set({ campaign_id: 2_000_000_000 })
      .where("address_id", "=", one.address_id);
    await refused(redirected.execute(), "keeps what it belongs to");
  });

  test("a contact takes its addresses and their deliveries along, a campaign its deliveries", async () => {
    const campaign_id = await newCampaign();
    await importInto(campaign_id, file("sent", [{ email: "k4@x.example" }, { email: "k5@x.example" }]));
    await importInto(campaign_id, file("opened", [{ email: "k4@x.example", first_name: "Luz" }]));
    const { id, address_id } = await contactOf("k4@x.example");
    await db.insertInto("follow_ups").values({ contact_id: id, kind: "manual" }).execute();
    const removal = { contact_id: id, address_id, reason: "gone", requested_by: user };
    await db.insertInto("removals").values(removal).execute();
    await db.deleteFrom("contacts").where("id", "=", id).execute();
    expect(await db.selectFrom("follow_ups").select("id").where("contact_id", "=", id).execute()).toEqual([]);
    expect(await db.selectFrom("removals").select("id").where("contact_id", "=", id).execute()).toEqual([]);
    const left = async (table: "addresses" | "deliveries" | "import_contact_changes" | "import_delivery_changes") => {
      const column = table === "addresses" ? "id" : table === "import_contact_changes" ? "contact_id" : "address_id";
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from ${sql.table(table)}
        where ${sql.ref(column)} = ${column === "contact_id" ? id : address_id}
      `.execute(db);
      return rows[0]?.count;
    };
    expect([await left("addresses"), await left("deliveries")]).toEqual([0, 0]);
    expect([await left("import_contact_changes"), await left("import_delivery_changes")]).toEqual([0, 0]);
    await db.deleteFrom("campaigns").where("id", "=", campaign_id).execute();
    expect(await deliveryOf(campaign_id, "k5@x.example")).toBeUndefined();
    expect(await contactOf("k5@x.example")).toMatchObject({ id: expect.any(Number) });
  });
});

describe("undo", () => {
  test("only once, and who did it is known", async () => {
    const campaign_id = await newCampaign();
    const { id } = await importInto(campaign_id, file("soft", [{ email: "u1@x.example" }]));
    expect(await undoImport(id, user)).toEqual({ left: 0 });
    expect(await undoImport(id, user)).toBeUndefined();
    expect(await findImport(id)).toMatchObject({
      state: "undone",
      undo_left: 0,
      undone_by: expect.stringMatching(/^Marketing/),
    });
    expect(await deliveryOf(campaign_id, "u1@x.example")).toBeUndefined();
  });

  test("leaves a bounce that somebody phoned about, and says so", async () => {
    const campaign_id = await newCampaign();
    const { id } = await importInto(campaign_id, file("soft", [{ email: "u2@x.example" }, { email: "u3@x.example" }]));
    const { id: contact_id, address_id } = await contactOf("u2@x.example");
    const follow_up = await db
      .selectFrom("follow_ups")
      .select("id")
      .where("contact_id", "=", contact_id)
      .executeTakeFirstOrThrow();
    await sql`
      insert into calls (contact_id, follow_up_id, address_id, called_by, outcome, before, form_key)
      values (${contact_id}, ${follow_up.id}, ${address_id}, ${user}, 'no-answer', '{}', gen_random_uuid())
    `.execute(db);
    expect(await undoImport(id, user)).toEqual({ left: 1 });
    expect(await listLeft(id)).toEqual([expect.objectContaining({ contact_id, email: "u2@x.example", why: "work" })]);
    expect(await deliveryOf(campaign_id, "u2@x.example")).toMatchObject({ bounce_kind: "soft" });
    expect(await deliveryOf(campaign_id, "u3@x.example")).toBeUndefined();
    expect(await findCampaign(campaign_id)).toMatchObject({ sent: 1, soft: 1 });
  });

  test("waits for who is asking for a removal right now, and leaves that contact", async () => {
    const { id } = await importInto(await newCampaign(), file("hard", [{ email: "u6@x.example" }]));
    const { id: contact_id, address_id } = await contactOf("u6@x.example");
    let undoing: ReturnType<typeof undoImport> | undefined;
    await db.transaction().execute(async (trx) => {
      const removal = { contact_id, address_id, reason: "gone", requested_by: user };
      await trx.insertInto("removals").values(removal).execute();
      undoing = undoImport(id, user);
      await sleep(300);
    });
    await undoing;
    expect(await contactOf("u6@x.example")).toMatchObject({ id: contact_id });
    expect(await db.selectFrom("removals").select("id").where("contact_id", "=", contact_id).execute()).toHaveLength(1);
  });

  test("a row that a later import changed stays until that one is undone, too", async () => {
    const campaign_id = await newCampaign();
    const before = await state();
    const first = await importInto(campaign_id, file("sent", [{ email: "u4@x.example" }, { email: "u5@x.example" }]));
    const second = await importInto(campaign_id, file("hard", [{ email: "u4@x.example", phone: "300 555 0101" }]));
    expect(await undoImport(first.id, user)).toEqual({ left: 1 });
    expect(await listLeft(first.id)).toEqual([expect.objectContaining({ email: "u4@x.example", why: "import" })]);
    expect(await deliveryOf(campaign_id, "u4@x.example")).toMatchObject({ bounce_kind: "hard" });
    expect(await deliveryOf(campaign_id, "u5@x.example")).toBeUndefined();
    expect(await undoImport(second.id, user)).toEqual({ left: 0 });
    expect(await state()).toEqual(before);
  });
});

describe("for any files", { timeout: 120_000 }, () => {
  const email = fc.constantFrom("a@x.example", "b@x.example", "c@x.example", "d@x.example", "e@x.example");
  const text = fc.constantFrom("uno", "dos", "tres", "x".repeat(50));
  const time = fc.constantFrom(...[1, 2, 3].map((day) => new Date(Date.UTC(2022, 1, day, 12))));
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const fact = fc.constantFrom(
    "sent",
    "delivered",
    "opened",
    "clicked",
    "unopened",
    "auto-reply",
    "unsubscribed",
    "complained",
    "hard",
    "soft",
  );
  const contact = fc.record({
    first_name: optional(text),
    phone: optional(text),
    extra: optional(fc.dictionary(fc.constantFrom("k", "l"), text, { maxKeys: 2 })),
  });
  const delivery = fc.record({
    email,
    facts: fc.uniqueArray(fact, { minLength: 1, maxLength: 3 }),
    bounce_reason: optional(text),
    auto_reply_reason: optional(text),
    auto_reply_needs_call: optional(fc.boolean()),
    verdict_id: optional(fc.constantFrom(1, 2 ** 51)),
    sent_at: optional(time),
    opened_at: optional(time),
    bounced_at: optional(time),
  });
  const oneKind = (facts: StagedRow["facts"]) =>
    facts.includes("hard") ? facts.filter((one) => one !== "soft") : facts;
  const rowsOf = (rows: fc.Arbitrary<Row & { facts: StagedRow["facts"] }>) =>
    fc.uniqueArray(rows, { minLength: 1, maxLength: 5, selector: (row) => row.email }).map((all) =>
      file(
        "combined",
        all.map((row) => ({ ...row, facts: oneKind(row.facts) })),
      ),
    );
  const wholeRow = fc
    .tuple(delivery, contact)
    .map(([one, other]) => ({ ...one, ...other }) as Row & { facts: StagedRow["facts"] });
  const runs = { numRuns: 12 };

  test("the account adds up, and twice equals once", async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf(wholeRow), rowsOf(wholeRow), async (one, two) => {
        await wipe();
        const campaign_id = await newCampaign();
        for (const rows of [one, two]) {
          const { rows: total, created, updated, unchanged } = await importInto(campaign_id, rows);
          expect(created + updated + unchanged).toBe(total);
          expect(total).toBe(rows.rows.length);
        }
        const once = await state();
        expect(counts(await importInto(campaign_id, two))).toMatchObject({ created: 0, updated: 0 });
        expect(await state()).toEqual(once);
      }),
      runs,
    );
  });

  test("undo equals before, in any order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(rowsOf(wholeRow), { minLength: 2, maxLength: 4 }),
        fc.infiniteStream(fc.nat()),
        async (files, dice) => {
          await wipe();
          const own = await newCampaign();
          const other = await newCampaign();
          await importInto(other, files[0] as FileRows);
          const saved: number[] = [];
          const states = [await state()];
          for (const [index, rows] of files.entries()) {
            saved.push((await importInto(index % 2 ? other : own, rows)).id);
            states.push(await state());
          }
          await undoImport(saved.at(-1) as number, user);
          expect(await state()).toEqual(states.at(-2));
          for (const rest = saved.slice(0, -1); rest.length > 0; ) {
            const [id] = rest.splice((dice.next().value ?? 0) % rest.length, 1);
            await undoImport(id as number, user);
          }
          expect(await state()).toEqual(states[0]);
        },
      ),
      runs,
    );
  });

  test("the order of two lists doesn't matter to what is known of deliveries", async () => {
    // Of one kind of bounce each list has its own reasons, as the source's tabs do; same-kind reasons agree.
    const agreeing = delivery.map((row) => ({
      ...row,
      bounce_reason: row.bounce_reason && `${row.facts.includes("hard") ? "hard" : "soft"} ${row.email}`,
      auto_reply_reason: row.auto_reply_reason && `away ${row.email}`,
      verdict_id: 7,
    })) as fc.Arbitrary<Row & { facts: StagedRow["facts"] }>;
    await fc.assert(
      fc.asyncProperty(rowsOf(agreeing), rowsOf(agreeing), async (one, two) => {
        const campaign_id = await newCampaign();
        const ends: unknown[] = [];
        for (const files of [
          [one, two],
          [two, one],
        ]) {
          await wipe();
          for (const rows of files) await importInto(campaign_id, rows);
          ends.push(await state());
        }
        expect(ends[1]).toEqual(ends[0]);
      }),
      runs,
    );
  });
});
