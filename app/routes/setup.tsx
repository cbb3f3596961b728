import { type ActionFunctionArgs, data, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useActionData, useLoaderData, useNavigation } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { Button } from "#app/components/button.tsx";
import { Entrance } from "#app/components/entrance.tsx";
import { Field } from "#app/components/field.tsx";
import { LanguageChoice } from "#app/components/language-choice.tsx";
import { PasswordField } from "#app/components/password-field.tsx";
import { RegionFields } from "#app/components/region-fields.tsx";
import { languageCookie, languageOf } from "#app/i18n/language.server.ts";
import { hashPassword, isCode } from "#app/password.server.ts";
import { Email, optionalText, Password, parseForm, refuse, requiredText } from "#app/request.ts";
import { passwordFault } from "#app/rules/password.ts";
import { isCountry, isTimeZone, listCountries, listTimeZones } from "#app/rules/regions.ts";
import { startSession } from "#app/session.server.ts";
import { countAttempt, forgetAttempts } from "#app/throttle.server.ts";
import type { Handle } from "#app/title.ts";
import { languages } from "#db/lists.ts";
import { findOrganization, setUp } from "#db/queries/organization.ts";

const FirstSetUp = z.object({
  code: optionalText(40),
  organization: requiredText(100),
  language: z.enum(languages),
  country: z.string().refine(isCountry, "error.choice"),
  time_zone: z.string().refine(isTimeZone, "error.choice"),
  name: requiredText(100),
  email: Email,
  password: Password,
});

export async function loader({ request, context }: LoaderFunctionArgs) {
  if (await findOrganization()) throw redirect("/");
  const language = await languageOf(request);
  return {
    language,
    countries: listCountries(language),
    timeZones: listTimeZones(),
    needsCode: context.setupCode !== undefined,
  };
}

export async function action({ request, context }: ActionFunctionArgs) {
  if (await findOrganization()) return redirect("/sign-in");
  const form = await parseForm(request, FirstSetUp);
  if (!form.ok) return data(form, { status: 400 });
  const { code, password, organization, name, email, ...region } = form.value;

  if (context.setupCode !== undefined) {
    const attempt = { act: "set-up", account: "", clientAddress: context.clientAddress } as const;
    const wait = await countAttempt(attempt);
    if (wait) return data({ ...refuse({}, form.value), wait }, { status: 429 });
    if (!isCode(code, context.setupCode)) {
      return data(refuse({ code: "setup.codeWrong" }, form.value), { status: 400 });
    }
    await forgetAttempts(attempt);
  }
  const fault = passwordFault(password, [organization, name, email]);
  if (fault) return data(refuse({ password: `users.password.${fault}` }, form.value), { status: 400 });

  const password_hash = await hashPassword(password);
  const user_id = await setUp({ name: organization, ...region }, { name, email, password_hash });
  if (user_id === undefined) return redirect("/sign-in");
  const headers = new Headers({ "Set-Cookie": await startSession(request, user_id) });
  headers.append("Set-Cookie", await languageCookie.serialize(region.language));
  return redirect("/welcome", { headers });
}

export const handle: Handle = { title: (t) => t("setup.title") };

export default function SetUp() {
  const { language, countries, timeZones, needsCode } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const busy = useNavigation().state !== "idle";
  const { errors = {}, values = {} }: { errors?: Record<string, string>; values?: Record<string, string> } =
    refused ?? {};
  return (
    <Entrance wide title={t("setup.title")} text={t("setup.text")}>
      {refused && "wait" in refused ? <Alert>{t("signIn.wait", { count: refused.wait })}</Alert> : null}
      <Form method="post" reloadDocument className="grid gap-4">
        {needsCode ? (
          <Field
            name="code"
            label={t("setup.code")}
            hint={t("setup.codeHint")}
            required
            maxLength={40}
            autoComplete="one-time-code"
            className="tabular-nums"
            defaultValue={values.code}
            error={errors.code}
          />
        ) : null}
        <Field
          name="organization"
          label={t("settings.organization")}
          required
          maxLength={100}
          autoComplete="organization"
          autoFocus={!needsCode && !refused}
          defaultValue={values.organization}
          error={errors.organization}
        />
        <LanguageChoice value={values.language ?? language} hint={t("setup.languageHint")} error={errors.language} />
        <RegionFields
          countries={countries}
          timeZones={timeZones}
          country={values.country ?? "CO"}
          timeZone={values.time_zone ?? "America/Bogota"}
          errors={errors}
          guess={!values.time_zone}
        />
        <fieldset className="mt-2 grid gap-4 border-t border-line pt-4">
          <legend className="float-left w-full font-semibold">{t("setup.administrator")}</legend>
          <Field
            name="name"
            label={t("users.name")}
            required
            maxLength={100}
            autoComplete="name"
            defaultValue={values.name}
            error={errors.name}
          />
          <Field
            name="email"
            type="email"
            label={t("users.email")}
            required
            maxLength={254}
            autoComplete="username"
            defaultValue={values.email}
            error={errors.email}
          />
          <PasswordField fresh label={t("users.password.label")} error={errors.password} />
        </fieldset>
        <Button look="main" disabled={busy} className="justify-self-start">
          {t("setup.submit")}
        </Button>
      </Form>
    </Entrance>
  );
}
