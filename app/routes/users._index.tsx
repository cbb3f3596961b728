import type { LoaderFunctionArgs } from "@remix-run/node";
import { Form, Link, useLoaderData } from "@remix-run/react";
import { UserPlus } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Badge } from "#app/components/badge.tsx";
import { Button, LinkButton } from "#app/components/button.tsx";
import { type DataColumn, DataTable } from "#app/components/data-table.tsx";
import { Key } from "#app/components/key.tsx";
import { PageHead } from "#app/components/page-head.tsx";
import { useFormat } from "#app/i18n/format.ts";
import { requireUser } from "#app/session.server.ts";
import type { Handle } from "#app/title.ts";
import { listAccounts } from "#db/queries/users.ts";

export async function loader({ request }: LoaderFunctionArgs) {
  const user = await requireUser(request, "users");
  return { accounts: await listAccounts(), own_id: user.id, now: new Date() };
}

type Account = Awaited<ReturnType<typeof loader>>["accounts"][number];

export const handle: Handle = { title: (t) => t("users.title") };

export default function Users() {
  const { accounts, own_id, now } = useLoaderData<typeof loader>();
  const { t } = useTranslation();
  const format = useFormat();
  const present = accounts.filter(({ removed_at }) => removed_at === null);
  const removed = accounts.filter(({ removed_at }) => removed_at !== null);
  const columns: DataColumn<Account>[] = [
    {
      id: "name",
      header: t("users.name"),
      cell: ({ id, name, email }) => (
        <>
          <Link to={`/users/${id}`} className="font-medium">
            {name}
          </Link>{" "}
          {id === own_id ? <Badge>{t("users.you")}</Badge> : null}
          <span className="block text-[12.5px] break-all text-faint">{email}</span>
        </>
      ),
    },
    { id: "role", header: t("users.role"), cell: ({ role }) => t(`common.role.${role}`) },
    {
      id: "seen",
      header: t("users.lastSeen"),
      cell: ({ last_seen_at }) =>
        last_seen_at ? (
          <span title={format.dateTime(last_seen_at)}>{format.relative(last_seen_at, now)}</span>
        ) : (
          <span className="text-faint">{t("users.notSignedIn")}</span>
        ),
    },
    {
      id: "sessions",
      header: t("users.session.title"),
      align: "right",
      cell: ({ sessions }) => format.number(sessions),
    },
  ];
  return (
    <>
      <PageHead title={t("users.title")} sub={t("users.text")}>
        <LinkButton look="main" to="/users/new" aria-keyshortcuts="n" title={`${t("users.add")} (N)`}>
          <UserPlus size={16} aria-hidden="true" /> {t("users.add")} <Key quiet>N</Key>
        </LinkButton>
      </PageHead>
      <div className="mt-5">
        <DataTable caption={t("users.title")} columns={columns} rows={present} rowId={({ id }) => id} />
      </div>
      {removed.length > 0 ? (
        <section className="mt-8">
          <h2 className="font-semibold">{t("users.removedTitle")}</h2>
          <p className="text-[13px] text-muted">{t("users.removedText")}</p>
          <ul className="mt-3 divide-y divide-line rounded-xl border border-line bg-surface">
            {removed.map(({ id, name, email, removed_at }) => (
              <li key={id} className="flex flex-wrap items-center gap-3 px-3.5 py-2">
                <p className="min-w-48 flex-1">
                  {name} <span className="block text-[12.5px] break-all text-faint">{email}</span>
                </p>
                <p className="text-[12.5px] text-faint">{removed_at ? format.date(removed_at) : null}</p>
                <Form method="post" action={`/users/${id}/restore`}>
                  <Button small>{t("users.restore")}</Button>
                </Form>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
