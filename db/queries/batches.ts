import { createHash } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { BounceKind, DB, RemovalDecision, VerdictCategory } from "../schema.ts";

/** A contact for the CRM administrator, with the rows that ask for it. */
export type BatchRow = {
  removal_id: number | null;
  correction_ids: number[];
  crm_record_id: string | null;
  crm_module: string | null;
  /** The address that the CRM knows. */
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
  campaign: string | null;
  bounce_kind: BounceKind | null;
  bounce_reason: string | null;
  /** Of our stored verdict on the bounce. */
  category: VerdictCategory | null;
  decision: RemovalDecision | "correct";
  /** Of a removal that was confirmed a second time: the verdict against which it was. */
  confirmed_against: VerdictCategory | null;
  requested_by: string;
  requested_at: Date;
  note: string;
  new_email: string | null;
};

/** What is handed over: `content` is kept to the byte. */
type BatchFile = { file_name: string; content: string; rows: BatchRow[] };

/** More than a company asks for in a year; the rest waits for the next export. */
const AT_ONCE = 100_000;

/**
 * Hands requests over: takes what waits (the given removals, or with null all of them and the corrected addresses), lets
 * `files` lay it out, and keeps each file as a batch. What went into a file is marked with it, in the same transaction.
 * Nothing waiting makes no batch. A form sent twice makes its batches once: `repeated` says that these are the first one's.
 */
export async function createBatches(
  order: { form_key: string; created_by: number; removal_ids: number[] | null },
  files: (rows: BatchRow[]) => BatchFile[],
): Promise<{ batches: { id: number; rows: number }[]; repeated: boolean }> {
  const { form_key, created_by, removal_ids } = order;
  return db.transaction().execute(async (trx) => {
    // One export at a time: the second of a double click has to see the first's batches.
    await sql`lock table batches in share row exclusive mode`.execute(trx);
    const before = await trx
      .selectFrom("batches")
      .select(["id", "rows"])
      .where("form_key", "=", form_key)
      .orderBy("id")
      .execute();
    if (before.length > 0) return { batches: before, repeated: true };

    const rows = [
      ...(await takeRequestedRemovals(trx, removal_ids)),
      ...(removal_ids === null ? await takeWaitingCorrections(trx) : []),
    ];
    const batches: { id: number; rows: number }[] = [];
    for (const file of files(rows)) batches.push(await saveBatch(trx, file, { form_key, created_by }));
    return { batches, repeated: false };
  });
}

async function saveBatch(trx: Transaction<DB>, file: BatchFile, by: { form_key: string; created_by: number }) {
  const content = Buffer.from(file.content, "utf8");
  const batch = await trx
    .insertInto("batches")
    .values({
      ...by,
      file_name: file.file_name,
      rows: file.rows.length,
      content,
      sha256: createHash("sha256").update(content).digest("hex"),
    })
    .returning(["id", "rows"])
    .executeTakeFirstOrThrow();
  const removal_ids = file.rows.flatMap(({ removal_id }) => removal_id ?? []);
  const correction_ids = file.rows.flatMap((row) => row.correction_ids);
  await sql`
    update removals set state = 'exported', batch_id = ${batch.id} where id = any(${removal_ids}::int[])
  `.execute(trx);
  await sql`update corrections set batch_id = ${batch.id} where id = any(${correction_ids}::int[])`.execute(trx);
  return batch;
}

async function takeRequestedRemovals(trx: Transaction<DB>, removal_ids: number[] | null): Promise<BatchRow[]> {
  const { rows } = await sql<BatchRow>`
    with taken as (
      select * from removals
      where state = 'requested' and (${removal_ids}::int[] is null or id = any(${removal_ids}::int[]))
      order by id limit ${AT_ONCE}
      for update
    )
    select r.id as removal_id, '{}'::int[] as correction_ids,
      c.crm_record_id, c.crm_module, c.first_name, c.last_name, c.company, c.phone,
      -- While a corrected address waits for its own hand-over, the CRM knows the one before it.
      coalesce((
        select old.email from corrections as x join addresses as old on old.id = x.old_address_id
        where x.contact_id = r.contact_id and x.batch_id is null order by x.id limit 1
      ), a.email) as email,
      k.name as campaign, d.bounce_kind, d.bounce_reason, v.category, r.decision, r.confirmed_against,
      u.name as requested_by, r.requested_at, r.reason as note, null as new_email
    from taken as r
    join contacts as c on c.id = r.contact_id
    join addresses as a on a.id = r.address_id
    join users as u on u.id = r.requested_by
    left join campaigns as k on k.id = r.campaign_id
    left join deliveries as d on d.campaign_id = r.campaign_id and d.address_id = r.address_id
    left join verdicts as v on v.id = d.bounce_verdict_id
    order by r.id
  `.execute(trx);
  return rows;
}

/**
 * Corrected addresses that the CRM administrator hasn't got yet, one a contact: from the address that the CRM knows to the
 * one in use now, however many lay between. None for a contact that is to leave the CRM.
 */
const waitingCorrections = sql`
  select x.contact_id, array_agg(x.id order by x.id) as correction_ids,
    (array_agg(x.old_address_id order by x.id))[1] as old_address_id,
    (array_agg(x.new_address_id order by x.id desc))[1] as new_address_id,
    (array_agg(x.corrected_by order by x.id desc))[1] as corrected_by,
    (array_agg(x.call_id order by x.id desc))[1] as call_id,
    max(x.corrected_at) as corrected_at
  from corrections as x
  where x.batch_id is null
    and not exists (
      select from removals as r
      where r.contact_id = x.contact_id and r.decision = 'remove' and r.state in ('requested', 'exported', 'confirmed')
    )
  group by x.contact_id
  having (array_agg(x.old_address_id order by x.id))[1] <> (array_agg(x.new_address_id order by x.id desc))[1]
`;

async function takeWaitingCorrections(trx: Transaction<DB>): Promise<BatchRow[]> {
  await sql`select from corrections where batch_id is null order by id for update`.execute(trx);
  const { rows } = await sql<BatchRow>`
    select null as removal_id, w.correction_ids, c.crm_record_id, c.crm_module, old.email,
      c.first_name, c.last_name, c.company, c.phone, b.campaign, b.bounce_kind, b.bounce_reason, b.category,
      'correct' as decision, null as confirmed_against, u.name as requested_by, w.corrected_at as requested_at,
      coalesce(call.note, '') as note, new.email as new_email
    from (${waitingCorrections}) as w
    join contacts as c on c.id = w.contact_id
    join addresses as old on old.id = w.old_address_id
    join addresses as new on new.id = w.new_address_id
    join users as u on u.id = w.corrected_by
    left join calls as call on call.id = w.call_id
    left join lateral (
      select k.name as campaign, d.bounce_kind, d.bounce_reason, v.category
      from deliveries as d join campaigns as k on k.id = d.campaign_id
      left join verdicts as v on v.id = d.bounce_verdict_id
      where d.address_id = old.id and d.bounce_kind is not null
      order by coalesce(d.bounced_at, d.sent_at, k.sent_at, k.created_at) desc, d.campaign_id desc limit 1
    ) as b on true
    order by w.corrected_at, w.contact_id
    limit ${AT_ONCE}
  `.execute(trx);
  return rows;
}

/** How many corrected addresses wait for their hand-over, and the newest of them. */
export async function listWaitingCorrections(limit = 50) {
  const { rows } = await sql<{
    contact_id: number;
    old_email: string;
    new_email: string;
    corrected_by: string;
    corrected_at: Date;
    total: number;
  }>`
    select w.contact_id, old.email as old_email, new.email as new_email, u.name as corrected_by, w.corrected_at,
      (count(*) over ())::int as total
    from (${waitingCorrections}) as w
    join addresses as old on old.id = w.old_address_id
    join addresses as new on new.id = w.new_address_id
    join users as u on u.id = w.corrected_by
    order by w.corrected_at desc, w.contact_id desc
    limit ${limit}
  `.execute(db);
  return { total: rows[0]?.total ?? 0, corrections: rows };
}

/** One page of batches, newest first, each with how many of its requests wait for the CRM administrator's decision. */
export async function listBatches({ page, size }: { page: number; size: number }) {
  const [batches, { total }] = await Promise.all([
    db
      .selectFrom("batches as b")
      .innerJoin("users as u", "u.id", "b.created_by")
      .select(["b.id", "b.file_name", "b.rows", "b.sha256", "b.created_at", "u.name as created_by"])
      .select(
        sql<number>`
          (select count(*)::int from removals as r where r.batch_id = b.id and r.state = 'exported')
        `.as("waiting"),
      )
      .orderBy("b.id", "desc")
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
    db.selectFrom("batches").select(sql<number>`count(*)::int`.as("total")).executeTakeFirstOrThrow(),
  ]);
  return { batches, total };
}

/** A batch's file as it was handed over, to the byte. */
export async function findBatchFile(id: number) {
  return db.selectFrom("batches").select(["file_name", "content", "sha256"]).where("id", "=", id).executeTakeFirst();
}
