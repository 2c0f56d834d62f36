import { memo } from "react";
import type { Node } from "../api/client";
import { FileGlyph } from "../parts/FileGlyph";
import { FileName } from "../parts/FileName";
import { formatBytes, formatMoment, formatSize, formatTime } from "../words/format";
import { t } from "../words/t";
import classes from "./FileList.module.css";
import { RenameField } from "./RenameField";
import { useIsSelected } from "./selection";

interface Props {
  node: Node;
  index: number;
  top: number;
  isActive: boolean;
  isRenaming: boolean;
  ownId: string;
  onRenamed: (id: string, byKey: boolean) => void;
}

/** The id of the row's element: what the list's focus is at is told by it. */
export function rowElementId(id: string): string {
  return `row-${id}`;
}

/** One file or folder. The list listens for what happens to it. */
export const FileRow = memo(function FileRow({ node, index, top, isActive, isRenaming, ownId, onRenamed }: Props) {
  const isSelected = useIsSelected(node.id);
  const when = formatTime(node.modified_at, new Date());
  const size = node.size === undefined ? "" : formatSize(node.size);
  const isFolder = node.kind === "folder";
  return (
    <div
      role="row"
      id={rowElementId(node.id)}
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-active={isActive || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className={classes.check} data-part="check">
        <span className={classes.box} />
      </span>
      <span role="gridcell" className={classes.name}>
        <FileGlyph kind={node.kind} mediaType={node.media_type} />
        {isRenaming ? (
          <RenameField node={node} onDone={byKey => onRenamed(node.id, byKey)} />
        ) : (
          <span className={classes.names}>
            <FileName name={node.name} isFolder={isFolder} />
            <span className={classes.sub}>{size ? `${size} · ${when}` : when}</span>
          </span>
        )}
      </span>
      <span role="gridcell" className={classes.when} title={formatMoment(node.modified_at)}>
        {node.modified_by === ownId ? t("files.you", { when }) : when}
      </span>
      <span role="gridcell" className={classes.size} title={node.size === undefined ? undefined : formatBytes(node.size)}>
        {size}
      </span>
      <span role="gridcell">
        <button
          type="button"
          tabIndex={-1}
          className={classes.more}
          data-part="more"
          aria-label={t("files.moreOf", { name: node.name })}
        >
          ⋯
        </button>
      </span>
    </div>
  );
});

/** In place of a row that is on its way. */
export function SkeletonRow({ index, top }: { index: number; top: number }) {
  const WIDTHS = [38, 52, 44, 61, 33, 49];
  return (
    <div className={classes.row} aria-hidden="true" style={{ transform: `translateY(${top}px)` }}>
      <span />
      <span className={classes.skeleton} style={{ width: `${WIDTHS[index % WIDTHS.length]}%` }} />
    </div>
  );
}
