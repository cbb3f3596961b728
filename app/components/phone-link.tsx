import { useTranslation } from "react-i18next";

/** The number to dial: as E.164 where it could be read, else its digits. */
export function dialled({
  phone,
  phone_e164,
}: {
  phone: string | null;
  phone_e164: string | null;
}): string | undefined {
  return phone_e164 ?? (phone?.replaceAll(/[^\d+]/g, "") || undefined);
}

/** A phone as it came, which dials. */
export function PhoneLink({ contact }: { contact: { phone: string | null; phone_e164: string | null } }) {
  const { t } = useTranslation();
  const number = dialled(contact);
  if (!number) return <span className="text-faint">{contact.phone || t("common.none")}</span>;
  return (
    <a
      href={`tel:${number}`}
      className="inline-block min-h-6 font-medium whitespace-nowrap text-accent tabular-nums no-underline hover:underline"
    >
      {contact.phone}
    </a>
  );
}
