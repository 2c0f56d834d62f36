import { useEffect, useState, useSyncExternalStore } from "react";
import { t } from "../words/t";
import { dismiss, notices, undo } from "./notices";
import classes from "./Toast.module.css";

const SHOWN_MS = 8_000;

/** The notice of the moment. Its clock stands while somebody looks at it, or at another tab. */
export function Toast() {
  const notice = useSyncExternalStore(notices.subscribe, notices.current);
  const [heldId, setHeldId] = useState<number>();
  const held = notice !== undefined && heldId === notice.id;

  useEffect(() => {
    if (!notice || held || notice.cancel) return;
    const timer = setInterval(() => {
      if (!document.hidden) dismiss(notice);
    }, SHOWN_MS);
    return () => clearInterval(timer);
  }, [notice, held]);

  const hold = () => setHeldId(notice?.id);
  const release = () => setHeldId(undefined);
  return (
    <div className={classes.place}>
      <div role="status" aria-live="polite">
        {notice && (
          // biome-ignore lint/a11y/noStaticElementInteractions: looking at it only stops its clock
          <div
            key={notice.id}
            className={`${classes.toast} ${notice.isProblem ? classes.problem : ""}`}
            aria-live={notice.cancel ? "off" : undefined}
            onPointerEnter={hold}
            onPointerLeave={release}
            onFocus={hold}
            onBlur={release}
          >
            <span className={classes.text} role={notice.isProblem ? "alert" : undefined}>
              {notice.text}
              {notice.requestId && <span className={classes.small}>{t("app.requestId", { id: notice.requestId })}</span>}
            </span>
            {notice.cancel ? (
              <button type="button" className={classes.button} onClick={notice.cancel}>
                {t("app.cancel")}
              </button>
            ) : notice.undo ? (
              <button type="button" className={classes.button} onClick={() => undo(notice)}>
                {t("app.undo")}
              </button>
            ) : (
              <button type="button" className={classes.button} onClick={() => dismiss(notice)}>
                {t("app.dismiss")}
              </button>
            )}
          </div>
        )}
      </div>
    </div>
  );
}
