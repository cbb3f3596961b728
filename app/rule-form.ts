import { z } from "zod";
import { verdictCategories } from "#db/lists.ts";
import { isAddress } from "./import/addresses.ts";
import { sourceIds } from "./import/sources.ts";
import { requiredText } from "./request.ts";
import { patternFault } from "./rules/own-rules.ts";

/** The fields of components/rule-fields.tsx, as db/queries/rules.ts takes them, and which button sent them. */
export const RuleForm = z
  .object({
    name: requiredText(100),
    is_regexp: z.enum(["no", "yes"]).transform((text) => text === "yes"),
    // As it was typed: to an expression a space at its edge means something.
    pattern: z.string().min(1),
    source: z.union([z.literal("").transform(() => null), z.enum(sourceIds)], { error: "error.choice" }),
    domain: z
      .string()
      .trim()
      .toLowerCase()
      .transform((text) => text.replace(/^(\*\.|@|\.)/, "") || null)
      .refine((domain) => domain === null || isAddress(`somebody@${domain}`), "rules.fault.not-domain"),
    category: z.enum(verdictCategories),
    is_on: z
      .literal("on")
      .optional()
      .transform((box) => box === "on"),
    act: z.enum(["preview", "save"]).catch("save"),
  })
  .superRefine((rule, context) => {
    const fault = patternFault(rule);
    if (fault) context.addIssue({ code: "custom", path: ["pattern"], message: `rules.fault.${fault}` });
  });
