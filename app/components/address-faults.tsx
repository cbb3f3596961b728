import type { TFunction } from "i18next";
import { TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { AddressFaults } from "#app/rules/address-faults.ts";
import { Address } from "./address.tsx";

/** What is wrong with an address, in whole sentences. */
export function faultsInWords({ codes, slip }: AddressFaults, t: TFunction): string {
  return codes.map((code) => t(`contacts.fault.${code}`, { ...slip })).join(" ");
}

/** The same as a small line beside the address, with the one that was probably meant. */
export function FaultsLine({ faults }: { faults: AddressFaults }) {
  const { t } = useTranslation();
  return (
    <p className="mt-0.5 flex gap-1.5 text-[12.5px] text-soft">
      <TriangleAlert size={13} aria-hidden="true" className="mt-[3px] shrink-0" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {faultsInWords(faults, t)}
        {faults.meant ? (
          <span className="block">
            {t("contacts.perhaps")} <Address email={faults.meant} />
          </span>
        ) : null}
      </span>
    </p>
  );
}
