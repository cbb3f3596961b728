import { type AddressFaults, faultsOf } from "./address-faults.ts";

/** What can be put into the form of a call. */
export type Fill = { fills: "new_email"; email: string } | { fills: "call_back"; at: Date };

/** What one key puts there, and how it is known. Whoever is on the phone confirms it and saves; an offer itself changes nothing. */
export type Offer = Fill & { because: Because };

/** What auto-replies tell joins here. */
type Because = { kind: "mistyped"; typed: string; faults: AddressFaults };

/** What is offered for a contact with this current address; an empty text where it has none. */
export function offersOf({ email }: { email: string }): Offer[] {
  const faults = faultsOf(email);
  return faults?.meant === undefined
    ? []
    : [{ fills: "new_email", email: faults.meant, because: { kind: "mistyped", typed: email, faults } }];
}
