import { RE2JS } from "re2js";
import type { BounceTold } from "#db/lists.ts";
import { type Category, categories } from "./verdict/categories.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** A rule of the organisation's own: what a text says, whose mail it applies to, and the category that it stands for. */
export type OwnRule = {
  id: number;
  pattern: string;
  is_regexp: boolean;
  /** The id of a source, "zoho"; null = any. */
  source: string | null;
  /** The recipient's domain, in lower case; null = any. It takes in those below it: "example.com" is "mail.example.com", too. */
  domain: string | null;
  category: Category;
};

/** Where a reason came from, and what its source told beside it. */
export type ReasonOrigin = { source: string | null; domain: string; told?: BounceTold | null };

/** How much of a reason an expression is asked of; what a server says is shorter. */
const longest = 4_000;
const mostOfPattern = 500;
/** Of RE2's instructions: what a pattern of words never comes to, and counted repetitions do. */
const mostOfProgram = 1_000;

type PatternFault = "too-long" | "runs-away" | "not-regexp" | "fits-all";

/**
 * What is wrong with a pattern, or undefined. Expressions are RE2's, whose time grows with the text alone: what another engine could only do by
 * trying, and run away with (look-around, references back), is refused, and so is what would grow too large ("x{1000}{1000}").
 * Syntax: https://github.com/google/re2/wiki/Syntax
 */
export function patternFault({ pattern, is_regexp }: Pick<OwnRule, "pattern" | "is_regexp">): PatternFault | undefined {
  if (pattern.length > mostOfPattern) return "too-long";
  if (!is_regexp) return plain(pattern) === "" ? "fits-all" : undefined;
  try {
    const expression = compile(pattern);
    if (expression.programSize() > mostOfProgram) return "runs-away";
    return expression.test("") ? "fits-all" : undefined;
  } catch (error) {
    const isUnsafe =
      /\(\?(?:<?[=!]|>)|\\[1-9]|\\k</.test(pattern) || /nested repetition|repeat count/.test((error as Error).message);
    return isUnsafe ? "runs-away" : "not-regexp";
  }
}

const compile = (pattern: string) => RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.DOTALL);

/**
 * Reads reasons with an organisation's rules first, in their order, and by the built-in ones where none fits. Case and the
 * width of spaces don't matter to a text. A rule whose expression can't be read any more fits nothing.
 */
export function ownReader(rules: OwnRule[]): (reason: string, origin: ReasonOrigin) => Verdict {
  const compiled = rules.map((rule) => ({ ...rule, fits: fitter(rule) }));
  return (reason, origin) => {
    if (compiled.length === 0) return verdictOf(reason, origin.told);
    const text = plain(reason.slice(0, longest));
    const rule = compiled.find((one) => applies(one, origin) && one.fits(text));
    if (!rule) return verdictOf(reason, origin.told);
    const { category } = rule;
    return { ...categories[category], category, confidence: "high", rule: `own-${rule.id}` };
  };
}

/** Whether a rule says something of a reason, whatever stands before it. */
export function ruleFitter(rule: OwnRule): (reason: string, origin: ReasonOrigin) => boolean {
  const fits = fitter(rule);
  return (reason, origin) => applies(rule, origin) && fits(plain(reason.slice(0, longest)));
}

const applies = (rule: OwnRule, { source, domain }: ReasonOrigin): boolean =>
  (rule.source === null || rule.source === source) &&
  (rule.domain === null || domain === rule.domain || domain.endsWith(`.${rule.domain}`));

const plain = (text: string) => text.toLowerCase().replace(/\s+/g, " ").trim();

function fitter({ pattern, is_regexp }: OwnRule): (text: string) => boolean {
  if (patternFault({ pattern, is_regexp })) return () => false;
  if (!is_regexp) {
    const words = plain(pattern);
    return (text) => text.includes(words);
  }
  const expression = compile(pattern);
  return (text) => expression.test(text);
}
