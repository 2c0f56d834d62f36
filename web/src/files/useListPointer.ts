import { type MouseEvent, type PointerEvent, useRef } from "react";
import type { Node } from "../api/client";
import type { Selection } from "./selection";
import type { FocusRow } from "./useFocusRow";
import type { FolderListing } from "./useListing";

const LONG_PRESS_MS = 500;
const STILL_PX = 10;

interface Wiring {
  listing: FolderListing;
  selection: Selection;
  focus: FocusRow;
  isSelecting: boolean;
  renaming: string | undefined;
  open: (node: Node) => void;
  menuOf: (node: Node, x: number, y: number) => void;
}

/** Mouse and finger on the rows: the list listens for all of them. A mouse chooses and opens by two clicks, a finger opens. */
export function useListPointer({ listing, selection, focus, isSelecting, renaming, open, menuOf }: Wiring) {
  const press = useRef({ type: "mouse", x: 0, y: 0, timer: 0, wasLong: false });

  const rowOf = (event: MouseEvent): { index: number; node: Node; part: string | undefined } | undefined => {
    if (!(event.target instanceof Element)) return undefined;
    const row = event.target.closest<HTMLElement>("[data-index]");
    const index = Number(row?.dataset.index);
    const node = row ? listing.rowAt(index) : undefined;
    const part = event.target.closest<HTMLElement>("[data-part]")?.dataset.part;
    return node && node.id !== renaming ? { index, node, part } : undefined;
  };
  const onClick = (event: MouseEvent) => {
    const hit = rowOf(event);
    if (!hit || press.current.wasLong) return;
    const { index, node, part } = hit;
    const isTouch = press.current.type === "touch";
    focus.goTo(index);
    if (part === "more") {
      const place = (event.target as Element).getBoundingClientRect();
      menuOf(node, place.left, place.bottom);
    } else if (event.shiftKey) {
      focus.extend(index);
    } else if (part === "check" || event.ctrlKey || event.metaKey || (isTouch && isSelecting)) {
      selection.toggle(node);
      focus.anchorAt(index);
    } else if (isTouch) {
      open(node);
    } else {
      focus.choose(index);
    }
  };
  const onDoubleClick = (event: MouseEvent) => {
    const hit = rowOf(event);
    if (hit && hit.part === undefined && press.current.type !== "touch") open(hit.node);
  };
  const onContextMenu = (event: MouseEvent) => {
    const hit = rowOf(event);
    if (!hit) return;
    event.preventDefault();
    if (press.current.type !== "touch") menuOf(hit.node, event.clientX, event.clientY);
  };
  const endPress = () => window.clearTimeout(press.current.timer);
  const onPointerDown = (event: PointerEvent) => {
    endPress();
    const hit = event.pointerType === "touch" ? rowOf(event) : undefined;
    const began = { type: event.pointerType, x: event.clientX, y: event.clientY, timer: 0, wasLong: false };
    press.current = began;
    if (!hit) return;
    began.timer = window.setTimeout(() => {
      began.wasLong = true; // what comes of the finger's leaving is no click
      selection.toggle(hit.node);
    }, LONG_PRESS_MS);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (Math.hypot(event.clientX - press.current.x, event.clientY - press.current.y) > STILL_PX) endPress();
  };
  return {
    onClick,
    onDoubleClick,
    onContextMenu,
    onPointerDown,
    onPointerMove,
    onPointerUp: endPress,
    onPointerCancel: endPress,
  };
}
