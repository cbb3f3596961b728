import { expect, test } from "vitest";
import { readRows } from "#app/import/rows.ts";
import { sampleCampaigns } from "#app/import/sample.ts";
import { openTable } from "#app/import/table.ts";
import type { ImportList } from "#db/schema.ts";

const campaigns = sampleCampaigns().map((campaign) => ({
  ...campaign,
  lists: Object.fromEntries(campaign.files.map(({ list, text }) => [list, read(text, list)])),
}));

function read(text: string, list: ImportList) {
  const table = openTable(new TextEncoder().encode(text));
  if ("failure" in table) throw new Error(table.failure);
  return readRows(table, { list, timeZone: "America/Bogota" });
}

const [earlier, main] = campaigns;
const keys = (list: string, of = main) => of?.lists[list]?.rows.map((row) => row.email_key) ?? [];

test("the shape of the real one: counts, percentages, date", () => {
  expect(Object.fromEntries(Object.entries(main?.lists ?? {}).map(([list, { total }]) => [list, total]))).toEqual({
    sent: 582,
    opened: 44,
    hard: 3,
    soft: 17,
    "auto-reply": 10,
  });
  expect(main?.sent_at.toISOString()).toBe("2022-02-14T20:14:00.000Z");
  expect(main?.reported).toMatchObject({
    reported_sent: 582,
    reported_opened_percent: 7.6,
    reported_clicked_percent: 0,
    reported_unopened_percent: 92.4,
  });
});

test("every row is read: nothing rejected, doubled or odd, the total's row skipped", () => {
  for (const { lists } of campaigns) {
    for (const { rows, rejected, problems, skipped, total } of Object.values(lists)) {
      expect([rows.length, rejected, problems.length, skipped]).toEqual([total, 0, 0, 1]);
    }
  }
});

test("lists agree with each other and with what was reported", () => {
  for (const campaign of campaigns) {
    const sent = new Set(keys("sent", campaign));
    for (const list of Object.keys(campaign.lists))
      expect(keys(list, campaign).filter((key) => !sent.has(key))).toEqual([]);
    const back = new Set([...keys("hard", campaign), ...keys("soft", campaign)]);
    expect(back.size).toBe(campaign.reported.reported_hard + campaign.reported.reported_soft);
    expect(keys("opened", campaign).filter((key) => back.has(key))).toEqual([]);
    expect(keys("opened", campaign)).toHaveLength(campaign.reported.reported_opened);
    expect(keys("clicked", campaign).every((key) => keys("opened", campaign).includes(key))).toBe(true);
    expect(sent.size).toBe(campaign.reported.reported_sent);
  }
});

test("all invented: only domains that RFC 2606 keeps free, only numbers with 555", () => {
  for (const { lists } of campaigns) {
    for (const row of lists.sent?.rows ?? []) {
      expect(row.email_key).toMatch(/@([a-z]+\.)+example(\.(com|net|org))?$/);
      if (row.phone) expect(row.phone.replaceAll(" ", "")).toMatch(/^(\+57)?(3\d\d|1)55501\d\d$/);
    }
  }
});

test("as untidy as a real account", () => {
  const sent = main?.lists.sent?.rows ?? [];
  const some = (test: (row: (typeof sent)[number]) => boolean) => sent.filter(test).length;
  expect(some((row) => row.email === row.email.toUpperCase())).toBeGreaterThan(20);
  expect(some((row) => /^(info|reservas|gerencia|administrador)@/.test(row.email_key))).toBeGreaterThan(50);
  expect(some((row) => row.last_name === "(Hotel)")).toBeGreaterThan(10);
  expect(some((row) => !row.phone)).toBeGreaterThan(40);
  expect(some((row) => /^\d{8}$/.test(row.phone ?? ""))).toBeGreaterThan(20);
  expect(some((row) => /^\+57 /.test(row.phone ?? ""))).toBeGreaterThan(20);
  expect(keys("soft").filter((key) => /@(gnail|hotmial|outlok)\.example$/.test(key))).toHaveLength(3);
});

test("reasons are those of the report, in full", () => {
  expect([...new Set(main?.lists.hard?.rows.map((row) => row.bounce_reason))]).toEqual([
    "Temporary failure :smtp:550 Your host is not allowed to connect to this server",
  ]);
  const soft = main?.lists.soft?.rows.map((row) => row.bounce_reason ?? "") ?? [];
  for (const words of [
    "bad-connection",
    "no-answer-from-host",
    "routing-errors",
    "Delivery time expired",
    "5.7.1 [CS]",
  ]) {
    expect(soft.some((reason) => reason.includes(words))).toBe(true);
  }
});

test("some came back before, some used to open", () => {
  const before = keys("soft", earlier);
  expect(keys("soft").filter((key) => before.includes(key))).toHaveLength(4);
  expect(keys("soft").filter((key) => keys("opened", earlier).includes(key)).length).toBeGreaterThanOrEqual(3);
});

test("the same at every call", () => {
  expect(sampleCampaigns()).toEqual(sampleCampaigns());
});
