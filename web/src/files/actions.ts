// What can be done with files and folders, each with its way back. Shown at once, put back if the server refuses.
import type { QueryClient } from "@tanstack/react-query";
import { fetchAllChildren, refresh, showChanged, showRemoved } from "../api/children";
import { api, contentAddress, type Node, ok } from "../api/client";
import { tell, tellProblem } from "../shell/notices";
import { t } from "../words/t";
import { forEachNode, tellOutcome, throwIfFailed } from "./bulk";
import type { Selection } from "./selection";

const BETWEEN_DOWNLOADS_MS = 150; // browsers drop what comes faster

/** What is chosen in the folder, fetched if it is more than is loaded. What came later is not in it. */
export async function chosenNodes(selection: Selection, folder: string): Promise<Node[]> {
  if (!selection.isAll) return selection.nodes;
  const all = await fetchAllChildren(folder);
  return all.filter(node => selection.has(node.id));
}

export async function createFolder(client: QueryClient, parent: string, name: string): Promise<Node> {
  const path = { id: parent };
  const made = await ok(api.POST("/api/v1/nodes/{id}/children", { params: { path }, body: { kind: "folder", name } }));
  await refresh(client, [parent]);
  return made;
}

function change(node: Node, body: { name?: string; parent_id?: string }): Promise<Node> {
  return ok(api.PATCH("/api/v1/nodes/{id}", { params: { path: { id: node.id }, header: { "If-Match": node.etag } }, body }));
}

/** Throws ProblemError, so that the field can show it. */
export async function rename(client: QueryClient, node: Node, name: string): Promise<void> {
  showChanged(client, { ...node, name });
  try {
    const changed = await change(node, { name });
    showChanged(client, changed);
    tell(t("rename.done", { from: node.name, to: changed.name }), async () => {
      showChanged(client, await change(changed, { name: node.name }));
      await refresh(client, [node.parent_id]);
    });
  } catch (error) {
    showChanged(client, node);
    throw error;
  } finally {
    refresh(client, [node.parent_id]);
    client.invalidateQueries({ queryKey: ["path"] });
  }
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
    await refresh(client, folders);
    throwIfFailed(back);
  });
  await refresh(client, folders);
}

export async function deleteNodes(client: QueryClient, nodes: readonly Node[]): Promise<void> {
  const folders = nodes.map(node => node.parent_id);
  hide(client, nodes);
  const outcome = await forEachNode(nodes, node => ok(api.DELETE("/api/v1/nodes/{id}", { params: { path: { id: node.id } } })));
  const text = t("delete.done", { count: outcome.done.length, name: outcome.done[0]?.item.name ?? "" });
  tellOutcome(outcome, text, async () => {
    const back = await restoreAll(outcome.done.map(({ item }) => item));
    await refresh(client, folders);
    throwIfFailed(back);
  });
  await refresh(client, folders);
}

/** Puts things back where they lay. */
export function restoreAll(nodes: readonly Pick<Node, "id">[]) {
  return forEachNode(nodes, node => ok(api.POST("/api/v1/trash/{id}/restore", { params: { path: { id: node.id } }, body: {} })));
}

/** Hands files to the browser, one after the other. */
export async function download(nodes: readonly Node[]): Promise<void> {
  if (nodes.some(node => node.kind === "folder")) {
    tellProblem(new Error(t("action.noFolders")));
    return;
  }
  for (const [i, node] of nodes.entries()) {
    if (i > 0) await new Promise(resolve => setTimeout(resolve, BETWEEN_DOWNLOADS_MS));
    const link = document.createElement("a");
    link.href = contentAddress(node.id, "attachment");
    link.download = node.name;
    link.click();
  }
}
