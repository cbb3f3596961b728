import { type RawBuilder, sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { BounceKind, CallOutcome, DB, FollowUpResult, RemovalDecision, VerdictCategory } from "../schema.ts";
import { bounceOf } from "./bounces.ts";
import { type AddressRefusal, type Switched, switchAddress, takeBackCorrection } from "./corrections.ts";
import { refreshFollowUpsOf } from "./follow-ups.ts";
import { tryTurn } from "./turn.ts";

/** What a call leads to: the follow-up closes, or comes up again. `attempts` are the calls so far that reached nobody. */
type Step =
  | { closed_as: FollowUpResult; attempts: number; removal?: RemovalDecision }
  | { due_at: Date; is_call_back: boolean; attempts: number };

/** The bounce that a removal would be asked for; all null where the address never bounced. */
type Bounce = { bounce_kind: BounceKind | null; bounce_reason: string | null; category: VerdictCategory | null };

/** Decides by the attempts on record and the bounce that led to the call. */
type Decide = (attempts: number, bounce: Bounce) => Step;

export type NewCall = {
  contact_id: number;
  /** The follow-up that the caller saw, null when none was open: a call on anything else is refused. */
  follow_up_id: number | null;
  called_by: number;
  outcome: CallOutcome;
  note: string;
  /** Given for outcome call-back and no other. */
  call_back_at: Date | null;
  /** Given for outcome new-address and no other. */
  address: { email: string; email_key: string } | null;
  /** What a removal that the outcome asks for gives as its reason. */
  removal_reason: string;
  form_key: string;
  claim_minutes: number;
};

export type CallRefusal =
  | { refusal: "unknown" }
  /** The follow-up was closed, or another one opened, since the caller looked. */
  | { refusal: "changed" }
  | { refusal: "claimed"; name: string; since: Date }
  | AddressRefusal;

export type CallSaved = { call_id: number; closed_as: FollowUpResult | null; due_at: Date | null };

/** Ends the transaction with nothing written and this answer. */
class Refused extends Error {
  constructor(readonly answer: CallRefusal | TakeBackRefusal) {
    super("refused");
  }
}

/**
 * Logs a call and does what its outcome says, in one transaction: `step` decides. The same
 * `form_key` again changes nothing and answers as the first time. Without an open follow-up it opens one.
 */
export async function recordCall(call: NewCall, step: Decide): Promise<CallSaved | CallRefusal> {
  return inTransaction((trx) => record(trx, call, step)) as Promise<CallSaved | CallRefusal>;
}

async function inTransaction<T>(
  work: (trx: Transaction<DB>) => Promise<T>,
): Promise<T | CallRefusal | TakeBackRefusal> {
  try {
    return await db.transaction().execute(work);
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}

async function record(
  trx: Transaction<DB>,
  call: NewCall,
  step: Decide,
  corrected?: { id: number; called_at: string; called_by: number },
): Promise<CallSaved> {
  const { contact_id } = call;
  // Two calls of one contact come one after the other, also where there is no follow-up to lock.
  const contact = await lockContact(trx, contact_id);
  if (!contact) throw new Refused({ refusal: "unknown" });
  const saved = await findSaved(trx, call);
  if (saved) return saved;

  const open = await lockFollowUp(trx, contact_id, call.called_by, call.claim_minutes);
  if ((open?.id ?? null) !== call.follow_up_id) throw new Refused({ refusal: "changed" });
  if (open?.claimed_name) throw new Refused({ refusal: "claimed", name: open.claimed_name, since: open.claimed_at });
  const switched = call.address && (await switchAddress(trx, contact_id, call.address));
  if (switched && "refusal" in switched) throw new Refused(switched);

  const follow_up_id = open?.id ?? (await openByCall(trx, contact_id, call.called_by));
  const planned = step(open?.attempts ?? 0, contact);
  // Who is out of the CRM, or about to be, can be phoned but doesn't come up again.
  const next =
    "due_at" in planned && !open && (await isLeaving(trx, contact_id))
      ? { closed_as: "removal" as const, attempts: planned.attempts }
      : planned;
  const closed_as = "closed_as" in next ? next.closed_as : null;
  const due_at = "due_at" in next ? next.due_at : null;
  const before: Before = {
    follow_up: open ? { due_at: open.due_at, is_call_back: open.is_call_back, attempts: open.attempts } : null,
    closed: closed_as !== null,
    was_replaced_at: switched ? switched.was_replaced_at : null,
  };
  const { id: call_id } = await trx
    .insertInto("calls")
    .values({
      contact_id,
      follow_up_id,
      address_id: switched ? switched.old_address_id : contact.address_id,
      called_by: corrected?.called_by ?? call.called_by,
      ...(corrected && { called_at: corrected.called_at }),
      outcome: call.outcome,
      note: call.note,
      call_back_at: call.call_back_at,
      new_email: call.address?.email ?? null,
      before: JSON.stringify(before),
      form_key: call.form_key,
      corrects_call_id: corrected?.id ?? null,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  await trx
    .updateTable("follow_ups")
    .set({
      ...("due_at" in next
        ? { due_at: next.due_at, is_call_back: next.is_call_back }
        : { closed_at: sql`now()`, closed_by: call.called_by, closed_as }),
      attempts: next.attempts,
      claimed_by: null,
      claimed_at: null,
      claim_renewed_at: null,
    })
    .where("id", "=", follow_up_id)
    .execute();
  if (switched) await insertCorrection(trx, switched, { contact_id, call_id, corrected_by: call.called_by });
  if ("removal" in next && next.removal)
    await askForRemoval(trx, {
      call_id,
      decision: next.removal,
      reason: call.removal_reason,
      asked_by: call.called_by,
    });
  return { call_id, closed_as, due_at };
}

/** What a call found: the follow-up that it changed (null when the call opened it) and where its new address came from. */
type Before = {
  follow_up: { due_at: string; is_call_back: boolean; attempts: number } | null;
  closed: boolean;
  was_replaced_at: string | null;
};

async function lockContact(trx: Transaction<DB>, contact_id: number) {
  const { rows } = await sql<Bounce & { address_id: number }>`
    select b.address_id, b.bounce_kind, b.bounce_reason, b.category
    from contacts as c cross join lateral (${bounceOf(sql`c.id`, null)}) as b
    where c.id = ${contact_id} for no key update of c
  `.execute(trx);
  return rows[0];
}

async function lockFollowUp(trx: Transaction<DB>, contact_id: number, user_id: number, claim_minutes: number) {
  const { rows } = await sql<{
    id: number;
    due_at: string;
    is_call_back: boolean;
    attempts: number;
    claimed_name: string | null;
    claimed_at: Date;
  }>`
    select f.id, f.due_at::text, f.is_call_back, f.attempts, f.claimed_at,
      (
        select name from users
        where id = f.claimed_by and id <> ${user_id} and f.claim_renewed_at > now() - make_interval(mins => ${claim_minutes})
      ) as claimed_name
    from follow_ups as f where f.contact_id = ${contact_id} and f.closed_at is null for update
  `.execute(trx);
  return rows[0];
}

/** A removal that keeps a contact off the worklist: open, or confirmed as taken out. */
const leaving = (contact_id: RawBuilder<unknown>) => sql`
  select from removals as r where r.contact_id = ${contact_id}
    and (r.state in ('requested', 'exported') or r.state = 'confirmed' and r.decision = 'remove')
`;

async function isLeaving(trx: Transaction<DB>, contact_id: number): Promise<boolean> {
  const { rows } = await sql`${leaving(sql`${contact_id}`)} limit 1`.execute(trx);
  return rows.length > 0;
}

async function openByCall(trx: Transaction<DB>, contact_id: number, opened_by: number): Promise<number> {
  const opened = await trx
    .insertInto("follow_ups")
    .values({ contact_id, kind: "manual", opened_by })
    .returning("id")
    .executeTakeFirstOrThrow();
  return opened.id;
}

/**
 * The call that this form saved before. Refused as changed when it says something else now, or that call was taken back:
 * a browser's way back leads to a form with its old key, and what is written there is another call.
 */
async function findSaved(trx: Transaction<DB>, call: Omit<NewCall, "follow_up_id">): Promise<CallSaved | undefined> {
  const { rows } = await sql<CallSaved & { same: boolean }>`
    select c.id as call_id, f.closed_as, case when f.closed_at is null then f.due_at end as due_at,
      c.taken_back_at is null and (c.contact_id, c.outcome, c.note, c.call_back_at, c.new_email) is not distinct from
        (${call.contact_id}::int, ${call.outcome}::call_outcome, ${call.note}::text, ${call.call_back_at}::timestamptz,
          ${call.address?.email ?? null}::text) as same
    from calls as c join follow_ups as f on f.id = c.follow_up_id where c.form_key = ${call.form_key}::uuid
  `.execute(trx);
  const [saved] = rows;
  if (!saved) return undefined;
  if (!saved.same) throw new Refused({ refusal: "changed" });
  const { call_id, closed_as, due_at } = saved;
  return { call_id, closed_as, due_at };
}

async function insertCorrection(
  trx: Transaction<DB>,
  { old_address_id, new_address_id }: Switched,
  by: { contact_id: number; call_id: number; corrected_by: number },
): Promise<void> {
  await trx
    .insertInto("corrections")
    .values({ ...by, old_address_id, new_address_id })
    .execute();
}

/** A request that stands already, or a contact that is out of the CRM, needs no second one. */
async function askForRemoval(
  trx: Transaction<DB>,
  asked: { call_id: number; decision: RemovalDecision; reason: string; asked_by: number },
): Promise<void> {
  await sql`
    insert into removals (contact_id, address_id, campaign_id, call_id, decision, reason, requested_by)
    select c.contact_id, c.address_id, (
        select d.campaign_id from deliveries as d join campaigns as k on k.id = d.campaign_id
        where d.address_id = c.address_id and d.bounce_kind is not null
        order by coalesce(d.bounced_at, d.sent_at, k.sent_at, k.created_at) desc, d.campaign_id desc limit 1
      ), c.id, ${asked.decision}, ${asked.reason}, ${asked.asked_by}
    from calls as c
    where c.id = ${asked.call_id} and not exists (
      select from removals as r where r.contact_id = c.contact_id and r.state = 'confirmed' and r.decision = 'remove'
    )
    on conflict (contact_id) where state in ('requested', 'exported') do nothing
  `.execute(trx);
}

/** Why a call can't be taken back or corrected any more. */
export type TakeBackRefusal = {
  refusal:
    | "unknown"
    | "already"
    | "not-yours"
    | "later-call"
    | "removal-decided"
    | "handed-over"
    | "address-used"
    | "later-follow-up"
    | "claimed-now"
    | "import-running";
};

/**
 * Undoes what a call did: the follow-up stands as before it, a new address is gone, a removal it asked for is withdrawn.
 * The call stays in the history as taken back. For who logged it, or `any` one's call; refused once something builds on it.
 */
export async function takeBackCall(
  call_id: number,
  by: { user_id: number; any: boolean; claim_minutes: number },
): Promise<{ contact_id: number } | TakeBackRefusal> {
  return inTransaction((trx) => takeBack(trx, call_id, by)) as Promise<{ contact_id: number } | TakeBackRefusal>;
}

/** Takes a call back and logs it anew, as `call` says, at the time and by the person of the first. */
export async function correctCall(
  call_id: number,
  call: Omit<NewCall, "contact_id" | "follow_up_id">,
  any: boolean,
  step: Decide,
): Promise<CallSaved | CallRefusal | TakeBackRefusal> {
  return inTransaction(async (trx) => {
    const { called_by: user_id, claim_minutes } = call;
    const first = await lockCall(trx, call_id);
    const saved = first && (await findSaved(trx, { ...call, contact_id: first.contact_id }));
    if (saved) return saved;
    const { contact_id, called_at, called_by } = await takeBack(trx, call_id, { user_id, any, claim_minutes });
    const open = await lockFollowUp(trx, contact_id, user_id, claim_minutes);
    const corrected = { id: call_id, called_at, called_by };
    return record(trx, { ...call, contact_id, follow_up_id: open?.id ?? null }, step, corrected);
  });
}

/** Locks the call's contact; before any row, the imports' turn, where the address that the call brought would go with it. */
async function lockCall(trx: Transaction<DB>, call_id: number) {
  const { rows: brought } = await sql`
    select from corrections as k join calls as c on c.id = k.call_id
    where c.id = ${call_id} and c.before ->> 'was_replaced_at' is null
  `.execute(trx);
  if (brought.length > 0 && !(await tryTurn(trx))) throw new Refused({ refusal: "import-running" });
  const { rows } = await sql<{ contact_id: number }>`
    select c.contact_id from calls as c join contacts as k on k.id = c.contact_id
    where c.id = ${call_id} for no key update of k
  `.execute(trx);
  return rows[0];
}

async function takeBack(
  trx: Transaction<DB>,
  call_id: number,
  { user_id, any, claim_minutes }: { user_id: number; any: boolean; claim_minutes: number },
) {
  if (!(await lockCall(trx, call_id))) throw new Refused({ refusal: "unknown" });
  const { rows } = await sql<{
    contact_id: number;
    follow_up_id: number;
    called_at: string;
    called_by: number;
    before: Before;
    refusal: TakeBackRefusal["refusal"] | null;
  }>`
    select c.contact_id, c.follow_up_id, c.called_at::text, c.called_by, c.before, case
      when c.taken_back_at is not null then 'already'
      when c.called_by <> ${user_id} and not ${any}::boolean then 'not-yours'
      when exists (
        select from calls as l where l.contact_id = c.contact_id and l.id > c.id and l.taken_back_at is null
      ) then 'later-call'
      when exists (
        select from removals as r where r.call_id = c.id and r.state in ('exported', 'confirmed', 'kept')
      ) then 'removal-decided'
      when exists (select from corrections as k where k.call_id = c.id and k.batch_id is not null) then 'handed-over'
      when exists (
        select from corrections as k
        where k.call_id = c.id and (
          exists (select from corrections as l where l.contact_id = c.contact_id and l.id > k.id)
          or exists (
            select from deliveries as d left join imports as i on i.id = d.import_id
            where d.address_id = k.new_address_id
              and (c.before ->> 'was_replaced_at' is null or i.saved_at > k.corrected_at)
          )
        )
      ) then 'address-used'
      when exists (
        select from follow_ups as f
        where f.contact_id = c.contact_id and f.closed_at is null and f.id <> c.follow_up_id
      ) or (f.closed_at is not null) <> (c.before ->> 'closed')::boolean
        or jsonb_typeof(c.before -> 'follow_up') = 'object'
          and exists (${leaving(sql`c.contact_id`)} and r.call_id is distinct from c.id) then 'later-follow-up'
      when f.claimed_by <> ${user_id} and f.claim_renewed_at > now() - make_interval(mins => ${claim_minutes}) then 'claimed-now'
    end as refusal
    from calls as c join follow_ups as f on f.id = c.follow_up_id
    where c.id = ${call_id} for update of f
  `.execute(trx);
  const call = rows[0];
  if (!call) throw new Refused({ refusal: "unknown" });
  if (call.refusal) throw new Refused({ refusal: call.refusal });

  await sql`update calls set taken_back_at = now(), taken_back_by = ${user_id} where id = ${call_id}`.execute(trx);
  await takeBackCorrection(trx, call_id, call.before.was_replaced_at);
  await sql`
    update removals set state = 'withdrawn', decided_by = ${user_id}, decided_at = now()
    where call_id = ${call_id} and state = 'requested'
  `.execute(trx);
  const { follow_up } = call.before;
  await (follow_up
    ? sql`
        update follow_ups set closed_at = null, closed_by = null, closed_as = null,
          due_at = ${follow_up.due_at}::timestamptz, is_call_back = ${follow_up.is_call_back}, attempts = ${follow_up.attempts}
        where id = ${call.follow_up_id}
      `
    : sql`
        update follow_ups set closed_at = now(), closed_by = ${user_id}, closed_as = 'dismissed',
          claimed_by = null, claimed_at = null, claim_renewed_at = null
        where id = ${call.follow_up_id}
      `
  ).execute(trx);
  await refreshFollowUpsOf(trx, [call.contact_id]);
  return call;
}

/** A call as its form shows it. */
export async function findCall(call_id: number) {
  return db
    .selectFrom("calls as c")
    .innerJoin("users as u", "u.id", "c.called_by")
    .select(["c.id", "c.contact_id", "c.outcome", "c.note", "c.call_back_at", "c.new_email", "c.called_at"])
    .select(["c.called_by", "u.name as called_by_name", "c.taken_back_at"])
    .where("c.id", "=", call_id)
    .executeTakeFirst();
}

/** The form that the contact's latest call came from: what a browser still keeps of it is saved. */
export async function findLastFormKey(contact_id: number): Promise<string | null> {
  const call = await db
    .selectFrom("calls")
    .select("form_key")
    .where("contact_id", "=", contact_id)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return call?.form_key ?? null;
}
