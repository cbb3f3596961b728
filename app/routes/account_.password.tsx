import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { PasswordField } from "#app/components/password-field.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { checkPassword, hashPassword } from "#app/password.server.ts";
import { Password, parseForm, refuse } from "#app/request.ts";
import { passwordFault } from "#app/rules/password.ts";
import { requireUser, sessionDigest } from "#app/session.server.ts";
import { countAttempt, forgetAttempts } from "#app/throttle.server.ts";
import type { Handle } from "#app/title.ts";
import { changePassword, findAccount } from "#db/queries/users.ts";

const Change = z.object({ current_password: Password, password: Password });

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request);
  return null;
}

export async function action({ request, context }: ActionFunctionArgs) {
  const user = await requireUser(request);
  const form = await parseForm(request, Change);
  if (!form.ok) return data(form, { status: 400 });
  const { current_password, password } = form.value;

  const attempt = { act: "password", account: user.email, clientAddress: context.clientAddress } as const;
  const wait = await countAttempt(attempt);
  if (wait) return data({ ...refuse({}), wait }, { status: 429 });
  const account = await findAccount(user.id);
  if (!(await checkPassword(account?.password_hash, current_password))) {
    return data(refuse({ current_password: "account.passwordWrong" }), { status: 400 });
  }
  await forgetAttempts(attempt);
  const fault = passwordFault(password, [user.organization, user.name, user.email]);
  if (fault) return data(refuse({ password: `users.password.${fault}` }), { status: 400 });

  await changePassword(user.id, await hashPassword(password), await sessionDigest(request));
  return redirectWith("/account", { text: "account.passwordChanged" });
}

export const handle: Handle = { title: (t) => t("account.changePassword") };

export default function ChangePassword() {
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("account.changePassword")} crumb={{ to: "/account", label: t("account.title") }} />
      <Form method="post" className="mt-5 grid max-w-md gap-4">
        {refused && "wait" in refused ? <Alert>{t("signIn.wait", { count: refused.wait })}</Alert> : null}
        <PasswordField
          name="current_password"
          label={t("account.currentPassword")}
          error={refused?.errors.current_password}
          autoFocus
        />
        <PasswordField
          fresh
          label={t("users.password.new")}
          hint={t("account.endsOthers")}
          error={refused?.errors.password}
        />
        <p className="flex gap-2">
          <Button look="main">{t("account.changePassword")}</Button>
          <LinkButton look="quiet" to="/account">
            {t("common.cancel")}
          </LinkButton>
        </p>
      </Form>
    </>
  );
}
