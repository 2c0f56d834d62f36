import { type KeyboardEvent, useRef } from "react";
import type { Node } from "../api/client";
import type { Selection } from "./selection";
import type { FocusRow } from "./useFocusRow";
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
  focus: FocusRow;
  pageRows: number;
  commands: ListCommands;
}

/** The keys that need no row: they work in an empty folder too. */
export function folderKey(event: KeyboardEvent, commands: Pick<ListCommands, "newFolder" | "upload" | "up">): boolean {
  const isPlain = !event.ctrlKey && !event.metaKey;
  if (isPlain && event.shiftKey && event.key === "N") commands.newFolder();
  else if (isPlain && event.shiftKey && event.key === "U") commands.upload();
  else if ((event.altKey && event.key === "ArrowUp") || event.key === "Backspace") commands.up();
  else return false;
  return true;
}

/** The keys of the list: arrows move and choose, letters jump to a name, Shift with a letter does something. */
export function useListKeys({ listing, selection, focus, pageRows, commands }: Wiring) {
  const typed = useRef({ text: "", at: 0 });
  const total = listing.total ?? 0;
  const { active, node } = focus;

  const step = (event: KeyboardEvent, to: number) => {
    const index = Math.max(0, Math.min(total - 1, to));
    focus.goTo(index);
    if (event.shiftKey) focus.extend(index);
    else if (!event.ctrlKey && !event.metaKey) focus.choose(index);
  };
  const jump = (letter: string) => {
    const now = Date.now();
    const goesOn = now - typed.current.at < TYPED_TOGETHER_MS;
    typed.current = { text: (goesOn ? typed.current.text : "") + letter.toLocaleLowerCase(), at: now };
    const begins = (index: number) => listing.rowAt(index)?.name.toLocaleLowerCase().startsWith(typed.current.text);
    for (let i = 0; i < total; i++) {
      const index = (active + (goesOn ? i : i + 1)) % total;
      if (!begins(index)) continue;
      focus.goTo(index);
      focus.choose(index);
      return;
    }
  };

  return (event: KeyboardEvent) => {
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
    const shifted: Record<string, () => void> = { D: commands.download, M: commands.move, F10: commands.menu };
    const plain: Record<string, () => void> = {
      Enter: () => node && commands.open(node),
      " ": () => node && (ctrl ? selection.toggle(node) : commands.preview(node)),
      F2: () => node && commands.rename(node),
      Delete: commands.remove,
      Escape: () => selection.clear(),
      ContextMenu: commands.menu,
    };
    const act = event.shiftKey ? shifted[event.key] : plain[event.key];
    if (folderKey(event, commands)) event.preventDefault();
    else if (event.altKey) return;
    else if (to !== undefined) step(event, to);
    else if (ctrl && event.key.toLowerCase() === "a") total > 0 && selection.selectAll(listing.seq);
    else if (act && (!ctrl || event.key === " ")) act();
    else if (!ctrl && !event.shiftKey && event.key.length === 1) jump(event.key);
    else return;
    event.preventDefault();
  };
}
