import { ActionIcon, Button } from "@mantine/core";
import { IconArrowBackUp, IconTrashX, IconX } from "@tabler/icons-react";
import type { TrashItem } from "../api/client";
import classes from "../files/Tools.module.css";
import { t } from "../words/t";

const SIZE = 18;
const STROKE = 1.6;

interface Props {
  /** Undefined while not all of it is known. */
  count: number | undefined;
  selected: readonly TrashItem[];
  onClear: () => void;
  onRestore: () => void;
  onPurge: () => void;
}

/** How much lies in the trash; or what can be done with what is chosen there. */
export function TrashBar({ count, selected, onClear, onRestore, onPurge }: Props) {
  if (selected.length === 0) {
    return (
      <div className={classes.tools}>
        <span>{count === undefined ? "" : t("files.count", { count })}</span>
      </div>
    );
  }
  return (
    <div className={classes.selection} role="toolbar" aria-label={t("selection.bar")}>
      <ActionIcon className={classes.icon} aria-label={t("selection.clear")} onClick={onClear}>
        <IconX size={SIZE} stroke={STROKE} />
      </ActionIcon>
      <span className={classes.count} role="status">
        {t("selection.count", { count: selected.length })}
      </span>
      <Button
        variant="subtle"
        className={classes.act}
        aria-label={t("trash.restore")}
        leftSection={<IconArrowBackUp size={SIZE} stroke={STROKE} />}
        onClick={onRestore}
      >
        <span className={classes.label}>{t("trash.restore")}</span>
      </Button>
      <Button
        variant="subtle"
        className={classes.act}
        aria-label={t("trash.purge")}
        leftSection={<IconTrashX size={SIZE} stroke={STROKE} />}
        onClick={onPurge}
      >
        <span className={classes.label}>{t("trash.purge")}</span>
      </Button>
    </div>
  );
}
