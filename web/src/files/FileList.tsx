import { useMediaQuery } from "@mantine/hooks";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useContext, useEffect, useRef } from "react";
import type { Node } from "../api/client";
import type { Sort } from "../api/queries";
import { t } from "../words/t";
import classes from "./FileList.module.css";
import { FileRow, rowElementId, SkeletonRow } from "./FileRow";
import { ListHeader } from "./ListHeader";
import { SelectionContext, useSelection } from "./selection";
import { useFocusRow } from "./useFocusRow";
import type { FolderListing } from "./useListing";
import { type ListCommands, useListKeys } from "./useListKeys";
import { useListPointer } from "./useListPointer";

const ROW = 36;
const ROW_TOUCH = 60;
const HEADER = 36;
const OVERSCAN = 8;
const SKELETONS = 12;
const FINGERS = "(max-width: 719px), (pointer: coarse)";

let isFirstScreen = true;

interface Props {
  folderName: string;
  listing: FolderListing;
  sort: Sort;
  onSort: (sort: Sort) => void;
  renaming: string | undefined;
  onRenamed: (id: string, byKey: boolean) => void;
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
  const focus = useFocusRow(listing, selection);
  const { active } = focus;

  const virtual = useVirtualizer({
    count: listing.total ?? SKELETONS,
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
  // Whoever has come here from another screen goes on by keys.
  useEffect(() => {
    if (!isFirstScreen && document.activeElement === document.body) list.current?.focus({ preventScroll: true });
    isFirstScreen = false;
  }, []);
  const goTo = (index: number) => {
    focus.goTo(index);
    virtual.scrollToIndex(index, { align: "auto" });
  };

  const menuOf = (node: Node, x: number, y: number) => {
    if (!selection.has(node.id)) selection.only([node]);
    list.current?.focus({ preventScroll: true }); // where the menu gives the focus back to
    onMenu(node, { x, y });
  };
  const menu = () => {
    const place = focus.node && document.getElementById(rowElementId(focus.node.id))?.getBoundingClientRect();
    if (focus.node && place) menuOf(focus.node, place.left + HEADER, place.bottom);
  };
  const keys = useListKeys({
    listing,
    selection,
    focus: { ...focus, goTo },
    pageRows: Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / rowHeight) - 1),
    commands: { ...commands, menu },
  });
  const pointer = useListPointer({ listing, selection, focus, isSelecting, renaming, open: commands.open, menuOf });

  const isActiveSeen = active >= first && active <= last;
  return (
    <div
      ref={list}
      role="grid"
      className={`${classes.list} ${isSelecting ? classes.selecting : ""}`}
      tabIndex={0}
      aria-label={t("files.list", { folder: folderName })}
      aria-multiselectable
      aria-busy={listing.total === undefined}
      aria-rowcount={total + 1}
      aria-activedescendant={focus.node && isActiveSeen ? rowElementId(focus.node.id) : undefined}
      onKeyDown={event => event.target === event.currentTarget && keys(event)}
      {...pointer}
    >
      <ListHeader sort={sort} total={total} seq={listing.seq} onSort={onSort} />
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
