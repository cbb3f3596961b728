import { sql } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import { campaignOf, contactOf, followUpsOf, refresh } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

describe("refreshFollowUps", () => {
  let january: number;
  let february: number;
  let ana: Person;
  beforeAll(async () => {
    january = await campaignOf("Enero", "2022-01-15T10:00:00Z");
    february = await campaignOf("Febrero", "2022-02-14T10:00:00Z");
    ana = await signedIn("sales");
  });

  const forget = (address_id: number) =>
    db.updateTable("deliveries").set({ bounce_kind: null, bounce_reason: null }).where("address_id", "=", address_id);

  test("opens one follow-up of the latest bounce's kind, with its facts", async () => {
    const contact = await contactOf({}, [
      { campaign_id: january, bounce_kind: "hard" },
      { campaign_id: february, bounce_kind: "soft", opened: true },
    ]);
    expect(await followUpsOf(contact.id)).toMatchObject([
      { kind: "soft", bounces: 2, used_to_open: true, last_bounced_at: new Date("2022-02-14T10:00:00Z") },
    ]);
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toHaveLength(1);
  });

  test("opens none for an auto-reply, a plain delivery, or a bounce of an address that was replaced", async () => {
    const replied = await contactOf({}, [{ campaign_id: january, auto_reply: true }]);
    const opened = await contactOf({}, [{ campaign_id: january, opened: true }]);
    const corrected = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db.deleteFrom("follow_ups").where("contact_id", "=", corrected.id).execute();
    await db.updateTable("addresses").set({ replaced_at: sql`now()` }).where("id", "=", corrected.address_id).execute();
    await refresh([corrected.id]);
    for (const { id } of [replied, opened, corrected]) expect(await followUpsOf(id)).toEqual([]);
  });

  test.each(["requested", "exported", "confirmed"] as const)(
    "opens none beside a removal that is %s",
    async (state) => {
      const contact = await contactOf({});
      const batch = await db
        .insertInto("batches")
        .values({
          created_by: ana.id,
          file_name: "x.csv",
          sha256: "",
          rows: 1,
          content: Buffer.from(""),
          form_key: crypto.randomUUID(),
        })
        .returning("id")
        .executeTakeFirstOrThrow();
      await db
        .insertInto("removals")
        .values({
          contact_id: contact.id,
          address_id: contact.address_id,
          reason: "cerró",
          requested_by: ana.id,
          state,
          batch_id: batch.id,
          decided_at: state === "confirmed" ? sql`now()` : null,
        })
        .execute();
      await db
        .insertInto("deliveries")
        .values({ campaign_id: january, address_id: contact.address_id, bounce_kind: "soft" })
        .execute();
      await refresh([contact.id]);
      expect(await followUpsOf(contact.id)).toEqual([]);
    },
  );

  test("opens another one only for a bounce after the last one was closed", async () => {
    const contact = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db
      .updateTable("follow_ups")
      .set({ closed_at: "2022-01-20T10:00:00Z", closed_as: "recovered" })
      .where("contact_id", "=", contact.id)
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toHaveLength(1);
    await db
      .insertInto("deliveries")
      .values({ campaign_id: february, address_id: contact.address_id, bounce_kind: "hard" })
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([
      { closed_as: "recovered" },
      { closed_at: null, kind: "hard" },
    ]);
  });

  test("forgets an untouched one when the bounce is gone, closes a worked one, and opens it again with the bounce", async () => {
    const untouched = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    const worked = await contactOf({}, [{ campaign_id: january, bounce_kind: "soft" }]);
    await db
      .updateTable("follow_ups")
      .set({ claimed_by: ana.id, claimed_at: sql`now()` })
      .where("contact_id", "=", worked.id)
      .execute();
    await forget(untouched.address_id).execute();
    await forget(worked.address_id).execute();
    await refresh([untouched.id, worked.id]);
    expect(await followUpsOf(untouched.id)).toEqual([]);
    expect(await followUpsOf(worked.id)).toMatchObject([{ closed_as: "no-longer-bouncing", claimed_by: null }]);

    await db
      .updateTable("deliveries")
      .set({ bounce_kind: "soft" })
      .where("address_id", "=", worked.address_id)
      .execute();
    await refresh([worked.id]);
    expect(await followUpsOf(worked.id)).toMatchObject([{ closed_as: "no-longer-bouncing" }, { closed_at: null }]);
  });

  test("what a person opened takes the bounce's kind, and stays when the bounce is gone", async () => {
    const contact = await contactOf({});
    await db.insertInto("follow_ups").values({ contact_id: contact.id, kind: "manual", opened_by: ana.id }).execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "manual", closed_at: null }]);
    await db
      .insertInto("deliveries")
      .values({ campaign_id: january, address_id: contact.address_id, bounce_kind: "soft" })
      .execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "soft", bounces: 1 }]);
    await forget(contact.address_id).execute();
    await refresh([contact.id]);
    expect(await followUpsOf(contact.id)).toMatchObject([{ kind: "manual", bounces: 0, closed_at: null }]);
  });
});
