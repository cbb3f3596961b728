import { Form, useActionData, useLoaderData } from "@remix-run/react";
import { useTranslation } from "react-i18next";
import { Button, LinkButton } from "#app/components/button.tsx";
import { TextField } from "#app/components/field.tsx";
import { Key } from "#app/components/key.tsx";
import { Confirmation } from "./confirmation.tsx";
import { Decision } from "./decision.tsx";
import type { action, loader } from "./route.tsx";

/** What is asked for, and why; confirmed a second time where that is needed. */
export function Ask() {
  const { open, warned, toConfirm, campaign, next, reason } = useLoaderData<typeof loader>();
  const refused = useActionData<typeof action>();
  const { t } = useTranslation();
  const others = open.length - toConfirm.length;
  return (
    <Form method="post" className="group/ask mt-6 space-y-5">
      {open.map(({ contact_id }) => (
        <input key={contact_id} type="hidden" name="contact" value={contact_id} />
      ))}
      <input type="hidden" name="campaign" value={campaign ?? ""} />
      <input type="hidden" name="next" value={next} />
      <Decision
        // Where something speaks against a removal, nobody slips into one by a default.
        chosen={refused?.values.decision ?? (warned.length > 0 ? undefined : "remove")}
        error={refused?.errors.decision}
      />
      <TextField
        label={t("removals.ask.reason")}
        hint={t("removals.ask.reasonHint")}
        name="reason"
        required
        maxLength={1000}
        defaultValue={refused?.values.reason ?? reason}
        error={refused?.errors.reason}
      />
      {toConfirm.length > 0 ? (
        <Confirmation contacts={toConfirm} chosen={refused?.values.confirmed} error={refused?.errors.confirmed} />
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button
          look="main"
          aria-keyshortcuts="Control+Enter"
          title={`${t("removals.ask.submit", { count: open.length })} (Ctrl+Enter)`}
        >
          {t("removals.ask.submit", { count: open.length })} <Key quiet>Ctrl ↵</Key>
        </Button>
        {toConfirm.length > 0 && others > 0 ? (
          <span className="hidden group-has-[[value=remove]:checked]/ask:contents">
            <Button
              name="only"
              value="others"
              aria-keyshortcuts="o"
              title={`${t("removals.ask.others", { count: others })} (O)`}
            >
              {t("removals.ask.others", { count: others })} <Key>O</Key>
            </Button>
          </span>
        ) : null}
        <LinkButton
          to={next || "/worklist"}
          look="quiet"
          aria-keyshortcuts="Escape"
          title={`${t("common.cancel")} (Esc)`}
        >
          {t("common.cancel")}
        </LinkButton>
      </div>
    </Form>
  );
}
