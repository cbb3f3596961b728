import { randomUUID } from "node:crypto";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  createRule,
  findRulesInForce,
  listRules,
  mostRules,
  moveRule,
  removeRule,
  restoreRule,
  updateRule,
} from "#db/queries/rules.ts";
import { ruleOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();
let administrator = 0;
beforeAll(async () => {
  administrator = (await signedIn("administrator")).id;
});
beforeEach(async () => {
  await db.deleteFrom("rules").execute();
});

const add = (name: string, fields = {}) => ruleOf(administrator, { name, ...fields });
const names = async () => (await listRules()).map(({ name }) => name).join("");
const inForce = async () => (await findRulesInForce()).rules.map(({ id }) => id);
/** By how much the version goes up. */
async function steps(change: () => Promise<unknown>): Promise<number> {
  const { version } = await findRulesInForce();
  await change();
  return (await findRulesInForce()).version - version;
}

test("rules stand in the order in which they came, and change places with their neighbours", async () => {
  const a = await add("a");
  await add("b");
  const c = await add("c");
  expect(await names()).toBe("abc");
  expect(await moveRule(c, "up")).toMatchObject({ name: "c" });
  expect(await names()).toBe("acb");
  await moveRule(a, "down");
  expect(await names()).toBe("cab");
  await moveRule(c, "up");
  expect(await names()).toBe("cab");
  expect(await moveRule(0, "up")).toBeUndefined();
  expect(await inForce()).toEqual((await listRules()).map(({ id }) => id));
});

test("many moves at the same moment leave every rule its own place", async () => {
  const ids = [];
  for (const name of "abcdefgh") ids.push(await add(name));
  await Promise.all(ids.flatMap((id) => [moveRule(id, "up"), moveRule(id, "down")]));
  expect([...(await names())].toSorted().join("")).toBe("abcdefgh");
});

test("a removed rule decides nothing and is passed over; restored, it has its place again", async () => {
  const a = await add("a");
  const b = await add("b");
  const c = await add("c");
  expect(await removeRule(b)).toEqual({ name: "b" });
  expect([await names(), await inForce()]).toEqual(["ac", [a, c]]);
  expect(await updateRule(b, { name: "x" })).toBeUndefined();
  expect(await moveRule(b, "up")).toBeUndefined();
  await moveRule(c, "up");
  expect(await names()).toBe("ca");
  await moveRule(c, "down");
  expect(await restoreRule(b)).toEqual({ name: "b" });
  expect([await names(), await inForce()]).toEqual(["abc", [a, b, c]]);
  expect([await removeRule(0), await restoreRule(0)]).toEqual([undefined, undefined]);
});

test("the version goes up with what is in force, and with nothing else", async () => {
  let [id, other, off] = [0, 0, 0];
  const add2 =
    (fields = {}) =>
    async () =>
      ([id, other] = [other, await add("x", fields)]);
  expect(await steps(add2())).toBe(1);
  expect(await steps(add2())).toBe(1);
  expect(await steps(async () => (off = await add("off", { is_on: false })))).toBe(0);
  expect(await steps(() => updateRule(id, { name: "renamed" }))).toBe(0);
  expect(await steps(() => updateRule(off, { pattern: "other" }))).toBe(0);
  expect(await steps(() => moveRule(off, "up"))).toBe(0);
  expect(await steps(() => removeRule(off))).toBe(0);
  expect(await steps(() => restoreRule(off))).toBe(0);
  expect(await steps(() => moveRule(id, "up"))).toBe(0);
  expect(await steps(() => updateRule(0, { pattern: "other" }))).toBe(0);
  expect(await steps(() => updateRule(id, { pattern: "other" }))).toBe(1);
  expect(await steps(() => updateRule(off, { is_on: true }))).toBe(1);
  expect(await steps(() => moveRule(other, "up"))).toBe(1);
  expect(await steps(() => removeRule(other))).toBe(1);
  expect(await steps(() => removeRule(other))).toBe(0);
  expect(await steps(() => restoreRule(other))).toBe(1);
});

test("a form that is sent twice makes one rule", async () => {
  const form_key = randomUUID();
  const sent = await Promise.all([1, 2, 3].map(() => add("once", { form_key })));
  expect(new Set(sent).size).toBe(1);
  expect(await names()).toBe("once");
});

test("there are no more rules than there can be, and a removed one can't come back beyond them", async () => {
  const first = await add("first");
  for (let count = 1; count < mostRules - 1; count++) await add("x");
  await removeRule(first);
  await add("y");
  const fields = {
    is_regexp: false,
    pattern: "a",
    source: null,
    domain: null,
    category: "throttled",
    is_on: true,
  } as const;
  const more = () => createRule({ ...fields, name: "z", created_by: administrator, form_key: randomUUID() });
  const made = await Promise.all([more(), more(), more()]);
  expect(made.filter((id) => id !== undefined)).toHaveLength(1);
  expect(await listRules()).toHaveLength(mostRules);
  expect(await restoreRule(first)).toBe("too-many");
  expect(await listRules()).toHaveLength(mostRules);
});
