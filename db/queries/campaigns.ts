import { type Insertable, type Kysely, sql, type Transaction, type Updateable } from "kysely";
import { db } from "../connection.ts";
import type { Campaign, DB, ImportList } from "../schema.ts";
import { addJob } from "./jobs.ts";

/** What a person enters about a campaign: times are instants, percentages 0–100 as the source printed them. */
export type CampaignFields = Pick<
  Insertable<Campaign>,
  | "name"
  | "sent_at"
  | "reported_sent"
  | "reported_delivered"
  | "reported_opened"
  | "reported_clicked"
  | "reported_unopened"
  | "reported_hard"
  | "reported_soft"
  | "reported_auto_reply"
  | "reported_opened_percent"
  | "reported_clicked_percent"
  | "reported_unopened_percent"
  | "reported_bounced_percent"
>;

/** The new campaign's id, or undefined when the name is taken (upper or lower case). */
export async function createCampaign(
  campaign: CampaignFields & { is_sample?: boolean },
  created_by: number | null,
  trx: Kysely<DB> = db,
): Promise<number | undefined> {
  const created = await trx
    .insertInto("campaigns")
    .values({ ...campaign, created_by })
    .onConflict((oc) => oc.expression(sql`lower(name)`).doNothing())
    .returning("id")
    .executeTakeFirst();
  return created?.id;
}

/** False when the name is another campaign's. */
export async function updateCampaign(id: number, campaign: Updateable<CampaignFields>): Promise<boolean> {
  try {
    await db.updateTable("campaigns").set(campaign).where("id", "=", id).execute();
    return true;
  } catch (error) {
    if ((error as { constraint?: string }).constraint === "campaigns_name") return false;
    throw error;
  }
}

/** Deletes a campaign that nothing was imported into, with its drafts. False when it has deliveries or saved imports. */
export async function deleteEmptyCampaign(id: number): Promise<boolean> {
  const deleted = await db
    .deleteFrom("campaigns as c")
    .where("c.id", "=", id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("deliveries as d").select("d.campaign_id").whereRef("d.campaign_id", "=", "c.id"))),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("imports as i")
            .select("i.id")
            .whereRef("i.campaign_id", "=", "c.id")
            .where("i.state", "=", "saved"),
        ),
      ),
    )
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

/**
 * Counts the deliveries of these campaigns anew. Called by every transaction that changes deliveries or takes a contact
 * out of the CRM, at its end. The campaigns stay locked until it commits: of two at once the second sees what the first did.
 * Queues the looking for their incidents, too.
 */
export async function recountCampaigns(trx: Transaction<DB>, campaign_ids: number[]): Promise<void> {
  if (campaign_ids.length === 0) return;
  await sql`
    select from campaigns where id = any(${campaign_ids}::int[]) order by id for no key update
  `.execute(trx);
  // A statement of its own: one that writes is never counted by several processes of PostgreSQL.
  const counted = await sql`
    -- By the deliveries' own column: by the campaigns' a million of them would be sorted.
    select d.campaign_id,
      count(*) filter (where r.contact_id is null)::int as sent,
      count(*) filter (where d.opened and r.contact_id is null)::int as opened,
      count(*) filter (where d.clicked and r.contact_id is null)::int as clicked,
      count(*) filter (where d.bounce_kind = 'hard' and r.contact_id is null)::int as hard,
      count(*) filter (where d.bounce_kind = 'soft' and r.contact_id is null)::int as soft,
      count(*) filter (where d.auto_reply and r.contact_id is null)::int as auto_reply,
      count(*) filter (where d.unsubscribed and r.contact_id is null)::int as unsubscribed,
      count(*) filter (where d.complained and r.contact_id is null)::int as complained,
      count(r.contact_id)::int as removed
    from deliveries d
    left join (
      select distinct a.id as address_id, r.contact_id
      from removals r join addresses a on a.contact_id = r.contact_id
      where r.state = 'confirmed' and r.decision = 'remove'
    ) r on r.address_id = d.address_id
    where d.campaign_id = any(${campaign_ids}::int[])
    group by d.campaign_id
  `.execute(trx);
  await sql`
    insert into campaign_counts
      (campaign_id, sent, opened, clicked, hard, soft, auto_reply, unsubscribed, complained, removed)
    select c.id, coalesce(n.sent, 0), coalesce(n.opened, 0), coalesce(n.clicked, 0), coalesce(n.hard, 0),
      coalesce(n.soft, 0), coalesce(n.auto_reply, 0), coalesce(n.unsubscribed, 0), coalesce(n.complained, 0),
      coalesce(n.removed, 0)
    from campaigns c
    left join jsonb_populate_recordset(null::campaign_counts, ${JSON.stringify(counted.rows)}::jsonb) n on n.campaign_id = c.id
    where c.id = any(${campaign_ids}::int[])
    on conflict (campaign_id) do update set
      sent = excluded.sent, opened = excluded.opened, clicked = excluded.clicked, hard = excluded.hard,
      soft = excluded.soft, auto_reply = excluded.auto_reply, unsubscribed = excluded.unsubscribed,
      complained = excluded.complained, removed = excluded.removed
  `.execute(trx);
  for (const campaign_id of campaign_ids) await addJob({ task: "find-incidents", campaign_id }, trx);
}

/** One page of campaigns, newest first, each with its counts, its source's totals and the lists imported so far. */
export async function listCampaigns({ page, size }: { page: number; size: number }) {
  const [campaigns, { total }] = await Promise.all([
    selectCampaigns()
      .orderBy(sql`coalesce(c.sent_at, c.created_at) desc`)
      .orderBy("c.id", "desc")
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
    db.selectFrom("campaigns").select(sql<number>`count(*)::int`.as("total")).executeTakeFirstOrThrow(),
  ]);
  return { campaigns, total };
}

export async function findCampaign(id: number) {
  return selectCampaigns().where("c.id", "=", id).executeTakeFirst();
}

/** The campaign with this name, whatever its upper and lower case. */
export async function findCampaignByName(name: string, trx: Kysely<DB> = db) {
  return trx
    .selectFrom("campaigns")
    .select(["id", "name"])
    .where(sql`lower(name)`, "=", sql<string>`lower(${name.trim()})`)
    .executeTakeFirst();
}

/** For menus: the newest campaigns by name. */
export async function listCampaignNames(limit = 200) {
  return db
    .selectFrom("campaigns")
    .select(["id", "name", "sent_at"])
    .orderBy(sql`coalesce(sent_at, created_at) desc`)
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
}

function selectCampaigns() {
  const count = (name: "sent" | "opened" | "clicked" | "hard" | "soft" | "auto_reply" | "removed") =>
    sql<number>`coalesce(${sql.ref(`n.${name}`)}, 0)`.as(name);
  const percent = (name: "opened" | "clicked" | "unopened" | "bounced") =>
    sql<number | null>`${sql.ref(`c.reported_${name}_percent`)}::float8`.as(`reported_${name}_percent`);
  return db
    .selectFrom("campaigns as c")
    .leftJoin("campaign_counts as n", "n.campaign_id", "c.id")
    .select([
      "c.id",
      "c.name",
      "c.sent_at",
      "c.created_at",
      "c.is_sample",
      "c.reported_sent",
      "c.reported_delivered",
      "c.reported_opened",
      "c.reported_clicked",
      "c.reported_unopened",
      "c.reported_hard",
      "c.reported_soft",
      "c.reported_auto_reply",
      percent("opened"),
      percent("clicked"),
      percent("unopened"),
      percent("bounced"),
      count("sent"),
      count("opened"),
      count("clicked"),
      count("hard"),
      count("soft"),
      count("auto_reply"),
      count("removed"),
      sql<ImportList[]>`array(
        select distinct i.list::text from imports i where i.campaign_id = c.id and i.state = 'saved' and i.list is not null
      )`.as("lists"),
    ]);
}

/** Who imported what into a campaign: the saved files' number, and the people, first the one who came first. */
export async function findCampaignSources(campaign_id: number) {
  const { rows } = await sql<{ files: number; people: string[] }>`
    select count(*)::int as files,
      coalesce(array_agg(distinct u.name) filter (where u.name is not null), '{}') as people
    from imports i left join users u on u.id = i.created_by
    where i.campaign_id = ${campaign_id} and i.state = 'saved'
  `.execute(db);
  return rows[0] ?? { files: 0, people: [] };
}

/**
 * How far the follow-up of each campaign's bounces is: contacts whose newest follow-up is open, closed, and closed with
 * mail that arrives again. A contact that is out of the CRM counts in none.
 */
export async function countProgress(campaign_ids: number[]) {
  const { rows } = await sql<{ campaign_id: number; open: number; closed: number; recovered: number }>`
    with bounced as (
      select distinct d.campaign_id, a.contact_id
      from deliveries d join addresses a on a.id = d.address_id
      where d.campaign_id = any(${campaign_ids}::int[]) and d.bounce_kind is not null
        and not exists (
          select from removals r where r.contact_id = a.contact_id and r.state = 'confirmed' and r.decision = 'remove'
        )
    ), newest as (
      select distinct on (f.contact_id) f.contact_id, f.closed_at, f.closed_as
      from follow_ups f where f.contact_id in (select contact_id from bounced)
      order by f.contact_id, f.id desc
    )
    select b.campaign_id,
      count(*) filter (where n.closed_at is null)::int as open,
      count(n.closed_at)::int as closed,
      count(*) filter (where n.closed_as in ('recovered', 'corrected', 'address-right'))::int as recovered
    from bounced b join newest n using (contact_id)
    group by b.campaign_id
  `.execute(db);
  return new Map(rows.map((row) => [row.campaign_id, row]));
}
