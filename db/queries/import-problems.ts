import { sql } from "kysely";
import { db } from "../connection.ts";

/**
 * How often each problem occurs in an import, the most frequent first. Of `count` rows `kept` can be listed: all that were
 * rejected, and the first of those with a warning.
 */
export async function countProblems(import_id: number) {
  const { rows } = await sql<{ code: string; rejected: boolean; count: number; kept: number }>`
    select p.code, p.rejected, greatest(p.kept, r.count) as count, p.kept
    from (
      select code, rejected, count(*)::int as kept from import_problems where import_id = ${import_id}
      group by code, rejected
    ) p
    -- Counted as the file was read, whatever their number.
    left join (
      select g ->> 'code' as code, (g ->> 'rejected')::boolean as rejected, (g ->> 'count')::int as count
      from imports i, jsonb_array_elements(i.review -> 'problems') g where i.id = ${import_id}
    ) r using (code, rejected)
    order by p.rejected desc, count desc, p.code
  `.execute(db);
  return rows;
}

/** One page of an import's problems in the order of the file; of one kind, if `code` names it. */
export async function listProblems(
  import_id: number,
  { page, size, code }: { page: number; size: number; code?: string },
) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .$if(code !== undefined, (query) => query.where("code", "=", code ?? ""))
    .orderBy("line")
    .orderBy("id")
    .limit(size)
    .offset((page - 1) * size)
    .select(["id", "line", "column_name", "code", "value", "raw", "rejected"])
    .execute();
}

/** The rejected rows as they came, in the order of the file, a thousand at a time after the given line. */
export async function listRejected(import_id: number, after: number) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .where("rejected", "=", true)
    .where("line", ">", after)
    .orderBy("line")
    .limit(1_000)
    .select(["line", "code", "raw"])
    .execute();
}

/** What an earlier reading of the file found wrong is forgotten, before a new one begins. */
export async function forgetProblems(import_id: number): Promise<void> {
  await db.deleteFrom("import_problems").where("import_id", "=", import_id).execute();
}
