import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commonText } from "#app/rules/incidents/cause.ts";
import { hostOf } from "#app/rules/incidents/hosts.ts";
import { type BounceGroup, checksOf, incidentsIn, sendersNamed } from "#app/rules/incidents.ts";
import { verdictCategories } from "#db/lists.ts";
import type { VerdictCategory } from "#db/schema.ts";

let id = 0;
/** One bounce each. */
const bounces = (category: VerdictCategory, ...rows: [reason: string, domain: string][]): BounceGroup[] =>
  rows.map(([reason, domain]) => ({ category, reason, domain, address_ids: [++id] }));
const one = (groups: BounceGroup[]) => {
  const [incident, ...others] = incidentsIn(groups);
  expect(others).toEqual([]);
  if (!incident) throw new Error("no incident");
  return incident;
};

describe("what one cause is", () => {
  test.each<[string, VerdictCategory, string[]]>([
    [
      "the host that refuses us is everybody's",
      "sender-blocked",
      [
        "Temporary failure :smtp:550 Your host is not allowed to connect to this server",
        "550 Your Host is not  allowed to connect to this server.",
        "Permanent failure: 5.7.1 smtp; 554 5.7.1 Your host is not allowed to connect to this server",
      ],
    ],
    [
      "addresses, queue numbers, times and URLs change from mail to mail",
      "sender-blocked",
      [
        "554 5.7.1 <ana@a.example>: Access denied (4Kx9Qz2bYfz) Mon, 14 Feb 2022 15:14:00 -0500 see https://help.example.com/q?id=77ab",
        "554 5.7.1 <luis@b.example>: Access denied (4Kx9R01aXyz) Tue, 15 Feb 2022 09:01:22 -0500 see https://help.example.com/q?id=99",
        "550 5.7.1 <rosa@c.example>: access denied [192.0.2.9] see http://www.help.example.com/",
      ],
    ],
    [
      "one blocklist, however each server words it",
      "sender-blocked",
      [
        "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org",
        "550 5.7.1 Rejected: 192.0.2.7 listed at https://www.spamhaus.org/query/ip/192.0.2.7",
        "host mx.b.example said: 553 http://www.spamhaus.org/sbl",
      ],
    ],
    [
      "one proof that fails",
      "sender-auth",
      [
        "550 5.7.23 SPF validation failed",
        "550 SPF check failed for example.com",
        "Rejected by Sender Policy Framework",
      ],
    ],
    [
      "a text that a screen cut off within a word",
      "message-rejected",
      ["554 Headers are malforme...", "554 Headers are malform…", "554 5.6.0 Headers are mal..."],
    ],
    ["codes alone", "sender-blocked", ["550 5.7.1", "550 5.7.1 ", "550-5.7.1"]],
    [
      "the mailer's own word",
      "sender-blocked",
      ["policy-related", "Temporary failure:policy-related", "Policy Related"],
    ],
  ])("%s", (_, category, reasons) => {
    const rows = reasons.map((reason, index): [string, string] => [reason, `host${index}.example`]);
    expect(one(bounces(category, ...rows))).toMatchObject({
      category,
      hosts: reasons.length,
      address_ids: { length: 3 },
    });
  });

  test("a server in trouble is that server's cause, whatever it says", () => {
    const found = one(
      bounces(
        "server-trouble",
        ["bad-connection", "hotel.example"],
        ["no-answer-from-host", "hotel.example"],
        ["451 try again", "hotel.example"],
        ["bad-connection", "other.example"],
        ["bad-connection", "third.example"],
      ),
    );
    expect(found).toMatchObject({ cause: "hotel.example", hosts: 1 });
    expect(found.address_ids).toHaveLength(3);
  });

  test("several domains are one operator's, by their names or by what its servers say", () => {
    const found = one(
      bounces(
        "throttled",
        ["421 try later", "gmail.com"],
        ["421 try later", "googlemail.com"],
        ["421-4.7.28 rate limited q14-20020a05 - gsmtp", "hotel.example"],
      ),
    );
    expect(found).toMatchObject({ cause: "Google", top_hosts: [{ name: "Google", addresses: 3 }] });
    expect(["hotmail.com", "outlook.es", "live.com.mx", "msn.com"].map(hostOf)).toEqual(Array(4).fill("Microsoft"));
    expect(["correo.example", "notgmail.com", "live.example"].map(hostOf)).toEqual([
      "correo.example",
      "notgmail.com",
      "live.example",
    ]);
  });

  test.each<VerdictCategory>([
    "mailbox-full",
    "no-such-mailbox",
    "no-such-domain",
    "mailbox-inactive",
    "unknown",
    "auto-reply",
    "challenge-response",
  ])("%s is a case of its own each", (category) => {
    expect(incidentsIn(bounces(category, ["x", "a.example"], ["x", "a.example"], ["x", "a.example"]))).toEqual([]);
  });

  test("two are not enough, and other causes and categories don't add up", () => {
    const two = bounces("sender-blocked", ["550 go away", "a.example"], ["550 go away", "b.example"]);
    expect(incidentsIn(two)).toEqual([]);
    expect(incidentsIn([...two, ...bounces("sender-blocked", ["550 poor reputation", "c.example"])])).toEqual([]);
    expect(incidentsIn([...two, ...bounces("message-rejected", ["550 go away", "c.example"])])).toEqual([]);
    expect(incidentsIn([...two, ...two])).toEqual([]);
  });

  test.each([
    ["", "-"],
    ["...", "-"],
    ["550", "550"],
    ["!!! 4.7.1 ???", "4.7.1"],
    ["Nuestro sistema RECHAZÓ su IP 192.0.2.1", "nuestro sistema rechazo su ip"],
    ["<a@b.example> mx1.b.example[192.0.2.1] said no", "said no"],
  ])("the common text of %j", (reason, text) => {
    expect(commonText(reason)).toBe(text);
  });
});

test("no text is too long", () => {
  expect(commonText("é".repeat(100_000))).toBe("e".repeat(200));
  expect(commonText(`550 ${"word ".repeat(100_000)}`).split(" ")).toHaveLength(16);
});

test("what an incident tells: hosts and reasons, the most frequent first", () => {
  const found = one([
    {
      category: "sender-blocked",
      reason: "550 [192.0.2.7] is blocked by Barracuda",
      domain: "a.example",
      address_ids: [1, 2],
    },
    {
      category: "sender-blocked",
      reason: "550 [192.0.2.7] is blocked by barracuda today",
      domain: "b.example",
      address_ids: [3],
    },
    {
      category: "sender-blocked",
      reason: "550 [192.0.2.8] is blocked by Barracuda",
      domain: "b.example",
      address_ids: [4, 6, 5],
    },
  ]);
  expect(found).toEqual({
    category: "sender-blocked",
    cause: "list barracuda",
    address_ids: [1, 2, 3, 4, 5, 6],
    hosts: 2,
    top_hosts: [
      { name: "b.example", domains: ["b.example"], addresses: 4 },
      { name: "a.example", domains: ["a.example"], addresses: 2 },
    ],
    reasons: ["550 [192.0.2.8] is blocked by Barracuda", "550 [192.0.2.7] is blocked by barracuda today"],
  });
});

describe("what must be checked", () => {
  test.each([
    ["sender-blocked", "550 Your host is not allowed", ["blocklists", "reverse-dns", "spf", "dkim", "sender-domain"]],
    [
      "sender-blocked",
      "554 blocked using bl.spamcop.net",
      [{ list: "spamcop", page: "https://www.spamcop.net/bl.shtml" }, "reverse-dns", "spf", "dkim", "sender-domain"],
    ],
    ["sender-blocked", "550 5.7.606 Access denied, banned sending IP [192.0.2.7]", [{ list: "microsoft-365" }]],
    ["sender-blocked", "550 5.7.1 part of their network is on our block list (S3150)", [{ list: "microsoft-snds" }]],
    ["sender-blocked", "554 blocked by dnsbl.sorbs.net", [{ list: "sorbs", page: null, closed: true }]],
    ["sender-blocked", "550 AUP#CDRBL", [{ list: "cloudmark" }]],
    [
      "sender-auth",
      "550 5.7.26 unauthenticated: SPF [example.com] did not pass, DKIM did not pass",
      ["spf", "dkim", "sender-domain"],
    ],
    ["sender-auth", "550 5.7.25 The IP address has no PTR record", ["reverse-dns", "sender-domain"]],
    ["sender-auth", "550 sender verify failed", ["spf", "dkim", "dmarc", "reverse-dns", "sender-domain"]],
    [
      "spam-content",
      "550 the domain example.com is listed in the Spamhaus DBL",
      [{ list: "spamhaus" }, "content", "links"],
    ],
    ["message-too-big", "552 5.3.4 too big", ["size"]],
    ["message-rejected", "554 bad headers", ["format"]],
    ["throttled", "421 too many", ["rate"]],
    ["server-trouble", "bad-connection", ["their-server"]],
    ["routing-dns", "routing-errors", ["their-dns"]],
  ] as const)("%s: %s", (category, reason, checks) => {
    const found = checksOf({ category, reasons: [reason] });
    expect(found.slice(0, checks.length)).toMatchObject(checks);
  });

  test("the recipient's server that happens to be called so is no list that names us", () => {
    const reasons = ["host mx.barracudanetworks.com said: 550 5.7.1 access denied"];
    expect(checksOf({ category: "sender-blocked", reasons })[0]).toBe("blocklists");
  });

  test.each([
    ["host mx.b.example[198.51.100.4] said: 554 Client host [192.0.2.7] blocked", ["192.0.2.7"], []],
    ["550 5.7.26 header.from=news.example.com does not align, 2001:db8::25", ["2001:db8::25"], ["news.example.com"]],
    ["550 Sender address rejected: <promo@example.org>", [], ["example.org"]],
    ["550 5.7.1 v1.2.3 at 10:20:30, 999.1.1.1", [], []],
    ["550 5.1.0 <ana@b.example> from b.example", [], []],
  ])("who we are in %s", (reason, ips, domains) => {
    const top_hosts = [{ name: "b.example", domains: ["b.example"], addresses: 3 }];
    expect(sendersNamed({ reasons: [reason], top_hosts })).toEqual({ ips, domains });
  });
});

describe("whatever bounces there are", () => {
  const reason = fc.oneof(
    fc.constantFrom(
      "550 Your host is not allowed",
      "550 Your host is not allow...",
      "554 blocked using zen.spamhaus.org",
      "421 too many from 192.0.2.7 - gsmtp",
      "bad-connection",
    ),
    fc.string({ maxLength: 80 }),
  );
  const group = fc.record({
    category: fc.constantFrom(...verdictCategories),
    reason,
    domain: fc.constantFrom("gmail.com", "hotmail.com", "outlook.com", "a.example", "b.example"),
    address_ids: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 4 }),
  });
  const groups = fc.array(group, { maxLength: 40 });

  test("their order doesn't matter, nor how they are cut into groups", () => {
    fc.assert(
      fc.property(groups, fc.infiniteStream(fc.nat()), (some, order) => {
        const single = some.flatMap(({ address_ids, ...rest }) =>
          address_ids.map((one) => ({ ...rest, address_ids: [one] })),
        );
        const shuffled = single
          .map((one) => ({ one, place: order.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        expect(incidentsIn(shuffled)).toEqual(incidentsIn(some));
      }),
    );
  });

  test("another bounce parts nothing and takes nothing away", () => {
    fc.assert(
      fc.property(groups, group, (some, more) => {
        const after = incidentsIn([...some, more]);
        for (const { category, cause, address_ids } of incidentsIn(some)) {
          const same = after.find((incident) => incident.category === category && incident.cause === cause);
          expect(same?.address_ids).toEqual(expect.arrayContaining(address_ids));
        }
      }),
    );
  });

  test("each has three addresses or more, some hosts, and a cause that an index can hold", () => {
    fc.assert(
      fc.property(groups, (some) => {
        for (const { address_ids, hosts, top_hosts, reasons, cause } of incidentsIn(some)) {
          expect(address_ids.length).toBeGreaterThanOrEqual(3);
          expect(hosts).toBeGreaterThanOrEqual(top_hosts.length);
          expect(top_hosts.length).toBeGreaterThan(0);
          expect(reasons.length).toBeGreaterThan(0);
          expect(cause.length).toBeLessThanOrEqual(200);
        }
      }),
    );
  });
});
