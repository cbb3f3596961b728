import { z } from "zod";
import { readTime } from "./import/dates.ts";
import { requiredText } from "./request.ts";

const orNothing = <T>(schema: z.ZodType<T, string>, tidy: (text: string) => string) =>
  z
    .string()
    .trim()
    .default("")
    .transform((text) => (text === "" ? null : tidy(text)))
    .pipe(z.union([z.null(), schema], { error: "error.invalid" }));

const total = orNothing(
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .refine((value) => value <= 2_147_483_647),
  // 1.234 and 1,234 are both one thousand and something.
  (text) => text.replaceAll(/[., ](?=\d{3}(?!\d))/g, ""),
);

const percent = orNothing(
  z
    .string()
    .regex(/^\d{1,3}(\.\d+)?$/)
    .transform(Number)
    .refine((value) => value <= 100),
  (text) => text.replace(",", ".").replace(/\s*%$/, ""),
);

/**
 * The fields of components/campaign-fields.tsx, as db/queries/campaigns.ts takes them. The sent date is read by the
 * organisation's clock; what is left empty is null.
 */
export const campaignForm = (timeZone: string) =>
  z.object({
    name: requiredText(200),
    sent_at: orNothing(
      z.string().transform((text, context) => {
        const time = readTime(text, { timeZone, dayFirst: true });
        if (!time) context.addIssue({ code: "custom", message: "error.invalid" });
        return time ?? z.NEVER;
      }),
      (text) => text,
    ),
    reported_sent: total,
    reported_delivered: total,
    reported_opened: total,
    reported_clicked: total,
    reported_unopened: total,
    reported_hard: total,
    reported_soft: total,
    reported_auto_reply: total,
    reported_opened_percent: percent,
    reported_clicked_percent: percent,
    reported_unopened_percent: percent,
    reported_bounced_percent: percent,
  });
