import { Form } from "@remix-run/react";
import { Monitor, Smartphone } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { Badge } from "./badge.tsx";
import { Button } from "./button.tsx";

type Session = { id: string; client: string; created_at: Date; last_seen_at: Date; current: boolean };

/** Where a user is signed in; each session can be ended by a post of its `session` to `action`. */
export function SessionList({ sessions, action, now }: { sessions: Session[]; action: string; now: Date }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (sessions.length === 0) return <p className="text-muted">{t("users.session.none")}</p>;
  return (
    <ul className="divide-y divide-line rounded-xl border border-line bg-surface">
      {sessions.map(({ id, client, created_at, last_seen_at, current }) => {
        const Icon = /Mobile|Android|iPhone/.test(client) ? Smartphone : Monitor;
        return (
          <li key={id} className="flex flex-wrap items-center gap-3 px-3.5 py-2.5">
            <Icon size={16} aria-hidden="true" className="shrink-0 text-faint" />
            <div className="min-w-0 flex-1">
              <p className="flex flex-wrap items-center gap-2 font-medium">
                {clientName(client) ?? t("users.session.unknown")}
                {current ? <Badge tone="good">{t("users.session.current")}</Badge> : null}
              </p>
              <p className="text-[12.5px] text-faint" title={format.dateTime(last_seen_at)}>
                {t("users.session.times", {
                  begun: format.dateTime(created_at),
                  seen: format.relative(last_seen_at, now),
                })}
              </p>
            </div>
            {current ? null : (
              <Form method="post" action={action}>
                <Button small name="session" value={id}>
                  {t("users.session.end")}
                </Button>
              </Form>
            )}
          </li>
        );
      })}
    </ul>
  );
}

const browsers: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\//, "Edge"],
  [/OPR\//, "Opera"],
  [/SamsungBrowser\//, "Samsung Internet"],
  [/Firefox\/|FxiOS\//, "Firefox"],
  [/Chrome\/|CriOS\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const systems: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

/** "Firefox · Windows" out of a User-Agent, as far as it can be told. */
function clientName(client: string): string | undefined {
  const named = [browsers, systems].flatMap((names) => names.find(([sign]) => sign.test(client))?.[1] ?? []);
  return named.length > 0 ? named.join(" · ") : undefined;
}
