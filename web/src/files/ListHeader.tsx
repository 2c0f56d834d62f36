import { Checkbox } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import type { Sort } from "../api/queries";
import { type MessageId, t } from "../words/t";
import classes from "./FileList.module.css";
import { useSelection } from "./selection";

const COLUMNS: { sort: "name" | "modified_at" | "size"; title: MessageId; atEnd?: boolean }[] = [
  { sort: "name", title: "files.name" },
  { sort: "modified_at", title: "files.modified" },
  { sort: "size", title: "files.size", atEnd: true },
];

interface Props {
  sort: Sort;
  total: number;
  seq: number;
  onSort: (sort: Sort) => void;
}

/** The names of the columns, which sort, and the box that chooses all. */
export function ListHeader({ sort, total, seq, onSort }: Props) {
  const selection = useSelection();
  const count = selection.count(total);
  const descending = sort.startsWith("-");
  const Arrow = descending ? IconArrowDown : IconArrowUp;
  return (
    <div role="row" className={classes.header} aria-rowindex={1}>
      <span role="columnheader" className={classes.headerCheck}>
        <Checkbox
          aria-label={t("files.selectAll")}
          disabled={total === 0}
          checked={total > 0 && count === total}
          indeterminate={count > 0 && count < total}
          onChange={() => (count === total ? selection.clear() : selection.selectAll(seq))}
        />
      </span>
      {COLUMNS.map(column => {
        const on = sort.replace("-", "") === column.sort;
        const next = on && !descending ? (`-${column.sort}` as const) : column.sort;
        return (
          <span
            key={column.sort}
            role="columnheader"
            className={column.atEnd ? classes.end : undefined}
            aria-sort={on ? (descending ? "descending" : "ascending") : "none"}
          >
            <button type="button" className={classes.sort} data-on={on || undefined} onClick={() => onSort(next)}>
              {t(column.title)}
              {on && <Arrow size={13} stroke={1.8} aria-hidden="true" />}
            </button>
          </span>
        );
      })}
      <span role="columnheader" className={classes.actionsHead} aria-label={t("files.actions")} />
    </div>
  );
}
