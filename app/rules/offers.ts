import { type AddressFaults, faultsOf } from "./address-faults.ts";
import type { ReplyNews } from "./auto-reply.ts";
import { momentOf } from "./wall-clock.ts";

/** What can be put into the form of a call. */
export type Fill = { fills: "new_email"; email: string } | { fills: "call_back"; at: Date };

/** What one key puts there, and how it is known. Whoever is on the phone confirms it and saves; an offer itself changes nothing. */
export type Offer = Fill & { because: Because };

type Because =
  | { kind: "mistyped"; typed: string; faults: AddressFaults }
  /** An automatic answer says so: of the contact's own new address, of somebody else (`name` where it tells one), of the return. */
  | { kind: "new-address" | "back" }
  | { kind: "other"; name?: string };

/** When somebody who is back on a day is phoned: not with the first mail still unread. */
const backAt = "09:00";

/**
 * What is offered for a contact with this current address (an empty text where it has none): what a mistyped one was meant to be, and what the latest
 * automatic answer from it tells. A return that has passed is none.
 */
export function offersOf(
  { email, news }: { email: string; news?: ReplyNews },
  { now, timeZone }: { now: Date; timeZone: string },
): Offer[] {
  const offers: Offer[] = [];
  const offerAddress = (address: string | undefined, because: Because) => {
    if (!address || address === email.trim().toLowerCase()) return;
    if (offers.some((offer) => offer.fills === "new_email" && offer.email === address)) return;
    offers.push({ fills: "new_email", email: address, because });
  };
  const faults = faultsOf(email);
  if (faults) offerAddress(faults.meant, { kind: "mistyped", typed: email, faults });
  offerAddress(news?.newAddress, { kind: "new-address" });
  for (const other of news?.others ?? []) offerAddress(other.email, { kind: "other", name: other.name });
  const back = news?.backOn && momentOf(new Date(`${news.backOn}T${backAt}Z`), timeZone);
  if (back && back > now) offers.push({ fills: "call_back", at: back, because: { kind: "back" } });
  return offers;
}
