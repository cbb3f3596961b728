import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import busboy from "busboy";
import { z } from "zod";
import { campaignForm } from "#app/campaign-form.ts";
import type { Flash } from "#app/flash.server.ts";
import { dropFile, type KeptFile, keepFile, keepText } from "#app/jobs/files.ts";
import { Id, parseFields, plain, type RefusedForm, refuse } from "#app/request.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";
import { findCampaign, findCampaignByName } from "#db/queries/campaigns.ts";
import { createImports } from "#db/queries/import-drafts.ts";
import type { SessionUser } from "#db/queries/sessions.ts";

type UploadedFile = KeptFile & { file_name: string };
type Upload = { fields: Record<string, string>; files: UploadedFile[] };
type UploadRefusal = "tooManyFiles" | "fileTooLarge" | "pastedTooLong" | "unreadable" | "diskFull";

const statusOf: Partial<Record<UploadRefusal, number>> = { unreadable: 400, diskFull: 507 };

/** `empty` names files without a byte in them. */
export type RefusedUpload = RefusedForm & { status: number; empty: string[] };

const ChosenCampaign = z.object({ campaign: Id });

/**
 * Takes in what the form of /imports/new sends, whoever sends it: the files lie on the disk and wait to be read, or nothing is
 * left of them. A form with `check` is only looked at: whether it is worth sending its files. `campaign_id` is then undefined.
 */
export async function receiveUpload(
  request: Request,
  user: SessionUser,
): Promise<{ ok: true; campaign_id: number | undefined; empty: string[] } | RefusedUpload> {
  const upload = await readUpload(request);
  if ("refused" in upload) {
    const status = statusOf[upload.refused] ?? 413;
    return { ...refuse({ form: `imports.error.${upload.refused}` }), status, empty: [] };
  }
  let campaign_id: number | undefined;
  try {
    const { fields } = upload;
    const files = upload.files.filter(({ bytes }) => bytes > 0);
    const empty = upload.files.filter(({ bytes }) => bytes === 0).map(({ file_name }) => file_name);
    const refused = (form: RefusedForm) => ({ ...form, status: 400, empty });
    const nameTaken = () => refused(refuse({ name: "imports.error.nameTaken" }, fields));
    const campaign = await chosenCampaign(fields, user.time_zone);
    if (!campaign.ok) return refused(campaign);
    if (fields.check) {
      const isTaken = typeof campaign.value !== "number" && (await findCampaignByName(campaign.value.name));
      return isTaken ? nameTaken() : { ok: true, campaign_id: undefined, empty };
    }
    if (files.length === 0) {
      return refused(refuse({ form: `imports.error.${empty.length > 0 ? "allEmpty" : "nothing"}` }, fields));
    }
    campaign_id = await createImports(campaign.value, files, user.id);
    return campaign_id ? { ok: true, campaign_id, empty } : nameTaken();
  } finally {
    for (const { file_id, bytes } of upload.files) if (!campaign_id || bytes === 0) await dropFile(file_id);
  }
}

/** What the review says of files that were left out. */
export function leftOut(empty: string[]): Flash {
  const names = empty.slice(0, 5).map((name) => name.slice(0, 60));
  return {
    text: "imports.upload.skipped",
    values: { count: empty.length, names: names.join(", ") },
    tone: "warning",
  };
}

async function chosenCampaign(fields: Upload["fields"], timeZone: string) {
  if (!fields.campaign || fields.campaign === "new") return parseFields(fields, campaignForm(timeZone));
  const chosen = parseFields(fields, ChosenCampaign);
  if (!chosen.ok) return chosen;
  const known = await findCampaign(chosen.value.campaign);
  return known ? { ok: true as const, value: known.id } : refuse({ campaign: "imports.error.noCampaign" }, fields);
}

/**
 * A multipart form, read as a stream: its files go to the disk, a chunk of them at a time is in memory. What is too large is still
 * received to its end, and dropped: a browser shows no answer that comes before it has sent everything.
 */
async function readUpload(request: Request): Promise<Upload | { refused: UploadRefusal }> {
  if (!request.body) return { refused: "unreadable" };
  const body = Readable.fromWeb(request.body as ReadableStream);
  try {
    return await readParts(body, Object.fromEntries(request.headers));
  } catch (error) {
    // No multipart form at all, a broken one, or one that stopped in the middle.
    await drain(body).catch(() => {});
    const { code = "", syscall = "" } = error as NodeJS.ErrnoException;
    if (code === "ENOSPC" || code === "EDQUOT") return { refused: "diskFull" };
    if (/^(open|write|fsync|close|rename|mkdir)$/.test(syscall)) throw error;
    return { refused: "unreadable" };
  }
}

class Refused extends Error {}

async function readParts(
  body: Readable,
  headers: Record<string, string>,
): Promise<Upload | { refused: UploadRefusal }> {
  const fields: Upload["fields"] = {};
  let refused: UploadRefusal | undefined;
  const parts = busboy({
    headers,
    defParamCharset: "utf8",
    limits: {
      files: uploadLimits.files,
      fileSize: uploadLimits.file,
      // UTF-8 takes up to four bytes a character.
      fieldSize: uploadLimits.pasted * 4,
      fields: 100,
      fieldNameSize: 100,
    },
  });
  parts.on("field", (name, value, { valueTruncated }) => {
    if (valueTruncated || value.length > uploadLimits.pasted) refused ??= "pastedTooLong";
    else fields[name] = plain(value);
  });
  parts.on("filesLimit", () => {
    refused ??= "tooManyFiles";
  });
  const keeping: Promise<UploadedFile | undefined>[] = [];
  parts.on("file", (_name, stream, { filename }) => {
    // Of a form that breaks off while nobody reads this file; what `parts` says of it is enough.
    stream.on("error", () => {});
    const kept = keepFile(async (write) => {
      // Left in the middle, a stream that is destroyed would hold up all parts after it.
      for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
        if (refused) throw new Refused();
        await write(chunk);
      }
      if (stream.truncated) refused ??= "fileTooLarge";
      if (refused) throw new Refused();
    }).then(
      // An empty file field is sent as a file without name.
      async (file) => {
        if (filename || file.bytes > 0) return { ...file, file_name: plainName(filename) };
        await dropFile(file.file_id);
      },
      (error) => {
        // The rest of the file is let pass, or the parts after it would never come.
        stream.resume();
        if (error instanceof Refused) return undefined;
        throw error;
      },
    );
    // A form that breaks off fails in both places; each is waited for below.
    kept.catch(() => {});
    keeping.push(kept);
  });
  body.pipe(parts);
  body.on("error", (error) => parts.destroy(error));
  const [received] = await Promise.allSettled([finished(parts)]);
  const ended = await Promise.allSettled(keeping);
  const files = ended.flatMap((one) => (one.status === "fulfilled" && one.value ? [one.value] : []));
  const failed = ended.find((one) => one.status === "rejected") ?? received;
  if (!refused && failed.status === "fulfilled" && received.status === "fulfilled") {
    if (fields.pasted?.trim()) files.push({ ...(await keepText(fields.pasted)), file_name: "" });
    return { fields, files };
  }
  for (const { file_id } of files) await dropFile(file_id);
  if (refused) return { refused };
  throw failed.status === "rejected" ? failed.reason : new Error("the form broke off");
}

async function drain(body: Readable): Promise<void> {
  body.unpipe();
  for await (const _chunk of body);
}

/** A name to show, whatever a program sent as one. */
function plainName(name: string | undefined): string {
  const plain = (name ?? "")
    .normalize("NFC")
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, "")
    .trim();
  return [...plain].slice(-150).join("");
}
