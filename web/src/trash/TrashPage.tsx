import { Button, Checkbox } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { TrashItem } from "../api/client";
import { folderName } from "../files/Breadcrumb";
import { Ask } from "../shell/Ask";
import { Bar } from "../shell/Bar";
import { Failed } from "../shell/Failed";
import { useTitle } from "../shell/title";
import { Void } from "../shell/Void";
import { t } from "../words/t";
import { emptyTrash, purge, restore } from "./actions";
import { TrashBar } from "./TrashBar";
import classes from "./TrashPage.module.css";
import { TrashRow } from "./TrashRow";
import { useTrash } from "./useTrash";

/** What was deleted: put back, or gone for good. */
export function TrashPage() {
  const client = useQueryClient();
  const { space, items, names, isPending, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useTrash();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<"purge" | "empty">();
  useTitle(t("trash.title"));

  const selected = items.filter(item => chosen.has(item.id));
  const clear = () => setChosen(new Set());
  const toggle = (item: TrashItem) =>
    setChosen(before => {
      const after = new Set(before);
      if (!after.delete(item.id)) after.add(item.id);
      return after;
    });
  const folder = (item: TrashItem) => {
    const node = names.get(item.trashed_from);
    return node ? folderName(node) : t("trash.goneFolder");
  };

  if (error && isPending) return <Failed error={error} />;
  return (
    <>
      <Bar title={t("trash.title")}>
        <Button data-danger disabled={items.length === 0 && !hasNextPage} onClick={() => setAsking("empty")}>
          {t("trash.empty")}
        </Button>
      </Bar>
      <TrashBar
        count={isPending || hasNextPage ? undefined : items.length}
        selected={selected}
        onClear={clear}
        onRestore={() => {
          clear();
          restore(client, selected);
        }}
        onPurge={() => setAsking("purge")}
      />
      {!isPending && items.length === 0 && !hasNextPage ? (
        <Void title={t("trash.emptyTitle")} text={t("trash.emptyText")} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that keys can scroll it
        <section className={classes.list} tabIndex={0} aria-label={t("trash.list")}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th className={classes.check}>
                  <Checkbox
                    aria-label={t("files.selectAll")}
                    checked={items.length > 0 && selected.length === items.length}
                    indeterminate={selected.length > 0 && selected.length < items.length}
                    onChange={() => (selected.length === items.length ? clear() : setChosen(new Set(items.map(item => item.id))))}
                  />
                </th>
                <th>{t("files.name")}</th>
                <th className={classes.from}>{t("trash.wasIn")}</th>
                <th className={classes.when}>{t("trash.deleted")}</th>
                <th className={classes.size}>{t("files.size")}</th>
              </tr>
            </thead>
            <tbody>
              {items.map(item => (
                <TrashRow key={item.id} item={item} from={folder(item)} isSelected={chosen.has(item.id)} onToggle={toggle} />
              ))}
            </tbody>
          </table>
          {hasNextPage && (
            <p className={classes.more}>
              <Button loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
                {t("users.more")}
              </Button>
            </p>
          )}
        </section>
      )}
      {asking === "purge" && (
        <Ask
          title={t("trash.askPurgeTitle", { count: selected.length, name: selected[0]?.name ?? "" })}
          text={t("trash.askPurgeText")}
          action={t("trash.purge")}
          onClose={() => setAsking(undefined)}
          onAct={() => {
            clear();
            purge(client, selected);
          }}
        />
      )}
      {asking === "empty" && space && (
        <Ask
          title={t("trash.askEmptyTitle")}
          text={t("trash.askEmptyText")}
          action={t("trash.purge")}
          onClose={() => setAsking(undefined)}
          onAct={() => emptyTrash(client, space)}
        />
      )}
    </>
  );
}
