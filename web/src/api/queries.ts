// What the app asks the server, and how long an answer is good for. All server state lives in this cache.
import { keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { api, type Node, ok, setCsrfToken, tellSignedOut, type User } from "./client";
import { asProblem } from "./problem";

/** Rows of a listing that come in one answer. */
export const PAGE_ROWS = 200;
const FRESH_MS = 10_000;
const LIVE_MS = 15_000;
const MOST_RETRIES = 2;

export type Sort = "name" | "-name" | "modified_at" | "-modified_at" | "size" | "-size";

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        // A refusal stays one; what is lost on the way is worth another try.
        retry: (failures, error) => {
          const { status } = asProblem(error);
          return failures < MOST_RETRIES && (status === 0 || status >= 500);
        },
      },
    },
  });
}

export const setupQuery = queryOptions({
  queryKey: ["setup"],
  queryFn: ({ signal }) => ok(api.GET("/api/v1/setup", { signal })),
});

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: Number.POSITIVE_INFINITY,
  refetchOnWindowFocus: "always", // another tab may have signed in, as somebody else
  retry: false,
  queryFn: async ({ signal, client, queryKey }) => {
    const before = client.getQueryData<{ user: User } | null>(queryKey);
    try {
      const session = await ok(api.GET("/api/v1/session", { signal }));
      if (before && before.user.id !== session.user.id) window.location.assign("/");
      setCsrfToken(session.csrf_token);
      return session;
    } catch (error) {
      if (asProblem(error).status !== 401) throw error;
      if (before) queueMicrotask(() => tellSignedOut(false));
      return null;
    }
  },
});

export const spacesQuery = queryOptions({
  queryKey: ["spaces"],
  refetchInterval: LIVE_MS,
  queryFn: ({ signal }) => ok(api.GET("/api/v1/spaces", { signal })),
});

export const nodeQuery = (id: string) =>
  queryOptions({
    queryKey: ["node", id],
    queryFn: ({ signal }) => ok(api.GET("/api/v1/nodes/{id}", { params: { path: { id } }, signal })),
  });

/** The folders from the space's root down to the node, itself included. */
export const pathQuery = (client: QueryClient, id: string) =>
  queryOptions({
    queryKey: ["path", id],
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const path: Node[] = [];
      for (let at: string | undefined = id; at; ) {
        const node: Node = await client.fetchQuery(nodeQuery(at));
        path.unshift(node);
        at = node.parent_id;
      }
      return path;
    },
  });

/** One page of a folder: the rows from `page * PAGE_ROWS` on. */
export const childrenQuery = (id: string, sort: Sort, page: number) =>
  queryOptions({
    queryKey: ["children", id, sort, page],
    refetchInterval: LIVE_MS,
    queryFn: ({ signal }) =>
      ok(
        api.GET("/api/v1/nodes/{id}/children", {
          params: { path: { id }, query: { sort, start: page * PAGE_ROWS, limit: PAGE_ROWS } },
          signal,
        }),
      ),
  });

/** The folders in a folder, for trees: the first of them, and how many there are. */
export const foldersQuery = (id: string) =>
  queryOptions({
    queryKey: ["folders", id],
    queryFn: ({ signal }) =>
      ok(
        api.GET("/api/v1/nodes/{id}/children", {
          params: { path: { id }, query: { kind: "folder", limit: PAGE_ROWS } },
          signal,
        }),
      ),
  });
