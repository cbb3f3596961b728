import { z } from "zod";
import { callOutcomes } from "#db/lists.ts";
import type { NewCall } from "#db/queries/calls.ts";
import { readAddress } from "./import/addresses.ts";
import { readTime } from "./import/dates.ts";
import { type FormErrors, Id, optionalText } from "./request.ts";
import { callBackFault } from "./rules/next-step.ts";

/** The fields of a call, as its form sends them. What an outcome doesn't ask for is ignored. */
export const CallFields = z.object({
  outcome: z.enum(callOutcomes, "calls.error.outcome"),
  note: optionalText(4000),
  new_email: optionalText(1000),
  /** One of the times offered, in ISO 8601, or "other": then `call_back_local`, by the organisation's clock. */
  call_back: z.string().max(40).default("other"),
  call_back_local: z.string().max(40).default(""),
  form_key: z.uuid(),
  /** The open follow-up that the form was drawn for. */
  follow_up: z.union([z.literal("").transform(() => null), Id]).default(null),
});

type CallFacts = Pick<NewCall, "outcome" | "note" | "address" | "call_back_at" | "form_key">;

/** The call that the fields tell of, or what is wrong with those that its outcome needs. */
export function readCall(
  fields: z.infer<typeof CallFields>,
  { now, timeZone }: { now: Date; timeZone: string },
): { call: CallFacts } | { errors: FormErrors } {
  const { outcome, note, form_key } = fields;
  const call: CallFacts = { outcome, note, form_key, address: null, call_back_at: null };
  if (outcome === "new-address") {
    const address = readAddress(fields.new_email);
    if ("code" in address) return { errors: { new_email: `calls.error.${address.code}` } };
    call.address = address;
  }
  if (outcome === "call-back") {
    const text = fields.call_back === "other" ? fields.call_back_local : fields.call_back;
    const at = readTime(text, { timeZone, dayFirst: true });
    const fault = callBackFault(at, now);
    if (fault || !at) return { errors: { call_back_local: fault ?? "calls.error.when" } };
    call.call_back_at = at;
  }
  return { call };
}
