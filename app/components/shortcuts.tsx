import { useEffect } from "react";

/**
 * One listener for the whole app: an element that declares `aria-keyshortcuts="l"` is pressed (a field: focused) by that key,
 * so what a key does always stands in the page, where a screen reader finds it too. Of several, the last in the page wins.
 * Single letters don't fire while somebody types; combinations such as "Control+Enter" do.
 */
export function useShortcuts() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const typing =
        event.target instanceof HTMLElement &&
        event.target.matches("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
      const combined = event.ctrlKey || event.metaKey || event.altKey;
      if (typing && !combined && event.key !== "Escape") return;
      const name =
        `${event.ctrlKey || event.metaKey ? "Control+" : ""}${event.altKey ? "Alt+" : ""}${event.key}`.toLowerCase();
      const named = [...document.querySelectorAll<HTMLElement>("[aria-keyshortcuts]")].filter(
        (element) =>
          element.getAttribute("aria-keyshortcuts")?.toLowerCase().split(" ").includes(name) &&
          element.getClientRects().length > 0,
      );
      const target = named.at(-1);
      if (!target || document.querySelector("dialog:modal")?.contains(target) === false) return;
      event.preventDefault();
      if (target.matches("input:not([type=checkbox],[type=radio]), textarea, select")) {
        target.focus();
        // As Tab does it: what is typed next takes the place of the last search.
        if (target instanceof HTMLInputElement) target.select();
        return;
      }
      const focused = document.activeElement;
      target.click();
      // A choice has the focus, too, so that Tab leads to what follows from it; unless it has led there itself.
      if (target instanceof HTMLInputElement && document.activeElement === focused) target.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
