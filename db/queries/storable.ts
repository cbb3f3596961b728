/** Text that PostgreSQL can store: no zero characters, no half of a surrogate pair. */
export const storable = (text: string) => text.replaceAll("\0", "").replaceAll(/\p{Cs}/gu, "\ufffd");

/** JSON of storable texts. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === "string") return storable(inner);
    if (!inner || typeof inner !== "object" || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, entry]) => [storable(key), entry]));
  });
}
