export const PASSWORD_MIN = 10;
/** Hashing costs time and memory by the length: nobody types this much. */
export const PASSWORD_MAX = 200;

/**
 * Why a password won't do, or undefined: as NIST SP 800-63B has it, long enough and not to be guessed from what anybody
 * knows of its owner, without asking for digits or signs. `about` is what others know: names, e-mail, organisation.
 */
export function passwordFault(password: string, about: string[]): "short" | "long" | "repeated" | "known" | undefined {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return "short";
  if (length > PASSWORD_MAX) return "long";
  if (new Set(plain(password)).size < 4) return "repeated";
  // What is left when the known words are taken out has to be hard to guess by itself.
  const rest = wordsOf(about).reduce((text, word) => text.replaceAll(word, ""), plain(password));
  return rest.length < 5 && rest.length < plain(password).length ? "known" : undefined;
}

const plain = (text: string) =>
  text
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase();

/** Whole names first, then their words, so that "cafeejemplo" goes before "cafe". */
function wordsOf(about: string[]): string[] {
  const whole = about.map(plain);
  const words = [
    ...whole,
    ...whole.map((text) => text.replace(/\s+/g, "")),
    ...whole.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)),
  ];
  return [...new Set(words)].filter((word) => word.length >= 3).sort((a, b) => b.length - a.length);
}
