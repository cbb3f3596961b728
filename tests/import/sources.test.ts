import { readdirSync, readFileSync } from "node:fs";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { findColumns } from "#app/import/columns.ts";
import { readTime } from "#app/import/dates.ts";
import { guessList, neverSent, readStatus, saysNothing, statedFacts } from "#app/import/lists.ts";
import { readRows } from "#app/import/rows.ts";
import { findSource, recogniseSource, type SourceId, sourceIds, sources } from "#app/import/sources.ts";
import { openTable } from "#app/import/table.ts";
import { cellValue, headerKey } from "#app/import/words.ts";

interface Expected {
  source: SourceId;
  /** As its mailer calls the file; some say the list there alone. */
  fileName: string;
  list: string | undefined;
  /** Column by column, - = kept aside. */
  mapping: string;
  /** Row by row, the facts that its cells state; nothing = "". */
  facts: string[];
  /** A cell as text, and the time that it means. */
  times?: Record<string, string>;
}

// Written from the pages that the tables in app/import/sources/ name; the people and their domains are invented.
const fixtures: Record<string, Expected> = {
  "zoho-report.csv": {
    source: "zoho",
    fileName: "Hard Bounce.csv",
    list: "hard",
    mapping: "email reason first_name last_name company phone",
    facts: ["", "", "", ""],
  },
  "zoho-recipients.csv": {
    source: "zoho",
    fileName: "senthardbounce.csv",
    list: "hard",
    mapping: "phone - - email sent_at last_name - first_name - company",
    facts: ["", ""],
    times: { "1771082040000": "2026-02-14T15:14:00.000Z" },
  },
  "mailchimp-bounces.csv": {
    source: "mailchimp",
    fileName: "campaign_bounces.csv",
    list: "combined",
    mapping: "email first_name last_name phone bounce_kind - - - - - - -",
    facts: ["hard", "soft", "hard"],
  },
  "mailchimp-activity.csv": {
    source: "mailchimp",
    fileName: "email-activity.csv",
    list: "combined",
    mapping: "- - - email status bounce_kind event_at - -",
    facts: ["opened", "clicked", "soft", "hard"],
    times: { "2026-02-14T15:14:00+00:00": "2026-02-14T15:14:00.000Z" },
  },
  "brevo-log.csv": {
    source: "brevo",
    fileName: "logs.csv",
    list: "combined",
    mapping: "status event_at - - email - - -",
    facts: [
      "sent",
      "delivered",
      "",
      "opened",
      "opened",
      "clicked",
      "",
      "soft",
      "hard",
      "hard",
      "soft",
      "soft",
      "complained",
      "unsubscribed",
    ],
    // The third of February, wherever the reader is; read in Bogotá.
    times: { "03-02-2026 15:14:00": "2026-02-03T20:14:00.000Z" },
  },
  "brevo-campaign.csv": {
    source: "brevo",
    fileName: "hardBounces.csv",
    list: "combined",
    mapping:
      "- - email first_name last_name phone sent_at - opened_at opens - - bounced_at reason bounced_at reason - - - clicks - -",
    facts: [
      "sent delivered opened clicked",
      "sent soft",
      "sent hard",
      "sent delivered opened unsubscribed",
      "sent delivered complained",
    ],
    times: { "03-02-2026 15:14:11": "2026-02-03T20:14:11.000Z" },
  },
  "sendgrid-activity.csv": {
    source: "sendgrid",
    fileName: "activity.csv",
    list: "combined",
    mapping: "event_at - status - - - - - email - - - reason - - - - - - bounce_kind - - - - - - - -",
    facts: ["sent", "delivered", "opened", "clicked", "", "soft", "hard", "", "complained", "unsubscribed"],
    times: { "2026-02-14T15:14:00Z": "2026-02-14T15:14:00.000Z" },
  },
  "sendgrid-webhook.csv": {
    source: "sendgrid",
    fileName: "events.csv",
    list: "combined",
    mapping: "email event_at - status - - - reason smtp_code bounce_kind - - - -",
    facts: ["delivered", "opened", "hard", "soft", "complained"],
    times: { "1771082040": "2026-02-14T15:14:00.000Z" },
  },
  "sendgrid-suppressions.csv": {
    source: "sendgrid",
    fileName: "suppression_bounces (1).csv",
    list: "hard",
    mapping: "smtp_code reason email bounced_at",
    facts: ["", ""],
    times: { "1771082041": "2026-02-14T15:14:01.000Z" },
  },
  "sendgrid-messages.csv": {
    source: "sendgrid",
    fileName: "messages.csv",
    list: "combined",
    mapping: "- - - email status opens clicks event_at",
    facts: ["delivered opened clicked", "bounce", "sent"],
    times: { "2026-02-14T15:21:00Z": "2026-02-14T15:21:00.000Z" },
  },
  "hubspot-recipients.csv": {
    source: "hubspot",
    fileName: "email-events-basic.csv",
    list: "combined",
    mapping: "email - - - - sent_at - - bounce_kind reason - - - - - - - - -",
    facts: [
      "sent delivered opened clicked",
      "sent soft",
      "sent hard",
      "",
      "sent delivered complained opened unsubscribed",
    ],
    times: { "2026-02-14 10:14": "2026-02-14T15:14:00.000Z" },
  },
  "hubspot-bounces.csv": {
    source: "hubspot",
    fileName: "unsubscribes-and-bounces.csv",
    list: "combined",
    mapping: "email reason - - - -",
    facts: ["hard", "unsubscribed", "unsubscribed complained", "hard"],
  },
  "hubspot-events.csv": {
    source: "hubspot",
    fileName: "events.csv",
    list: "combined",
    mapping: "- event_at status email - - - - bounce_kind reason smtp_code -",
    facts: ["sent", "delivered", "opened", "clicked", "", "soft", "hard", "", "complained"],
    times: { "1771082040000": "2026-02-14T15:14:00.000Z" },
  },
  "mailgun-events.csv": {
    source: "mailgun",
    fileName: "logs.csv",
    list: "combined",
    mapping: "- status event_at - email - bounce_kind bounce_label smtp_code reason reason - - -",
    facts: ["sent", "delivered", "opened", "clicked", "soft", "hard", "", "complained", "unsubscribed"],
    times: { "1771082040.104692": "2026-02-14T15:14:00.104Z" },
  },
  "mailgun-bounces.csv": {
    source: "mailgun",
    fileName: "example.com.csv",
    list: "hard",
    mapping: "email smtp_code reason bounced_at",
    facts: ["", ""],
    times: { "Sat, 14 Feb 2026 15:14:03 UTC": "2026-02-14T15:14:03.000Z" },
  },
  "postmark-bounces.csv": {
    source: "postmark",
    fileName: "bounces.csv",
    list: "combined",
    mapping: "- - status - - - - - - - reason email - bounced_at - - - -",
    facts: ["hard", "soft", "soft", "soft", "auto-reply", "soft", "complained", "hard", "unsubscribed", ""],
    times: { "2026-02-14T10:14:03-05:00": "2026-02-14T15:14:03.000Z" },
  },
  "postmark-messages.csv": {
    source: "postmark",
    fileName: "messages.csv",
    list: "combined",
    mapping: "- - - - - - email event_at - - status",
    facts: ["sent", ""],
    times: { "2026-02-14T10:14:03-05:00": "2026-02-14T15:14:03.000Z" },
  },
  "ses-events.csv": {
    source: "ses",
    fileName: "events.csv",
    list: "combined",
    mapping:
      "status sent_at - - email - bounce_kind bounce_label - smtp_code reason bounced_at - opened_at clicked_at -",
    facts: ["sent", "delivered", "opened", "clicked", "", "soft", "hard", "soft", "complained", "", "", "unsubscribed"],
    times: { "2026-02-14T15:14:02.669Z": "2026-02-14T15:14:02.669Z" },
  },
  "listmonk-bounces.csv": {
    source: "listmonk",
    fileName: "bounces.csv",
    list: "combined",
    mapping: "- status - - bounced_at email - - - -",
    facts: ["hard", "soft", "complained"],
    times: { "2026-02-14T15:14:22.851858Z": "2026-02-14T15:14:22.851Z" },
  },
  "listmonk-subscribers.csv": {
    source: "listmonk",
    fileName: "subscribers.csv",
    list: undefined,
    mapping: "- email full_name - - - -",
    facts: ["", ""],
  },
};

const folder = new URL("fixtures/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));

function readFixture(name: string) {
  const text = readFileSync(new URL(name, folder), "utf8");
  const lines = Papa.parse<string[]>(text.trimEnd()).data;
  return { columns: findColumns(lines), lines };
}

const timeFields = ["sent_at", "opened_at", "clicked_at", "bounced_at", "event_at"];

test("every source has a fixture, and every fixture an expectation", () => {
  expect(Object.keys(fixtures).sort()).toEqual(names.sort());
  expect(new Set(Object.values(fixtures).map(({ source }) => source))).toEqual(new Set(sourceIds));
});

describe.each(Object.entries(fixtures))("%s", (name, expected) => {
  const { columns, lines } = readFixture(name);
  const rows = lines.slice(columns.firstRow);

  test("is recognised, and its columns are read", () => {
    expect(columns.source).toBe(expected.source);
    expect(columns.mapping.map((field) => field ?? "-").join(" ")).toBe(expected.mapping);
  });

  test("is the list that it is", () => {
    const { mapping, source, states, list } = columns;
    const guessed = guessList({ fileName: expected.fileName, mapping, rows, source, states, ofSource: list });
    expect(guessed?.list).toBe(expected.list);
  });

  test("states what happened, row by row", () => {
    const stated = rows.map((cells) => statedFacts(cells, columns));
    expect(stated.map(({ facts }) => facts.join(" "))).toEqual(expected.facts);
    expect(stated.filter(({ unknown }) => unknown !== undefined)).toEqual([]);
  });

  test("has times that can be read", () => {
    const dayFirst = findSource(expected.source).dates?.dayFirst ?? false;
    const read = (text: string) => readTime(text, { timeZone: "America/Bogota", dayFirst })?.toISOString();
    for (const [text, time] of Object.entries(expected.times ?? {})) expect(read(text)).toBe(time);
    const cells = rows.flatMap((row) =>
      columns.mapping.flatMap((field, column) => (timeFields.includes(field ?? "") ? [cellValue(row[column])] : [])),
    );
    expect(cells.filter((text) => text !== undefined && read(text) === undefined)).toEqual([]);
    expect(cells.length > 0).toBe(expected.times !== undefined);
  });

  test("is nobody else's", () => {
    const keys = new Set(columns.headers?.map(headerKey));
    const claimants = sources.filter(({ files }) =>
      files.some(({ has }) => has.some((set) => set.split(",").every((header) => keys.has(headerKey(header))))),
    );
    expect(claimants.map(({ id }) => id)).toEqual([expected.source]);
  });
});

test.each([
  ["mailgun-events.csv", { code: "452" }, { code: "550" }],
  ["mailgun-bounces.csv", { code: "550" }, { code: "554" }],
  ["ses-events.csv", { status: "4.2.2", label: "MailboxFull" }, { status: "5.1.1" }, undefined],
  ["hubspot-events.csv", { status: "4.7.1", label: "GREYLISTING" }, { status: "5.1.1", label: "UNKNOWN_USER" }],
  ["sendgrid-webhook.csv", { status: "5.0.0" }, { label: "blocked" }],
  ["zoho-report.csv", undefined],
])("%s tells beside the reasons of its bounces", (name, ...told) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const table = openTable(text);
  if ("failure" in table) throw new Error(table.failure);
  const list = fixtures[name]?.list === "hard" ? "hard" : "combined";
  const { rows } = readRows(table, { list, timeZone: "America/Bogota" });
  const bounced = rows.filter(({ facts }) => facts.includes("hard") || facts.includes("soft"));
  expect(bounced.map(({ bounce_told }) => bounce_told).slice(0, told.length)).toEqual(told);
});

describe.each(sources)("$name", (source) => {
  test("names the page that it was written from", () => {
    expect(source.page).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+\/\S+$/);
    expect(sourceIds).toContain(source.id);
    expect(findSource(source.id)).toBe(source);
  });

  test.each(Object.entries(source.statuses))("status %s → %s", (word, meaning) => {
    const facts = meaning === null || meaning === "unsent" ? [] : [meaning];
    expect(readStatus(word, source.id)).toEqual(facts);
    expect(readStatus(word.toUpperCase(), source.id)).toEqual(facts);
    expect(saysNothing(word, source.id)).toBe(meaning === null);
    expect(neverSent(word, source.id)).toBe(meaning === "unsent");
  });

  test.each(Object.entries(source.kinds ?? {}))("kind %s → %s", (word, meaning) => {
    const { facts } = statedFacts([word], { mapping: ["bounce_kind"], source: source.id });
    expect(facts).toEqual(meaning === null ? [] : [meaning]);
  });

  test.each(Object.entries(source.fileNames ?? {}))("a file called %s → %s", (words, list) => {
    const fileName = `2026-02 ${words}.csv`;
    expect(guessList({ fileName, mapping: ["email"], rows: [], source: source.id })?.list).toBe(list);
  });
});

describe("recognition", () => {
  const has = (header: string, ...rows: string[]) =>
    recogniseSource(
      header.split(","),
      rows.map((row) => row.split(",")),
    )?.source.id;

  test("takes any order, case and spelling of the headers, and others between them", () => {
    expect(has("EMAIL,Nota,FRM,Sub,TS,St Text")).toBe("brevo");
    expect(has("eventtype,mailmessageid,mailtimestamp,bouncebouncetype,bouncebouncesubtype,deliveryrecipient")).toBe(
      "ses",
    );
    expect(has("recipient,event,@timestamp,delivery_status_code")).toBe("mailgun");
  });

  test("leaves tables that could be anybody's alone", () => {
    expect(has("Email,Status,Date")).toBeUndefined();
    expect(has("Email Address,First Name,Last Name")).toBeUndefined();
    expect(has("email,event,timestamp")).toBeUndefined();
    expect(has("Correo,Motivo,Estado")).toBeUndefined();
    expect(has("")).toBeUndefined();
  });

  test("asks the words where headers don't settle it", () => {
    const header = "id,type,source,created_at,email,subscriber_id";
    expect(has(header, "1,hard,pop,2026-02-14,a@example.com,7")).toBe("listmonk");
    expect(
      has(header, "1,hard,pop,2026-02-14,a@example.com,7", "2,premium,web,2026-02-14,b@example.com,8"),
    ).toBeUndefined();
  });

  test("and what a code looks like", () => {
    const header = "status,reason,email,created";
    expect(has(header, "5.1.1,no such user,a@example.com,1771082041")).toBe("sendgrid");
    expect(has(header, "Hard bounce,no such user,a@example.com,14/02/2026")).toBeUndefined();
  });

  test("of a header that comes twice, the first column counts", () => {
    const { mapping } = findColumns([["st_text", "ts", "sub", "frm", "email", "email"]]);
    expect(mapping).toEqual(["status", "event_at", null, null, "email", null]);
  });

  test("an address is one, and columns kept aside are not searched for it", () => {
    const header = ["eventType", "mail.timestamp", "mail.source", "mail.destination.0", "destination"];
    const rows = [["Send", "2026-02-14T15:14:00Z", "ventas@tienda.example", "", "a@example.com"]];
    expect(findColumns([header, ...rows]).mapping).toEqual(["status", "sent_at", null, null, "email"]);
    expect(findColumns([header.slice(0, 3), ...rows]).mapping).toEqual(["status", "sent_at", null]);
  });

  test("a source's header is found below titles that general words fit better", () => {
    const columns = findColumns([
      ["Email", "Status", "Nombre"],
      ["st_text", "ts", "sub", "frm", "email", "mid"],
      ["Delivered", "14-02-2026 10:00:00", "x", "a@example.com", "b@example.com", "1"],
    ]);
    expect(columns).toMatchObject({ source: "brevo", firstRow: 2 });
  });
});

describe("the facts of a row", () => {
  const row = (cells: string[], source?: SourceId) =>
    statedFacts(cells, { mapping: ["status", "bounce_kind"], source });

  test.each([
    [["Bounced", "Hard"], undefined, { facts: ["hard"] }],
    [["Bounced", ""], undefined, { facts: ["bounce"] }],
    [["", "Soft"], undefined, { facts: ["soft"] }],
    [["Opened", "Soft"], undefined, { facts: ["opened"] }],
    [["Sent, Bounced", "Soft"], undefined, { facts: ["sent", "soft"] }],
    [["?", "Soft"], undefined, { facts: ["soft"], unknown: 0 }],
    [["ayer", ""], undefined, { facts: [], unknown: 0 }],
    [["deferred", ""], undefined, { facts: [], unknown: 0 }],
    [["deferred", ""], "sendgrid", { facts: [] }],
    [["dropped", ""], "sendgrid", { facts: [] }],
    [["bounce", "blocked"], "sendgrid", { facts: ["soft"] }],
    [["", ""], undefined, { facts: [] }],
  ] as const)("%j of %s", ([status, kind], source, expected) => {
    expect(row([status, kind], source)).toEqual(expected);
  });

  test("a column that states a fact by being filled is filled by a date, a count, TRUE", () => {
    const cells = ["14-02-2026", "2", "TRUE", "FALSE", "0", "--", "No", ""];
    const states = ["sent", "opened", "clicked", "hard", "soft", "hard", "hard", "hard"] as const;
    expect(statedFacts(cells, { mapping: Array(8).fill(null), states: [...states] }).facts).toEqual([
      "sent",
      "opened",
      "clicked",
    ]);
  });
});

describe("a list that the headers tell", () => {
  const rows = [["a@example.com", "delivered"]];
  test("stands over the words of the first rows and the file's name", () => {
    const file = { fileName: "opened.csv", rows, source: "sendgrid", ofSource: "combined" } as const;
    expect(guessList({ ...file, mapping: ["email", "status"] })?.list).toBe("combined");
    expect(guessList({ ...file, mapping: ["email", null] })?.list).toBe("opened");
  });
});

describe("a log that begins with many of one kind", () => {
  const cells = (status: string) => ["x@example.com", status];

  test("rows that say nothing make it combined: they are in no list", () => {
    const rows = [cells("delivered"), cells("delivered"), cells("deferred")];
    expect(guessList({ mapping: ["email", "status"], rows, source: "sendgrid" })?.list).toBe("combined");
    expect(guessList({ mapping: ["email", "status"], rows: rows.slice(0, 2), source: "sendgrid" })?.list).toBe(
      "delivered",
    );
  });
});
