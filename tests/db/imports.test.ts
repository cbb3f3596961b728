import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign, findCampaign } from "#db/queries/campaigns.ts";
import type { StagedRow } from "#db/queries/import-rows.ts";
import {
  type Account,
  countProblems,
  createDraft,
  discardDraft,
  type FileRows,
  findImport,
  listDrafts,
  listImports,
  listLeft,
  listProblems,
  previewImports,
  saveImport,
  undoImport,
} from "#db/queries/imports.ts";
import type { ImportList } from "#db/schema.ts";
import { ownDatabase } from "../database.ts";
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

function file(list: ImportList, rows: Row[], rest: Partial<FileRows> = {}): FileRows {
  const facts = list === "combined" ? [] : [list];
  return {
    list,
    mapping: null,
    headers: ["Contact Email"],
    rows: rows.map((row, index) => ({ facts, ...row, line: index + 2, email_key: row.email.toLowerCase() })),
    problems: [],
    duplicate: 0,
    rejected: 0,
    ...rest,
  };
}

async function draftIn(campaign_id: number, sha256: string = randomUUID()): Promise<number> {
  const content = new TextEncoder().encode("a file");
  return createDraft({ campaign_id, file_name: "soft.csv", sha256, content, created_by: user });
}

async function importInto(campaign_id: number, rows: FileRows, sha256?: string): Promise<Account & { id: number }> {
  const id = await draftIn(campaign_id, sha256);
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
  test("creates contact, address, delivery and follow-up, counts them, and drops the file", async () => {
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
    expect(await findImport(id)).toMatchObject({ state: "saved", list: "soft", ...account });
    expect(await countProblems(id)).toEqual([{ code: "malformed-address", rejected: true, count: 1 }]);
    expect(await listProblems(id, { page: 1, size: 10 })).toMatchObject([{ line: 9, raw: ["x", "y"] }]);
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

  test("a second click saves nothing; a draft that is thrown away is gone", async () => {
    const campaign_id = await newCampaign();
    const id = await draftIn(campaign_id);
    const rows = file("soft", [{ email: "g@x.example" }]);
    const answers = await Promise.all([saveImport(id, rows), saveImport(id, rows), saveImport(id, rows)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await discardDraft(id)).toBeUndefined();
    const thrown = await draftIn(campaign_id);
    expect(await discardDraft(thrown)).toBe(campaign_id);
    expect(await saveImport(thrown, rows)).toBeUndefined();
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

describe("preview", () => {
  test("the second file sees the first, and nothing stays", async () => {
    const campaign_id = await newCampaign();
    const before = await state();
    const ids = [await draftIn(campaign_id), await draftIn(campaign_id)];
    const files = [
      file("soft", [{ email: "p1@x.example" }, { email: "p2@x.example" }]),
      file("hard", [{ email: "p2@x.example" }, { email: "p3@x.example" }]),
    ];
    const preview = await previewImports(
      campaign_id,
      files.map((rows, index) => ({ ...rows, import_id: ids[index] })),
    );
    expect(preview).toMatchObject([{ created: 2 }, { created: 1, updated: 1 }]);
    expect(await state()).toEqual(before);
    expect((await listDrafts(campaign_id)).map(({ id }) => id)).toEqual(ids);
    expect([
      await saveImport(ids[0] as number, files[0] as FileRows),
      await saveImport(ids[1] as number, files[1] as FileRows),
    ]).toEqual(preview);
  });

  test("of a campaign that doesn't exist yet leaves none", async () => {
    const accounts = await previewImports({ name: "Only tried" }, [file("soft", [{ email: "p1@x.example" }])]);
    expect(accounts).toMatchObject([{ created: 1 }]);
    expect(await db.selectFrom("campaigns").select("id").where("name", "=", "Only tried").execute()).toEqual([]);
    expect((await listImports({ page: 1, size: 100 })).imports.filter((one) => one.campaign === "Only tried")).toEqual(
      [],
    );
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
