import { type KeyboardEvent, useRef } from "react";
import type { Node } from "../api/client";
import type { Selection } from "./selection";
import type { FolderListing } from "./useListing";

const TYPED_TOGETHER_MS = 800;

export interface ListCommands {
  open: (node: Node) => void;
  preview: (node: Node) => void;
  rename: (node: Node) => void;
  remove: () => void;
  move: () => void;
  download: () => void;
  newFolder: () => void;
  upload: () => void;
  up: () => void;
  /** The menu of the row that has the focus. */
  menu: () => void;
}

interface Wiring {
  listing: FolderListing;
  selection: Selection;
  active: number;
  anchor: React.RefObject<number>;
  pageRows: number;
  goTo: (index: number) => void;
  commands: ListCommands;
}

/** The keys of the list: arrows move and choose, letters jump to a name, Shift with a letter does something. */
export function useListKeys({ listing, selection, active, anchor, pageRows, goTo, commands }: Wiring) {
  const typed = useRef({ text: "", at: 0 });
  const total = listing.total ?? 0;

  const chooseRange = async (to: number) => {
    const rows = await listing.rows(Math.min(anchor.current, to), Math.max(anchor.current, to));
    selection.only(rows);
  };
  const step = (event: KeyboardEvent, to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    goTo(index);
    if (event.ctrlKey || event.metaKey) return;
    if (event.shiftKey) {
      chooseRange(index);
      return;
    }
    anchor.current = index;
    const node = listing.rowAt(index);
    if (node) selection.only([node]);
  };
  const jump = (letter: string) => {
    const now = Date.now();
    const goesOn = now - typed.current.at < TYPED_TOGETHER_MS;
    typed.current = { text: (goesOn ? typed.current.text : "") + letter.toLocaleLowerCase(), at: now };
    const begins = (index: number) => listing.rowAt(index)?.name.toLocaleLowerCase().startsWith(typed.current.text);
    for (let i = 0; i < total; i++) {
      const index = (active + (goesOn ? i : i + 1)) % total;
      if (!begins(index)) continue;
      goTo(index);
      anchor.current = index;
      const node = listing.rowAt(index);
      if (node) selection.only([node]);
      return;
    }
  };

  return (event: KeyboardEvent) => {
    const node = listing.rowAt(active);
    const ctrl = event.ctrlKey || event.metaKey;
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      Home: 0,
      End: total - 1,
      PageDown: active + pageRows,
      PageUp: active - pageRows,
    };
    const to = moves[event.key];
    const shifted: Record<string, () => void> = {
      N: commands.newFolder,
      U: commands.upload,
      D: commands.download,
      M: commands.move,
      F10: commands.menu,
    };
    const plain: Record<string, () => void> = {
      Enter: () => node && commands.open(node),
      " ": () => node && (ctrl ? selection.toggle(node) : commands.preview(node)),
      F2: () => node && commands.rename(node),
      Delete: commands.remove,
      Backspace: commands.up,
      Escape: () => selection.clear(),
      ContextMenu: commands.menu,
    };
    const act = event.shiftKey ? shifted[event.key] : plain[event.key];
    if (event.altKey && event.key === "ArrowUp") commands.up();
    else if (event.altKey) return;
    else if (to !== undefined) step(event, to);
    else if (ctrl && event.key.toLowerCase() === "a") selection.selectAll();
    else if (act && (!ctrl || event.key === " ")) act();
    else if (!ctrl && !event.shiftKey && event.key.length === 1) jump(event.key);
    else return;
    event.preventDefault();
  };
}
