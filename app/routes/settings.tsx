import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Field } from "#app/components/field.tsx";
import { LanguageChoice } from "#app/components/language-choice.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Panel } from "#app/components/panel.tsx";
import { RegionFields } from "#app/components/region-fields.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { useFormat } from "#app/i18n/format.ts";
import { parseForm, requiredText } from "#app/request.ts";
import { isCountry, isTimeZone, listCountries, listTimeZones } from "#app/rules/regions.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { languages } from "#db/lists.ts";
import { measureDatabase } from "#db/queries/database.ts";
import { findOrganization, updateOrganization } from "#db/queries/organization.ts";
import { listSampleCampaigns } from "#db/queries/sample.ts";
import { version } from "#package.json";

const Limit = z.coerce.number("error.limit").int("error.limit").min(2, "error.limit").max(100, "error.limit");
const Settings = z.object({
  name: requiredText(100),
  language: z.enum(languages),
  country: z.string().refine(isCountry, "error.choice"),
  time_zone: z.string().refine(isTimeZone, "error.choice"),
  soft_limit: Limit,
  loop_limit: Limit,
});

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "settings");
  const [organization, samples, database] = await Promise.all([
    findOrganization(),
    listSampleCampaigns(),
    measureDatabase(),
  ]);
  if (!organization) throw new Response(null, { status: 404 });
  const lists = { countries: listCountries(user.language), timeZones: listTimeZones() };
  return { organization, samples, lists, system: { version, ...database } };
}

export async function action({ request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const form = await parseForm(request, Settings);
  if (!form.ok) return data(form, { status: 400 });
  await updateOrganization(form.value);
  return redirectWith("/settings", { text: "settings.saved" });
}

export const handle: Handle = { title: (t) => t("settings.title") };

export default function SettingsPage() {
  const { organization, samples, lists, system } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("settings.title")} />
      <div className="mt-4">
        <Panel title={t("settings.organizationTitle")} text={t("settings.organizationText")}>
          <Form method="post" className="grid gap-4">
            <Field
              name="name"
              label={t("settings.organization")}
              required
              maxLength={100}
              autoComplete="organization"
              defaultValue={refused?.values.name ?? organization.name}
              error={refused?.errors.name}
            />
            <LanguageChoice
              value={refused?.values.language ?? organization.language}
              hint={t("settings.languageHint")}
              error={refused?.errors.language}
            />
            <RegionFields
              {...lists}
              country={refused?.values.country ?? organization.country}
              timeZone={refused?.values.time_zone ?? organization.time_zone}
              errors={refused?.errors}
            />
            <fieldset className="grid gap-4 border-t border-line pt-4 sm:grid-cols-2">
              <legend className="sr-only">{t("settings.bounces")}</legend>
              {(["soft_limit", "loop_limit"] as const).map((name) => (
                <Field
                  key={name}
                  name={name}
                  type="number"
                  min={2}
                  max={100}
                  required
                  label={t(`settings.${name}`)}
                  hint={t(`settings.${name}Hint`)}
                  defaultValue={refused?.values[name] ?? organization[name]}
                  error={refused?.errors[name]}
                />
              ))}
            </fieldset>
            <Button look="main" className="justify-self-start">
              {t("common.save")}
            </Button>
          </Form>
        </Panel>
        <Panel title={t("settings.rulesTitle")} text={t("settings.rulesText")}>
          <LinkButton to="/rules">{t("rules.title")}</LinkButton>
        </Panel>
        {samples.length > 0 ? (
          <Panel title={t("sample.title")} text={t("sample.text")}>
            <ul className="mb-3 list-inside list-disc text-muted">
              {samples.map(({ id, name }) => (
                <li key={id}>{name}</li>
              ))}
            </ul>
            <Form method="post" action="/sample/remove">
              <Button look="danger">{t("sample.remove")}</Button>
            </Form>
            <p className="mt-2 text-[12.5px] text-faint">{t("sample.removeHint")}</p>
          </Panel>
        ) : null}
        <Panel title={t("settings.system")}>
          <System {...system} />
        </Panel>
      </div>
    </>
  );
}

function System({ version, bytes, server_version, embedded }: Awaited<ReturnType<typeof loader>>["system"]) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts = [
    [t("settings.version"), version],
    [t("settings.database"), t(embedded ? "settings.databaseOurs" : "settings.databaseTheirs", { server_version })],
    [t("settings.databaseSize"), t("settings.megabytes", { size: format.number(Math.ceil(bytes / 2 ** 20)) })],
  ];
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1 text-[13px]">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-faint">{name}</dt>
          <dd className="tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
