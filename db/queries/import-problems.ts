import { sql } from "kysely";
import { db } from "../connection.ts";

/** How often each problem occurs in an import, the most frequent first. */
export async function countProblems(import_id: number) {
  return db
    .selectFrom("import_problems")
    .where("import_id", "=", import_id)
    .groupBy(["code", "rejected"])
    .orderBy("rejected", "desc")
    .orderBy(sql`count(*)`, "desc")
    .orderBy("code")
    .select(["code", "rejected", sql<number>`count(*)::int`.as("count")])
    .execute();
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
