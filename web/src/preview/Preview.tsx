import { ActionIcon, Modal } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight, IconDownload, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Node } from "../api/client";
import { nodeQuery } from "../api/queries";
import { download } from "../files/actions";
import type { FolderListing } from "../files/useListing";
import { FileGlyph } from "../parts/FileGlyph";
import { FileName } from "../parts/FileName";
import { useFocusBack } from "../shell/useFocusBack";
import { formatSize, formatTime } from "../words/format";
import { t } from "../words/t";
import classes from "./Preview.module.css";
import { Stage } from "./Stage";

const SIZE = 20;
const STROKE = 1.6;
const FURTHEST = 400; // rows that are looked through for a neighbour; what is not loaded is not looked at

interface Props {
  id: string;
  listing: FolderListing;
  onShow: (id: string | undefined) => void;
}

/** The next file from the row on, in a direction: folders are passed over. */
function neighbour(listing: FolderListing, from: number, step: 1 | -1): Node | undefined {
  for (let i = from + step, n = 0; i >= 0 && i < (listing.total ?? 0) && n < FURTHEST; i += step, n++) {
    const node = listing.rowAt(i);
    if (node?.kind === "file") return node;
  }
  return undefined;
}

/** One file over the whole window; the arrows go to its neighbours in the folder. */
export function Preview({ id, listing, onShow }: Props) {
  useFocusBack();
  const { data: node } = useQuery(nodeQuery(id));
  const at = listing.indexOf(id);
  const previous = at < 0 ? undefined : neighbour(listing, at, -1);
  const next = at < 0 ? undefined : neighbour(listing, at, 1);
  const close = () => onShow(undefined);
  // Of the window, since the dialog takes the focus only once it has settled. Where arrows have a meaning already, they keep it.
  useWindowEvent("keydown", event => {
    if (event.target instanceof HTMLMediaElement || (event.target instanceof Element && event.target.closest("pre"))) return;
    if (event.key === "ArrowLeft" && previous) onShow(previous.id);
    if (event.key === "ArrowRight" && next) onShow(next.id);
  });
  if (!node) return null;
  const facts = [node.size === undefined ? "" : formatSize(node.size), formatTime(node.modified_at, new Date())];
  return (
    <Modal.Root opened onClose={close} fullScreen radius={0} classNames={{ inner: classes.inner, content: classes.content }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t("preview.label", { name: node.name })}>
        <Modal.Body className={classes.body}>
          <header className={classes.head}>
            <FileGlyph kind={node.kind} mediaType={node.media_type} />
            <div className={classes.title}>
              <h2>
                <FileName name={node.name} isFolder={false} />
              </h2>
              <p className={classes.facts}>{facts.filter(Boolean).join(" · ")}</p>
            </div>
            <ActionIcon aria-label={t("preview.previous")} disabled={!previous} onClick={() => previous && onShow(previous.id)}>
              <IconChevronLeft size={SIZE} stroke={STROKE} />
            </ActionIcon>
            <ActionIcon aria-label={t("preview.next")} disabled={!next} onClick={() => next && onShow(next.id)}>
              <IconChevronRight size={SIZE} stroke={STROKE} />
            </ActionIcon>
            <ActionIcon aria-label={t("action.download")} onClick={() => download([node])}>
              <IconDownload size={SIZE} stroke={STROKE} />
            </ActionIcon>
            <ActionIcon aria-label={t("app.close")} onClick={close} data-autofocus>
              <IconX size={SIZE} stroke={STROKE} />
            </ActionIcon>
          </header>
          <Stage key={node.id} node={node} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
