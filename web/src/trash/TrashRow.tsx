import { Checkbox } from "@mantine/core";
import { memo } from "react";
import type { TrashItem } from "../api/client";
import { FileGlyph } from "../parts/FileGlyph";
import { FileName } from "../parts/FileName";
import { formatMoment, formatSize, formatTime } from "../words/format";
import { t } from "../words/t";
import classes from "./TrashPage.module.css";

interface Props {
  item: TrashItem;
  from: string;
  isSelected: boolean;
  onToggle: (item: TrashItem) => void;
}

export const TrashRow = memo(function TrashRow({ item, from, isSelected, onToggle }: Props) {
  const when = formatTime(item.trashed_at, new Date());
  return (
    <tr data-selected={isSelected || undefined} onClick={() => onToggle(item)}>
      <td className={classes.check}>
        <Checkbox
          aria-label={t("files.select", { name: item.name })}
          checked={isSelected}
          onClick={event => event.stopPropagation()}
          onChange={() => onToggle(item)}
        />
      </td>
      <td>
        <span className={classes.name}>
          <FileGlyph kind={item.kind} mediaType={item.media_type} />
          <span className={classes.names}>
            <FileName name={item.name} isFolder={item.kind === "folder"} />
            <span className={classes.sub}>
              {from} · {when}
            </span>
          </span>
        </span>
      </td>
      <td className={classes.from}>
        <bdi>{from}</bdi>
      </td>
      <td className={classes.when} title={formatMoment(item.trashed_at)}>
        {when}
      </td>
      <td className={classes.size}>{item.size === undefined ? "" : formatSize(item.size)}</td>
    </tr>
  );
});
