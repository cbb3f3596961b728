import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB } from "../schema.ts";

// "#1" is what columns without a header are called: they say nothing of the next file.
const headersKey = sql`md5(lower(array_to_string(headers, chr(10))))`;

export async function rememberMappings(trx: Transaction<DB>, import_ids: number[]): Promise<void> {
  await sql`
    insert into mappings (headers_key, mapping, overwrite)
    select distinct on (1) ${headersKey}, coalesce(mapping, '{}'), overwrite
    from imports where id = any(${import_ids}::int[]) and headers[1] !~ '^#[0-9]+$'
    order by 1, id desc
    on conflict (headers_key) do update set mapping = excluded.mapping, overwrite = excluded.overwrite, updated_at = now()
  `.execute(trx);
}

/** How a file with these headers was mapped by hand the last time, and whether its values won over stored ones. */
export async function findMapping(names: string[]) {
  const { rows } = await sql<{ mapping: Record<string, string | null>; overwrite: boolean }>`
    select mapping, overwrite from mappings, (select ${names}::text[] as headers) h
    where headers_key = ${headersKey} and headers[1] !~ '^#[0-9]+$'
  `.execute(db);
  return rows[0];
}

/** Notes the remembered choice of a file that nobody has chosen anything for yet. */
export async function recallOverwrite(import_id: number, overwrite: boolean): Promise<void> {
  await db.updateTable("imports").set({ overwrite }).where("id", "=", import_id).where("version", "=", 1).execute();
}
