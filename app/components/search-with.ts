/** The query string with some values changed: null takes a name out, an array gives it several times. */
export function searchWith(
  search: URLSearchParams,
  changes: Record<string, string | number | readonly string[] | null>,
): string {
  const changed = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    changed.delete(name);
    if (Array.isArray(value)) for (const one of value) changed.append(name, one);
    else if (value !== null) changed.set(name, String(value));
  }
  return `?${changed}`;
}
