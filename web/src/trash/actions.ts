// What can be done with what was thrown away.
import type { QueryClient } from "@tanstack/react-query";
import { refresh } from "../api/children";
import { api, ok, type TrashItem } from "../api/client";
import { ownProblem } from "../api/problem";
import { restoreAll, trashAll } from "../files/actions";
import { forEachNode, tellOutcome, throwIfFailed } from "../files/bulk";
import { tell, tellProblem, working } from "../shell/notices";
import { t } from "../words/t";

const WAIT_SECONDS = 20;

export async function restore(client: QueryClient, items: readonly TrashItem[]): Promise<void> {
  const outcome = await restoreAll(items);
  const folders = outcome.done.map(({ result }) => result.parent_id);
  const text = t("trash.restored", { count: outcome.done.length, name: outcome.done[0]?.result.name ?? "" });
  tellOutcome(outcome, text, async () => {
    const back = await trashAll(outcome.done.map(({ result }) => result));
    await refresh(client, folders);
    throwIfFailed(back);
  });
  await refresh(client, folders);
}

/** Ends when the job has ended: true if it was not cancelled. */
async function follow(job: string): Promise<boolean> {
  for (;;) {
    const path = { id: job };
    const now = await ok(api.GET("/api/v1/jobs/{id}", { params: { path, query: { wait: WAIT_SECONDS } } }));
    if (now.state === "done" || now.state === "cancelled") return now.state === "done";
    if (now.state === "failed") throw ownProblem(now.error ?? t("problem.unknown"));
  }
}

export async function purge(client: QueryClient, items: readonly TrashItem[]): Promise<void> {
  const outcome = await forEachNode(items, async item => {
    const answer = await ok(api.DELETE("/api/v1/trash/{id}", { params: { path: { id: item.id } } }));
    if (answer?.job && !(await follow(answer.job.id))) throw ownProblem(t("trash.stopped"));
    return item;
  });
  tellOutcome(outcome, t("trash.purged", { count: outcome.done.length, name: outcome.done[0]?.item.name ?? "" }));
  await refresh(client, []);
}

export async function emptyTrash(client: QueryClient, space: string): Promise<void> {
  try {
    const { job } = await ok(api.DELETE("/api/v1/spaces/{id}/trash", { params: { path: { id: space } } }));
    const work = working(t("trash.emptying"), () => {
      ok(api.DELETE("/api/v1/jobs/{id}", { params: { path: { id: job.id } } })).catch(tellProblem);
    });
    const isDone = await follow(job.id).finally(work.finish);
    tell(isDone ? t("trash.emptied") : t("trash.stopped"));
  } catch (error) {
    tellProblem(error);
  } finally {
    await refresh(client, []);
  }
}
