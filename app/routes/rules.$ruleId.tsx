import { type ActionFunctionArgs, data, type LoaderFunctionArgs } from "@remix-run/node";
import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Button } from "#app/components/button.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { RuleActs, RuleFields } from "#app/components/rule-fields.tsx";
import { RulePreviewPanel } from "#app/components/rule-preview.tsx";
import { sources } from "#app/import/sources.ts";
import { Id, parseForm, parseParams, readForm, typedIn } from "#app/request.ts";
import { ruleChanged } from "#app/rule-change.server.ts";
import { RuleForm } from "#app/rule-form.ts";
import { previewRule } from "#app/rule-preview.server.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listRules, updateRule } from "#db/queries/rules.ts";

const OneRule = z.object({ ruleId: Id });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId } = parseParams(params, OneRule);
  const rule = (await listRules()).find(({ id }) => id === ruleId);
  if (!rule) throw new Response(null, { status: 404 });
  return { rule, sources: sources.map(({ id, name }) => ({ id, name })) };
}

export async function action({ params, request }: ActionFunctionArgs) {
  await requireUser(request, "settings");
  const { ruleId: id } = parseParams(params, OneRule);
  const rules = await listRules();
  if (!rules.some((rule) => rule.id === id)) throw new Response(null, { status: 404 });
  const fields = Object.fromEntries(await readForm(request.clone()));
  const form = await parseForm(request, RuleForm);
  if (!form.ok) return data(form, { status: 400 });
  const { act, ...rule } = form.value;
  if (act === "preview") {
    return { errors: {}, values: typedIn(fields), preview: await previewRule(rules, { ...rule, id }) };
  }
  if (!(await updateRule(id, rule))) throw new Response(null, { status: 404 });
  return ruleChanged("saved", rule.name);
}

export const handle: Handle<typeof loader> = { title: (_, { rule }) => rule.name };

export default function EditRule() {
  const { rule, sources } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const { t } = useTranslation();
  return (
    <>
      <PageHead title={rule.name} crumb={{ to: "/rules", label: t("rules.title") }} />
      <div className="mt-5 grid gap-x-10 gap-y-6 lg:grid-cols-[minmax(0,34rem)_minmax(0,1fr)]">
        <Form method="post" className="grid gap-4 self-start">
          <RuleFields sources={sources} rule={rule} errors={answer?.errors} values={answer?.values} />
          <RuleActs />
        </Form>
        <RulePreviewPanel preview={answer && "preview" in answer ? answer.preview : undefined} />
      </div>
      <section className="mt-8 flex max-w-[34rem] flex-wrap items-center gap-3 border-t border-line pt-4">
        <p className="min-w-48 flex-1 text-[13px] text-muted">{t("rules.removeText")}</p>
        <Form method="post" action={`/rules/${rule.id}/remove`}>
          <Button look="danger">{t("rules.remove")}</Button>
        </Form>
      </section>
    </>
  );
}
