import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { api, ok, type TrashItem } from "../api/client";
import { nodeQuery } from "../api/queries";
import { useSpaces } from "../api/useSpaces";

const PAGE = 200;

/** What was thrown away in one's own space, the newest first, and what its former folders are called. */
export function useTrash() {
  const space = useSpaces().home?.id;
  const query = useInfiniteQuery({
    queryKey: ["trash", space],
    enabled: space !== undefined,
    initialPageParam: "",
    getNextPageParam: (last: { next_cursor?: string }) => last.next_cursor,
    queryFn: ({ pageParam, signal }) => {
      const asked = { limit: PAGE, ...(pageParam && { cursor: pageParam }) };
      return ok(api.GET("/api/v1/spaces/{id}/trash", { params: { path: { id: space ?? "home" }, query: asked }, signal }));
    },
  });
  const items: TrashItem[] = query.data?.pages.flatMap(page => page.items) ?? [];
  const folders = [...new Set(items.map(item => item.trashed_from))];
  const names = useQueries({
    queries: folders.map(id => ({
      ...nodeQuery(id),
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
    })),
    // A folder that is gone, or lies in the trash itself, has no place to name.
    combine: results => new Map(results.map((result, i) => [folders[i] ?? "", result.data?.in_trash ? undefined : result.data])),
  });
  return { space, items, names, ...query };
}
