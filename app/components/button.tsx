import { Link, type LinkProps } from "@remix-run/react";
import type { ButtonHTMLAttributes } from "react";

const looks = {
  main: "border-accent bg-accent text-on-accent hover:bg-accent-strong hover:border-accent-strong",
  plain: "border-line-strong bg-raised text-text hover:border-faint hover:bg-bg",
  quiet: "border-transparent bg-transparent text-muted hover:text-text hover:bg-line/50",
  danger: "border-hard/50 bg-raised text-hard hover:bg-hard-soft hover:border-hard",
};

type Look = { look?: keyof typeof looks; small?: boolean };

const classes = ({ look = "plain", small = false }: Look, more = "") =>
  `inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap no-underline transition-colors duration-100 disabled:opacity-50 ${
    small ? "px-2 py-1 text-[12.5px]" : "px-3 py-1.5"
  } ${looks[look]} ${more}`;

export function Button({
  look,
  small,
  className,
  type = "submit",
  ...rest
}: Look & ButtonHTMLAttributes<HTMLButtonElement>) {
  return <button type={type} className={classes({ look, small }, className)} {...rest} />;
}

export function LinkButton({ look, small, className, ...rest }: Look & LinkProps & { className?: string }) {
  return <Link className={classes({ look, small }, className)} {...rest} />;
}
