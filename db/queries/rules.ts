import { isDeepStrictEqual } from "node:util";
import { type Kysely, sql, type Transaction } from "kysely";
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
  is_on: boolean;
};

export const mostRules = 100;

/** The organisation's rules in their order, those that are switched off included; there can be no more than `mostRules`. */
export async function listRules() {
  return db
    .selectFrom("rules")
    .select(["id", "name", "pattern", "is_regexp", "source", "domain", "category", "is_on"])
    .where("removed_at", "is", null)
    .orderBy("position")
    .execute();
}

/** What reasons are read with: the rules that are on, in their order, and the number that goes up with each change of them. */
export async function findRulesInForce(trx: Kysely<DB> = db) {
  const organization = await trx.selectFrom("organization").select("rules_version").executeTakeFirst();
  const rules = await trx
    .selectFrom("rules")
    .select(["id", "pattern", "is_regexp", "source", "domain", "category"])
    .where("is_on", "=", true)
    .where("removed_at", "is", null)
    .orderBy("position")
    .execute();
  return { version: organization?.rules_version ?? 0, rules };
}

/**
 * One change of the rules at a time. Where another rule, or another order, is in force after it, what is stored is of older rules: another
 * name, or a change of what is off, leaves it as it is.
 */
async function changeRules<T>(change: (trx: Transaction<DB>) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom("organization").select("id").forUpdate().execute();
    const before = await findRulesInForce(trx);
    const changed = await change(trx);
    if (!isDeepStrictEqual(before, await findRulesInForce(trx))) {
      await trx.updateTable("organization").set({ rules_version: sql`rules_version + 1` }).execute();
    }
    return changed;
  });
}

export type NewRule = RuleFields & { created_by: number; form_key: string };

/**
 * Adds a rule behind the others and answers its id; undefined where there are too many. The same `form_key` again changes nothing and answers
 * as the first time.
 */
export async function createRule(rule: NewRule): Promise<number | undefined> {
  return changeRules(async (trx) => {
    const { form_key } = rule;
    const sent = await trx.selectFrom("rules").select("id").where("form_key", "=", form_key).executeTakeFirst();
    if (sent) return sent.id;
    const { rows } = await sql<{ id: number }>`
      insert into rules (position, name, pattern, is_regexp, source, domain, category, is_on, created_by, form_key)
      select coalesce(max(position), 0) + 1, ${rule.name}, ${rule.pattern}, ${rule.is_regexp}::boolean, ${rule.source},
        ${rule.domain}, ${rule.category}::verdict_category, ${rule.is_on}::boolean, ${rule.created_by}::int, ${form_key}::uuid
      from rules having count(*) filter (where removed_at is null) < ${mostRules}
      returning id
    `.execute(trx);
    return rows[0]?.id;
  });
}

/** Answers the rule, undefined where there is no such. */
export async function updateRule(id: number, fields: Partial<RuleFields>): Promise<{ name: string } | undefined> {
  return changeRules(async (trx) =>
    trx
      .updateTable("rules")
      .set(fields)
      .where("id", "=", id)
      .where("removed_at", "is", null)
      .returning("name")
      .executeTakeFirst(),
  );
}

/** Answers the rule, undefined where there is no such. */
export async function removeRule(id: number) {
  return changeRules(async (trx) =>
    trx
      .updateTable("rules")
      .set({ removed_at: sql`coalesce(removed_at, now())` })
      .where("id", "=", id)
      .returning("name")
      .executeTakeFirst(),
  );
}

/** Brings a removed rule back to its place. Answers it; "too-many", or undefined where there is no such. */
export async function restoreRule(id: number): Promise<{ name: string } | "too-many" | undefined> {
  return changeRules(async (trx) => {
    const { count } = await trx
      .selectFrom("rules")
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .where("removed_at", "is", null)
      .where("id", "<>", id)
      .executeTakeFirstOrThrow();
    if (count >= mostRules) return "too-many";
    return trx.updateTable("rules").set({ removed_at: null }).where("id", "=", id).returning("name").executeTakeFirst();
  });
}

/** Changes places with the rule before it, or after it; at the end of the list it stays. Answers the rule, undefined where there is no such. */
export async function moveRule(id: number, direction: "up" | "down"): Promise<{ name: string } | undefined> {
  return changeRules(async (trx) => {
    const rule = await trx
      .selectFrom("rules")
      .select(["name", "position"])
      .where("id", "=", id)
      .where("removed_at", "is", null)
      .executeTakeFirst();
    if (!rule) return undefined;
    const isUp = direction === "up";
    const other = await trx
      .selectFrom("rules")
      .select(["id", "position"])
      .where("position", isUp ? "<" : ">", rule.position)
      .where("removed_at", "is", null)
      .orderBy("position", isUp ? "desc" : "asc")
      .limit(1)
      .executeTakeFirst();
    if (other) {
      await trx.updateTable("rules").set({ position: other.position }).where("id", "=", id).execute();
      await trx.updateTable("rules").set({ position: rule.position }).where("id", "=", other.id).execute();
    }
    return rule;
  });
}
