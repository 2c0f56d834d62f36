import { Menu } from "@mantine/core";
import { IconDownload, IconEye, IconFolderOpen, IconFolderSymlink, IconPencil, IconTrash } from "@tabler/icons-react";
import type { Node } from "../api/client";
import { t } from "../words/t";
import classes from "./RowMenu.module.css";

const SIZE = 18;
const STROKE = 1.6;

export interface MenuPlace {
  node: Node;
  x: number;
  y: number;
}

interface Props {
  place: MenuPlace | undefined;
  isSingle: boolean;
  canWrite: boolean;
  onClose: () => void;
  onOpen: () => void;
  onDownload: () => void;
  onRename: () => void;
  onMove: () => void;
  onDelete: () => void;
}

/** What can be done with a row, or with all that are chosen; the key for each stands beside it. */
export function RowMenu({ place, isSingle, canWrite, onClose, onOpen, onDownload, onRename, onMove, onDelete }: Props) {
  const isFolder = place?.node.kind === "folder";
  const key = (text: string) => <span className={classes.key}>{text}</span>;
  return (
    <Menu opened={place !== undefined} onClose={onClose} position="bottom-start" shadow="md" returnFocus={false}>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          className={classes.target}
          style={{ left: place?.x ?? 0, top: place?.y ?? 0 }}
        />
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {isSingle && (
          <Menu.Item
            leftSection={isFolder ? <IconFolderOpen size={SIZE} stroke={STROKE} /> : <IconEye size={SIZE} stroke={STROKE} />}
            rightSection={key("Enter")}
            onClick={onOpen}
          >
            {isFolder ? t("action.open") : t("action.preview")}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconDownload size={SIZE} stroke={STROKE} />}
          rightSection={key("Shift+D")}
          disabled={isSingle && isFolder}
          onClick={onDownload}
        >
          {t("action.download")}
        </Menu.Item>
        <Menu.Divider />
        {isSingle && (
          <Menu.Item
            leftSection={<IconPencil size={SIZE} stroke={STROKE} />}
            rightSection={key("F2")}
            disabled={!canWrite}
            onClick={onRename}
          >
            {t("action.rename")}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconFolderSymlink size={SIZE} stroke={STROKE} />}
          rightSection={key("Shift+M")}
          disabled={!canWrite}
          onClick={onMove}
        >
          {t("action.move")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconTrash size={SIZE} stroke={STROKE} />}
          rightSection={key("Del")}
          data-danger
          disabled={!canWrite}
          onClick={onDelete}
        >
          {t("action.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
