import { IconChevronRight } from "@tabler/icons-react";
import { type CSSProperties, type KeyboardEvent, useRef, useState } from "react";
import { FileGlyph } from "../parts/FileGlyph";
import { t } from "../words/t";
import classes from "./FolderTree.module.css";
import { type TreeItem, type TreeRoot, useFolderTree } from "./useFolderTree";

interface Props {
  label: string;
  roots: readonly TreeRoot[];
  chosen: string | undefined;
  onChoose: (id: string, item: TreeItem) => void;
  /** Why a folder may not be chosen; undefined if it may. */
  barred?: (item: TreeItem) => string | undefined;
  /** The chosen one is the next step, not the place where one is. */
  accented?: boolean;
  /** Opens what the chosen folder lies in. */
  opensChosen?: boolean;
}

/** Folders below one another, by the ARIA pattern of a tree: one tab stop, arrows move, right and left open and close. */
export function FolderTree({ label, roots, chosen, onChoose, barred, accented = false, opensChosen = false }: Props) {
  const { items, toggle } = useFolderTree(roots, opensChosen ? chosen : undefined);
  const [focused, setFocused] = useState<string>();
  const tree = useRef<HTMLDivElement>(null);
  const stop = [focused, chosen].find(id => items.some(item => item.id === id)) ?? items[0]?.id;

  const focus = (item: TreeItem | undefined) => {
    if (!item) return;
    setFocused(item.id);
    tree.current?.querySelector<HTMLElement>(`[data-id="${item.id}"]`)?.focus();
  };
  const choose = (item: TreeItem) => {
    if (!barred?.(item)) onChoose(item.id, item);
  };
  const onKeyDown = (event: KeyboardEvent, item: TreeItem, i: number) => {
    const acts: Record<string, () => void> = {
      ArrowDown: () => focus(items[i + 1]),
      ArrowUp: () => focus(items[i - 1]),
      Home: () => focus(items[0]),
      End: () => focus(items.at(-1)),
      ArrowRight: () => (item.isOpen ? focus(items[i + 1]) : toggle(item.id, true)),
      ArrowLeft: () => (item.isOpen ? toggle(item.id, false) : focus(items.find(other => other.id === item.parent))),
      Enter: () => choose(item),
      " ": () => choose(item),
    };
    const act = acts[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  };

  return (
    <div ref={tree} role="tree" aria-label={label} className={`${classes.tree} ${accented ? classes.accented : ""}`}>
      {items.map((item, i) => {
        const why = barred?.(item);
        const style = { "--depth": item.depth } as CSSProperties;
        return (
          <div key={item.id} role="none" style={style}>
            <div
              role="treeitem"
              tabIndex={item.id === stop ? 0 : -1}
              data-id={item.id}
              className={classes.item}
              aria-level={item.depth + 1}
              aria-selected={item.id === chosen}
              aria-expanded={item.hasFolders === false ? undefined : item.isOpen}
              aria-disabled={why !== undefined}
              onClick={() => choose(item)}
              onFocus={() => setFocused(item.id)}
              onKeyDown={event => onKeyDown(event, item, i)}
            >
              <span
                className={classes.twist}
                aria-hidden="true"
                onClick={event => {
                  event.stopPropagation();
                  toggle(item.id);
                }}
              >
                {item.hasFolders !== false && <IconChevronRight size={14} stroke={1.8} />}
              </span>
              <FileGlyph kind="folder" />
              <bdi className={classes.name}>{item.name}</bdi>
              {why && <span className={classes.why}>{why}</span>}
            </div>
            {item.isLastOfMany && <p className={classes.more}>{t("places.noMoreShown")}</p>}
          </div>
        );
      })}
    </div>
  );
}
