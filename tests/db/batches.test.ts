import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  type BatchRow,
  createBatches,
  findBatchFile,
  listBatches,
  listWaitingCorrections,
} from "#db/queries/batches.ts";
import { confirmRemovals, keepRemovals, listRemovalsOfContact, requestRemovals } from "#db/queries/removals.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

let ana: Person;
let crm: Person;
let campaign: number;
beforeAll(async () => {
  ana = await signedIn("sales");
  crm = await signedIn("crm-administrator");
  campaign = await campaignOf("Enero", "2022-01-15T10:00:00Z");
});
// A batch can't be deleted, so each test starts where all that waited has been handed over.
beforeEach(async () => {
  await exportAll();
});

const bounced = (more = {}) =>
  contactOf(more, [{ campaign_id: campaign, bounce_kind: "hard", bounce_reason: "550 User unknown" }]);
const ask = async (contact_ids: number[], decision: "remove" | "phone-only" = "remove") =>
  (await requestRemovals({ contact_ids, campaign_id: campaign, decision, reason: "Cerró", requested_by: ana.id }))
    .removal_ids;

/** One file for all rows, each told by its address and decision. */
const oneFile = (rows: BatchRow[]) =>
  rows.length > 0
    ? [
        {
          file_name: "one.csv",
          content: rows.map((row) => `${row.decision} ${row.email} ${row.new_email ?? ""}`.trim()).join("\n"),
          rows,
        },
      ]
    : [];
const exportAll = (form_key = randomUUID(), removal_ids: number[] | null = null) =>
  createBatches({ form_key, created_by: crm.id, removal_ids }, oneFile);
const contentOf = async (id: number | undefined) => (await findBatchFile(id ?? 0))?.content.toString("utf8");

/** As a call does that brought a new address. */
async function correct(contact: { id: number; address_id: number }, email: string): Promise<{ address_id: number }> {
  await db
    .updateTable("addresses")
    .set({ replaced_at: sql`clock_timestamp()` })
    .where("contact_id", "=", contact.id)
    .execute();
  const address = await db
    .insertInto("addresses")
    .values({ contact_id: contact.id, email, email_key: email })
    .onConflict((oc) => oc.column("email_key").doUpdateSet({ replaced_at: null }))
    .returning("id")
    .executeTakeFirstOrThrow();
  await db
    .insertInto("corrections")
    .values({
      contact_id: contact.id,
      old_address_id: contact.address_id,
      new_address_id: address.id,
      corrected_by: ana.id,
    })
    .execute();
  return { address_id: address.id };
}

test("hands over what was asked, once, and keeps it to the byte", async () => {
  const [one, two] = [await bounced(), await bounced({ crm_record_id: "z1" })];
  const ids = [...(await ask([one.id])), ...(await ask([two.id], "phone-only"))];
  const { batches } = await exportAll();
  expect(batches).toEqual([{ id: expect.any(Number), rows: 2 }]);
  expect(await contentOf(batches[0]?.id)).toBe(`remove ${one.email}\nphone-only ${two.email}`);
  expect(await listRemovalsOfContact(one.id)).toMatchObject([{ state: "exported", batch_id: batches[0]?.id }]);
  expect((await exportAll()).batches).toEqual([]);

  await confirmRemovals({ removal_ids: ids.slice(0, 1) }, crm.id);
  const { batches: listed } = await listBatches({ page: 1, size: 1 });
  expect(listed).toMatchObject([{ id: batches[0]?.id, rows: 2, waiting: 1, created_by: crm.name }]);
  await db.updateTable("contacts").set({ last_name: "Cambiado" }).where("id", "=", one.id).execute();
  expect(await contentOf(batches[0]?.id)).toContain(one.email);
});

test("each row brings the stored verdict, and against which one its removal was confirmed again", async () => {
  const refused = {
    campaign_id: campaign,
    bounce_kind: "hard" as const,
    bounce_reason: "550 Your host is not allowed",
  };
  const [one, plain, corrected] = [await contactOf({}, [refused]), await bounced(), await contactOf({}, [refused])];
  const confirmed = [{ contact_id: one.id, category: "sender-auth" as const }];
  await requestRemovals({
    ...{ contact_ids: [one.id, plain.id], campaign_id: campaign, reason: "Cerró", requested_by: ana.id, confirmed },
    decision: "remove",
  });
  await correct(corrected, "corregida@example.com");
  const rows: BatchRow[] = [];
  await createBatches({ form_key: randomUUID(), created_by: crm.id, removal_ids: null }, (all) => {
    rows.push(...all);
    return oneFile(all);
  });
  expect(rows.map(({ category, confirmed_against }) => [category, confirmed_against])).toEqual([
    ["sender-blocked", "sender-auth"],
    ["no-such-mailbox", null],
    ["sender-blocked", null],
  ]);
});

test("the database itself refuses to change or delete a batch", async () => {
  await ask([(await bounced()).id]);
  const { batches } = await exportAll();
  const id = batches[0]?.id ?? 0;
  await expect(db.updateTable("batches").set({ rows: 9 }).where("id", "=", id).execute()).rejects.toThrow(/immutable/);
  await expect(db.deleteFrom("batches").where("id", "=", id).execute()).rejects.toThrow(/immutable/);
});

test("a chosen few go alone, and those already decided don't", async () => {
  const ids = await ask([(await bounced()).id, (await bounced()).id, (await bounced()).id]);
  await keepRemovals(ids.slice(0, 1), "Es cliente", crm.id);
  await correct(await bounced(), "nueva@example.com");
  const { batches } = await exportAll(randomUUID(), ids.slice(0, 2));
  expect(batches).toMatchObject([{ rows: 1 }]);
  expect((await exportAll()).batches).toMatchObject([{ rows: 2 }]);
});

test("a double click makes one batch, whatever arrives in between", async () => {
  await ask([(await bounced()).id]);
  const form_key = randomUUID();
  const done = await Promise.all(Array.from({ length: 6 }, () => exportAll(form_key)));
  expect(new Set(done.flatMap(({ batches }) => batches.map(({ id }) => id))).size).toBe(1);
  expect(done.filter(({ repeated }) => !repeated)).toHaveLength(1);
  await ask([(await bounced()).id]);
  expect(await exportAll(form_key)).toMatchObject({ repeated: true, batches: [{ rows: 1 }] });
});

test("two exports at the same moment share nothing", async () => {
  await ask(await Promise.all(Array.from({ length: 5 }, async () => (await bounced()).id)));
  const done = await Promise.all([exportAll(), exportAll(), exportAll()]);
  expect(done.flatMap(({ batches }) => batches.map(({ rows }) => rows))).toEqual([5]);
});

test("a batch is confirmed as a whole, but for what was decided alone", async () => {
  const ids = await ask([(await bounced()).id, (await bounced()).id, (await bounced()).id]);
  const { batches } = await exportAll();
  await keepRemovals(ids.slice(0, 1), "Es cliente", crm.id);
  expect(await confirmRemovals({ batch_id: batches[0]?.id ?? 0 }, crm.id)).toEqual(ids.slice(1));
});

test("all or nothing: a file that can't be kept leaves everything waiting", async () => {
  const { id } = await bounced();
  await ask([id]);
  const twice = (rows: BatchRow[]) => [...oneFile(rows), ...oneFile(rows)];
  await expect(createBatches({ form_key: randomUUID(), created_by: crm.id, removal_ids: null }, twice)).rejects.toThrow(
    /form_key/,
  );
  expect(await listRemovalsOfContact(id)).toMatchObject([{ state: "requested", batch_id: null }]);
});

test("corrected addresses go along: from the one that the CRM knows to the one in use", async () => {
  const contact = await bounced();
  const second = await correct(contact, "segunda@example.com");
  const third = await correct({ id: contact.id, ...second }, "tercera@example.com");
  const back = await bounced();
  await correct({ id: back.id, ...(await correct(back, "otra@example.com")) }, back.email);
  expect(await listWaitingCorrections()).toMatchObject({
    total: 1,
    corrections: [{ contact_id: contact.id, old_email: contact.email, new_email: "tercera@example.com" }],
  });
  const { batches } = await exportAll();
  expect(await contentOf(batches[0]?.id)).toBe(`correct ${contact.email} tercera@example.com`);
  expect(await listWaitingCorrections()).toEqual({ total: 0, corrections: [] });

  await correct({ id: contact.id, ...third }, "cuarta@example.com");
  const next = await exportAll();
  expect(await contentOf(next.batches[0]?.id)).toBe("correct tercera@example.com cuarta@example.com");
});

test("a contact that is to leave the CRM is not corrected there, and goes by the address that the CRM knows", async () => {
  const contact = await bounced();
  await correct(contact, "tardia@example.com");
  const ids = await ask([contact.id]);
  const { batches } = await exportAll();
  expect(await contentOf(batches[0]?.id)).toBe(`remove ${contact.email}`);
  expect(await listWaitingCorrections()).toMatchObject({ total: 0 });
  await keepRemovals(ids, "Es cliente", crm.id);
  expect(await listWaitingCorrections()).toMatchObject({ total: 1 });
});
