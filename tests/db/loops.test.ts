import type { Insertable } from "kysely";
import { beforeAll, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { listBounces } from "#db/queries/bounces.ts";
import { listLoops } from "#db/queries/loops.ts";
import type { Delivery } from "#db/schema.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();

const mails: number[] = [];
beforeAll(async () => {
  for (let month = 1; month <= 4; month++) mails.push(await campaignOf(`2021-${month}`, `2021-0${month}-15T10:00:00Z`));
  const make = (name: string, deliveries: Partial<Insertable<Delivery>>[]) =>
    contactOf(
      { email: `${name}@example.com` },
      deliveries.map((delivery, index) => ({ campaign_id: mails[index] ?? 0, ...delivery })),
    );
  const reply = { auto_reply: true, auto_reply_reason: "Estoy fuera de la oficina" };
  await make("three", [{}, reply, reply, { ...reply, auto_reply_reason: "Fuera hasta el lunes" }]);
  await make("four", [reply, reply, reply, reply]);
  await make("paused", [reply, reply, {}, reply]);
  await make("twice", [{}, {}, reply, reply]);
  await make("burst", [{}, {}, { ...reply, auto_reply_burst: 5 }]);
  await make("silent", [{}, {}, {}]);
  const gone = await make("gone", [reply, reply, reply, reply]);
  const { id } = await signedIn("administrator");
  await db
    .insertInto("removals")
    .values({
      contact_id: gone.id,
      address_id: gone.address_id,
      reason: "cerró",
      requested_by: id,
      state: "confirmed",
      decided_at: new Date(),
    })
    .execute();
});

test("who answered the last campaigns, all of them, or often within minutes, may loop; most answers first", async () => {
  const { loops, total } = await listLoops({ page: 1, size: 10 });
  expect(total).toBe(3);
  expect(loops).toMatchObject([
    { email: "four@example.com", in_row: 4, burst: null, campaign: "2021-4", category: "auto-reply" },
    { email: "three@example.com", in_row: 3, reason: "Fuera hasta el lunes" },
    { email: "burst@example.com", in_row: 1, burst: 5, campaign: "2021-3" },
  ]);
  expect((await listLoops({ page: 2, size: 2 })).loops.map(({ email }) => email)).toEqual(["burst@example.com"]);
});

test("the tab of auto-replies marks them", async () => {
  const view = {
    ...{ campaign_id: mails[3] ?? 0, tab: "auto-reply" as const, search: "", reason: "", problem: "" as const },
    ...{ domain: "", phone: "" as const, state: "" as const, sort: "email" as const, descending: false },
    claimed_since: new Date(),
  };
  const rows = await listBounces(view, { page: 1, size: 10 });
  expect(rows.filter(({ may_loop }) => may_loop).map(({ email }) => email)).toEqual([
    "four@example.com",
    "three@example.com",
  ]);
  expect(rows.map(({ email }) => email)).toContain("paused@example.com");
});

test("with another limit, others do", async () => {
  await db.updateTable("organization").set({ loop_limit: 2 }).execute();
  expect((await listLoops({ page: 1, size: 10 })).loops.map(({ email }) => email)).toContain("twice@example.com");
});
