import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, type PointerEvent, useContext, useEffect, useRef, useState } from "react";
import type { Node } from "../api/client";
import type { Sort } from "../api/queries";
import { t } from "../words/t";
import classes from "./FileList.module.css";
import { FileRow, rowElementId, SkeletonRow } from "./FileRow";
import { ListHeader } from "./ListHeader";
import { SelectionContext, useSelection } from "./selection";
import type { FolderListing } from "./useListing";
import { type ListCommands, useListKeys } from "./useListKeys";

const ROW = 36;
const ROW_TOUCH = 60;
const HEADER = 36;
const OVERSCAN = 8;
const LONG_PRESS_MS = 500;
const FINGERS = "(max-width: 719px), (pointer: coarse)";

interface Props {
  folderName: string;
  listing: FolderListing;
  sort: Sort;
  onSort: (sort: Sort) => void;
  renaming: string | undefined;
  onRenamed: () => void;
  ownId: string;
  commands: Omit<ListCommands, "menu">;
  onMenu: (node: Node, at: { x: number; y: number }) => void;
}

/** A folder's rows, however many: those in sight are drawn. By the ARIA pattern of a grid with one tab stop. */
export function FileList({ folderName, listing, sort, onSort, renaming, onRenamed, ownId, commands, onMenu }: Props) {
  const total = listing.total ?? 0;
  const selection = useContext(SelectionContext);
  const isSelecting = useSelection().count(total) > 0;
  const rowHeight = useMediaQuery(FINGERS, undefined, { getInitialValueInEffect: false }) ? ROW_TOUCH : ROW;
  const list = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const anchor = useRef(0);
  const pressed = useRef<{ type: string; timer: number }>({ type: "mouse", timer: 0 });

  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => list.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollPaddingStart: HEADER,
    scrollMargin: HEADER,
  });
  const seen = virtual.getVirtualItems();
  const { look } = listing;
  const first = seen[0]?.index ?? 0;
  const last = seen.at(-1)?.index ?? 0;
  useEffect(() => look(first, last), [look, first, last]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height is not an input of measure(), and changes what it finds
  useEffect(() => virtual.measure(), [rowHeight]);

  const goTo = (index: number) => {
    setActive(index);
    virtual.scrollToIndex(index, { align: "auto" });
  };
  const menuOf = (node: Node, x: number, y: number) => {
    if (!selection.has(node.id)) selection.only([node]);
    onMenu(node, { x, y });
  };
  const menu = () => {
    const node = listing.rowAt(active);
    const place = node && document.getElementById(rowElementId(node.id))?.getBoundingClientRect();
    if (node && place) menuOf(node, place.left + 60, place.bottom);
  };
  const keys = useListKeys({
    listing,
    selection,
    active,
    anchor,
    pageRows: Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowHeight) - 1),
    goTo,
    commands: { ...commands, menu },
  });

  const rowOf = (event: MouseEvent): { index: number; node: Node; part: string | undefined } | undefined => {
    if (!(event.target instanceof Element)) return undefined;
    const row = event.target.closest<HTMLElement>("[data-index]");
    const index = Number(row?.dataset.index);
    const node = row ? listing.rowAt(index) : undefined;
    const part = event.target.closest<HTMLElement>("[data-part]")?.dataset.part;
    return node && { index, node, part };
  };
  const onClick = async (event: MouseEvent) => {
    const hit = rowOf(event);
    if (!hit || hit.node.id === renaming) return;
    const { index, node, part } = hit;
    const isTouch = pressed.current.type === "touch";
    if (part === "more") {
      const place = (event.target as Element).getBoundingClientRect();
      menuOf(node, place.left, place.bottom);
    } else if (event.shiftKey) {
      selection.only(await listing.rows(Math.min(anchor.current, index), Math.max(anchor.current, index)));
    } else if (part === "check" || event.ctrlKey || event.metaKey || (isTouch && isSelecting)) {
      selection.toggle(node);
      anchor.current = index;
    } else if (isTouch) {
      commands.open(node);
    } else {
      selection.only([node]);
      anchor.current = index;
    }
    setActive(index);
  };
  const onPointerDown = (event: PointerEvent) => {
    window.clearTimeout(pressed.current.timer);
    const hit = event.pointerType === "touch" ? rowOf(event) : undefined;
    const timer = hit ? window.setTimeout(() => selection.toggle(hit.node), LONG_PRESS_MS) : 0;
    pressed.current = { type: event.pointerType, timer };
  };
  const endPress = () => window.clearTimeout(pressed.current.timer);

  const activeNode = listing.rowAt(active);
  const isActiveSeen = active >= first && active <= last;
  return (
    <div
      ref={list}
      role="grid"
      className={`${classes.list} ${isSelecting ? classes.selecting : ""}`}
      tabIndex={0}
      aria-label={t("files.list", { folder: folderName })}
      aria-multiselectable
      aria-rowcount={total + 1}
      aria-activedescendant={activeNode && isActiveSeen ? rowElementId(activeNode.id) : undefined}
      onKeyDown={event => event.target === event.currentTarget && keys(event)}
      onClick={onClick}
      onDoubleClick={event => {
        const hit = rowOf(event);
        if (hit && hit.part === undefined && hit.node.id !== renaming) commands.open(hit.node);
      }}
      onContextMenu={event => {
        const hit = rowOf(event);
        if (!hit) return;
        event.preventDefault();
        if (pressed.current.type !== "touch") menuOf(hit.node, event.clientX, event.clientY);
      }}
      onPointerDown={onPointerDown}
      onPointerUp={endPress}
      onPointerCancel={endPress}
      onPointerMove={event => event.movementX + event.movementY !== 0 && endPress()}
    >
      <ListHeader sort={sort} total={total} onSort={onSort} />
      <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {seen.map(({ index, start }) => {
          const node = listing.rowAt(index);
          const top = start - HEADER;
          return node ? (
            <FileRow
              key={node.id}
              node={node}
              index={index}
              top={top}
              isActive={index === active}
              isRenaming={node.id === renaming}
              ownId={ownId}
              onRenamed={onRenamed}
            />
          ) : (
            <SkeletonRow key={`row-${index}`} index={index} top={top} />
          );
        })}
      </div>
    </div>
  );
}
