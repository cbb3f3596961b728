export type Named = { first_name: string | null; last_name: string | null; company: string | null; email: string };

/** What a contact is called in a title: its company, else the person, else the address. */
export function nameOf(contact: Named): string {
  return contact.company || personOf(contact) || contact.email;
}

/** First and last name, as far as they are known. */
export function personOf({ first_name, last_name }: Pick<Named, "first_name" | "last_name">): string {
  return [first_name, last_name].filter(Boolean).join(" ");
}
