import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { LanguageChoice } from "#app/components/language-choice.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { PasswordField } from "#app/components/password-field.tsx";
import { UserFields } from "#app/components/user-fields.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { hashPassword } from "#app/password.server.ts";
import { Email, Password, parseForm, refuse, requiredText } from "#app/request.ts";
import { passwordFault } from "#app/rules/password.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { languages, roles } from "#db/lists.ts";
import { findOrganization } from "#db/queries/organization.ts";
import { createUser } from "#db/queries/users.ts";

const NewUser = z.object({
  name: requiredText(100),
  email: Email,
  role: z.enum(roles),
  language: z.enum(languages),
  password: Password,
});

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "users");
  const organization = await findOrganization();
  return { language: organization?.language ?? user.language };
}

export async function action({ request }: ActionFunctionArgs) {
  const { organization } = await requireUser(request, "users");
  const form = await parseForm(request, NewUser);
  if (!form.ok) return data(form, { status: 400 });
  const { password, ...user } = form.value;
  const fault = passwordFault(password, [organization, user.name, user.email]);
  if (fault) return data(refuse({ password: `users.password.${fault}` }, user), { status: 400 });
  const user_id = await createUser({ ...user, password_hash: await hashPassword(password) });
  if (user_id === undefined) return data(refuse({ email: "users.emailTaken" }, user), { status: 400 });
  return redirectWith("/users", { text: "users.added", values: { name: user.name } });
}

export const handle: Handle = { title: (t) => t("users.add") };

export default function AddUser() {
  const { language } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={t("users.add")} crumb={{ to: "/users", label: t("users.title") }} />
      <Form method="post" className="mt-5 grid max-w-xl gap-4">
        <UserFields errors={refused?.errors} values={refused?.values} />
        <LanguageChoice value={refused?.values.language ?? language} error={refused?.errors.language} />
        <PasswordField
          fresh
          label={t("users.firstPassword")}
          hint={t("users.firstPasswordHint")}
          error={refused?.errors.password}
        />
        <p className="flex gap-2">
          <Button look="main">{t("users.add")}</Button>
          <LinkButton look="quiet" to="/users">
            {t("common.cancel")}
          </LinkButton>
        </p>
      </Form>
    </>
  );
}
