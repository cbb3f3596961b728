import { useLocation, useRevalidator } from "@remix-run/react";
import { useEffect, useRef, useState } from "react";
import { Dock, type News } from "./components/dock.tsx";
import { dismissUpload, useUploads } from "./uploads.ts";

const often = 1_500;

/**
 * What goes on behind the pages: uploads of this tab, and how the user's imports are. Asks and tells beside Remix, which would load
 * the whole page anew, and with it lose the message of the write before.
 */
export function LiveDock({ news: atFirst }: { news: News }) {
  const uploads = useUploads();
  const { pathname } = useLocation();
  const [asked, setAsked] = useState(atFirst);
  const [told, setTold] = useState<number[]>([]);
  const news = (asked.at > atFirst.at ? asked : atFirst).imports.filter(({ id, pace }) => pace || !told.includes(id));
  const isRunning = news.some(({ pace }) => pace);
  const arrived = uploads.filter(({ state }) => state === "done").length;

  useEffect(() => {
    if (!isRunning && arrived === 0) return;
    const ask = async () => {
      if (document.visibilityState !== "visible") return;
      const fresh = await readNews();
      if (fresh) setAsked(fresh);
    };
    const timer = isRunning ? setInterval(ask, often) : undefined;
    if (arrived > 0) void ask();
    return () => clearInterval(timer);
  }, [isRunning, arrived]);

  useFreshFigures(news.filter(({ pace }) => pace).length, pathname);

  const tell = (ids: number[]) => {
    setTold((before) => [...before, ...ids]);
    void noteTold(ids);
  };
  // What the page itself shows as ended, the person has seen.
  const seen = news.filter((one) => isShownBy(pathname, one) && !one.pace).map(({ id }) => id);
  const again = news.filter(({ id, pace }) => pace && told.includes(id)).map(({ id }) => id);
  useEffect(() => {
    if (seen.length > 0) tell(seen);
    // What was tried again will end again.
    if (again.length > 0) setTold((before) => before.filter((id) => !again.includes(id)));
  });

  // Why an upload was refused stands above its form.
  return (
    <Dock
      uploads={uploads.filter(({ state }) => state !== "refused" || pathname !== "/imports/new")}
      news={news.filter((one) => !isShownBy(pathname, one))}
      here={pathname}
      onDismissUpload={dismissUpload}
      onTold={tell}
    />
  );
}

/** What ends changes the figures of a page that counts what was imported. */
function useFreshFigures(running: number, pathname: string): void {
  const { revalidate } = useRevalidator();
  const before = useRef(running);
  useEffect(() => {
    if (running < before.current && /^\/(campaigns|imports)\b/.test(pathname)) revalidate();
    before.current = running;
  }, [running, pathname, revalidate]);
}

function isShownBy(pathname: string, { id, campaign_id, state, pace }: News["imports"][number]): boolean {
  if (pace && pathname === "/imports") return true;
  if (state === "undoing" || state === "undone") return pathname === `/imports/${id}`;
  return state !== "saved" && pathname === `/campaigns/${campaign_id}/imports`;
}

/** Undefined while the server is away, or knows nobody here any more. */
async function readNews(): Promise<News | undefined> {
  try {
    const answer = await fetch("/imports/news", { redirect: "error" });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

async function noteTold(ids: number[]): Promise<void> {
  const body = new URLSearchParams(ids.map((id) => ["import", String(id)]));
  await fetch("/imports/told", { method: "POST", body, redirect: "manual", keepalive: true }).catch(() => {});
}
