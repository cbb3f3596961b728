import { expect, test } from "vitest";
import type { ReplyNews } from "#app/rules/auto-reply.ts";
import { offersOf } from "#app/rules/offers.ts";

const here = { now: new Date("2027-01-10T15:00:00Z"), timeZone: "America/Bogota" };
const offered = (email: string, news?: Partial<ReplyNews>) =>
  offersOf({ email, news: news && { others: [], ...news } }, here);

test("nothing is offered for an address in order, without news", () => {
  expect(offered("ana@example.com")).toEqual([]);
  expect(offered("ana@example.com", {})).toEqual([]);
  expect(offered("")).toEqual([]);
});

test("what a mistyped address was meant to be comes first, each address once, the contact's own never", () => {
  const offers = offered("ana@gnail.com", {
    newAddress: "ana@gmail.com",
    others: [{ email: "beto@example.com", name: "Beto Ruiz" }, { phone: "+573005550101" }, { email: "ana@gnail.com" }],
  });
  expect(offers).toMatchObject([
    { fills: "new_email", email: "ana@gmail.com", because: { kind: "mistyped" } },
    { fills: "new_email", email: "beto@example.com", because: { kind: "other", name: "Beto Ruiz" } },
  ]);
  expect(offers).toHaveLength(2);
});

test("who says to be back on a day is offered for that morning by the organisation's clock; a day that has passed isn't", () => {
  expect(offered("ana@example.com", { backOn: "2027-01-15" })).toEqual([
    { fills: "call_back", at: new Date("2027-01-15T14:00:00Z"), because: { kind: "back" } },
  ]);
  expect(offered("ana@example.com", { backOn: "2027-01-10" })).toEqual([]);
});
