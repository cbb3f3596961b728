import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { Panel } from "#app/components/panel.tsx";
import { SessionList } from "#app/components/session-list.tsx";
import { UserFields } from "#app/components/user-fields.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Email, Id, parseForm, parseParams, refuse, requiredText } from "#app/request.ts";
import { requireUser, sessionDigest } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { roles } from "#db/lists.ts";
import { listSessions } from "#db/queries/sessions.ts";
import { findAccount, updateUser } from "#db/queries/users.ts";

const OneUser = z.object({ userId: Id });
const Changes = z.object({ name: requiredText(100), email: Email, role: z.enum(roles) });

export async function loader({ params, request }: LoaderFunctionArgs) {
  const own = await requireUser(request, "users");
  const { userId } = parseParams(params, OneUser);
  const account = await findAccount(userId);
  if (!account) throw new Response(null, { status: 404 });
  const { id, name, email, role } = account;
  const sessions = await listSessions(id, await sessionDigest(request));
  return { user: { id, name, email, role }, sessions, isSelf: own.id === id, now: new Date() };
}

export async function action({ params, request }: ActionFunctionArgs) {
  const own = await requireUser(request, "users");
  const { userId } = parseParams(params, OneUser);
  const form = await parseForm(request, Changes);
  if (!form.ok) return data(form, { status: 400 });
  const refusal = await updateUser(userId, form.value);
  if (refusal === "unknown") throw new Response(null, { status: 404 });
  if (refusal === "email-taken") return data(refuse({ email: "users.emailTaken" }, form.value), { status: 400 });
  if (refusal) return data(refuse({ role: "users.lastAdministrator" }, form.value), { status: 400 });
  // Who gave up being an administrator has no business on the list any more.
  const next = userId === own.id && form.value.role !== "administrator" ? "/" : "/users";
  return redirectWith(next, { text: "users.saved", values: { name: form.value.name } });
}

export const handle: Handle<typeof loader> = { title: (_, { user }) => user.name };

export default function User() {
  const { user, sessions, isSelf, now } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={user.name} sub={user.email} crumb={{ to: "/users", label: t("users.title") }} />
      <div className="mt-4">
        <Panel title={t("users.who")} text={t("users.whoText")}>
          {refused ? <Alert>{t("error.form")}</Alert> : null}
          <Form method="post" className="grid gap-4">
            <UserFields user={user} errors={refused?.errors} values={refused?.values} />
            <Button look="main" className="justify-self-start">
              {t("common.save")}
            </Button>
          </Form>
        </Panel>
        <Panel title={t("users.password.label")} text={t("users.passwordText")}>
          <LinkButton to={isSelf ? "/account/password" : `/users/${user.id}/password`}>
            {t("users.setPassword")}
          </LinkButton>
        </Panel>
        <Panel title={t("users.session.title")} text={t("users.sessionsText")}>
          <SessionList sessions={sessions} action={`/users/${user.id}/sessions`} now={now} />
        </Panel>
        {isSelf ? null : (
          <Panel title={t("users.remove")} text={t("users.removeText")}>
            <Form method="post" action={`/users/${user.id}/remove`}>
              <Button look="danger">{t("users.removeNow", { name: user.name })}</Button>
            </Form>
          </Panel>
        )}
      </div>
    </>
  );
}
