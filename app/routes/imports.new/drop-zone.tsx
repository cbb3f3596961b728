import { FileUp } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "#app/i18n/format.ts";
import { uploadLimits } from "#app/rules/upload-limits.ts";

/** A plain file input, large enough to drop files on; browsers take them there without a script. */
export function DropZone({ scripted }: { scripted: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [files, setFiles] = useState<File[]>([]);
  const limits = { files: uploadLimits.files, size: format.bytes(uploadLimits.file) };
  const tooLarge = files.some((file) => file.size > uploadLimits.file);
  const tooMany = files.length > uploadLimits.files;
  return (
    <div>
      <div className="relative rounded-xl border border-dashed border-line-strong bg-surface px-6 py-8 text-center has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus hover:border-faint">
        <FileUp size={22} aria-hidden="true" className="mx-auto mb-2 text-faint" />
        <label htmlFor="files" className="font-medium">
          {t("imports.upload.drop")}
        </label>
        <p id="files-hint" className="mx-auto mt-1 max-w-md text-[12.5px] text-faint">
          {t("imports.upload.limits", limits)}
        </p>
        <input
          id="files"
          type="file"
          name="files"
          multiple
          aria-describedby="files-hint"
          // Without JavaScript nobody else says what was chosen, so the browser's own words stay in sight.
          className={scripted ? "absolute inset-0 size-full cursor-pointer opacity-0" : "mx-auto mt-4 block max-w-full"}
          onChange={(event) => setFiles([...(event.target.files ?? [])])}
        />
      </div>
      <div aria-live="polite">
        {files.length > 0 ? (
          <>
            <p className="mt-3 text-[13px] font-medium">{t("imports.upload.chosen", { count: files.length })}</p>
            <ul className="mt-1 grid gap-0.5 text-[13px]">
              {files.map((file) => (
                <li key={`${file.name} ${file.size}`} className="flex gap-3">
                  <span className="min-w-0 truncate">{file.name}</span>
                  <span className="text-faint tabular-nums">{format.bytes(file.size)}</span>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {tooLarge || tooMany ? (
          <p className="mt-2 text-[12.5px] font-medium text-hard">
            {t(tooMany ? "imports.error.tooManyFiles" : "imports.error.fileTooLarge")}
          </p>
        ) : null}
      </div>
    </div>
  );
}
