import type { VerdictCategory } from "#db/schema.ts";
import { type BlocklistId, blocklists } from "./incidents/blocklists.ts";
import { causeOf, commonText, listsNamed, namesIn, type Proof, proofsNamed } from "./incidents/cause.ts";
import { hostOf, servingHost } from "./incidents/hosts.ts";
import { categories, type Problem } from "./verdict/categories.ts";

/**
 * The categories whose bounces may share a cause that no call mends, ours first. A full mailbox is each recipient's own; of an address,
 * and of what isn't known, each is its own case.
 */
export const incidentCategories = [
  "sender-blocked",
  "sender-auth",
  "spam-content",
  "message-too-big",
  "message-rejected",
  "server-trouble",
  "routing-dns",
  "throttled",
] as const satisfies VerdictCategory[];
export type IncidentCategory = (typeof incidentCategories)[number];

/** So many addresses make one incident of what else is a call each. */
const fewest = 3;
const mostHosts = 12;
const mostDomains = 5;
const mostReasons = 3;
/** Beyond it a reason is no sample to read and send on. */
const longestReason = 2_000;

/** A campaign's bounces of one category with one reason at one domain, in lower case. */
export type BounceGroup = { category: VerdictCategory; reason: string; domain: string; address_ids: number[] };

/** A recipients' host: an operator's name or a domain, and which of its domains are concerned, those with most addresses first. */
export type IncidentHost = { name: string; domains: string[]; addresses: number };

export type Incident = {
  category: IncidentCategory;
  /** With the category it tells the incident from the campaign's others, import after import. */
  cause: string;
  address_ids: number[];
  /** How many recipients' hosts, and those with most addresses. */
  hosts: number;
  top_hosts: IncidentHost[];
  /** To the letter, the most frequent first, each worded differently. */
  reasons: string[];
};

/**
 * The bounces of one campaign that share a cause: three addresses or more. What is refused for us or for the message is one by its reason,
 * whatever the host; what is a server's trouble or haste, by that server. Neither the groups' order nor how they are cut matters, and another
 * bounce never parts what was together.
 */
export function incidentsIn(groups: BounceGroup[]): Incident[] {
  const found = new Map<string, { category: IncidentCategory; cause: string; groups: BounceGroup[] }>();
  for (const group of groups) {
    const { category } = group;
    if (!isIncidentCategory(category)) continue;
    const cause = isByHost(category) ? servingHost(group.domain, group.reason) : causeOf(category, group.reason);
    const key = `${category} ${cause}`;
    const one = found.get(key);
    if (one) one.groups.push(group);
    else found.set(key, { category, cause, groups: [group] });
  }
  return [...found.values()]
    .map(({ groups, ...one }) => ({ ...one, ...summary(groups, isByHost(one.category) ? one.cause : undefined) }))
    .filter(({ address_ids }) => address_ids.length >= fewest)
    .sort(
      (a, b) =>
        incidentCategories.indexOf(a.category) - incidentCategories.indexOf(b.category) ||
        b.address_ids.length - a.address_ids.length ||
        compare(a.cause, b.cause),
    );
}

export const isIncidentCategory = (category: VerdictCategory): category is IncidentCategory =>
  (incidentCategories as readonly VerdictCategory[]).includes(category);

const isByHost = (category: IncidentCategory): boolean => {
  const { problem }: { problem: Problem } = categories[category];
  return problem === "recipient" || problem === "passing";
};

function summary(
  groups: BounceGroup[],
  host?: string,
): Pick<Incident, "address_ids" | "hosts" | "top_hosts" | "reasons"> {
  const hosts = new Map<string, Map<string, number>>();
  const reasons = new Map<string, number>();
  const address_ids = new Set<number>();
  for (const { reason, domain, address_ids: ids } of groups) {
    for (const id of ids) address_ids.add(id);
    const name = host ?? hostOf(domain);
    const domains = hosts.get(name) ?? hosts.set(name, new Map()).get(name);
    domains?.set(domain, (domains.get(domain) ?? 0) + ids.length);
    reasons.set(reason, (reasons.get(reason) ?? 0) + ids.length);
  }
  const listed = [...hosts].map(([name, domains]) => ({
    name,
    domains: byCount(domains).slice(0, mostDomains),
    addresses: [...domains.values()].reduce((sum, count) => sum + count, 0),
  }));
  listed.sort((a, b) => b.addresses - a.addresses || compare(a.name, b.name));
  return {
    address_ids: [...address_ids].sort((a, b) => a - b),
    hosts: hosts.size,
    top_hosts: listed.slice(0, mostHosts),
    reasons: samples(byCount(reasons)),
  };
}

/** Of reasons that say the same about other mails one is enough; where there are thousands, the rarest aren't looked at. */
function samples(reasons: string[]): string[] {
  const chosen = new Map<string, string>();
  for (const reason of reasons.slice(0, 100)) {
    const text = commonText(reason);
    if (!chosen.has(text)) chosen.set(text, reason.slice(0, longestReason));
    if (chosen.size === mostReasons) break;
  }
  return [...chosen.values()];
}

const byCount = (counts: Map<string, number>): string[] =>
  [...counts].sort(([a, many], [b, more]) => more - many || compare(a, b)).map(([name]) => name);
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What the technical person looks at, by its name; a blocklist with its keeper's page. */
export type Check =
  | Proof
  | "blocklists"
  | "sender-domain"
  | "content"
  | "links"
  | "size"
  | "format"
  | "rate"
  | "their-server"
  | "their-dns"
  | { list: BlocklistId; name: string; page: string | null; closed: boolean };

/** Where nothing is named, everything that the category may come from. */
const usualChecks: Record<IncidentCategory, Check[]> = {
  "sender-blocked": ["blocklists", "reverse-dns", "spf", "dkim", "sender-domain"],
  "sender-auth": ["spf", "dkim", "dmarc", "reverse-dns", "sender-domain"],
  "spam-content": ["content", "links", "spf", "dkim", "sender-domain"],
  "message-too-big": ["size"],
  "message-rejected": ["format"],
  throttled: ["rate"],
  "server-trouble": ["their-server"],
  "routing-dns": ["their-dns"],
};

/** What must be checked, the named first: SPF and the like, the blocklists that the reasons name, the sender's domain, the message … */
export function checksOf({ category, reasons }: { category: VerdictCategory; reasons: string[] }): Check[] {
  // Stored before the category was taken out of the rules.
  if (!isIncidentCategory(category)) return [];
  const lists = new Set(reasons.flatMap((reason) => listsNamed(reason).map(({ id }) => id)));
  const named: Check[] = blocklists.flatMap(({ id, name, page, ...more }) =>
    lists.has(id) ? [{ list: id, name, page, closed: "closed" in more }] : [],
  );
  const usual = usualChecks[category].filter((check) => check !== "blocklists" || named.length === 0);
  const proofs = reasons.flatMap(proofsNamed);
  if (isByHost(category) || proofs.length === 0) return [...named, ...usual];
  // What is named is what failed: the other proofs hold.
  const others = category === "sender-auth" ? ["sender-domain" as const] : usual;
  return [...new Set([...named, ...proofs, ...others])];
}

/** Who we are to those who refused us: the addresses of our servers and our domains, as far as the reasons name them; three of each at most. */
export function sendersNamed({ reasons, top_hosts }: Pick<Incident, "reasons" | "top_hosts">): {
  ips: string[];
  domains: string[];
} {
  const theirs = new Set(top_hosts.flatMap(({ domains }) => domains));
  const texts = reasons.map(namesIn);
  const ips = texts.flatMap((text) => text.match(ipPattern) ?? []).filter(isAddress);
  const domains = texts
    .flatMap((text) => [...text.matchAll(senderPattern)].map((match) => match[1] ?? ""))
    .filter((domain) => !theirs.has(domain));
  return { ips: [...new Set(ips)].slice(0, 3), domains: [...new Set(domains)].slice(0, 3) };
}

const ipPattern = /(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]{1,4}:[\da-f:]{3,36}[\da-f])(?![\w.]*\w)/g;
const isAddress = (text: string): boolean =>
  text.includes(":")
    ? text.includes("::") || text.split(":").length === 8
    : text.split(".").every((part) => Number(part) < 256);
/** "header.from=example.com", "Sender address rejected: <news@example.com>", "domain of example.com" */
const senderPattern =
  /(?:\bfrom|\bsender(?: address)?(?: rejected)?|\bdomain of(?: sender)?(?: address)?|mailfrom|\bd)[\s:=<"'[(]{1,4}(?:[\w.+-]{1,64}@)?((?:[a-z\d-]{1,63}\.){1,5}[a-z]{2,24})\b/g;
