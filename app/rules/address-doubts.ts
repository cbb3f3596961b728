/**
 * Where people of Latin America, Spain and the rest of the world have their mail: a provider's name, and the ends that it really has.
 * `slips: true` = a name that nobody else has, so that one letter off is a slip of the finger and an end that it doesn't have is one, too.
 * Of the others ("terra", "live", "mail" are words, "gmx" and "aol" are short) every neighbour may be somebody.
 */
const providers: { name: string; ends: string; slips?: true }[] = [
  { name: "gmail", ends: "com", slips: true },
  { name: "googlemail", ends: "com", slips: true },
  {
    name: "hotmail",
    ends: "com es com.ar com.br com.mx com.co com.pe com.ve cl fr it de nl be se dk no fi gr pt ca co.uk co.jp co.in",
    slips: true,
  },
  {
    name: "outlook",
    ends: "com es com.ar com.br com.mx com.co com.pe cl fr it de pt be dk at ie in jp sa kr co.th com.tr com.au com.gr cz hu",
    slips: true,
  },
  {
    name: "yahoo",
    ends: `com es com.ar com.br com.mx com.co com.pe com.ve com.ec cl fr it de ca ie in se no dk gr ro nl pl pt co.uk co.jp co.in
      co.id co.kr co.nz co.th co.za com.au com.cn com.hk com.ph com.sg com.tr com.tw com.vn`,
    slips: true,
  },
  { name: "icloud", ends: "com", slips: true },
  { name: "protonmail", ends: "com ch", slips: true },
  { name: "rocketmail", ends: "com", slips: true },
  { name: "latinmail", ends: "com", slips: true },
  { name: "ymail", ends: "com" },
  {
    name: "live",
    ends: "com es com.ar com.mx com.pt cl fr it de nl be se dk no ca co.uk co.za com.au com.sg in ie jp",
  },
  { name: "msn", ends: "com es fr it de" },
  { name: "passport", ends: "com" },
  { name: "me", ends: "com" },
  { name: "mac", ends: "com" },
  { name: "aol", ends: "com es fr it de co.uk com.ar com.br com.mx" },
  { name: "gmx", ends: "com es net de at ch fr us" },
  { name: "mail", ends: "com ru de" },
  { name: "email", ends: "com it de" },
  { name: "proton", ends: "me" },
  { name: "pm", ends: "me" },
  { name: "zoho", ends: "com eu in com.mx" },
  { name: "yandex", ends: "com ru com.tr" },
  { name: "fastmail", ends: "com fm es" },
  { name: "hushmail", ends: "com" },
  { name: "tutanota", ends: "com de" },
  { name: "terra", ends: "com es cl com.ar com.br com.co com.mx com.pe com.ve" },
  { name: "une", ends: "net.co" },
  { name: "etb", ends: "net.co com.co" },
  { name: "emcali", ends: "net.co" },
  { name: "cable", ends: "net.co" },
  { name: "telmex", ends: "net.co com net.ar" },
  { name: "epm", ends: "net.co" },
  { name: "tigo", ends: "com.co" },
  { name: "movistar", ends: "com es com.co com.ar" },
  { name: "telefonica", ends: "net es com" },
  { name: "ono", ends: "com" },
  { name: "orange", ends: "es fr" },
  { name: "wanadoo", ends: "es fr" },
  { name: "vodafone", ends: "es it" },
  { name: "jazztel", ends: "es" },
  { name: "euskalnet", ends: "net" },
  { name: "prodigy", ends: "net.mx net" },
  { name: "infinitum", ends: "com.mx" },
  { name: "cantv", ends: "net" },
  { name: "fibertel", ends: "com.ar" },
  { name: "arnet", ends: "com.ar" },
  { name: "speedy", ends: "com.ar com.pe" },
  { name: "ciudad", ends: "com.ar" },
  { name: "adinet", ends: "com.uy" },
  { name: "vtr", ends: "net" },
  { name: "racsa", ends: "co.cr" },
  { name: "ice", ends: "co.cr" },
  { name: "uol", ends: "com.br" },
  { name: "bol", ends: "com.br" },
  { name: "ig", ends: "com.br" },
  { name: "globo", ends: "com" },
];

/** Real names one letter from a provider's. */
const namesakes = new Set(["gail.com", "grail.com"]);

const comSlips =
  "con cmo ocm comm coom ccom coml comn comd coma como vom xom cpm clm cim cok c0m conm copm comcom com.com com.con";

/** Ends that don't exist, and the one that was meant (the root zone has neither .con nor .cmo). */
const wrongEnds: Record<string, string> = { "nte.co": "net.co", "ent.co": "net.co" };
for (const slip of comSlips.split(" ")) wrongEnds[slip] = "com";
for (const country of ["ar", "br", "co", "ec", "mx", "pe", "ve"]) {
  for (const slip of ["con", "cmo", "ocm", "comm"]) wrongEnds[`${slip}.${country}`] = `com.${country}`;
}

/** Ends of other countries into which a provider's .com turns when a letter is lost. */
const shortened = new Set(["co", "cm", "om"]);

const ends = new Map(providers.map(({ name, ends }) => [name, new Set(ends.split(/\s+/))]));
const distinctive = providers.filter(({ slips }) => slips).map(({ name }) => name);

/** gmail.com, hotmail.com.ar …: providers' domains that are told at sight, whatever stands around them. */
export const distinctiveDomains = distinctive.flatMap((name) =>
  [...(ends.get(name) ?? [])].map((end) => `${name}.${end}`),
);
const undotted = new Map(distinctiveDomains.map((domain) => [domain.replaceAll(".", ""), domain]));

/** Whether a domain, in small letters, is a large provider's own. */
export function isProvider(domain: string): boolean {
  const dot = domain.indexOf(".");
  return ends.get(domain.slice(0, dot))?.has(domain.slice(dot + 1)) === true;
}

/**
 * The domain that was probably meant, for one that looks like a slip of the finger in a large provider's: gnail.com → gmail.com,
 * yahoo.con → yahoo.com, gmail.co → gmail.com, hotmail.comar → hotmail.com.ar; and for any domain under an end that doesn't exist:
 * hotelsol.con → hotelsol.com. Undefined for every domain that may be right. Takes what follows the @, in any case.
 */
export function typingErrorOf(domain: string): string | undefined {
  const typed = domain.trim().toLowerCase().replace(/\.+$/, "");
  const dot = typed.indexOf(".");
  if (dot < 1 || typed.length > 253 || namesakes.has(typed)) return undefined;
  const name = typed.slice(0, dot);
  const end = typed.slice(dot + 1);
  if (isProvider(typed)) return undefined;
  const meantEnd = Object.hasOwn(wrongEnds, end) ? wrongEnds[end] : undefined;

  const meantName = ends.has(name) ? name : distinctive.find((known) => isOneSlip(name, known));
  if (meantName !== undefined) {
    const has = (one: string | undefined) => one !== undefined && ends.get(meantName)?.has(one) === true;
    if (has(meantEnd)) return `${meantName}.${meantEnd}`;
    if (has(end)) return `${meantName}.${end}`;
    const dotted = undotted.get(meantName + end.replaceAll(".", ""));
    if (dotted !== undefined) return dotted;
    if (shortened.has(end) && distinctive.includes(meantName)) return `${meantName}.com`;
  }
  // Gmail has no form for any country; a subdomain of somebody's that is called gmail is theirs.
  if (name === "gmail" && /^(?:[a-z]{2,3}|com?\.[a-z]{2})$/.test(end)) return "gmail.com";
  const last = typed.slice(typed.lastIndexOf(".") + 1);
  const under =
    meantEnd ?? (Object.hasOwn(wrongEnds, last) ? `${end.slice(0, -last.length)}${wrongEnds[last]}` : undefined);
  return under === undefined ? undefined : `${name}.${under}`;
}

/**
 * Whether `typed` is `meant` with one letter missing, added, changed, or two neighbours swapped (an optimal string alignment distance of 1).
 * The first letter is hardly ever the wrong one, and changed it makes another name: "email", "ymail".
 */
function isOneSlip(typed: string, meant: string): boolean {
  const longer = typed.length - meant.length;
  if (Math.abs(longer) > 1) return false;
  const at = firstDifference(typed, meant);
  if (longer > 0) return at > 0 && typed.slice(at + 1) === meant.slice(at);
  if (longer < 0) return (at > 0 || meant.length > 6) && typed.slice(at) === meant.slice(at + 1);
  const isSwapped =
    typed[at] === meant[at + 1] && typed[at + 1] === meant[at] && typed.slice(at + 2) === meant.slice(at + 2);
  return isSwapped || (at > 0 && typed.slice(at + 1) === meant.slice(at + 1));
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}
