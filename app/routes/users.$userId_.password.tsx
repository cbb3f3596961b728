import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { PasswordField } from "#app/components/password-field.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { hashPassword } from "#app/password.server.ts";
import { Id, Password, parseForm, parseParams, refuse } from "#app/request.ts";
import { passwordFault } from "#app/rules/password.ts";
import { requireUser, sessionDigest } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { changePassword, findAccount } from "#db/queries/users.ts";

const OneUser = z.object({ userId: Id });
const NewPassword = z.object({ password: Password });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "users");
  const { id, name } = await foundUser(params);
  return { id, name };
}

export async function action({ params, request }: ActionFunctionArgs) {
  const { organization } = await requireUser(request, "users");
  const user = await foundUser(params);
  const form = await parseForm(request, NewPassword);
  if (!form.ok) return data(form, { status: 400 });
  const fault = passwordFault(form.value.password, [organization, user.name, user.email]);
  if (fault) return data(refuse({ password: `users.password.${fault}` }), { status: 400 });
  await changePassword(user.id, await hashPassword(form.value.password), await sessionDigest(request));
  return redirectWith(`/users/${user.id}`, { text: "users.passwordSet", values: { name: user.name } });
}

async function foundUser(params: LoaderFunctionArgs["params"]) {
  const user = await findAccount(parseParams(params, OneUser).userId);
  if (!user) throw new Response(null, { status: 404 });
  return user;
}

export const handle: Handle = { title: (t) => t("users.setPassword") };

export default function SetPassword() {
  const { id, name } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("users.setPassword")} crumb={{ to: `/users/${id}`, label: name }} />
      <Form method="post" className="mt-5 grid max-w-md gap-4">
        <PasswordField
          fresh
          autoFocus
          label={t("users.password.new")}
          hint={t("users.firstPasswordHint")}
          error={refused?.errors.password}
        />
        <p className="flex gap-2">
          <Button look="main">{t("users.setPassword")}</Button>
          <LinkButton look="quiet" to={`/users/${id}`}>
            {t("common.cancel")}
          </LinkButton>
        </p>
      </Form>
    </>
  );
}
