import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconDownload, IconFolderSymlink, IconPencil, IconTrash, IconX } from "@tabler/icons-react";
import { formatCount, formatSize } from "../words/format";
import { t } from "../words/t";
import { useSelection } from "./selection";
import classes from "./Tools.module.css";

const SIZE = 18;
const STROKE = 1.6;

interface Props {
  /** Undefined while it is not known. */
  total: number | undefined;
  canWrite: boolean;
  onDownload: () => void;
  onMove: () => void;
  onRename: () => void;
  onDelete: () => void;
}

/** How much is in the folder; or what is chosen, and what can be done with that, in the same place. */
export function SelectionBar({ total, canWrite, onDownload, onMove, onRename, onDelete }: Props) {
  const selection = useSelection();
  const count = selection.count(total ?? 0);
  if (count === 0) {
    return (
      <div className={classes.tools}>
        <span>{total === undefined ? "" : t("files.count", { count: total })}</span>
      </div>
    );
  }
  const nodes = selection.isAll ? [] : selection.nodes;
  const hasFolders = nodes.some(node => node.kind === "folder");
  const bytes = nodes.reduce((sum, node) => sum + (node.size ?? 0), 0);
  const actions = [
    { name: t("action.download"), Icon: IconDownload, act: onDownload, barred: hasFolders ? t("action.noFolders") : undefined },
    { name: t("action.move"), Icon: IconFolderSymlink, act: onMove, barred: canWrite ? undefined : t("action.noRight") },
    {
      name: t("action.rename"),
      Icon: IconPencil,
      act: onRename,
      barred: canWrite ? undefined : t("action.noRight"),
      single: true,
    },
    { name: t("action.delete"), Icon: IconTrash, act: onDelete, barred: canWrite ? undefined : t("action.noRight") },
  ].filter(action => !action.single || count === 1);
  return (
    <div className={classes.selection} role="toolbar" aria-label={t("selection.bar")}>
      <ActionIcon className={classes.icon} aria-label={t("selection.clear")} onClick={() => selection.clear()}>
        <IconX size={SIZE} stroke={STROKE} />
      </ActionIcon>
      <span className={classes.count} role="status">
        {count === total && count > 1 ? t("selection.all", { count: formatCount(count) }) : t("selection.count", { count })}
        {bytes > 0 && !hasFolders && <span> · {formatSize(bytes)}</span>}
      </span>
      {actions.map(({ name, Icon, act, barred }) => (
        <Tooltip key={name} label={barred ?? name} disabled={!barred}>
          <Button
            variant="subtle"
            className={classes.act}
            leftSection={<Icon size={SIZE} stroke={STROKE} />}
            aria-label={name}
            data-disabled={barred ? true : undefined}
            aria-disabled={barred !== undefined}
            onClick={() => !barred && act()}
          >
            <span className={classes.label}>{name}</span>
          </Button>
        </Tooltip>
      ))}
    </div>
  );
}
