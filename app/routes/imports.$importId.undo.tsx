import { type ActionFunctionArgs, type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, useLoaderData, useNavigation } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { z } from "zod";
import { Account } from "#app/components/account.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { redirectWith } from "#app/flash.server.ts";
import { Id, parseParams } from "#app/request.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { requestUndo } from "#db/queries/import-steps.ts";
import { findImport } from "#db/queries/imports.ts";

const Params = z.object({ importId: Id });

export async function loader({ params, request }: LoaderFunctionArgs) {
  await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  const found = await findImport(importId);
  if (!found) throw new Response(null, { status: 404 });
  if (found.state !== "saved") throw redirect(`/imports/${importId}`);
  return found;
}

export async function action({ params, request }: ActionFunctionArgs) {
  const user = await requireUser(request, "imports");
  const { importId } = parseParams(params, Params);
  if (!(await findImport(importId))) throw new Response(null, { status: 404 });
  const here = `/imports/${importId}`;
  if (await requestUndo(importId, user.id)) return redirect(here);
  return redirectWith(here, { text: "imports.undo.late", tone: "warning" });
}

export const handle: Handle = { title: (t) => t("imports.undo.title") };

export default function Undo() {
  const { t } = useTranslation();
  const found = useLoaderData<typeof loader>();
  const busy = useNavigation().state !== "idle";
  return (
    <>
      <PageHead
        crumb={{ to: `/imports/${found.id}`, label: found.file_name || t("imports.pasted") }}
        title={t("imports.undo.title")}
        sub={found.campaign}
      />
      <div className="mt-5 grid max-w-3xl gap-4">
        <Account account={found} />
        <p>{t("imports.undo.text")}</p>
        <p className="text-muted">{t("imports.undo.keeps")}</p>
        <Form method="post" className="flex flex-wrap gap-2">
          <Button look="danger" disabled={busy}>
            {t("imports.undo.confirm")}
          </Button>
          <LinkButton look="quiet" to={`/imports/${found.id}`} aria-keyshortcuts="Escape">
            {t("common.cancel")}
          </LinkButton>
        </Form>
      </div>
    </>
  );
}
