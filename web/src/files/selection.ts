// What is chosen in a folder. Lives outside of React, so that Ctrl+A in a large folder repaints only the rows that are seen.
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Node } from "../api/client";

/** Either some nodes, or all of the folder's but some. */
export class Selection {
  private all = false;
  private seq = 0;
  private named = new Map<string, Node>(); // the chosen; with `all`, those that are not
  private version = 0;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };
  /** Grows with each change. */
  readonly state = () => this.version;

  has(id: string): boolean {
    return this.named.has(id) !== this.all;
  }
  /** Of a folder that has so many. */
  count(total: number): number {
    return this.all ? Math.max(0, total - this.named.size) : this.named.size;
  }
  /** Of all: the folder's state that was meant, by its `seq`. What came or changed later is not chosen. */
  get asOf(): number {
    return this.seq;
  }
  get isAll(): boolean {
    return this.all;
  }
  /** The chosen ones, if they are not all of the folder's but some: then those that are left out. */
  get nodes(): Node[] {
    return [...this.named.values()];
  }

  clear() {
    if (!this.all && this.named.size === 0) return;
    this.all = false;
    this.named.clear();
    this.changed();
  }
  selectAll(seq: number) {
    this.all = true;
    this.seq = seq;
    this.named.clear();
    this.changed();
  }
  only(nodes: Node[]) {
    this.all = false;
    this.named = new Map(nodes.map(node => [node.id, node]));
    this.changed();
  }
  toggle(node: Node) {
    if (!this.named.delete(node.id)) this.named.set(node.id, node);
    this.changed();
  }

  private changed() {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}

export const SelectionContext = createContext(new Selection());

/** Whether the node is chosen; the row is drawn again only when that changes. */
export function useIsSelected(id: string): boolean {
  const selection = useContext(SelectionContext);
  return useSyncExternalStore(selection.subscribe, () => selection.has(id));
}

/** The selection, drawn again at each change of it. */
export function useSelection(): Selection {
  const selection = useContext(SelectionContext);
  useSyncExternalStore(selection.subscribe, selection.state);
  return selection;
}
