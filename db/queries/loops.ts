import { sql } from "kysely";
import { db } from "../connection.ts";
import type { VerdictCategory } from "../schema.ts";

/** An address that answers every mail by itself: two such machines write to each other for ever. */
export type LoopRow = {
  contact_id: number;
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  phone_e164: string | null;
  /** The latest campaigns, all of which it answered. */
  in_row: number;
  /** The most automatic answers to one mail within ten minutes; null where no file tells of three or more. */
  burst: number | null;
  /** The latest answer: its text to the letter, when it came, to which campaign, and what our verdict makes of it. */
  reason: string | null;
  replied_at: Date | null;
  campaign: string;
  category: VerdictCategory | null;
};

const limit = sql`coalesce((select loop_limit from organization), 3)`;

/** How many of the latest mails to the address named `d.address_id` were answered, one after the other. */
const answeredInRow = sql`(
  select count(*) filter (where others = 0)::int from (
    select count(*) filter (where not x.auto_reply) over (
      order by coalesce(x.sent_at, k.sent_at, k.created_at) desc, k.id desc
    ) as others
    from deliveries x join campaigns k on k.id = x.campaign_id where x.address_id = d.address_id
  ) as mails
)`;

/** Whether the delivery `d` is of an address that may loop. */
export const mayLoop = sql<boolean>`(d.auto_reply_burst is not null or ${answeredInRow} >= ${limit})`;

// Only who has answered so often at all can have done so in a row.
const loops = sql`
  select d.address_id, ${answeredInRow} as in_row, d.burst
  from (
    select address_id, max(auto_reply_burst) as burst from deliveries where auto_reply
    group by address_id having count(*) >= ${limit} or max(auto_reply_burst) is not null
  ) as d
`;

/** One page of the addresses that may loop, those that answered most first, without contacts that are out of the CRM; and how many there are. */
export async function listLoops({ page, size }: { page: number; size: number }) {
  const { rows } = await sql<LoopRow & { total: number }>`
    with loops as materialized (${loops}),
    found as materialized (
      select l.*, a.email, a.email_key, a.contact_id from loops l join addresses a on a.id = l.address_id
      where (l.in_row >= ${limit} or l.burst is not null) and a.replaced_at is null and not exists (
        select from removals r where r.contact_id = a.contact_id and r.state = 'confirmed' and r.decision = 'remove'
      )
    ),
    shown as materialized (
      select * from found order by in_row desc, burst desc nulls last, email_key limit ${size} offset ${(page - 1) * size}
    )
    select s.contact_id, s.email, s.in_row, s.burst, c.first_name, c.last_name, c.company, c.phone, c.phone_e164,
      last.reason, last.replied_at, last.campaign, last.category, (select count(*)::int from found) as total
    from shown s join contacts c on c.id = s.contact_id
    cross join lateral (
      select d.auto_reply_reason as reason, coalesce(d.auto_replied_at, d.sent_at, k.sent_at) as replied_at,
        k.name as campaign, v.category
      from deliveries d join campaigns k on k.id = d.campaign_id left join verdicts v on v.id = d.auto_reply_verdict_id
      where d.address_id = s.address_id and d.auto_reply
      order by coalesce(d.sent_at, k.sent_at, k.created_at) desc, k.id desc limit 1
    ) as last
    order by s.in_row desc, s.burst desc nulls last, s.email_key
  `.execute(db);
  return { loops: rows, total: rows[0]?.total ?? 0 };
}
