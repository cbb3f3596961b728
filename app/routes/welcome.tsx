import { type LoaderFunctionArgs, redirect } from "@remix-run/node";
import { Form, Link, useLoaderData, useNavigation } from "@remix-run/react";
import { FlaskConical, Import, UserPlus } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, LinkButton } from "#app/components/button.tsx";
import { homeOf, may } from "#app/rules/permissions.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";

/** The page after set-up: the two ways to have something to look at. */
export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request);
  if (!may(user.role, "imports")) throw redirect(homeOf(user.role));
  return { name: user.name, mayAddUsers: may(user.role, "users") };
}

export const handle: Handle = { title: (t) => t("nav.imports") };

export default function Welcome() {
  const { name, mayAddUsers } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const busy = useNavigation().formAction === "/sample";
  return (
    <div className="mx-auto max-w-3xl md:pt-8">
      <h1 className="text-xl font-[650] tracking-tight">{t("setup.welcome.title", { name })}</h1>
      <p className="mt-1 text-muted">{t("setup.welcome.text")}</p>
      <div className="mt-6 grid gap-4 md:grid-cols-2">
        <Way icon={<Import size={18} />} title={t("setup.welcome.import")} text={t("setup.welcome.importText")}>
          <LinkButton look="main" to="/imports/new">
            {t("setup.welcome.import")}
          </LinkButton>
        </Way>
        <Way icon={<FlaskConical size={18} />} title={t("setup.welcome.sample")} text={t("setup.welcome.sampleText")}>
          <Form method="post" action="/sample">
            <Button disabled={busy}>{t(busy ? "sample.adding" : "sample.add")}</Button>
          </Form>
        </Way>
      </div>
      {mayAddUsers ? (
        <p className="mt-6 flex items-center gap-2 text-muted">
          <UserPlus size={16} aria-hidden="true" />
          <Link to="/users/new">{t("setup.welcome.users")}</Link>
        </p>
      ) : null}
    </div>
  );
}

function Way({ icon, title, text, children }: { icon: ReactNode; title: string; text: string; children: ReactNode }) {
  return (
    <section className="flex flex-col rounded-xl border border-line bg-surface p-5">
      <span aria-hidden="true" className="text-accent">
        {icon}
      </span>
      <h2 className="mt-2 font-semibold">{title}</h2>
      <p className="mt-1 mb-4 text-muted">{text}</p>
      <div className="mt-auto">{children}</div>
    </section>
  );
}
