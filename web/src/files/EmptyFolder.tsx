import { Button } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { Void } from "../shell/Void";
import { t } from "../words/t";

export function EmptyFolder({ canWrite, onUpload }: { canWrite: boolean; onUpload: (kind: "files" | "folder") => void }) {
  return (
    <Void title={t("files.emptyTitle")} text={canWrite ? t("files.emptyText") : t("files.emptyReadOnly")}>
      {canWrite && (
        <>
          <Button variant="filled" leftSection={<IconUpload size={18} stroke={1.6} />} onClick={() => onUpload("files")}>
            {t("files.uploadFiles")}
          </Button>
          <Button onClick={() => onUpload("folder")}>{t("files.uploadFolder")}</Button>
        </>
      )}
    </Void>
  );
}
