import { useNavigation, useRevalidator } from "@remix-run/react";
import { useEffect, useRef } from "react";

const often = 700;

/** Keeps a page of something that runs up to date, while somebody may be looking and does nothing else with it. */
export function useRefresh(isRunning: boolean): void {
  const revalidator = useRevalidator();
  const navigation = useNavigation();
  const isIdle = useRef(true);
  isIdle.current = revalidator.state === "idle" && navigation.state === "idle";
  const { revalidate } = revalidator;
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(async () => {
      if (!isIdle.current || document.visibilityState !== "visible") return;
      // A server that is away for a moment must not turn the page into an error.
      const isThere = await fetch("/health").then(
        ({ ok }) => ok,
        () => false,
      );
      if (isThere && isIdle.current) revalidate();
    }, often);
    return () => clearInterval(timer);
  }, [isRunning, revalidate]);
}
