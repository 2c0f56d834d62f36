import { Button, Modal } from "@mantine/core";
import { IconFolderPlus } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Node } from "../api/client";
import { nodeQuery } from "../api/queries";
import { useSpaces } from "../api/useSpaces";
import { tellProblem } from "../shell/notices";
import { useFocusBack } from "../shell/useFocusBack";
import { t } from "../words/t";
import { moveNodes } from "./actions";
import { folderName } from "./Breadcrumb";
import { FolderTree } from "./FolderTree";
import classes from "./MoveDialog.module.css";
import { NewFolderDialog } from "./NewFolderDialog";
import type { TreeItem } from "./useFolderTree";

interface Props {
  nodes: readonly Node[];
  from: string;
  onClose: () => void;
  onMove: () => void;
}

/** Where the chosen ones go: a tree that says why a place is barred. */
export function MoveDialog({ nodes, from, onClose, onMove }: Props) {
  const client = useQueryClient();
  useFocusBack();
  const { roots } = useSpaces();
  const [target, setTarget] = useState<string>();
  const [isMaking, setIsMaking] = useState(false);
  const moved = new Set(nodes.map(node => node.id));

  const barred = (item: TreeItem) => {
    if (item.id === from) return t("move.here");
    if (moved.has(item.id) || item.ancestors.some(id => moved.has(id))) return t("move.into");
    return item.node && !item.node.can.includes("write") ? t("move.readOnly") : undefined;
  };
  const submit = async () => {
    if (!target) return;
    try {
      const folder = await client.ensureQueryData(nodeQuery(target));
      onMove();
      onClose();
      await moveNodes(client, nodes, { id: folder.id, name: folderName(folder) });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <>
      <Modal
        opened={!isMaking}
        onClose={onClose}
        title={t("move.title", { count: nodes.length, name: nodes[0]?.name ?? "" })}
        size={520}
        closeButtonProps={{ "aria-label": t("app.close") }}
      >
        <div className={classes.folders}>
          <FolderTree
            label={t("move.folders")}
            roots={roots}
            chosen={target ?? from}
            opensChosen
            accented={target !== undefined}
            barred={barred}
            onChoose={setTarget}
          />
        </div>
        <div className={classes.actions}>
          <Button variant="subtle" leftSection={<IconFolderPlus size={18} stroke={1.6} />} onClick={() => setIsMaking(true)}>
            {t("files.newFolder")}
          </Button>
          <span className={classes.spacer} />
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button variant="filled" disabled={!target} onClick={submit}>
            {t("move.submit")}
          </Button>
        </div>
      </Modal>
      {isMaking && (
        <NewFolderDialog parent={target ?? from} onClose={() => setIsMaking(false)} onMade={folder => setTarget(folder.id)} />
      )}
    </>
  );
}
