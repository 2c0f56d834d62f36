import { type UseQueryResult, useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { Listing, Node } from "../api/client";
import { childrenQuery, PAGE_ROWS, type Sort } from "../api/queries";

export interface FolderListing {
  /** Undefined until the first page has come. */
  total: number | undefined;
  rowAt: (index: number) => Node | undefined;
  /** Says which rows are seen: their pages are fetched, and kept up to date. */
  look: (first: number, last: number) => void;
  /** The rows from one to the other, fetched if need be. */
  rows: (first: number, last: number) => Promise<Node[]>;
  error: Error | null;
}

function combine(results: UseQueryResult<Listing>[]) {
  const known = results.find(result => result.data);
  return {
    listings: results.map(result => result.data),
    total: known?.data?.total,
    error: known ? null : (results[0]?.error ?? null),
  };
}

/** A folder's rows by their place, however many there are: only the pages that are seen are fetched. */
export function useListing(folder: string, sort: Sort): FolderListing {
  const client = useQueryClient();
  const [pages, setPages] = useState([0]);
  const answered = useQueries({ queries: pages.map(page => childrenQuery(folder, sort, page)), combine });
  const { listings, error } = answered;
  // While a page is on its way that one has jumped to, the folder is as long as it was.
  const [known, setKnown] = useState<number>();
  if (answered.total !== undefined && answered.total !== known) setKnown(answered.total);
  const total = answered.total ?? known;

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

  const rows = useCallback(
    async (first: number, last: number) => {
      const found: Node[] = [];
      for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(last / PAGE_ROWS); page++) {
        const { items } = await client.ensureQueryData(childrenQuery(folder, sort, page));
        found.push(...items.slice(Math.max(0, first - page * PAGE_ROWS), last + 1 - page * PAGE_ROWS));
      }
      return found;
    },
    [client, folder, sort],
  );
  return { total, rowAt, look, rows, error: known === undefined ? error : null };
}
