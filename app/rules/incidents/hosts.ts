/** Who takes in the mail of many domains: by the domains of its own, and by how its servers name themselves in a reason. */
const operators: { name: string; domains: RegExp; words: RegExp }[] = [
  { name: "Google", domains: /^(?:gmail|googlemail)\.com$/, words: /\bgsmtp\b|\.google\.com\b/ },
  {
    name: "Microsoft",
    domains: /^(?:(?:outlook|hotmail|live|msn)\.[a-z]{2,3}(?:\.[a-z]{2})?|windowslive\.com|passport\.com)$/,
    words: /\.outlook\.com\b|\.hotmail\.com\b/,
  },
  {
    name: "Yahoo",
    domains: /^(?:(?:yahoo|ymail|rocketmail|myyahoo)\.[a-z]{2,3}(?:\.[a-z]{2})?|aol\.com|aim\.com|verizon\.net)$/,
    words: /\.yahoodns\.net\b|\.yahoo\.com\b/,
  },
  { name: "Apple", domains: /^(?:icloud|me|mac)\.com$/, words: /\.icloud\.com\b|\.apple\.com\b/ },
  { name: "GMX", domains: /^(?:gmx\.[a-z]{2,3}|web\.de)$/, words: /\.gmx\.net\b|\.web\.de\b/ },
  { name: "Mail.ru", domains: /^(?:mail|inbox|list|bk|internet)\.ru$/, words: /\.mail\.ru\b/ },
  { name: "Yandex", domains: /^(?:yandex\.[a-z]{2,3}|ya\.ru)$/, words: /\.yandex\.\w+\b/ },
  { name: "Proton", domains: /^(?:proton|pm)\.me$|^protonmail\.(?:com|ch)$/, words: /\.protonmail\.ch\b/ },
  { name: "Zoho", domains: /^(?:zoho|zohomail)\.(?:com|eu|in)$/, words: /\bmx\d*\.zoho\.(?:com|eu|in)\b/ },
];

/** Whose servers a domain's mail goes to, as far as the domain tells: "Microsoft" for "hotmail.com", else the domain itself. */
export function hostOf(domain: string): string {
  return operators.find(({ domains }) => domains.test(domain))?.name ?? domain;
}

/** The same where the reason tells more: a hotel's own domain may be Google's to serve. */
export function servingHost(domain: string, reason: string): string {
  const host = hostOf(domain);
  if (host !== domain) return host;
  const text = reason.slice(0, 1_000).toLowerCase();
  return operators.find(({ words }) => words.test(text))?.name ?? domain;
}
