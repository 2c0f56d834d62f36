// What can be done with files and folders, each with its way back. Shown at once, put back if the server refuses.
import type { QueryClient } from "@tanstack/react-query";
import { fetchAllChildren, knownChildren, refresh, showChanged, showRemoved } from "../api/children";
import { api, contentAddress, type Node, ok } from "../api/client";
import { ownProblem } from "../api/problem";
import { tell } from "../shell/notices";
import { t } from "../words/t";
import { forEachNode, tellOutcome, throwIfFailed } from "./bulk";
import type { Selection } from "./selection";

const MOST_DOWNLOADS = 500;
const BETWEEN_DOWNLOADS_MS = 150; // browsers drop what comes faster

/** What is chosen in the folder, as it is known now, fetched if it is more than is loaded. What came or changed later is not in it. */
export async function chosenNodes(client: QueryClient, selection: Selection, folder: string): Promise<Node[]> {
  if (!selection.isAll) {
    const known = knownChildren(client, folder);
    return selection.nodes.map(node => known.get(node.id) ?? node);
  }
  const all = await fetchAllChildren(folder);
  return all.filter(node => selection.has(node.id) && node.rev <= selection.asOf);
}

// The states that this tab's own changes have led to: a step back leads from there, and not from what the step had found.
const own = new Map<string, Pick<Node, "etag" | "rev">>();

function guard(node: Pick<Node, "id" | "etag" | "rev">): { "If-Match": string } {
  const latest = own.get(node.id);
  return { "If-Match": latest && latest.rev > node.rev ? latest.etag : node.etag };
}

export async function createFolder(client: QueryClient, parent: string, name: string): Promise<Node> {
  const path = { id: parent };
  const made = await ok(api.POST("/api/v1/nodes/{id}/children", { params: { path }, body: { kind: "folder", name } }));
  await refresh(client, [parent]);
  return made;
}

async function change(node: Node, body: { name?: string; parent_id?: string }): Promise<Node> {
  const changed = await ok(api.PATCH("/api/v1/nodes/{id}", { params: { path: { id: node.id }, header: guard(node) }, body }));
  own.set(node.id, changed);
  return changed;
}

/** Throws ProblemError, so that the field can show it. */
export async function rename(client: QueryClient, node: Node, name: string): Promise<void> {
  showChanged(client, { ...node, name });
  try {
    const changed = await change(node, { name });
    showChanged(client, changed);
    tell(t("rename.done", { from: node.name, to: changed.name }), async () => {
      showChanged(client, await change(changed, { name: node.name }));
      showPaths(client);
      await refresh(client, [node.parent_id]);
    });
  } catch (error) {
    showChanged(client, node);
    throw error;
  } finally {
    refresh(client, [node.parent_id]);
    showPaths(client);
  }
}

/** Names and places have changed: what is said of them is looked up anew. */
function showPaths(client: QueryClient) {
  client.invalidateQueries({ queryKey: ["node"] });
  client.invalidateQueries({ queryKey: ["path"] });
}

function hide(client: QueryClient, nodes: readonly Node[]) {
  for (const folder of new Set(nodes.map(node => node.parent_id))) {
    if (folder) showRemoved(client, folder, new Set(nodes.filter(node => node.parent_id === folder).map(node => node.id)));
  }
}

export async function moveNodes(client: QueryClient, nodes: readonly Node[], target: Pick<Node, "id" | "name">): Promise<void> {
  const folders = [...nodes.map(node => node.parent_id), target.id];
  hide(client, nodes);
  const outcome = await forEachNode(nodes, node => change(node, { parent_id: target.id }));
  const text = t("move.done", { count: outcome.done.length, name: outcome.done[0]?.item.name ?? "", folder: target.name });
  tellOutcome(outcome, text, async () => {
    const back = await forEachNode(outcome.done, ({ item, result }) => change(result, { parent_id: item.parent_id ?? "" }));
    showPaths(client);
    await refresh(client, folders);
    throwIfFailed(back);
  });
  showPaths(client);
  await refresh(client, folders);
}

export async function deleteNodes(client: QueryClient, nodes: readonly Node[]): Promise<void> {
  const folders = nodes.map(node => node.parent_id);
  hide(client, nodes);
  const outcome = await trashAll(nodes);
  const text = t("delete.done", { count: outcome.done.length, name: outcome.done[0]?.item.name ?? "" });
  tellOutcome(outcome, text, async () => {
    const back = await restoreAll(outcome.done.map(({ item }) => item));
    showPaths(client);
    await refresh(client, folders);
    throwIfFailed(back);
  });
  await refresh(client, folders);
}

/** Throws things away, if they are as they were seen. */
export function trashAll(nodes: readonly Node[]) {
  return forEachNode(nodes, node =>
    ok(api.DELETE("/api/v1/nodes/{id}", { params: { path: { id: node.id }, header: guard(node) } })),
  );
}

/** Puts things back where they lay. */
export function restoreAll(nodes: readonly Pick<Node, "id">[]) {
  return forEachNode(nodes, async node => {
    const back = await ok(api.POST("/api/v1/trash/{id}/restore", { params: { path: { id: node.id } }, body: {} }));
    own.set(node.id, back);
    return back;
  });
}

/** Hands files to the browser, one after the other. */
export async function download(nodes: readonly Node[]): Promise<void> {
  if (nodes.some(node => node.kind === "folder")) throw ownProblem(t("action.noFolders"));
  if (nodes.length > MOST_DOWNLOADS) throw ownProblem(t("action.tooManyDownloads", { count: MOST_DOWNLOADS }));
  for (const [i, node] of nodes.entries()) {
    if (i > 0) await new Promise(resolve => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
    const link = document.createElement("a");
    link.href = contentAddress(node.id, "attachment");
    link.download = node.name;
    link.click();
  }
}
