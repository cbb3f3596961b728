import {
  type ActionFunctionArgs,
  data,
  type HeadersFunction,
  type LoaderFunctionArgs,
  redirect,
} from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { Button } from "#app/components/button.tsx";
import { Entrance } from "#app/components/entrance.tsx";
import { Field } from "#app/components/field.tsx";
import { PasswordField } from "#app/components/password-field.tsx";
import { languageCookie } from "#app/i18n/language.server.ts";
import { checkPassword } from "#app/password.server.ts";
import { Password, parseForm, parseSearch, refuse, requiredText } from "#app/request.ts";
import { findUser, safeReturn, startSession } from "#app/session.server.ts";
import { countAttempt, forgetAttempts } from "#app/throttle.server.ts";
import type { Handle } from "#app/title.ts";
import { findOrganization } from "#db/queries/organization.ts";
import { findUserByEmail } from "#db/queries/users.ts";

const Next = z.object({ next: z.string().catch("/").transform(safeReturn) });
const SignIn = Next.extend({ email: requiredText(254), password: Password });

export async function loader({ request }: LoaderFunctionArgs) {
  if (!(await findOrganization())) throw redirect("/setup");
  const { next } = parseSearch(request, Next);
  if (await findUser(request)) throw redirect(next);
  return { next };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await parseForm(request, SignIn);
  if (!form.ok) return data(form, { status: 400 });
  const { email, password, next } = form.value;
  const attempt = { act: "sign-in", account: email, clientAddress: context.clientAddress } as const;
  const wait = await countAttempt(attempt);
  if (wait) {
    const headers = { "Retry-After": String(wait * 60) };
    return data({ ...refuse({}, form.value), wait }, { status: 429, headers });
  }
  const user = await findUserByEmail(email);
  if (!(await checkPassword(user?.password_hash, password)) || !user) {
    return data(refuse({ form: "signIn.wrong" }, form.value), { status: 400 });
  }
  await forgetAttempts(attempt);
  const headers = new Headers({ "Set-Cookie": await startSession(request, user.id) });
  headers.append("Set-Cookie", await languageCookie.serialize(user.language));
  return redirect(next, { headers });
}

// Retry-After reaches a page's answer only this way.
export const headers: HeadersFunction = ({ actionHeaders }) => actionHeaders;

export const handle: Handle = { title: (t) => t("signIn.title") };

export default function SignInPage() {
  const { next } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <Entrance title={t("signIn.title")}>
      {refused && "wait" in refused ? <Alert>{t("signIn.wait", { count: refused.wait })}</Alert> : null}
      {refused?.errors.form ? <Alert>{t("signIn.wrong")}</Alert> : null}
      <Form method="post" reloadDocument className="grid gap-4">
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          type="email"
          label={t("users.email")}
          required
          maxLength={254}
          autoComplete="username"
          autoFocus={!refused}
          defaultValue={refused?.values.email}
          error={refused?.errors.email}
        />
        <PasswordField
          label={t("users.password.label")}
          error={refused?.errors.password}
          autoFocus={Boolean(refused?.errors.form)}
        />
        <Button look="main" className="mt-1 w-full">
          {t("signIn.submit")}
        </Button>
      </Form>
      <p className="mt-4 text-[12.5px] text-faint">{t("signIn.forgotten")}</p>
    </Entrance>
  );
}
