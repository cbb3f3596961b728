import { Link } from "@remix-run/react";
import { Address } from "./address.tsx";

type Contact = {
  contact_id: number;
  email: string;
  first_name: string | null;
  last_name: string | null;
  company: string | null;
  phone: string | null;
};

/** A contact in a list: address first, then who it is. */
export function ContactLines({ contact }: { contact: Contact }) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return (
    <div className="min-w-0">
      <Link
        to={`/contacts/${contact.contact_id}`}
        className="inline-block min-h-6 font-medium no-underline hover:underline"
      >
        <Address email={contact.email} />
      </Link>
      <p className="text-[12.5px] text-muted">{[name, contact.company, contact.phone].filter(Boolean).join(" · ")}</p>
    </div>
  );
}
