import { useEffect } from "react";

/** For dialogs: when this one is gone, the focus is back where it was, or on the list if that is gone too. */
export function useFocusBack() {
  useEffect(() => {
    const before = document.activeElement;
    return () => {
      // After whatever else takes the focus on purpose.
      setTimeout(() => {
        if (document.activeElement && document.activeElement !== document.body) return;
        const back = before instanceof HTMLElement && before.isConnected && before !== document.body ? before : null;
        (back ?? document.querySelector<HTMLElement>("[role=grid]"))?.focus();
      });
    };
  }, []);
}
