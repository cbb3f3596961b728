import type { Insertable } from "kysely";
import { beforeAll, describe, expect, test } from "vitest";
import { db } from "#db/connection.ts";
import {
  type BounceView,
  countBounces,
  listBouncedDomains,
  listBounces,
  listDomains,
  listProblems,
  listReasons,
  readBounces,
} from "#db/queries/bounces.ts";
import { recountCampaigns } from "#db/queries/campaigns.ts";
import type { Delivery } from "#db/schema.ts";
import { campaignOf, contactOf } from "../bounced.ts";
import { ownDatabase } from "../database.ts";
import { type Person, signedIn } from "../people.ts";

ownDatabase();

const soft = { bounce_kind: "soft" } as const;
let campaign_id: number;
let ana: Person;
let view: BounceView;
const contacts: Record<string, { id: number; address_id: number; email: string }> = {};

beforeAll(async () => {
  ana = await signedIn("sales");
  campaign_id = await campaignOf("Pestañas");
  const other = await campaignOf("Otra");
  const make = async (
    name: string,
    contact: Parameters<typeof contactOf>[0],
    delivery: Partial<Insertable<Delivery>>,
  ) => {
    contacts[name] = await contactOf(contact, [{ campaign_id, ...delivery }]);
  };
  await make(
    "bahia",
    { email: "Reservas@Bahia.example", first_name: "Hotel Bahía", last_name: "(Hotel)", phone: "300 555 0101" },
    { ...soft, bounce_reason: "Temporary failure:bad-connection" },
  );
  await make(
    "camilo",
    { email: "camilo@turcosta.example", first_name: "Camilo", company: "Turcosta", phone: "+57 (310) 555-0102" },
    { ...soft, bounce_reason: "TEMPORARY Failure : bad-connection" },
  );
  await make(
    "daniela",
    { email: "daniela@turcosta.example", first_name: "Daniela", company: "100% Azul_Mar" },
    { ...soft, bounce_reason: "Temporary failure:routing-errors" },
  );
  await make("nobody", { email: "nadie@turcosta.example", first_name: null, last_name: null }, soft);
  await make("gone", { email: "baja@turcosta.example" }, { ...soft, bounce_reason: "x" });
  await make("hard", { email: "duro@example.com" }, { bounce_kind: "hard", bounce_reason: "550 no" });
  await make("reply", { email: "fuera@example.com" }, { auto_reply: true, auto_reply_reason: "De vacaciones" });
  await make("opened", { email: "abre@example.com" }, { opened: true });
  await contactOf({ email: "ajeno@example.com" }, [{ campaign_id: other, ...soft }]);
  await db
    .insertInto("removals")
    .values({
      contact_id: contacts.gone?.id ?? 0,
      address_id: contacts.gone?.address_id ?? 0,
      reason: "cerró",
      requested_by: ana.id,
      state: "confirmed",
      decided_at: new Date(),
    })
    .execute();
  view = {
    campaign_id,
    tab: "soft",
    search: "",
    reason: "",
    problem: "" as const,
    domain: "",
    phone: "",
    state: "",
    sort: "email",
    descending: false,
    claimed_since: new Date(Date.now() - 60_000),
  };
});

async function found(changes: Partial<BounceView>, page = { page: 1, size: 50 }): Promise<string[]> {
  return (await listBounces({ ...view, ...changes }, page)).map(
    ({ email }) => email.split("@")[0]?.toLowerCase() ?? "",
  );
}

test("our verdict stands beside the reason, and filters by whose problem it is", async () => {
  expect(await listBounces({ ...view, search: "camilo" }, { page: 1, size: 5 })).toMatchObject([
    { reason: "TEMPORARY Failure : bad-connection", category: "server-trouble", problem: "recipient" },
  ]);
  expect(await listProblems(campaign_id, "soft")).toEqual([{ problem: "recipient", count: 3 }]);
  expect(await listProblems(campaign_id, "auto-reply")).toEqual([{ problem: "nobody", count: 1 }]);
  expect(await found({ problem: "recipient" })).toEqual(["camilo", "daniela", "reservas"]);
  expect(await found({ problem: "sender" })).toEqual([]);
  expect(await countBounces({ ...view, problem: "recipient" })).toBe(3);
});

test("a tab's whole number is the campaign's own count", async () => {
  await db.transaction().execute((trx) => recountCampaigns(trx, [campaign_id]));
  expect(await countBounces(view)).toBe(4);
  expect(await countBounces({ ...view, tab: "auto-reply" })).toBe(1);
  expect(await countBounces({ ...view, campaign_id: 999_999 })).toBe(0);
});

test("each tab has its own rows; contacts out of the CRM are in none", async () => {
  expect(await found({})).toEqual(["camilo", "daniela", "nadie", "reservas"]);
  expect(await found({ tab: "hard" })).toEqual(["duro"]);
  expect(await found({ tab: "auto-reply" })).toEqual(["fuera"]);
  expect((await listBounces({ ...view, tab: "auto-reply" }, { page: 1, size: 5 }))[0]?.reason).toBe("De vacaciones");
});

describe("search", () => {
  test.each([
    ["TURCOSTA", ["camilo", "daniela", "nadie"]],
    ["bahia", ["reservas"]],
    ["BAHÍA hotel", ["reservas"]],
    ["hotel turcosta", []],
    ["3105550102", ["camilo"]],
    ["310 555-01", ["camilo"]],
    ["300 555 0101", ["reservas"]],
    ["100%", ["daniela"]],
    ["azul_mar", ["daniela"]],
    ["azul-mar", []],
    ["'; drop table contacts; --", []],
    ["\\", []],
  ])("%j finds %j", async (search, emails) => {
    expect(await found({ search })).toEqual(emails);
    expect(await countBounces({ ...view, search })).toBe(emails.length);
  });
});

describe("filters", () => {
  test("a reason, whatever its case and spaces; rows without one", async () => {
    expect(await found({ reason: "temporary failure: BAD-connection" })).toEqual(["camilo", "reservas"]);
    expect(await found({ reason: "-" })).toEqual(["nadie"]);
    expect(await found({ reason: "no such reason" })).toEqual([]);
  });

  test("domain and phone", async () => {
    expect(await found({ domain: "Turcosta.example", phone: "without" })).toEqual(["daniela", "nadie"]);
    expect(await found({ phone: "with" })).toEqual(["camilo", "reservas"]);
  });

  test("the state of the follow-up", async () => {
    const followUp = (name: string) => db.updateTable("follow_ups").where("contact_id", "=", contacts[name]?.id ?? 0);
    await followUp("bahia").set({ claimed_by: ana.id, claimed_at: new Date(), claim_renewed_at: new Date() }).execute();
    await followUp("camilo")
      .set({ is_call_back: true, due_at: new Date(Date.now() + 3_600_000) })
      .execute();
    await followUp("daniela").set({ closed_at: new Date(), closed_as: "corrected" }).execute();
    expect(await found({ state: "claimed" })).toEqual(["reservas"]);
    expect(await found({ state: "call-back" })).toEqual(["camilo"]);
    expect(await found({ state: "closed" })).toEqual(["daniela"]);
    expect(await found({ state: "due" })).toEqual(["nadie"]);
    expect(await found({ sort: "state" })).toEqual(["reservas", "camilo", "nadie", "daniela"]);
    const [row] = await listBounces({ ...view, state: "claimed" }, { page: 1, size: 1 });
    expect(row).toMatchObject({ state: "claimed", who: ana.name, email: "Reservas@Bahia.example" });

    const lapsed = { claimed_since: new Date(Date.now() + 60_000) };
    expect(await found({ state: "claimed", ...lapsed })).toEqual([]);
    expect(await found({ state: "due", ...lapsed })).toEqual(["nadie", "reservas"]);
    expect(await found({ tab: "auto-reply", state: "none" })).toEqual(["fuera"]);

    const [contact_id, address_id] = [contacts.nobody?.id ?? 0, contacts.nobody?.address_id ?? 0];
    const asked = { contact_id, address_id, reason: "pide baja", requested_by: ana.id };
    await db.insertInto("removals").values(asked).execute();
    expect(await found({ state: "removal" })).toEqual(["nadie"]);
    expect(await found({ state: "due" })).toEqual([]);
  });
});

test("order by every column, what is empty last either way", async () => {
  expect(await found({ sort: "first_name" })).toEqual(["camilo", "daniela", "reservas", "nadie"]);
  expect(await found({ sort: "first_name", descending: true })).toEqual(["reservas", "daniela", "camilo", "nadie"]);
  for (const sort of ["reason", "last_name", "company", "phone", "bounced_at", "domain", "crm_record_id"] as const) {
    expect((await found({ sort })).sort()).toEqual(["camilo", "daniela", "nadie", "reservas"]);
  }
});

test("pages, and the whole view in the same order", async () => {
  expect(await found({}, { page: 2, size: 3 })).toEqual(["reservas"]);
  expect(await found({}, { page: 9, size: 3 })).toEqual([]);
  const all: string[] = [];
  for await (const rows of readBounces({ ...view, descending: true }, 3)) all.push(...rows.map(({ email }) => email));
  expect(all).toEqual([
    "Reservas@Bahia.example",
    "nadie@turcosta.example",
    "daniela@turcosta.example",
    "camilo@turcosta.example",
  ]);
});

test("reasons and domains by their numbers, one reason however it is spaced", async () => {
  const reasons = await listReasons(campaign_id, "soft");
  expect(reasons[0]?.count).toBe(2);
  expect(reasons.map(({ count }) => count)).toEqual([2, 1, 1]);
  expect(reasons.find(({ reason }) => reason === null)?.count).toBe(1);
  expect(await listDomains(campaign_id, "soft")).toEqual([
    { domain: "turcosta.example", count: 3 },
    { domain: "bahia.example", count: 1 },
  ]);
  expect(await listBouncedDomains(campaign_id, 2)).toEqual([
    { domain: "turcosta.example", hard: 0, soft: 3 },
    { domain: "bahia.example", hard: 0, soft: 1 },
  ]);
});
