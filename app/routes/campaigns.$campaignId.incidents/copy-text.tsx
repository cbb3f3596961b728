import { Check, Copy } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "#app/components/button.tsx";

/** A text to be sent on. Without a script it is chosen and copied as any text is. */
export function CopyText({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [ready, setReady] = useState(false);
  const [copied, setCopied] = useState(false);
  useEffect(() => setReady(true), []);
  useEffect(() => {
    const timer = copied && setTimeout(() => setCopied(false), 4_000);
    return () => clearTimeout(timer || undefined);
  }, [copied]);
  const copy = async () => setCopied(await copyFrom(field.current));
  return (
    <div className="flex min-w-0 flex-col">
      <div className="mb-1 flex min-h-7 items-center gap-2">
        <label htmlFor={id} className="min-w-0 flex-1 text-[13px] font-semibold">
          {title}
        </label>
        <span role="status" className="text-[12.5px] font-medium text-good">
          {copied ? t("incidents.support.copied") : null}
        </span>
        <Button type="button" small hidden={!ready} onClick={copy} aria-describedby={id.concat("-label")}>
          {copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
          {t("incidents.support.copy")}
        </Button>
      </div>
      <textarea
        ref={field}
        id={id}
        readOnly
        value={text}
        rows={12}
        className="min-h-56 w-full flex-1 resize-y rounded-lg border border-line bg-bg px-3 py-2 text-[12.5px] leading-relaxed"
      />
    </div>
  );
}

/** Whether it was copied. On a plain HTTP address browsers have no clipboard to write to, but still the old command. */
async function copyFrom(field: HTMLTextAreaElement | null): Promise<boolean> {
  if (!field) return false;
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand("copy");
  }
}
