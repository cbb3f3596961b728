import { CompiledQuery } from "kysely";
import { db } from "../connection.ts";

/** What rate-limiter-flexible asks of a PostgreSQL client; its statements are its own, on the table `attempts`. */
export const attempts = {
  async query({ text, values = [] }: { text: string; values?: unknown[] }) {
    const { rows, numAffectedRows } = await db.executeQuery(CompiledQuery.raw(text, values));
    return { rows, rowCount: Number(numAffectedRows ?? rows.length) };
  },
};
