import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { Void } from "../shell/Void";
import { t } from "../words/t";
import classes from "./EmptyFolder.module.css";
import { folderKey } from "./useListKeys";

interface Props {
  canWrite: boolean;
  commands: { newFolder: () => void; upload: (kind?: "files" | "folder") => void; up: () => void };
}

/** In place of the list, with those of its keys that need no row. */
export function EmptyFolder({ canWrite, commands }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) place.current?.focus();
  }, []);
  return (
    <div
      ref={place}
      className={classes.place}
      role="group"
      aria-label={t("files.emptyTitle")}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys go up and make folders here as in a list
      tabIndex={0}
      onKeyDown={event => event.target === event.currentTarget && folderKey(event, commands) && event.preventDefault()}
    >
      <Void title={t("files.emptyTitle")} text={canWrite ? t("files.emptyText") : t("files.emptyReadOnly")}>
        {canWrite && (
          <>
            <Button variant="filled" leftSection={<IconUpload size={18} stroke={1.6} />} onClick={() => commands.upload("files")}>
              {t("files.uploadFiles")}
            </Button>
            <Button onClick={() => commands.upload("folder")}>{t("files.uploadFolder")}</Button>
          </>
        )}
      </Void>
    </div>
  );
}
