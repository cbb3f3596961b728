import { sql } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { dropFile, keepText, placeOf } from "#app/jobs/files.ts";
import { importNow } from "#app/jobs/import-now.ts";
import { addSample } from "#app/sample.server.ts";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { listSampleCampaigns, removeSample } from "#db/queries/sample.ts";
import type { ImportList } from "#db/schema.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();

let user: number;
beforeAll(async () => {
  user = (await signedIn("administrator")).id;
});

async function importOwn(name: string, list: ImportList, text: string, campaign_id?: number): Promise<void> {
  const id = campaign_id ?? (await createCampaign({ name, sent_at: new Date("2022-01-10T15:00Z") }, user)) ?? 0;
  const { file_id, ...kept } = await keepText(text);
  const chosen = { list, mapping: null, sheet: null, day_first: null };
  const home = { country: "CO", time_zone: "America/Bogota" };
  const file = { ...kept, file_name: "", place: placeOf(file_id), chosen, home, overwrite: true };
  expect(await importNow(id, file, user)).toMatchObject({ list });
  await dropFile(file_id);
}

/** Everything that a person could see, without the ids and times that a second writing changes. */
async function everything() {
  const { rows } = await sql<{ all: unknown }>`
    select jsonb_build_object(
      'campaigns', (select jsonb_agg(to_jsonb(c) order by id) from campaigns c),
      'counts', (select jsonb_agg(to_jsonb(c) order by campaign_id) from campaign_counts c),
      'contacts', (select jsonb_agg(to_jsonb(c) order by id) from contacts c),
      'addresses', (select jsonb_agg(to_jsonb(a) order by id) from addresses a),
      'deliveries', (select jsonb_agg(to_jsonb(d) order by campaign_id, address_id) from deliveries d),
      'follow_ups', (select jsonb_agg(to_jsonb(f) order by id) from follow_ups f),
      'calls', (select jsonb_agg(to_jsonb(c) order by id) from calls c),
      'removals', (select jsonb_agg(to_jsonb(r) order by id) from removals r),
      'imports', (select jsonb_agg(to_jsonb(i) order by id) from imports i)
    ) as all
  `.execute(db);
  return rows[0]?.all;
}

async function count(table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db);
  return rows[0]?.count ?? 0;
}

test("it is imported as files are, while somebody waits, and once", async () => {
  const began = performance.now();
  const added = await addSample(user);
  // About one second; the rest is for a machine that runs other tests at the same time.
  expect(performance.now() - began).toBeLessThan(10_000);
  const [newest, earlier] = await listSampleCampaigns();
  expect(added).toEqual({ campaign_id: newest?.id });
  expect(earlier?.name).toBe("Temporada de fin de año 2021");

  const counts = await db
    .selectFrom("campaign_counts")
    .selectAll()
    .where("campaign_id", "=", newest?.id ?? 0)
    .execute();
  expect(counts).toMatchObject([{ sent: 582, opened: 44, clicked: 0, hard: 3, soft: 17, auto_reply: 10 }]);
  const { rows } = await sql<{ bounces: number; used_to_open: boolean }>`
    select bounces, used_to_open from follow_ups where closed_at is null and kind = 'soft'
  `.execute(db);
  expect(rows).toHaveLength(17);
  expect(rows.filter(({ bounces }) => bounces === 2)).toHaveLength(4);
  expect(rows.filter(({ used_to_open }) => used_to_open).length).toBeGreaterThanOrEqual(3);
  // Two have left, or have another address.
  const { rows: kinds } = await sql<{ kind: string; count: number }>`
    select kind, count(*)::int as count from follow_ups group by kind order by kind
  `.execute(db);
  expect(kinds).toEqual([
    { kind: "soft", count: 17 },
    { kind: "hard", count: 5 },
    { kind: "auto-reply", count: 2 },
  ]);

  expect(await addSample(user)).toEqual(added);
  expect(await count("campaigns")).toBe(2);
  await removeSample(user);
});

test("removed, it leaves everything else as it was, to the letter", async () => {
  // One contact that the sample knows too, under another name; one that came back; one from elsewhere.
  const file = "Contact Email,First Name,Phone\nfelipe.arango@gnail.example,Pipe,\nsola@example.com,Sola,3005550199\n";
  await importOwn("Propia", "sent", file);
  await importOwn("Otra", "soft", "Contact Email,Bounce reason\nluz@example.org,Temporary failure:bad-connection\n");
  const before = await everything();

  await addSample(user);
  expect(await everything()).not.toEqual(before);
  await removeSample(user);
  expect(await everything()).toEqual(before);

  await addSample(user);
  await removeSample(user);
  await removeSample(user);
  expect(await everything()).toEqual(before);
});

test("work on the sample's contacts goes with them, work on ours stays", async () => {
  const added = await addSample(user);
  if (!("campaign_id" in added)) throw new Error(added.taken);
  await importOwn("Propia 2", "soft", "Contact Email\nfelipe.arango@gnail.example\n");
  await sql`
    with phoned as (
      insert into calls (contact_id, follow_up_id, address_id, called_by, outcome, before, form_key)
      select f.contact_id, f.id, a.id, ${user}::int, 'no-answer', '{}', gen_random_uuid()
      from follow_ups f join addresses a on a.contact_id = f.contact_id where f.closed_at is null
      returning id, contact_id, address_id
    )
    insert into removals (contact_id, address_id, campaign_id, call_id, reason, requested_by)
    select contact_id, address_id, ${added.campaign_id}::int, id, 'no quiere', ${user}::int from phoned
  `.execute(db);
  expect(await count("removals")).toBeGreaterThan(20);

  await removeSample(user);
  expect(await listSampleCampaigns()).toEqual([]);
  const { rows } = await sql<{ email: string; bounces: number; calls: number; removals: number }>`
    select a.email, f.bounces, (select count(*) from calls where contact_id = f.contact_id) as calls,
      (select count(*) from removals where contact_id = f.contact_id) as removals
    from follow_ups f join addresses a on a.contact_id = f.contact_id order by a.email
  `.execute(db);
  expect(rows).toEqual([
    { email: "felipe.arango@gnail.example", bounces: 1, calls: 1, removals: 1 },
    { email: "luz@example.org", bounces: 1, calls: 1, removals: 1 },
  ]);
  const emails = await db.selectFrom("addresses").select("email").orderBy("email").execute();
  expect(emails.map(({ email }) => email)).toEqual([
    "felipe.arango@gnail.example",
    "luz@example.org",
    "sola@example.com",
  ]);
});

test("two clicks at the same moment make one sample", async () => {
  await Promise.all([addSample(user), addSample(user), addSample(user)]);
  expect(await listSampleCampaigns()).toHaveLength(2);
  await removeSample(user);
});

test("a campaign of ours with the same name is not touched", async () => {
  const name = "CENA DE SAN VALENTÍN 2022 UNOPENED";
  await createCampaign({ name, sent_at: null }, user);
  const before = await count("contacts");
  expect(await addSample(user)).toEqual({ taken: "Cena de San Valentín 2022 Unopened" });
  expect(await listSampleCampaigns()).toEqual([]);
  expect(await count("contacts")).toBe(before);
});
