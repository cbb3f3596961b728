import { randomUUID } from "node:crypto";
import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Alert } from "#app/components/alert.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { RuleActs, RuleFields } from "#app/components/rule-fields.tsx";
import { RulePreviewPanel } from "#app/components/rule-preview.tsx";
import { sources } from "#app/import/sources.ts";
import { parseForm, readForm, refuse, typedIn } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { RuleForm } from "#app/rule-form.ts";
import { previewRule } from "#app/rule-preview.server.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { createRule, listRules } from "#db/queries/rules.ts";

const NewRule = RuleForm.and(z.object({ form_key: z.uuid() }));

export async function loader({ request }: LoaderFunctionArgs) {
  await requireUser(request, "settings");
  return { form_key: randomUUID(), sources: sources.map(({ id, name }) => ({ id, name })) };
}

export async function action({ request }: ActionFunctionArgs) {
  const user = await requireUser(request, "settings");
  const fields = Object.fromEntries(await readForm(request.clone()));
  const form = await parseForm(request, NewRule);
  if (!form.ok) return data(form, { status: 400 });
  const { act, form_key, ...rule } = form.value;
  if (act === "preview") {
    return { errors: {}, values: typedIn(fields), preview: await previewRule(await listRules(), { ...rule, id: 0 }) };
  }
  const id = await createRule({ ...rule, form_key, created_by: user.id });
  if (id === undefined) return data(refuse({ form: "rules.tooMany" }, fields), { status: 400 });
  return ruleChanged("saved", rule.name);
}

export const handle: Handle = { title: (t) => t("rules.add") };

export default function AddRule() {
  const { form_key, sources } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { t } = useTranslation();
  const { errors, values } = answer ?? {};
  return (
    <>
      <PageHead title={t("rules.add")} sub={t("rules.addText")} crumb={{ to: "/rules", label: t("rules.title") }} />
      <div className="mt-5 grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
        <Form method="post" className="grid gap-4 self-start">
          {errors?.form ? <Alert>{t(errors.form as "rules.tooMany")}</Alert> : null}
          <input type="hidden" name="form_key" value={values?.form_key ?? form_key} />
          <RuleFields sources={sources} errors={errors} values={values} />
          <RuleActs />
        </Form>
        <RulePreviewPanel preview={answer && "preview" in answer ? answer.preview : undefined} />
      </div>
    </>
  );
}
