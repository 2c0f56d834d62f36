// What lies in a folder, as the cache knows it: looked through, changed ahead of the server, and asked for anew.
import type { QueryClient } from "@tanstack/react-query";
import { api, type Listing, type Node, ok } from "./client";

const MOST_ROWS = 1000; // that the server gives at once

// An answer that is on its way was read before: it would bring back what is changed here.
function change(client: QueryClient, folder: string, edit: (listing: Listing) => Listing) {
  for (const key of ["children", "folders"]) {
    client.cancelQueries({ queryKey: [key, folder] });
    client.setQueriesData<Listing>({ queryKey: [key, folder] }, listing => listing && edit(listing));
  }
}

/** Shows the node as it is now, wherever its folder is shown. */
export function showChanged(client: QueryClient, node: Node) {
  client.setQueryData(["node", node.id], node);
  if (!node.parent_id) return;
  const replace = (listing: Listing) => ({ ...listing, items: listing.items.map(item => (item.id === node.id ? node : item)) });
  change(client, node.parent_id, replace);
}

/** Takes nodes out of the folder's listings. */
export function showRemoved(client: QueryClient, folder: string, ids: ReadonlySet<string>) {
  change(client, folder, listing => {
    const items = listing.items.filter(item => !ids.has(item.id));
    return { ...listing, items, total: Math.max(0, listing.total - ids.size) };
  });
}

/** The children of a folder that are known, by id. */
export function knownChildren(client: QueryClient, folder: string): Map<string, Node> {
  const listings = client.getQueriesData<Listing>({ queryKey: ["children", folder] });
  const known = new Map<string, Node>();
  for (const node of listings.flatMap(([, listing]) => listing?.items ?? [])) {
    // Orders that nobody looks at just now may be older.
    if ((known.get(node.id)?.rev ?? -1) < node.rev) known.set(node.id, node);
  }
  return known;
}

/**
 * Asks again for what these folders hold, and for what the spaces hold. `joins` requests that are under way already: for what comes
 * from elsewhere and often, which would else keep each other from ever being answered.
 */
export async function refresh(client: QueryClient, folders: Iterable<string | undefined>, joins = false) {
  const asked = [...new Set(folders)].filter(folder => folder !== undefined);
  const keys = asked.flatMap(folder => [
    ["children", folder],
    ["folders", folder],
  ]);
  const options = { cancelRefetch: !joins };
  await Promise.all([...keys, ["spaces"], ["trash"]].map(queryKey => client.invalidateQueries({ queryKey }, options)));
}

/** All children of a folder, in their order, however many. */
export async function fetchAllChildren(folder: string, kind?: "file" | "folder"): Promise<Node[]> {
  const all: Node[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { limit: MOST_ROWS, ...(kind && { kind }), ...(cursor && { cursor }) };
    const page: Listing = await ok(api.GET("/api/v1/nodes/{id}/children", { params: { path: { id: folder }, query } }));
    all.push(...page.items);
    cursor = page.next_cursor;
    if (!cursor) return all;
  }
}
