import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import busboy from "busboy";
import { plain } from "#app/request.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";

export type UploadedFile = { file_name: string; content: Buffer };
export type Upload = { fields: Record<string, string>; files: UploadedFile[] };
export type UploadRefusal = "tooManyFiles" | "fileTooLarge" | "uploadTooLarge" | "pastedTooLong" | "unreadable";

/**
 * A multipart form with its files, read as a stream so that nothing larger than allowed is ever held in memory. What is
 * too large is still received to its end, and dropped: a browser shows no answer that comes before it has sent everything.
 */
export async function readUpload(request: Request): Promise<Upload | { refused: UploadRefusal }> {
  if (!request.body) return { refused: "unreadable" };
  const body = Readable.fromWeb(request.body as ReadableStream);
  try {
    if (Number(request.headers.get("Content-Length") ?? 0) > uploadLimits.total + uploadLimits.pasted * 4) {
      await drain(body);
      return { refused: "uploadTooLarge" };
    }
    return await readParts(body, Object.fromEntries(request.headers));
  } catch {
    // No multipart form at all, a broken one, or one that stopped in the middle.
    await drain(body).catch(() => {});
    return { refused: "unreadable" };
  }
}

async function readParts(
  body: Readable,
  headers: Record<string, string>,
): Promise<Upload | { refused: UploadRefusal }> {
  const upload: Upload = { fields: {}, files: [] };
  let refused: UploadRefusal | undefined;
  let total = 0;
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
    else upload.fields[name] = plain(value);
  });
  parts.on("file", (_name, stream, { filename }) => {
    let chunks: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => {
      total += chunk.length;
      if (total > uploadLimits.total) refused ??= "uploadTooLarge";
      if (refused) chunks = [];
      else chunks.push(chunk);
    });
    // A form that stops in the middle of a file fails here, too; what `parts` says of it is enough.
    stream.on("error", () => {});
    stream.on("limit", () => {
      refused ??= "fileTooLarge";
    });
    stream.on("end", () => {
      const content = Buffer.concat(chunks);
      // An empty file field is sent as a file without name.
      if (filename || content.length > 0) upload.files.push({ file_name: plainName(filename), content });
    });
  });
  parts.on("filesLimit", () => {
    refused ??= "tooManyFiles";
  });
  body.pipe(parts);
  body.on("error", (error) => parts.destroy(error));
  await finished(parts);
  return refused ? { refused } : upload;
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
