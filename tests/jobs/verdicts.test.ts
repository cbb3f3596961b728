import { writeFileSync } from "node:fs";
import path from "node:path";
import { sql } from "kysely";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { importNow } from "#app/jobs/import-now.ts";
import { checkVerdicts, readVerdicts, rulesVersionInForce, VerdictReader } from "#app/jobs/verdicts.ts";
import { previewRule } from "#app/rule-preview.server.ts";
import { rulesVersion, verdictOf } from "#app/rules/verdict.ts";
import { db } from "#db/connection.ts";
import { createCampaign } from "#db/queries/campaigns.ts";
import { undoImport } from "#db/queries/import-steps.ts";
import { listRules, moveRule, removeRule, updateRule } from "#db/queries/rules.ts";
import { findReading, listReasonedAddresses, rereadDeliveries, verdictId } from "#db/queries/verdicts.ts";
import { ruleOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();
let administrator = 0;
beforeAll(async () => {
  administrator = (await signedIn("administrator")).id;
});
beforeEach(async () => {
  await sql`truncate contacts, addresses, deliveries, imports, campaigns, campaign_counts, rules, verdict_readings, verdicts cascade`.execute(
    db,
  );
  await sql`delete from graphile_worker._private_jobs`.execute(db);
});

const full = "552 quota exceeded, mailbox full";
const unknown = "550 5.1.1 user unknown";
const strange = "The gatekeeper shrugged";

let files = 0;
/** Imports "address;reason", or more, as a list of this kind; answers the import's id. */
async function imported(campaign_id: number, lines: string[][], list: "soft" | "hard" | "auto-reply" = "soft") {
  const content = [["Email", "Bounce reason", "SMTP code", "Bounce subtype", "Bounce date"], ...lines]
    .map((cells) => cells.join(";"))
    .join("\n");
  const place = path.join(process.env.DATA_DIR ?? "", `${++files}.csv`);
  writeFileSync(place, content);
  const answer = await importNow(
    campaign_id,
    {
      ...{ place, file_name: `${files}.csv`, bytes: content.length, sha256: String(files), overwrite: true },
      chosen: { list, mapping: null, sheet: null, day_first: null },
      home: { country: "CO", time_zone: "America/Bogota" },
    },
    null,
  );
  if ("failure" in answer) throw new Error(answer.failure);
  return answer.import_id ?? 0;
}
let campaigns = 0;
const newCampaign = async () => (await createCampaign({ name: `C${++campaigns}`, sent_at: null }, null)) ?? 0;

/** What is stored: "address category rule version". */
async function stored(): Promise<string[]> {
  const { rows } = await sql<{ line: string }>`
    select concat_ws(' ', a.email_key, v.category, v.rule, v.rules_version) as line
    from deliveries d join addresses a on a.id = d.address_id
    left join verdicts v on v.id = coalesce(d.bounce_verdict_id, d.auto_reply_verdict_id) order by 1
  `.execute(db);
  return rows.map(({ line }) => line);
}
const readAll = () => readVerdicts({ rules_version: rulesVersion });
const counted = async () => findReading(await rulesVersionInForce());

test("an import stores what its reasons say, by the own rules first", async () => {
  const id = await ruleOf(administrator, { pattern: "gatekeeper", category: "sender-blocked" });
  const version = await rulesVersionInForce();
  await imported(await newCampaign(), [
    ["a@x.example", full],
    ["b@x.example", strange],
  ]);
  await imported(await newCampaign(), [["a@x.example", "I am on holiday"]], "auto-reply");
  expect(await stored()).toEqual([
    `a@x.example auto-reply ${verdictOf("I am on holiday").rule} ${version}`,
    `a@x.example mailbox-full ${verdictOf(full).rule} ${version}`,
    `b@x.example sender-blocked own-${id} ${version}`,
  ]);
  expect(await db.selectFrom("imports").select("rules_version").distinct().execute()).toEqual([
    { rules_version: version },
  ]);
});

test("what the source told beside a reason is read with it, then and later, and comes and goes with it", async () => {
  const campaign_id = await newCampaign();
  const first = await imported(campaign_id, [
    ["a@x.example", "User unknown", "450", ""],
    ["b@x.example", strange, "", "MailboxFull"],
    ["c@x.example", "", "5.2.2", ""],
    // No reply code of any server.
    ["d@x.example", full, "17", ""],
  ]);
  const told = async () => {
    const { rows } = await sql<{ line: string }>`
      select concat_ws(' ', a.email_key, d.bounce_reason, d.bounce_told, v.kind, v.category) as line
      from deliveries d join addresses a on a.id = d.address_id left join verdicts v on v.id = d.bounce_verdict_id order by 1
    `.execute(db);
    return rows.map(({ line }) => line);
  };
  const before = [
    'a@x.example User unknown {"code": "450"} soft no-such-mailbox',
    `b@x.example ${strange} {"label": "MailboxFull"} soft mailbox-full`,
    'c@x.example 5.2.2 {"status": "5.2.2"} soft mailbox-full',
    `d@x.example ${full} soft mailbox-full`,
  ];
  expect(await told()).toEqual(before);

  await ruleOf(administrator, { pattern: "nothing says this", category: "throttled" });
  await readAll();
  expect(await counted()).toMatchObject({ read: 4, moved: 0 });
  expect(await told()).toEqual(before);

  const second = await imported(campaign_id, [
    // Tells less of the same reason, and something else that is new.
    ["a@x.example", "User unknown", "", "", "2026-02-14"],
    ["b@x.example", full, "", ""],
  ]);
  expect((await told()).slice(0, 2)).toEqual([before[0], `b@x.example ${full} soft mailbox-full`]);
  await undoImport(second, administrator);
  expect(await told()).toEqual(before);
  await undoImport(first, administrator);
  expect(await told()).toEqual([]);
});

test("a new rule moves what it says, and no other; the preview said so", async () => {
  const [first, second] = [await newCampaign(), await newCampaign()];
  await imported(first, [
    ["a@x.example", full],
    ["b@x.example", strange],
    ["c@y.example", strange],
    ["d@x.example", `${strange} again`],
  ]);
  await imported(second, [["a@x.example", strange]], "hard");
  await readAll();
  expect(await counted()).toMatchObject({ read: 0, moved: 0, ended_at: expect.any(Date) });

  const rule = { pattern: "GATEKEEPER  shrugged", domain: "x.example", category: "sender-blocked" } as const;
  const fields = { ...rule, id: 0, is_regexp: false, source: null, is_on: true };
  const before = { kind: "soft", category: "unknown" };
  const after = { kind: "soft", category: "sender-blocked" };
  expect(await previewRule(await listRules(), fields)).toEqual({
    ...{ deliveries: 3, reasons: 2, fitting: 3, read: 5, isWhole: true },
    examples: [
      { reason: strange, deliveries: 2, before, after },
      { reason: `${strange} again`, deliveries: 1, before, after },
    ],
  });
  expect(await previewRule(await listRules(), fields, 2)).toMatchObject({ read: 2, isWhole: false });

  const id = await ruleOf(administrator, rule);
  const version = await rulesVersionInForce();
  expect(await checkVerdicts()).toBe(true);
  await readAll();
  expect(await counted()).toMatchObject({ read: 5, moved: 3, ended_at: expect.any(Date) });
  expect(await checkVerdicts()).toBe(false);
  const none = verdictOf(strange).rule;
  expect(await stored()).toEqual([
    `a@x.example mailbox-full ${verdictOf(full).rule} ${version}`,
    `a@x.example sender-blocked own-${id} ${version}`,
    `b@x.example sender-blocked own-${id} ${version}`,
    `c@y.example unknown ${none} ${version}`,
    `d@x.example sender-blocked own-${id} ${version}`,
  ]);
  // Hard or soft stays what the source said.
  const kinds = db.selectFrom("deliveries").select("bounce_kind").where("campaign_id", "=", second);
  expect(await kinds.execute()).toEqual([{ bounce_kind: "hard" }]);
});

test("a rule's change, its switch and its place are previewed where it stands, and read as previewed", async () => {
  await imported(await newCampaign(), [
    ["a@x.example", strange],
    ["b@x.example", strange],
    ["c@x.example", unknown],
  ]);
  const first = await ruleOf(administrator, { pattern: "gatekeeper", category: "throttled" });
  const second = await ruleOf(administrator, { pattern: "shrugged", category: "sender-blocked" });
  await readAll();
  const preview = async (id: number, change: object) => {
    const rules = await listRules();
    const rule = rules.find((one) => one.id === id);
    if (!rule) throw new Error("no such rule");
    const { deliveries, fitting } = await previewRule(rules, { ...rule, ...change });
    return [deliveries, fitting];
  };
  const reread = async () => {
    await readAll();
    return (await counted())?.moved;
  };
  // Behind the other, it decides nothing.
  expect(await preview(second, { category: "unknown" })).toEqual([0, 2]);
  expect(await preview(first, { is_on: false })).toEqual([2, 0]);
  expect(await preview(first, { pattern: "user unknown" })).toEqual([3, 1]);
  expect(await preview(first, { category: "sender-auth" })).toEqual([2, 2]);

  await updateRule(first, { pattern: "user unknown" });
  expect(await reread()).toBe(3);
  await updateRule(first, { is_on: false });
  expect(await reread()).toBe(1);
  await updateRule(first, { is_on: true, pattern: "gatekeeper" });
  expect(await reread()).toBe(2);
  await moveRule(second, "up");
  expect(await reread()).toBe(2);
  await removeRule(second);
  expect(await reread()).toBe(2);
  expect((await stored())[0]).toContain(`throttled own-${first}`);
});

test("a reading that was interrupted and begun again counts everything once", async () => {
  const campaign_id = await newCampaign();
  const lines = Array.from({ length: 30 }, (_, index): [string, string] => [
    `p${index}@x.example`,
    index % 3 ? strange : full,
  ]);
  await imported(campaign_id, lines);
  await ruleOf(administrator, { pattern: "gatekeeper", category: "sender-blocked" });
  const version = await rulesVersionInForce();
  await sql`insert into verdict_readings (rules_version) values (${version})`.execute(db);
  const part = [...(await listReasonedAddresses(campaign_id, 10))];
  expect(part).toHaveLength(10);
  // As far as a process came that was killed.
  await rereadDeliveries(campaign_id, part, await VerdictReader.open());
  const partly = await counted();
  expect(partly).toMatchObject({ read: 10, ended_at: null });
  expect(await checkVerdicts()).toBe(true);

  await readAll();
  expect(await counted()).toMatchObject({ read: 30, moved: 20, ended_at: expect.any(Date) });
  await readAll();
  await readVerdicts({ rules_version: rulesVersion, campaign_id });
  expect(await counted()).toMatchObject({ read: 30, moved: 20 });
});

test("rules that change while stored reasons are read: the reading begins again and ends with the newest", async () => {
  const lines = Array.from({ length: 40 }, (_, index): [string, string] => [`p${index}@x.example`, strange]);
  for (let count = 0; count < 5; count++) await imported(await newCampaign(), lines);
  await ruleOf(administrator, { pattern: "gatekeeper", category: "sender-blocked" });
  const [, second] = await Promise.all([
    readAll(),
    ruleOf(administrator, { pattern: "gatekeeper", category: "throttled" }).then(async (id) => {
      await moveRule(id, "up");
      return id;
    }),
  ]);
  await readAll();
  const version = await rulesVersionInForce();
  expect(new Set((await stored()).map((line) => line.replace(/^\S+ /, "")))).toEqual(
    new Set([`throttled own-${second} ${version}`]),
  );
  expect((await counted())?.ended_at).toBeInstanceOf(Date);
});

test("what an undo restores was read by older rules, and is read again", async () => {
  const campaign_id = await newCampaign();
  await imported(campaign_id, [["a@x.example", strange]]);
  const later = await imported(campaign_id, [["a@x.example", full]]);
  await ruleOf(administrator, { pattern: "gatekeeper", category: "sender-blocked" });
  await readAll();
  await undoImport(later, null);
  await readVerdicts({ rules_version: rulesVersion, campaign_id });
  expect((await stored())[0]).toContain("sender-blocked own-");
});

test("jobs that read verdicts wait for each other; newer built-in rules are left to who has them", async () => {
  await ruleOf(administrator);
  await checkVerdicts();
  await ruleOf(administrator);
  await checkVerdicts();
  const { rows } = await sql`select task_identifier, queue_name from graphile_worker.jobs`.execute(db);
  expect(rows).toEqual([{ task_identifier: "read-verdicts", queue_name: "read-verdicts" }]);
  await expect(readVerdicts({ rules_version: rulesVersion + 1 })).rejects.toThrow("newer than ours");
});

test("the stored number of a verdict is made of what it says", () => {
  const verdict = { ...verdictOf(full), rules_version: "1.0" };
  expect(verdictId(verdict)).toBe(verdictId({ ...verdict }));
  expect(verdictId(verdict)).not.toBe(verdictId({ ...verdict, rules_version: "1.1" }));
  expect(Number.isSafeInteger(verdictId(verdict))).toBe(true);
});
