import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { Node } from "../api/client";
import { foldersQuery, pathQuery } from "../api/queries";

export interface TreeRoot {
  id: string;
  name: string;
}

export interface TreeItem {
  id: string;
  name: string;
  depth: number;
  parent: string | undefined;
  /** From the root down, this one not included. */
  ancestors: readonly string[];
  isOpen: boolean;
  /** Undefined while that is not known. */
  hasFolders: boolean | undefined;
  node: Node | undefined;
  /** There are more folders beside this one than are shown, and it is the last of them. */
  isLastOfMany: boolean;
}

function flatten(
  roots: readonly TreeRoot[],
  open: ReadonlySet<string>,
  folders: ReadonlyMap<string, { items: Node[]; cut: boolean }>,
) {
  const items: TreeItem[] = [];
  const add = (at: TreeRoot, node: Node | undefined, ancestors: readonly string[], isLastOfMany: boolean) => {
    const below = folders.get(at.id);
    const isOpen = open.has(at.id) && below?.items.length !== 0;
    const hasFolders = below && below.items.length > 0;
    const parent = ancestors.at(-1);
    items.push({ id: at.id, name: at.name, depth: ancestors.length, parent, ancestors, isOpen, hasFolders, node, isLastOfMany });
    if (!isOpen || !below) return;
    const path = [...ancestors, at.id];
    below.items.forEach((child, i) => {
      add(child, child, path, below.cut && i === below.items.length - 1);
    });
  };
  for (const root of roots) add(root, undefined, [], false);
  return items;
}

/** The folders below `roots`, as far as they are open, as a list from top to bottom. What `shown` lies in is opened. */
export function useFolderTree(roots: readonly TreeRoot[], shown: string | undefined) {
  const client = useQueryClient();
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set(roots.map(root => root.id)));
  const { data: path } = useQuery({ ...pathQuery(client, shown ?? ""), enabled: shown !== undefined });

  const firstRoot = roots[0]?.id;
  useEffect(() => {
    const wanted = (path ?? []).slice(0, -1).map(node => node.id);
    if (firstRoot) wanted.push(firstRoot);
    setOpen(before => (wanted.every(id => before.has(id)) ? before : new Set([...before, ...wanted])));
  }, [path, firstRoot]);

  const asked = [...open];
  const folders = useQueries({
    queries: asked.map(id => foldersQuery(id)),
    combine: results =>
      new Map(
        results.flatMap((result, i) => {
          const id = asked[i];
          return id && result.data
            ? [[id, { items: result.data.items, cut: result.data.next_cursor !== undefined }] as const]
            : [];
        }),
      ),
  });

  const toggle = (id: string, to?: boolean) =>
    setOpen(before => {
      const after = new Set(before);
      if (to ?? !after.has(id)) after.add(id);
      else after.delete(id);
      return after;
    });
  return { items: flatten(roots, open, folders), toggle };
}
