import { sql, type Transaction } from "kysely";
import { db } from "../connection.ts";
import type { DB, VerdictCategory } from "../schema.ts";

/** What a person says of a rule. */
export type RuleFields = {
  name: string;
  pattern: string;
  is_regexp: boolean;
  source: string | null;
  domain: string | null;
  category: VerdictCategory;
};

/** The organisation's rules in their order, those that are switched off included; there can be no more than `mostRules`. */
export async function listRules() {
  return db
    .selectFrom("rules as r")
    .innerJoin("users as u", "u.id", "r.created_by")
    .select(["r.id", "r.name", "r.pattern", "r.is_regexp", "r.source", "r.domain", "r.category", "r.is_on"])
    .select(["r.created_at", "u.name as created_by"])
    .orderBy("r.position")
    .execute();
}

export const mostRules = 100;

export async function findRule(id: number) {
  return db.selectFrom("rules").selectAll().where("id", "=", id).executeTakeFirst();
}

/** What reasons are read with: the rules that are on, in their order, and the number that goes up with each change of them. */
export async function findRulesInForce() {
  const organization = await db.selectFrom("organization").select("rules_version").executeTakeFirst();
  const rules = await db
    .selectFrom("rules")
    .select(["id", "pattern", "is_regexp", "source", "domain", "category"])
    .where("is_on", "=", true)
    .orderBy("position")
    .execute();
  return { version: organization?.rules_version ?? 0, rules };
}

/** One change of the rules at a time, which makes what is stored of older rules. */
async function changeRules<T>(change: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await trx.updateTable("organization").set({ rules_version: sql`rules_version + 1` }).execute();
    return change(trx);
  });
}

/** Adds a rule behind the others. Undefined where there are too many. */
export async function createRule(fields: RuleFields, created_by: number): Promise<number | undefined> {
  return changeRules(async (trx) => {
    const { rows } = await sql<{ id: number }>`
      insert into rules (position, name, pattern, is_regexp, source, domain, category, created_by)
      select coalesce(max(position), 0) + 1, ${fields.name}, ${fields.pattern}, ${fields.is_regexp}::boolean, ${fields.source},
        ${fields.domain}, ${fields.category}::verdict_category, ${created_by}::int
      from rules having count(*) < ${mostRules}
      returning id
    `.execute(trx);
    return rows[0]?.id;
  });
}

/** False where there is no such rule. */
export async function updateRule(id: number, fields: Partial<RuleFields> & { is_on?: boolean }): Promise<boolean> {
  return changeRules(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable("rules")
      .set(fields)
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  });
}

export async function deleteRule(id: number): Promise<boolean> {
  return changeRules(async (trx) => {
    const { numDeletedRows } = await trx.deleteFrom("rules").where("id", "=", id).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  });
}

/** Changes places with the rule before it, or after it. False at the end of the list. */
export async function moveRule(id: number, direction: "up" | "down"): Promise<boolean> {
  return changeRules(async (trx) => {
    const { rows } = await sql<{ id: number }>`
      with pair as (
        select r.id, r.position, o.id as other_id, o.position as other_position
        from rules r join lateral (
          select id, position from rules
          where case when ${direction} = 'up' then position < r.position else position > r.position end
          order by case when ${direction} = 'up' then -position else position end limit 1
        ) o on true
        where r.id = ${id}
      )
      update rules set position = case when rules.id = pair.id then pair.other_position else pair.position end
      from pair where rules.id in (pair.id, pair.other_id)
      returning rules.id
    `.execute(trx);
    return rows.length > 0;
  });
}
