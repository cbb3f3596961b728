import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button, LinkButton } from "#app/components/button.tsx";
import { nameOf } from "#app/components/contact-name.ts";
import { Field } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Id, optionalText, parseForm, parseParams, parseSearch } from "#app/request.ts";
import { readPhone } from "#app/rules/phone.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { findContact, updateContact } from "#db/queries/contacts.ts";

const Params = z.object({ contactId: Id });
const orNull = (max: number) => optionalText(max).transform((text) => text || null);
const Fields = z.object({
  company: orNull(300),
  first_name: orNull(200),
  last_name: orNull(200),
  phone: orNull(200),
  crm_record_id: orNull(100),
  crm_module: orNull(100),
});
const names = ["company", "first_name", "last_name", "phone", "crm_module", "crm_record_id"] as const;

/** `?phone=` is one to be taken over, where an automatic answer told it. */
const Search = z.object({ phone: z.string().trim().max(200).optional().catch(undefined) });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "contacts");
  const contact = await findContact(parseParams(params, Params).contactId);
  if (!contact) throw new Response(null, { status: 404 });
  const { phone } = parseSearch(request, Search);
  return { contact: phone ? { ...contact, phone } : contact };
}

export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "contacts");
  const { contactId } = parseParams(params, Params);
  const form = await parseForm(request, Fields);
  if (!form.ok) return data(form, { status: 400 });
  const phone_e164 = readPhone(form.value.phone ?? undefined, user.country) ?? null;
  if (!(await updateContact(contactId, { ...form.value, phone_e164 }))) throw new Response(null, { status: 404 });
  return redirectWith(`/contacts/${contactId}`, { text: "contacts.saved" });
}

export const handle: Handle = { title: (t) => t("contacts.editTitle") };

export default function EditContact() {
  const { contact } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const back = `/contacts/${contact.id}`;
  return (
    <div className="mx-auto max-w-xl">
      <PageHead
        crumb={{ to: back, label: nameOf(contact) }}
        title={t("contacts.editTitle")}
        sub={t("contacts.editSub")}
      />
      <Form method="post" className="mt-5 grid gap-4 sm:grid-cols-2">
        {names.map((name) => (
          <Field
            key={name}
            className={name === "company" || name === "phone" ? "sm:col-span-2" : ""}
            label={t(`contacts.field.${name}`)}
            optional
            name={name}
            type={name === "phone" ? "tel" : "text"}
            autoComplete="off"
            maxLength={300}
            defaultValue={refused?.values[name] ?? contact[name] ?? ""}
            error={refused?.errors[name]}
          />
        ))}
        <div className="flex justify-end gap-2 sm:col-span-2">
          <LinkButton look="quiet" to={back} aria-keyshortcuts="Escape" title={`${t("common.cancel")} (Esc)`}>
            {t("common.cancel")}
          </LinkButton>
          <Button look="main" aria-keyshortcuts="Control+Enter" title={`${t("common.save")} (Ctrl ↵)`}>
            {t("common.save")} <Key quiet>Ctrl ↵</Key>
          </Button>
        </div>
      </Form>
    </div>
  );
}
