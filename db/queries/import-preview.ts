import { sql, type Transaction } from "kysely";
import type { DB, ImportList } from "../schema.ts";
import { type CampaignFields, createCampaign } from "./campaigns.ts";
import { previewRows, type Written, writeRows } from "./import-rows.ts";
import { storableJson } from "./storable.ts";
import { takeTurn, writing } from "./turn.ts";

/** Staged rows that are to be saved into a campaign, and how. */
export type Wanted = {
  /** The import's, or a number under which the caller has staged them. */
  import_id: number;
  list: ImportList;
  mapping: Record<string, string | null> | null;
  sha256: string;
  overwrite: boolean;
  staged: number;
};

/** More rows than this are not written on trial. */
const mostOnTrial = 100_000;

/**
 * What saving these one after the other would do. The last one is only compared with what is stored; those before it are
 * written and taken back, so that it meets them. Where they are too many for that, each is told as if it came alone.
 */
export async function previewImports(campaign: number | CampaignFields, wanted: Wanted[]): Promise<Written[]> {
  const onTrial = wanted.slice(0, -1).reduce((rows, { staged }) => rows + staged, 0);
  const isChain = onTrial > 0 && onTrial <= mostOnTrial;
  const tried = new Error("taken back");
  let written: Written[] = [];
  try {
    await writing(async (trx) => {
      written = [];
      if (isChain) await takeTurn(trx);
      const campaign_id =
        typeof campaign === "number" ? campaign : isChain ? ((await createCampaign(campaign, null, trx)) ?? 0) : 0;
      for (const [index, one] of wanted.entries()) {
        const overwrite = one.overwrite && !(await hasFile(trx, campaign_id, one));
        const target = { import_id: one.import_id, campaign_id, overwrite };
        if (isChain && index < wanted.length - 1) {
          await pretendSaved(trx, campaign_id, one);
          written.push((await writeRows(trx, target)).written);
        } else {
          written.push(await previewRows(trx, target));
        }
        await sql`drop table known_rows, changed_rows`.execute(trx);
        await sql`drop table if exists touched_contacts`.execute(trx);
      }
      throw tried;
    });
  } catch (error) {
    if (error !== tried) throw error;
  }
  return written;
}

async function pretendSaved(trx: Transaction<DB>, campaign_id: number, { import_id, list, sha256, mapping }: Wanted) {
  await sql`
    insert into imports (id, campaign_id, list, state, file_name, sha256, bytes, mapping) overriding system value
    values (${import_id}, ${campaign_id}, ${list}, 'saved', '', ${sha256}, 0, ${mapping && storableJson(mapping)}::jsonb)
    on conflict (id) do update set state = 'saved', list = excluded.list, mapping = excluded.mapping
  `.execute(trx);
}

/** Has the campaign this very file already, read in the same way? What it says then only fills gaps. */
export async function hasFile(
  trx: Transaction<DB>,
  campaign_id: number,
  { import_id, list, mapping, sha256 }: Pick<Wanted, "import_id" | "list" | "mapping" | "sha256">,
): Promise<boolean> {
  const { rows } = await sql`
    select from imports o
    where o.campaign_id = ${campaign_id}::int and o.sha256 = ${sha256} and o.id <> ${import_id}::int
      and o.state = 'saved' and o.list = ${list}
      and o.mapping is not distinct from ${mapping && storableJson(mapping)}::jsonb
    limit 1
  `.execute(trx);
  return rows.length > 0;
}
