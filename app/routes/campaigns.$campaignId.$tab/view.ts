import type { TFunction } from "i18next";
import { z } from "zod";
import type { formatter } from "#app/i18n/format.ts";
import { Id, PageNumber, PageSize } from "#app/request.ts";
import { claimMinutes } from "#app/rules/claim.ts";
import { verdictProblems } from "#db/lists.ts";
import type { BounceColumn, BounceRow, BounceTab, BounceView, FollowUpState } from "#db/queries/bounces.ts";

// What the table of a tab and its download share: columns, filters, and how a follow-up is put into words.

const tabs = ["hard", "soft", "auto-reply"] as const satisfies BounceTab[];
export const states = [
  "due",
  "claimed",
  "call-back",
  "held",
  "removal",
  "closed",
  "none",
] as const satisfies FollowUpState[];
/** In the order of the sending platform's own report; the address is always shown. */
export const columns = [
  "email",
  "reason",
  "first_name",
  "last_name",
  "company",
  "phone",
  "state",
  "bounced_at",
  "domain",
  "crm_record_id",
] as const satisfies BounceColumn[];
export const usualColumns: readonly BounceColumn[] = columns.slice(0, 7);

export const TabParams = z.object({ campaignId: Id, tab: z.enum(tabs) });

const text = (max: number) => z.string().trim().max(max).catch("");
const Column = z.enum(columns);

/** `?search=&reason=&problem=&domain=&phone=&state=&sort=-company&columns=phone&page=&size=` */
export const Search = z.object({
  search: text(200),
  reason: text(2000),
  problem: z.enum([...verdictProblems, ""]).catch(""),
  domain: text(255),
  phone: z.enum(["with", "without", ""]).catch(""),
  state: z.enum([...states, ""]).catch(""),
  sort: z
    .string()
    .refine((sort) => Column.safeParse(sort.replace(/^-/, "")).success)
    .catch("email"),
  columns: z
    .union([z.array(z.string()), z.string().transform((list) => list.split(","))])
    .transform((names) => columns.filter((name) => name === "email" || names.includes(name)))
    .catch([...usualColumns]),
  page: PageNumber,
  size: PageSize,
});
export type Search = z.infer<typeof Search>;

export function viewOf({ campaignId, tab }: z.infer<typeof TabParams>, search: Search, now: Date): BounceView {
  return {
    campaign_id: campaignId,
    tab,
    search: search.search,
    reason: search.reason,
    problem: search.problem,
    domain: search.domain,
    phone: search.phone,
    state: search.state,
    sort: Column.parse(search.sort.replace(/^-/, "")),
    descending: search.sort.startsWith("-"),
    claimed_since: new Date(now.getTime() - claimMinutes * 60_000),
  };
}

/** The state and what there is to say of it: "Por llamar", "Ana"; "Volver a llamar", "14 feb 2022, 16:00" … */
export function stateTexts(row: BounceRow, t: TFunction, format: ReturnType<typeof formatter>): string[] {
  if (row.state === "claimed") return [t("campaigns.claimedBy", { name: row.who ?? "" })];
  if (row.state === "closed" && row.closed_as) return [t(`campaigns.result.${row.closed_as}`)];
  const parts = [t(`campaigns.state.${row.state}`)];
  if (row.state === "call-back" && row.due_at) parts.push(format.dateTime(row.due_at));
  if (row.who) parts.push(row.who);
  if (row.state === "due" && row.attempts > 0) parts.push(t("campaigns.attempts", { count: row.attempts }));
  return parts;
}

/** The filters in words, for headings and file names. */
export function filterTexts(search: Search, t: TFunction): string[] {
  return [
    search.search,
    search.reason === "-" ? t("campaigns.noReason") : search.reason,
    search.problem && t(`verdict.problem.${search.problem}`),
    search.domain,
    search.phone && t(`campaigns.filter.phone.${search.phone}`),
    search.state && t(`campaigns.state.${search.state}`),
  ].filter(Boolean);
}
