import { useTranslation } from "react-i18next";
import type { OwnRule } from "#app/rules/own-rules.ts";
import { categories } from "#app/rules/verdict/categories.ts";
import { verdictCategories, verdictProblems } from "#db/lists.ts";
import { Button, LinkButton } from "./button.tsx";
import { Choice, Field } from "./field.tsx";

type Props = {
  sources: { id: string; name: string }[];
  rule?: Omit<OwnRule, "id"> & { name: string; is_on: boolean };
  /** What the form brought back: messages and typed text by field. */
  errors?: Record<string, string>;
  values?: Record<string, string>;
};

/** What a rule looks for, where it holds, and what it says then. Read back by app/rule-form.ts. */
export function RuleFields({ sources, rule, errors = {}, values }: Props) {
  const { t } = useTranslation();
  const isRegexp = values ? values.is_regexp === "yes" : (rule?.is_regexp ?? false);
  return (
    <>
      <Field
        name="name"
        label={t("rules.name")}
        required
        maxLength={100}
        autoComplete="off"
        defaultValue={values?.name ?? rule?.name}
        error={errors.name}
      />
      <fieldset>
        <legend className="mb-1 text-[13px] font-medium">{t("rules.looksFor")}</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {(["no", "yes"] as const).map((choice) => (
            <label
              key={choice}
              className="flex items-start gap-2.5 rounded-lg border border-line-strong bg-raised px-3 py-2 hover:border-faint has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input
                type="radio"
                name="is_regexp"
                value={choice}
                defaultChecked={isRegexp === (choice === "yes")}
                className="mt-[3px]"
              />
              <span>
                <span className="block font-medium">{t(choice === "yes" ? "rules.regexp" : "rules.contains")}</span>
                <span className="block text-[12.5px] text-muted">
                  {t(choice === "yes" ? "rules.regexpText" : "rules.containsText")}
                </span>
              </span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        name="pattern"
        label={t("rules.pattern")}
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        defaultValue={values?.pattern ?? rule?.pattern}
        error={errors.pattern}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice
          name="source"
          label={t("rules.source")}
          defaultValue={values?.source ?? rule?.source ?? ""}
          error={errors.source}
        >
          <option value="">{t("rules.anySource")}</option>
          {sources.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Choice>
        <Field
          name="domain"
          label={t("rules.domain")}
          optional
          hint={t("rules.domainHint")}
          maxLength={253}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          defaultValue={values?.domain ?? rule?.domain ?? ""}
          error={errors.domain}
        />
      </div>
      <Choice
        name="category"
        label={t("rules.category")}
        required
        defaultValue={values?.category ?? rule?.category ?? ""}
        error={errors.category}
      >
        <option value="">{t("rules.choose")}</option>
        {verdictProblems.map((problem) => (
          <optgroup key={problem} label={t(`rules.whose.${problem}`)}>
            {verdictCategories
              .filter((category) => categories[category].problem === problem)
              .map((category) => (
                <option key={category} value={category}>
                  {t(`verdict.says.${category}`)}
                </option>
              ))}
          </optgroup>
        ))}
      </Choice>
      <label className="flex items-start gap-2.5">
        <input
          type="checkbox"
          name="is_on"
          defaultChecked={values ? values.is_on === "on" : (rule?.is_on ?? true)}
          className="mt-[3px]"
        />
        <span>
          <span className="block font-medium">{t("rules.isOn")}</span>
          <span className="block text-[12.5px] text-muted">{t("rules.isOnText")}</span>
        </span>
      </label>
    </>
  );
}

/** Saves the rule, or first shows what it would change. */
export function RuleActs() {
  const { t } = useTranslation();
  return (
    <p className="flex flex-wrap gap-2">
      <Button look="main" name="act" value="save">
        {t("common.save")}
      </Button>
      <Button name="act" value="preview">
        {t("rules.preview.ask")}
      </Button>
      <LinkButton look="quiet" to="/rules">
        {t("common.cancel")}
      </LinkButton>
    </p>
  );
}
