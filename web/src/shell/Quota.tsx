import { Progress } from "@mantine/core";
import { useSpaces } from "../api/useSpaces";
import { formatSize } from "../words/format";
import { t } from "../words/t";
import classes from "./Quota.module.css";

const NEARLY_FULL = 0.9;

/** How much of one's own space is used. */
export function Quota() {
  const { home } = useSpaces();
  if (!home) return null;
  const { used_bytes: used, quota_bytes: quota } = home;
  const share = quota === undefined ? 0 : used / Math.max(1, quota);
  const nearlyFull = share >= NEARLY_FULL;
  return (
    <div className={classes.quota}>
      <span className={classes.used}>{formatSize(used)}</span>{" "}
      {quota === undefined ? t("quota.used") : t("quota.of", { quota: formatSize(quota) })}
      {quota !== undefined && (
        <Progress
          className={classes.track}
          value={Math.min(100, share * 100)}
          color={nearlyFull ? "var(--warn-mark)" : "var(--accent)"}
          aria-label={t("quota.label")}
        />
      )}
      {quota !== undefined && nearlyFull && (
        <p className={classes.warn}>{t("quota.nearlyFull", { left: formatSize(Math.max(0, quota - used)) })}</p>
      )}
    </div>
  );
}
