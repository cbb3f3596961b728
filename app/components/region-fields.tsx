import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Country } from "#app/rules/regions.ts";
import { Choice } from "./field.tsx";

type Props = {
  countries: { near: Country[]; far: Country[] };
  timeZones: string[];
  country: string;
  timeZone: string;
  errors?: Record<string, string>;
  /** Whether the browser's own time zone is put in the place of `timeZone`. */
  guess?: boolean;
};

/** Where the organisation is: how phones without a country and times without a zone are read. */
export function RegionFields({ countries, timeZones, country, timeZone, errors = {}, guess = false }: Props) {
  const { t } = useTranslation();
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const select = around.current?.querySelector<HTMLSelectElement>("select[name=time_zone]");
    const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (guess && select && timeZones.includes(here)) select.value = here;
  }, [guess, timeZones]);
  const option = ({ code, name }: Country) => (
    <option key={code} value={code}>
      {name}
    </option>
  );
  return (
    <div ref={around} className="grid gap-4 sm:grid-cols-2">
      <Choice
        name="country"
        label={t("settings.country")}
        hint={t("settings.countryHint")}
        defaultValue={country}
        error={errors.country}
      >
        <optgroup label={t("settings.latinAmerica")}>{countries.near.map(option)}</optgroup>
        <optgroup label={t("settings.otherCountries")}>{countries.far.map(option)}</optgroup>
      </Choice>
      <Choice
        name="time_zone"
        label={t("settings.timeZone")}
        hint={t("settings.timeZoneHint")}
        defaultValue={timeZone}
        error={errors.time_zone}
      >
        {timeZones.map((zone) => (
          <option key={zone} value={zone}>
            {zone.replaceAll("_", " ")}
          </option>
        ))}
      </Choice>
    </div>
  );
}
