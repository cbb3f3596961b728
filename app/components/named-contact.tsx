import { Link } from "@remix-run/react";
import { Address } from "./address.tsx";
import { type Named, nameOf, personOf } from "./contact-name.ts";

/** A contact in a table: its name, which leads to `to` where there is one, and below it who it is and the address. */
export function NamedContact({ contact, to }: { contact: Named; to?: string }) {
  const name = nameOf(contact);
  return (
    <>
      {to ? (
        <Link
          to={to}
          className="inline-block min-h-6 font-medium [overflow-wrap:anywhere] no-underline hover:underline"
        >
          {name}
        </Link>
      ) : (
        name
      )}
      <p className="text-[12.5px] font-normal [overflow-wrap:anywhere] text-muted">
        {contact.company && personOf(contact) ? `${personOf(contact)} · ` : null}
        {name === contact.email ? null : <Address email={contact.email} />}
      </p>
    </>
  );
}
