import { setImmediate } from "node:timers/promises";
import { type OwnRule, ownReader, ruleFitter } from "#app/rules/own-rules.ts";
import type { Verdict } from "#app/rules/verdict.ts";
import { listCampaignIds, listReadDeliveries, listReasonedAddresses } from "#db/queries/verdicts.ts";

type SwitchableRule = OwnRule & { is_on: boolean };

/** What a change of a rule would do to stored reasons; nothing of it is written. */
export type RulePreview = {
  /** Deliveries whose kind, category or problem would be another; they say so many different texts. */
  deliveries: number;
  reasons: number;
  /** Deliveries that the rule fits, also where another rule decides or the verdict is the same already. */
  fitting: number;
  /** Deliveries that were looked at, those of the newest campaigns first, and whether that is all of them. */
  read: number;
  isWhole: boolean;
  /** The reasons that most deliveries have, with what each is read as before and after. */
  examples: Move[];
};

type Reading = Pick<Verdict, "kind" | "category">;
type Move = { reason: string; deliveries: number; before: Reading; after: Reading };

/** Enough to judge a rule by, and read in a second or two. */
const mostRead = 100_000;
const mostExamples = 20;
const atOnce = 1_000;
/** Milliseconds: other requests wait no longer than for one slice, and the person who asked no longer than for all. */
const slice = 20;
const patience = 8_000;

/**
 * Reads stored reasons by the rules as they are, `rules`, and as they would be with `changed` in the place of the one with its id, or
 * behind the others. Those that are off have a place but decide nothing.
 */
export async function previewRule(
  rules: SwitchableRule[],
  changed: SwitchableRule,
  most = mostRead,
): Promise<RulePreview> {
  const old = rules.find(({ id }) => id === changed.id);
  const readBefore = readerOf(rules);
  const readAfter = readerOf(old ? rules.map((rule) => (rule === old ? changed : rule)) : [...rules, changed]);
  const fits = changed.is_on ? ruleFitter(changed) : () => false;
  const fitted = old?.is_on ? ruleFitter(old) : () => false;

  const preview = { deliveries: 0, fitting: 0, read: 0, isWhole: true };
  const moves = new Map<string, Move>();
  const texts = new Set<string>();
  const began = performance.now();
  let resumed = began;
  for await (const delivery of recentDeliveries(most + 1)) {
    const now = performance.now();
    if (preview.read === most || now - began > patience) {
      preview.isWhole = false;
      break;
    }
    if (now - resumed > slice) {
      await setImmediate();
      resumed = performance.now();
    }
    preview.read += 1;
    let isFitting = false;
    let isMoved = false;
    const read = [
      { reason: delivery.bounce_reason, told: delivery.bounce_told },
      { reason: delivery.auto_reply_reason, told: null },
    ];
    for (const { reason, told } of read) {
      if (reason === null) continue;
      const origin = { ...delivery, told };
      const isFit = fits(reason, origin);
      isFitting ||= isFit;
      // Nothing else can change by this rule.
      if (!isFit && !fitted(reason, origin)) continue;
      const before = readBefore(reason, origin);
      const after = readAfter(reason, origin);
      if (isSame(before, after)) continue;
      isMoved = true;
      texts.add(reason);
      const key = JSON.stringify([reason, before.kind, before.category, after.kind, after.category]);
      const move = moves.get(key);
      if (move) move.deliveries += 1;
      else moves.set(key, { reason, deliveries: 1, before: readingOf(before), after: readingOf(after) });
    }
    if (isFitting) preview.fitting += 1;
    if (isMoved) preview.deliveries += 1;
  }
  const examples = [...moves.values()].sort((a, b) => b.deliveries - a.deliveries).slice(0, mostExamples);
  return { ...preview, reasons: texts.size, examples };
}

const readerOf = (rules: SwitchableRule[]) => ownReader(rules.filter(({ is_on }) => is_on));
const readingOf = ({ kind, category }: Verdict): Reading => ({ kind, category });
const isSame = (one: Verdict, other: Verdict) =>
  one.kind === other.kind && one.category === other.category && one.problem === other.problem;

async function* recentDeliveries(most: number) {
  let left = most;
  for (const campaign_id of (await listCampaignIds()).reverse()) {
    const addresses = await listReasonedAddresses(campaign_id, left);
    for (let start = 0; start < addresses.length; start += atOnce) {
      yield* await listReadDeliveries(campaign_id, [...addresses.subarray(start, start + atOnce)]);
    }
    left -= addresses.length;
    if (left <= 0) return;
  }
}
