import { Fragment } from "react";

/** An e-mail address that breaks, where a column is narrow, before its domain and at its dots rather than in a word. */
export function Address({ email }: { email: string }) {
  const at = email.lastIndexOf("@");
  const parts = [email.slice(0, at), ...email.slice(at).split(/(?=\.)/)];
  return (
    <span className="[overflow-wrap:anywhere]">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one address never move
        <Fragment key={index}>
          {index > 0 ? <wbr /> : null}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
