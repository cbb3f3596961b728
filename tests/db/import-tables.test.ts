import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { refreshStatistics } from "#db/queries/database.ts";
import { createOwnImport, startOwnSaving } from "#db/queries/import-drafts.ts";
import type { StagedRow } from "#db/queries/import-stage.ts";
import { cancelStatement, saveImport, undoImport } from "#db/queries/import-steps.ts";
import { canBeReplaced, dropOldTables } from "#db/queries/import-tables.ts";
import { ownDatabase } from "../database.ts";
import { stageRows } from "../imported.ts";
import { signedIn } from "../people.ts";

ownDatabase();

let user: number;
beforeAll(async () => {
  // From one new contact on tables are built anew.
  process.env.DATABASE_URL += "&options=-c%20rebote.build_from%3D1";
  user = (await signedIn("sales")).id;
});
beforeEach(async () => {
  await sql`
    truncate contacts, addresses, deliveries, follow_ups, calls, imports, campaigns, campaign_counts, unindexed_contacts cascade
  `.execute(db);
});

let campaigns = 0;
const newCampaign = async () =>
  (await createCampaign({ name: `Campaign ${++campaigns}`, sent_at: new Date("2026-02-14T20:14Z") }, user)) ?? 0;

const kinds = ["delivered", "opened", "soft", "hard", "auto-reply"] as const;
const rowOf = (index: number, rest: Partial<StagedRow> = {}): StagedRow => ({
  line: index + 2,
  email: `P${index}@Mail${index % 7}.example`,
  email_key: `p${index}@mail${index % 7}.example`,
  facts: [kinds[index % 5] ?? "delivered"],
  bounce_reason: "mailbox full",
  sent_at: new Date("2026-02-14T20:14Z"),
  first_name: index % 3 ? "Ana" : "Łucja",
  last_name: "Gómez",
  phone: `300555${String(index).padStart(4, "0")}`,
  ...rest,
});
const rowsFrom = (first: number, count: number) => Array.from({ length: count }, (_, index) => rowOf(first + index));

async function draftOf(campaign_id: number, rows: StagedRow[]): Promise<number> {
  const id = await createOwnImport(campaign_id, { file_name: "all.csv", sha256: `${rows.length}`, bytes: 1 }, user);
  await stageRows(id, rows);
  const reading = {
    list: "combined" as const,
    source: null,
    headers: ["Email"],
    mapping: null,
    review: {},
    rules_version: null,
  };
  await startOwnSaving(id, { ...reading, staged: rows.length, duplicate: 0, rejected: 0 }, true);
  return id;
}

const nothing = { duplicate: 0, rejected: 0 };
async function bring(campaign_id: number, rows: StagedRow[]) {
  const id = await draftOf(campaign_id, rows);
  return { id, account: await saveImport(id, nothing) };
}

const tableOf = async (name: string) =>
  (await sql<{ oid: string }>`select ${name}::regclass::oid::text as oid`.execute(db)).rows[0]?.oid;

/** All that an import writes, without what two runs can't share: ids, moments, numbers of imports. */
async function contents() {
  const { rows } = await sql<{ name: string; content: string[] }>`
    select 'contacts' as name, array_agg(concat_ws('|', first_name, last_name, phone, search, is_indexed) order by search) as content
    from contacts
    union all
    select 'addresses', array_agg(concat_ws('|', email, email_key, domain, replaced_at, c.search) order by email_key)
    from addresses a join contacts c on c.id = a.contact_id
    union all
    select 'deliveries', array_agg((to_jsonb(d) - 'address_id' - 'import_id' - 'campaign_id')::text || email_key || k.name order by email_key, k.name)
    from deliveries d join addresses a on a.id = d.address_id join campaigns k on k.id = d.campaign_id
    union all
    select 'follow_ups', array_agg(concat_ws('|', c.search, f.kind, f.bounces, f.last_bounced_at, f.closed_as) order by c.search)
    from follow_ups f join contacts c on c.id = f.contact_id
    union all
    select 'counts', array_agg((to_jsonb(n) - 'campaign_id')::text || k.name order by k.name)
    from campaign_counts n join campaigns k on k.id = n.campaign_id
  `.execute(db);
  return Object.fromEntries(rows.map(({ name, content }) => [name, content]));
}

/** All that the catalog knows of the three tables, but their numbers. */
async function catalog() {
  const { rows } = await sql<{ line: string }>`
    with t as (
      select c.* from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relname in ('contacts', 'addresses', 'deliveries')
    )
    select concat_ws(' ', 'table', relname, relkind, relpersistence, relowner, relacl, reloptions, relreplident) as line from t
    union all
    select concat_ws(' ', 'column', t.relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
      attgenerated, attstorage, attcompression, attstattarget, pg_get_expr(d.adbin, d.adrelid), col_description(t.oid, attnum))
    from t join pg_attribute a on attrelid = t.oid left join pg_attrdef d on d.adrelid = t.oid and d.adnum = attnum
    where attnum > 0
    union all
    select concat_ws(' ', 'index', indexrelid::regclass, indisprimary, indisunique, indisvalid, pg_get_indexdef(indexrelid))
    from t join pg_index on indrelid = t.oid
    union all
    select concat_ws(' ', 'constraint', t.relname, conname, convalidated, pg_get_constraintdef(k.oid)) from t join pg_constraint k on conrelid = t.oid
    union all
    -- (a or b) or c is written a or b or c the second time.
    select translate(concat_ws(' ', 'trigger', tgenabled, pg_get_triggerdef(g.oid)), '()', '') from t join pg_trigger g on tgrelid = t.oid
    union all
    select concat_ws(' ', 'sequence', relname, pg_get_serial_sequence('public.' || relname, 'id')) from t where relname <> 'deliveries'
    order by line
  `.execute(db);
  return rows.map(({ line }) => line);
}

const leftSchemas = async () =>
  (
    await sql<{
      name: string;
    }>`select nspname::text as name from pg_namespace where nspname ~ '^rebote_import_'`.execute(db)
  ).rows;

describe("tables that an import builds anew", () => {
  test("hold what row by row would have been written, and are what they were", async () => {
    const before = await catalog();
    expect(before.length).toBeGreaterThan(50);
    const few = rowsFrom(0, 4);
    // Of what is there already one is changed, one bounces now, one is not in the file.
    const many = [rowOf(1, { first_name: "Luz" }), rowOf(0, { facts: ["hard"] }), ...rowsFrom(3, 400)];
    const results = [];
    for (const isBuilt of [true, false]) {
      await sql`truncate contacts, addresses, deliveries, follow_ups, imports, campaigns, campaign_counts, unindexed_contacts cascade`.execute(
        db,
      );
      campaigns = 0;
      const campaign_id = await newCampaign();
      await bring(campaign_id, few);
      const old = await tableOf("contacts");
      if (!isBuilt) await sql`create view of_contacts as select id from contacts`.execute(db);
      const { account } = await bring(campaign_id, many);
      expect(account).toMatchObject({ rows: 402, created: 399, updated: 2, unchanged: 1 });
      expect((await tableOf("contacts")) !== old).toBe(isBuilt);
      results.push(await contents());
      await refreshStatistics();
      if (isBuilt) expect(await catalog()).toEqual(before);
      expect(await leftSchemas()).toEqual([]);
    }
    await sql`drop view of_contacts`.execute(db);
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.contacts).toHaveLength(403);
    expect(results[0]?.follow_ups?.length).toBeGreaterThan(100);
  });

  test("go on counting where the old ones were, and an undo takes all back", async () => {
    await bring(await newCampaign(), rowsFrom(0, 3));
    const before = await contents();
    const { id } = await bring(await newCampaign(), rowsFrom(3, 200));
    const next = await db
      .insertInto("contacts")
      .values({ first_name: "Eva" })
      .returning("id")
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ max: number }>`select max(id) as max from contacts where id <> ${next.id}`.execute(db);
    expect(next.id).toBeGreaterThan(rows[0]?.max ?? 0);
    await db.deleteFrom("contacts").where("id", "=", next.id).execute();
    await undoImport(id, user);
    const after = await contents();
    expect(after.contacts).toEqual(before.contacts);
    expect(after.addresses).toEqual(before.addresses);
    expect(after.deliveries).toEqual(before.deliveries);
    expect(after.follow_ups).toEqual(before.follow_ups);
  });

  test("what somebody changes meanwhile is in them, once they have waited for it", async () => {
    const campaign_id = await newCampaign();
    await bring(campaign_id, rowsFrom(0, 3));
    const id = await draftOf(campaign_id, rowsFrom(3, 200));
    let saving: ReturnType<typeof saveImport> | undefined;
    await db.transaction().execute(async (trx) => {
      await trx.updateTable("contacts").set({ company: "Hotel Mirador" }).where("phone", "=", "3005550001").execute();
      const contact = trx.selectFrom("contacts").select("id").where("phone", "=", "3005550002");
      await trx.updateTable("addresses").set({ replaced_at: new Date() }).where("contact_id", "=", contact).execute();
      // An address that the file has, too.
      const given = { contact_id: contact, email: "p7@mail0.example", email_key: "p7@mail0.example" };
      await trx.insertInto("addresses").values(given).execute();
      saving = saveImport(id, nothing);
      await sleep(700);
    });
    expect(await saving).toMatchObject({ rows: 200, created: 200 });
    const contacts = db.selectFrom("contacts").select(["id", "company", "first_name"]);
    expect(await contacts.where("phone", "=", "3005550001").execute()).toMatchObject([{ company: "Hotel Mirador" }]);
    const found = await db
      .selectFrom("addresses")
      .select("contact_id")
      .where("email_key", "=", "p7@mail0.example")
      .execute();
    expect(found).toEqual([{ contact_id: (await contacts.where("phone", "=", "3005550007").executeTakeFirst())?.id }]);
    expect((await contents()).contacts).toHaveLength(202);
  });

  test("wait for whoever reads, and nobody waits long for them", async () => {
    const id = await draftOf(await newCampaign(), rowsFrom(0, 200));
    let saving: ReturnType<typeof saveImport> | undefined;
    let slowest = 0;
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom("contacts").select("id").execute();
      saving = saveImport(id, nothing);
      for (const end = Date.now() + 1_500; Date.now() < end; await sleep(10)) {
        const start = performance.now();
        expect(await db.selectFrom("deliveries").select("address_id").execute()).toEqual([]);
        slowest = Math.max(slowest, performance.now() - start);
      }
    });
    expect(await saving).toMatchObject({ created: 200 });
    // A statement of theirs waits a tenth of a second at most; a busy machine may take as long for itself.
    expect(slowest).toBeLessThan(1_000);
  });

  test("a step that is cancelled while they are built leaves nothing", async () => {
    const before = await contents();
    const id = await draftOf(await newCampaign(), rowsFrom(0, 5_000));
    const atWork = new Set<number>();
    let isOver = false;
    const saving = saveImport(id, nothing, { atWork })
      .catch((error) => error)
      .finally(() => {
        isOver = true;
      });
    for (const end = Date.now() + 10_000; atWork.size < 2 && Date.now() < end; ) await sleep(1);
    // Between two statements there is nothing to cancel.
    for (; !isOver; await sleep(1)) for (const pid of atWork) await cancelStatement(pid);
    expect(await saving).toMatchObject({ code: "57014" });
    expect(atWork.size).toBe(0);
    expect(await contents()).toMatchObject({ contacts: before.contacts, deliveries: before.deliveries });
    // What is built for an import that is still to be saved stays until its next attempt, or until it is given up.
    await dropOldTables();
    await db.updateTable("imports").set({ state: "draft" }).where("id", "=", id).execute();
    await dropOldTables();
    expect(await leftSchemas()).toEqual([]);
  });
});

describe("what others have tied to the tables", () => {
  const ties = {
    "a view": ["create view of_contacts as select id from contacts", "drop view of_contacts"],
    "a foreign key": ["create table mine (id int references contacts)", "drop table mine"],
    "a policy": ["alter table addresses enable row level security", "alter table addresses disable row level security"],
    "a publication": ["create publication mine for table deliveries", "drop publication mine"],
    "a table of its kind": ["create table mine () inherits (contacts)", "drop table mine; analyze contacts"],
    "a privilege of a column": [
      "grant select (id) on contacts to public",
      "revoke select (id) on contacts from public",
    ],
    // Last: what was granted once leaves its trace.
    "a privilege": ["grant select on deliveries to public", "revoke select on deliveries from public"],
  };

  test.each(Object.entries(ties))("%s stays: rows are written one by one", async (_, [tie = "", untie = ""]) => {
    const isFree = () => db.transaction().execute(canBeReplaced);
    expect(await isFree()).toBe(true);
    await sql.raw(tie).execute(db);
    try {
      const old = await tableOf("contacts");
      expect((await bring(await newCampaign(), rowsFrom(0, 100))).account).toMatchObject({ created: 100 });
      expect(await tableOf("contacts")).toBe(old);
      expect(await isFree()).toBe(false);
    } finally {
      await sql.raw(untie).execute(db);
    }
  });
});
