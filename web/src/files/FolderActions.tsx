import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconChevronDown, IconFile, IconFolder, IconFolderPlus, IconPlus, IconUpload } from "@tabler/icons-react";
import { t } from "../words/t";
import classes from "./FolderActions.module.css";

const SIZE = 18;
const STROKE = 1.6;

interface Props {
  onNewFolder: () => void;
  onUpload: (kind: "files" | "folder") => void;
}

/** What can be added to the folder: two buttons, on a phone one. */
export function FolderActions({ onNewFolder, onUpload }: Props) {
  const items = (
    <>
      <Menu.Item leftSection={<IconFile size={SIZE} stroke={STROKE} />} onClick={() => onUpload("files")}>
        {t("files.uploadFiles")}
      </Menu.Item>
      <Menu.Item leftSection={<IconFolder size={SIZE} stroke={STROKE} />} onClick={() => onUpload("folder")}>
        {t("files.uploadFolder")}
      </Menu.Item>
    </>
  );
  return (
    <>
      <div className={classes.wide}>
        <Button leftSection={<IconFolderPlus size={SIZE} stroke={STROKE} />} onClick={onNewFolder}>
          {t("files.newFolder")}
        </Button>
        <Menu>
          <Menu.Target>
            <Button
              variant="filled"
              leftSection={<IconUpload size={SIZE} stroke={STROKE} />}
              rightSection={<IconChevronDown size={14} stroke={1.8} />}
            >
              {t("files.upload")}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>{items}</Menu.Dropdown>
        </Menu>
      </div>
      <div className={classes.narrow}>
        <Menu>
          <Menu.Target>
            <ActionIcon aria-label={t("files.new")} className={classes.plus}>
              <IconPlus size={24} stroke={1.8} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconFolderPlus size={SIZE} stroke={STROKE} />} onClick={onNewFolder}>
              {t("files.newFolder")}
            </Menu.Item>
            {items}
          </Menu.Dropdown>
        </Menu>
      </div>
    </>
  );
}
