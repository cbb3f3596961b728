import { useSyncExternalStore } from "react";
import type { RefusedUpload } from "#app/upload.server.ts";

/** Files on their way to the server. They belong to no page, so that one can leave the page that began them. */
export type Upload = {
  id: number;
  /** The first file's name; empty for a pasted table. */
  name: string;
  files: number;
  /** Bytes. */
  sent: number;
  total: number;
  /** Bytes a second, of late. */
  rate: number | null;
  state: "sending" | "done" | "refused" | "broken";
  /** Of a done one. */
  campaign_id?: number;
  refused?: RefusedUpload;
};

const none: readonly Upload[] = [];
let uploads = none;
let last = 0;
const listeners = new Set<() => void>();
const requests = new Map<number, XMLHttpRequest>();

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    listen,
    () => uploads,
    () => none,
  );
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function set(changed: readonly Upload[]): void {
  uploads = changed;
  const isSending = uploads.some(({ state }) => state === "sending");
  if (isSending) window.addEventListener("beforeunload", warn);
  else window.removeEventListener("beforeunload", warn);
  for (const listener of listeners) listener();
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault();

const note = (id: number, change: Partial<Upload>) =>
  set(uploads.map((upload) => (upload.id === id ? { ...upload, ...change } : upload)));

/** Takes an upload out of sight; one that is still sending ends, and the server keeps nothing of it. */
export function dismissUpload(id: number): void {
  const request = requests.get(id);
  requests.delete(id);
  set(uploads.filter((upload) => upload.id !== id));
  request?.abort();
}

/** Begins to send the form of /imports/new; answers the upload's id. */
export function startUpload(form: FormData): number {
  const id = ++last;
  const files = form.getAll("files").filter((file): file is File => file instanceof File && file.name !== "");
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const upload: Upload = {
    id,
    name: files[0]?.name ?? "",
    files: files.length,
    sent: 0,
    total,
    rate: null,
    state: "sending",
  };
  set([...uploads, upload]);
  void send(id, form);
  return id;
}

async function send(id: number, form: FormData): Promise<void> {
  // That a name is taken is to be known before gigabytes are on their way.
  const looked = await post(id, looksOf(form));
  const answer = looked.state === "done" ? await post(id, form) : looked;
  requests.delete(id);
  note(id, answer);
}

function looksOf(form: FormData): FormData {
  const fields = new FormData();
  for (const [name, value] of form) if (typeof value === "string" && name !== "pasted") fields.set(name, value);
  fields.set("check", "yes");
  return fields;
}

type Answer = Pick<Upload, "state" | "campaign_id" | "refused">;

/** fetch() doesn't tell how much of a body has been sent. */
function post(id: number, body: FormData): Promise<Answer> {
  return new Promise((resolve) => {
    // Cancelled between two requests.
    if (!uploads.some((upload) => upload.id === id)) return resolve({ state: "broken" });
    const request = new XMLHttpRequest();
    requests.set(id, request);
    const began = performance.now();
    request.upload.onprogress = ({ loaded, total }) => {
      if (body.has("check")) return;
      const seconds = (performance.now() - began) / 1000;
      note(id, { sent: loaded, total, rate: seconds > 1 ? loaded / seconds : null });
    };
    request.onloadend = () => resolve(answerOf(request));
    request.open("POST", "/uploads");
    request.responseType = "json";
    request.send(body);
  });
}

function answerOf({ status, response }: XMLHttpRequest): Answer {
  if (status === 200 && response?.ok) return { state: "done", campaign_id: response.campaign_id };
  if (response?.errors) return { state: "refused", refused: response };
  // The line broke, or a page came instead: of who has no session any more.
  return { state: "broken" };
}
