import { expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  countProgress,
  createCampaign,
  deleteEmptyCampaign,
  findCampaign,
  findCampaignSources,
  listCampaigns,
  recountCampaigns,
  updateCampaign,
} from "#db/queries/campaigns.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { signedIn } from "../people.ts";

ownDatabase();

const recount = (...ids: number[]) => db.transaction().execute((trx) => recountCampaigns(trx, ids));

async function confirmRemoval(contact: { id: number; address_id: number }, requested_by: number): Promise<void> {
  await db
    .insertInto("removals")
    .values({
      contact_id: contact.id,
      address_id: contact.address_id,
      reason: "ya no existe",
      requested_by,
      state: "confirmed",
      decided_at: new Date(),
    })
    .execute();
}

test("a name is one campaign's, whatever its case", async () => {
  const id = await createCampaign({ name: "Día de Reyes", sent_at: null }, null);
  expect(id).toBeGreaterThan(0);
  expect(await createCampaign({ name: "DÍA DE REYES", sent_at: null }, null)).toBeUndefined();
  const other = (await createCampaign({ name: "Otra", sent_at: null }, null)) ?? 0;
  expect(await updateCampaign(other, { name: "día de reyes" })).toBe(false);
  expect(await updateCampaign(other, { name: "OTRA", reported_opened_percent: 7.6 })).toBe(true);
  expect(await findCampaign(other)).toMatchObject({ name: "OTRA", reported_opened_percent: 7.6 });
});

test("many who create one name at once make one campaign", async () => {
  const made = await Promise.all(
    Array.from({ length: 8 }, () => createCampaign({ name: "A la vez", sent_at: null }, null)),
  );
  expect(made.filter(Boolean)).toHaveLength(1);
});

test("counts follow the deliveries, and a contact out of the CRM is in none of them", async () => {
  const ana = await signedIn("crm-administrator");
  const id = await campaignOf("Cuentas");
  const delivery = { campaign_id: id };
  await contactOf({}, [{ ...delivery, opened: true, clicked: true }]);
  await contactOf({}, [{ ...delivery, opened: true, unsubscribed: true }]);
  await contactOf({}, [{ ...delivery, auto_reply: true }]);
  await contactOf({}, [{ ...delivery, bounce_kind: "soft" }]);
  const gone = await contactOf({}, [{ ...delivery, bounce_kind: "hard", complained: true }]);
  await recount(id);
  expect(await findCampaign(id)).toMatchObject({
    sent: 5,
    opened: 2,
    clicked: 1,
    hard: 1,
    soft: 1,
    auto_reply: 1,
    removed: 0,
  });
  await confirmRemoval(gone, ana.id);
  await confirmRemoval(gone, ana.id);
  await recount(id);
  expect(await findCampaign(id)).toMatchObject({ sent: 4, hard: 0, soft: 1, removed: 1 });
});

test("a recount beside another one waits for it and sees what it did", async () => {
  const id = await campaignOf("Dos a la vez");
  await contactOf({}, [{ campaign_id: id }]);
  let second: Promise<void> | undefined;
  await db.transaction().execute(async (trx) => {
    const { contact_id } = await trx
      .insertInto("addresses")
      .values(({ selectFrom }) => ({
        contact_id: selectFrom("contacts").select(({ fn }) => fn.max("id").as("id")),
        email: "dos@example.com",
        email_key: "dos@example.com",
        replaced_at: new Date(),
      }))
      .returning(["id", "contact_id"])
      .executeTakeFirstOrThrow();
    expect(contact_id).toBeGreaterThan(0);
    await trx
      .insertInto("deliveries")
      .values(({ selectFrom }) => ({
        campaign_id: id,
        address_id: selectFrom("addresses").select("id").where("email_key", "=", "dos@example.com"),
      }))
      .execute();
    await recountCampaigns(trx, [id]);
    second = recount(id);
    await new Promise((resolve) => setTimeout(resolve, 100));
  });
  await second;
  expect(await findCampaign(id)).toMatchObject({ sent: 2 });
});

test("newest first by sent date, else by when they came; a page at a time", async () => {
  await campaignOf("Sin fecha", null);
  await campaignOf("Antigua", "2001-01-01T00:00:00Z");
  const { campaigns, total } = await listCampaigns({ page: 1, size: 100 });
  expect(campaigns).toHaveLength(total);
  expect(campaigns.at(-1)?.name).toBe("Antigua");
  const dates = campaigns.map(({ sent_at, created_at }) => (sent_at ?? created_at).getTime());
  expect(dates).toEqual([...dates].sort((a, b) => b - a));
  expect((await listCampaigns({ page: 2, size: 2 })).campaigns.map(({ id }) => id)).toEqual(
    campaigns.slice(2, 4).map(({ id }) => id),
  );
});

test("which lists came, and who brought them, is told by the saved imports alone", async () => {
  const ana = await signedIn("marketing");
  const id = await campaignOf("Fuentes");
  const file = { campaign_id: id, file_name: "x.csv", sha256: "", bytes: 1, created_by: ana.id };
  await db
    .insertInto("imports")
    .values([
      { ...file, list: "soft", state: "saved" },
      { ...file, list: "soft", state: "saved" },
      { ...file, list: "sent", state: "undone" },
      { ...file, list: "hard" },
    ])
    .execute();
  expect((await findCampaign(id))?.lists).toEqual(["soft"]);
  expect(await findCampaignSources(id)).toEqual({ files: 2, people: [ana.name] });
});

test("progress is that of each contact's newest follow-up", async () => {
  const ana = await signedIn("sales");
  const id = await campaignOf("Avance");
  const bounced = () => contactOf({}, [{ campaign_id: id, bounce_kind: "soft" }]);
  const [open, corrected, dismissed, again, gone] = [
    await bounced(),
    await bounced(),
    await bounced(),
    await bounced(),
    await bounced(),
  ];
  await contactOf({}, [{ campaign_id: id, auto_reply: true }]);
  const close = (contact_id: number, closed_as: "corrected" | "dismissed") =>
    db
      .updateTable("follow_ups")
      .set({ closed_at: new Date(), closed_as })
      .where("contact_id", "=", contact_id)
      .execute();
  await close(corrected.id, "corrected");
  await close(dismissed.id, "dismissed");
  await close(again.id, "dismissed");
  await db.insertInto("follow_ups").values({ contact_id: again.id, kind: "manual" }).execute();
  await confirmRemoval(gone, ana.id);
  expect(open.id).toBeGreaterThan(0);
  expect((await countProgress([id])).get(id)).toMatchObject({ open: 2, closed: 2, recovered: 1 });
  expect((await countProgress([])).size).toBe(0);
});

test("only a campaign without results can be deleted", async () => {
  const full = await campaignOf("Con envíos");
  await contactOf({}, [{ campaign_id: full }]);
  const empty = await campaignOf("Sin nada");
  expect(await deleteEmptyCampaign(full)).toBe(false);
  expect(await deleteEmptyCampaign(empty)).toBe(true);
  expect(await deleteEmptyCampaign(empty)).toBe(false);
});
