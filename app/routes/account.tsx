import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { Field } from "#app/components/field.tsx";
import { LanguageChoice } from "#app/components/language-choice.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Panel } from "#app/components/panel.tsx";
import { SessionList } from "#app/components/session-list.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { languageCookie } from "#app/i18n/language.server.ts";
import { Email, parseForm, refuse, requiredText } from "#app/request.ts";
import { requireUser, sessionDigest } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { languages } from "#db/lists.ts";
import { listSessions } from "#db/queries/sessions.ts";
import { updateUser } from "#db/queries/users.ts";

const Profile = z.object({ name: requiredText(100), email: Email, language: z.enum(languages) });

export async function loader({ request }: LoaderFunctionArgs) {
  const { id, name, email, language } = await requireUser(request);
  return { name, email, language, sessions: await listSessions(id, await sessionDigest(request)), now: new Date() };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request);
  const form = await parseForm(request, Profile);
  if (!form.ok) return data(form, { status: 400 });
  if (await updateUser(user.id, form.value)) {
    return data(refuse({ email: "users.emailTaken" }, form.value), { status: 400 });
  }
  const headers = new Headers({ "Set-Cookie": await languageCookie.serialize(form.value.language) });
  return redirectWith("/account", { text: "account.saved" }, headers);
}

export const handle: Handle = { title: (t) => t("account.title") };

export default function Account() {
  const { sessions, now, ...user } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("account.title")} />
      <div className="mt-4">
        <Panel title={t("account.profile")}>
          <Form method="post" reloadDocument className="grid gap-4">
            <Field
              name="name"
              label={t("users.name")}
              required
              maxLength={100}
              autoComplete="name"
              defaultValue={refused?.values.name ?? user.name}
              error={refused?.errors.name}
            />
            <Field
              name="email"
              type="email"
              label={t("users.email")}
              hint={t("account.emailHint")}
              required
              maxLength={254}
              autoComplete="email"
              defaultValue={refused?.values.email ?? user.email}
              error={refused?.errors.email}
            />
            <LanguageChoice value={refused?.values.language ?? user.language} error={refused?.errors.language} />
            <Button look="main" className="justify-self-start">
              {t("common.save")}
            </Button>
          </Form>
        </Panel>
        <Panel title={t("users.password.label")} text={t("account.passwordText")}>
          <LinkButton to="/account/password">{t("account.changePassword")}</LinkButton>
        </Panel>
        <Panel title={t("users.session.title")} text={t("account.sessionsText")}>
          <SessionList sessions={sessions} action="/account/sessions" now={now} />
          {sessions.length > 1 ? (
            <Form method="post" action="/account/sessions" className="mt-3">
              <Button name="session" value="others">
                {t("account.endOthers")}
              </Button>
            </Form>
          ) : null}
        </Panel>
      </div>
    </>
  );
}
