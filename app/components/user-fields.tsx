import { useTranslation } from "react-i18next";
import { roles } from "#db/lists.ts";
import type { Role } from "#db/schema.ts";
import { Field } from "./field.tsx";

type Props = {
  user?: { name: string; email: string; role: Role };
  /** What a refused form brought back: messages and typed text by field. */
  errors?: Record<string, string>;
  values?: Record<string, string>;
};

/** Who a user is and what they may do. */
export function UserFields({ user, errors = {}, values }: Props) {
  const { t } = useTranslation();
  const role = values?.role ?? user?.role ?? "sales";
  return (
    <>
      <Field
        name="name"
        label={t("users.name")}
        required
        maxLength={100}
        autoComplete="off"
        defaultValue={values?.name ?? user?.name}
        error={errors.name}
      />
      <Field
        name="email"
        type="email"
        label={t("users.email")}
        required
        maxLength={254}
        autoComplete="off"
        defaultValue={values?.email ?? user?.email}
        error={errors.email}
      />
      <fieldset>
        <legend className="mb-1 text-[13px] font-medium">{t("users.role")}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {roles.map((choice) => (
            <label
              key={choice}
              className="flex items-start gap-2.5 rounded-lg border border-line-strong bg-raised px-3 py-2 hover:border-faint has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input type="radio" name="role" value={choice} defaultChecked={choice === role} className="mt-[3px]" />
              <span>
                <span className="block font-medium">{t(`common.role.${choice}`)}</span>
                <span className="block text-[12.5px] text-muted">{t(`users.roleText.${choice}`)}</span>
              </span>
            </label>
          ))}
        </div>
        {errors.role ? (
          <p className="mt-1 text-[12.5px] font-medium text-hard">{t(errors.role as "error.choice")}</p>
        ) : null}
      </fieldset>
    </>
  );
}
