import { sql } from "kysely";
import { db } from "../connection.ts";
import { accountFigures, runningStates } from "../lists.ts";
import { leftContacts } from "./import-undo.ts";

/** One page of all imports, newest first. */
export async function listImports({ page, size, campaign_id }: { page: number; size: number; campaign_id?: number }) {
  const wanted = () => {
    const query = db.selectFrom("imports as i").where("i.state", "not in", ["reading", "draft"]);
    return campaign_id === undefined ? query : query.where("i.campaign_id", "=", campaign_id);
  };
  const [imports, { total }] = await Promise.all([
    selectImports(wanted())
      .orderBy("i.created_at", "desc")
      .orderBy("i.id", "desc")
      .limit(size)
      .offset((page - 1) * size)
      .execute(),
    wanted().select(sql<number>`count(*)::int`.as("total")).executeTakeFirstOrThrow(),
  ]);
  return { imports, total };
}

export async function findImport(import_id: number) {
  return selectImports(db.selectFrom("imports as i").where("i.id", "=", import_id)).executeTakeFirst();
}

/** How a person's files are: those at work, and those that have ended and of which they weren't told yet; at most 20. */
export async function listNews(user_id: number) {
  return db
    .selectFrom("imports as i")
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .where(
      sql<boolean>`coalesce(case when i.state in ('undoing', 'undone') then i.undone_by end, i.created_by) = ${user_id}`,
    )
    .where((where) =>
      where.or([
        where("i.state", "in", runningStates),
        where.and([where("i.told_at", "is", null), where("i.state", "in", ["saved", "undone"])]),
        where.and([where("i.told_at", "is", null), where("i.state", "=", "draft"), where("i.failure", "is not", null)]),
      ]),
    )
    .orderBy("i.id", "desc")
    .limit(20)
    .select(["i.id", "i.campaign_id", "c.name as campaign", "i.file_name", "i.list", "i.state", "i.failure"])
    .select(["i.rows", "i.step_began_at", "i.rows_done", "i.rows_total", "i.undo_left"])
    .execute();
}

/** The person has seen how these imports ended. */
export async function noteTold(user_id: number, import_ids: number[]): Promise<void> {
  await db
    .updateTable("imports")
    .set({ told_at: sql`now()` })
    .where("id", "=", sql<number>`any(${import_ids}::int[])`)
    .where("told_at", "is", null)
    .where("state", "not in", runningStates)
    .where((where) => where.or([where("created_by", "=", user_id), where("undone_by", "=", user_id)]))
    .execute();
}

/** Contacts that keep something of an undone import, and what builds on it; at most 200. */
export async function listLeft(import_id: number) {
  const { rows } = await sql<{ contact_id: number; email: string; name: string; why: "import" | "work" }>`
    select c.id as contact_id, a.email, concat_ws(' ', c.first_name, c.last_name, c.company) as name,
      case when exists (select from calls w where w.contact_id = c.id and w.called_at >= i.saved_at)
        or exists (select from corrections w where w.contact_id = c.id and w.corrected_at >= i.saved_at)
        or exists (select from removals w where w.contact_id = c.id and w.requested_at >= i.saved_at)
        then 'work' else 'import' end as why
    from ${leftContacts(import_id)} l (contact_id)
    join imports i on i.id = ${import_id}
    join contacts c on c.id = l.contact_id
    join addresses a on a.contact_id = c.id and a.replaced_at is null
    order by a.email_key limit 200
  `.execute(db);
  return rows;
}

function selectImports(query: ReturnType<typeof importsQuery>) {
  return query
    .innerJoin("campaigns as c", "c.id", "i.campaign_id")
    .leftJoin("users as u", "u.id", "i.created_by")
    .leftJoin("users as w", "w.id", "i.undone_by")
    .select([
      "i.id",
      "i.campaign_id",
      "c.name as campaign",
      "i.list",
      "i.state",
      "i.failure",
      "i.file_name",
      "i.bytes",
      "i.headers",
      "i.source",
      ...accountFigures.map((figure) => `i.${figure}` as const),
      "i.step_began_at",
      "i.rows_done",
      "i.rows_total",
      "i.created_at",
      "i.saved_at",
      "i.undone_at",
      "i.undo_left",
      "u.name as created_by",
      "w.name as undone_by",
    ]);
}

const importsQuery = () => db.selectFrom("imports as i");

/** Imports in the middle of a step, whosever they are, the oldest first; at most 50. */
export async function listRunning() {
  return selectImports(db.selectFrom("imports as i").where("i.state", "in", runningStates))
    .select("i.cancel_requested")
    .orderBy("i.id")
    .limit(50)
    .execute();
}
