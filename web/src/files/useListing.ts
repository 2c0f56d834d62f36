import { type UseQueryResult, useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { Listing, Node } from "../api/client";
import { ProblemError } from "../api/problem";
import { childrenQuery, PAGE_ROWS, type Sort } from "../api/queries";

const GONE: readonly number[] = [403, 404];

export interface FolderListing {
  /** Undefined until the first page has come. */
  total: number | undefined;
  /** The folder's last change that is known. */
  seq: number;
  rowAt: (index: number) => Node | undefined;
  /** Where a node stands, if its page is known; else -1. */
  indexOf: (id: string) => number;
  /** Says which rows are seen: their pages are fetched, and kept up to date. */
  look: (first: number, last: number) => void;
  /** The rows from one to the other, as they are now. Throws ProblemError. */
  rows: (first: number, last: number) => Promise<Node[]>;
  /** Why there is nothing to see. A page that fails while others are seen is none: it is tried again. */
  error: Error | null;
}

function isGone(error: unknown): boolean {
  return error instanceof ProblemError && GONE.includes(error.status);
}

function combine(results: UseQueryResult<Listing>[]) {
  const known = results.find(result => result.data)?.data;
  // A folder that is gone, or not for us any more, is not shown on though its rows are known.
  const gone = results.find(result => isGone(result.error))?.error ?? null;
  const first = results[0]?.error ?? null;
  return { listings: results.map(result => result.data), total: known?.total, seq: known?.seq, gone, first };
}

/** A folder's rows by their place, however many there are: only the pages that are seen are fetched. */
export function useListing(folder: string, sort: Sort): FolderListing {
  const client = useQueryClient();
  const [pages, setPages] = useState([0]);
  const answered = useQueries({ queries: pages.map(page => childrenQuery(folder, sort, page)), combine });
  const { listings } = answered;
  // While a page is on its way that one has jumped to, the folder is as it was.
  const [known, setKnown] = useState<{ total: number; seq: number }>();
  const { total = known?.total, seq = known?.seq ?? 0 } = answered;
  if (total !== undefined && (total !== known?.total || seq !== known.seq)) setKnown({ total, seq });

  const look = useCallback((first: number, last: number) => {
    const from = Math.floor(first / PAGE_ROWS);
    const to = Math.floor(Math.max(first, last) / PAGE_ROWS);
    const wanted = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    setPages(before => (before.join() === wanted.join() ? before : wanted));
  }, []);

  const byPage = useMemo(() => new Map(pages.map((page, i) => [page, listings[i]?.items])), [pages, listings]);
  const rowAt = useCallback(
    (index: number) => {
      const page = Math.floor(index / PAGE_ROWS);
      // A page that is not looked at just now may still be known.
      const items = byPage.get(page) ?? client.getQueryData<Listing>(childrenQuery(folder, sort, page).queryKey)?.items;
      return items?.[index % PAGE_ROWS];
    },
    [byPage, client, folder, sort],
  );

  const indexOf = useCallback(
    (id: string) => {
      const at = (page: number, items: readonly Node[] | undefined) => {
        const place = items?.findIndex(node => node.id === id) ?? -1;
        return place < 0 ? -1 : page * PAGE_ROWS + place;
      };
      for (const [page, items] of byPage) if (at(page, items) >= 0) return at(page, items);
      return -1;
    },
    [byPage],
  );

  const rows = useCallback(
    async (first: number, last: number) => {
      const found: Node[] = [];
      for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++) {
        const { items } = await client.fetchQuery(childrenQuery(folder, sort, page));
        found.push(...items.slice(Math.max(0, first - page * PAGE_ROWS), last + 1 - page * PAGE_ROWS));
      }
      return found;
    },
    [client, folder, sort],
  );
  return { total, seq, rowAt, indexOf, look, rows, error: answered.gone ?? (total === undefined ? answered.first : null) };
}
