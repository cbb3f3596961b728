import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { FollowUpKind } from "#db/schema.ts";
import { Badge, type Tone } from "./badge.tsx";

type Facts = {
  kind: FollowUpKind;
  bounces: number;
  soft_in_row: number;
  used_to_open: boolean;
  attempts: number;
  is_call_back: boolean;
};

/** Why a contact is on the worklist, in one line: how often it bounced, whether it used to open, how often it was tried. */
export function whyOf(facts: Facts, t: TFunction): string {
  return [
    facts.is_call_back ? t("worklist.why.callBack") : null,
    facts.kind === "hard" && facts.soft_in_row > 0 ? t("worklist.why.softInRow", { count: facts.soft_in_row }) : null,
    facts.kind === "auto-reply" ? t("worklist.why.news") : null,
    facts.bounces > 0 ? t(`worklist.why.${facts.kind}`, { count: facts.bounces }) : null,
    facts.bounces === 0 && facts.kind === "manual" ? t("worklist.why.byHand") : null,
    facts.used_to_open ? t("worklist.why.usedToOpen") : null,
    facts.attempts > 0 ? t("worklist.why.attempts", { count: facts.attempts }) : null,
  ]
    .filter(Boolean)
    .join(" · ");
}

const tones: Record<FollowUpKind, Tone> = { soft: "soft", hard: "hard", "auto-reply": "auto", manual: "none" };

/** Soft, hard, an answer or by hand, in its colour. */
export function FollowUpBadge({ kind }: { kind: FollowUpKind }) {
  const { t } = useTranslation();
  return <Badge tone={tones[kind]}>{t(`worklist.kind.${kind}`)}</Badge>;
}
