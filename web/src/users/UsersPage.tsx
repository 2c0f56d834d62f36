import { ActionIcon, Button, Progress } from "@mantine/core";
import { IconPencil, IconUserPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, ok, type User } from "../api/client";
import { sessionQuery } from "../api/queries";
import { Pebble } from "../parts/Pebble";
import { Bar } from "../shell/Bar";
import { Failed } from "../shell/Failed";
import page from "../shell/Page.module.css";
import { useTitle } from "../shell/title";
import { formatMoment, formatSize, formatTime } from "../words/format";
import { t } from "../words/t";
import { AddUserDialog } from "./AddUserDialog";
import { EditUserDialog } from "./EditUserDialog";
import { RemoveUserDialog } from "./RemoveUserDialog";
import classes from "./UsersPage.module.css";

const PAGE = 100;
const NEARLY_FULL = 0.9;

function Used({ user }: { user: User }) {
  const used = user.space?.used_bytes ?? 0;
  const quota = user.space?.quota_bytes;
  if (quota === undefined) return <span className={classes.used}>{t("users.noLimit", { used: formatSize(used) })}</span>;
  const share = used / Math.max(1, quota);
  return (
    <span className={classes.used}>
      <Progress
        value={Math.min(100, share * 100)}
        color={share >= NEARLY_FULL ? "var(--warn-mark)" : "var(--accent)"}
        aria-label={t("users.used")}
      />
      {t("users.usedOf", { used: formatSize(used), quota: formatSize(quota) })}
    </span>
  );
}

function UserRow({ user, onEdit }: { user: User; onEdit: () => void }) {
  return (
    <tr>
      <td>
        <span className={classes.person}>
          <Pebble user={user} large />
          <span className={classes.names}>
            <p>
              <bdi>{user.display_name}</bdi>
            </p>
            <p className={page.hint}>{user.name}</p>
          </span>
        </span>
      </td>
      <td className={classes.wide}>{user.admin ? t("users.roleAdmin") : t("users.roleUser")}</td>
      <td className={classes.wide}>
        <Used user={user} />
      </td>
      <td className={classes.wide} title={formatMoment(user.created_at)}>
        {formatTime(user.created_at, new Date())}
      </td>
      <td>{user.disabled ? <span className={page.tag}>{t("users.disabled")}</span> : t("users.active")}</td>
      <td>
        <ActionIcon aria-label={t("users.edit", { name: user.display_name })} onClick={onEdit}>
          <IconPencil size={18} stroke={1.6} />
        </ActionIcon>
      </td>
    </tr>
  );
}

/** Everybody who has an account, for administrators. */
export function UsersPage() {
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState<User>();
  const [removing, setRemoving] = useState<User>();
  const { data: session } = useQuery(sessionQuery);
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ["users"],
    initialPageParam: "",
    getNextPageParam: (last: { next_cursor?: string }) => last.next_cursor,
    queryFn: ({ pageParam, signal }) =>
      ok(api.GET("/api/v1/users", { params: { query: { limit: PAGE, ...(pageParam && { cursor: pageParam }) } }, signal })),
  });
  useTitle(t("users.title"));
  if (error && !data) return <Failed error={error} />;
  const users = data?.pages.flatMap(each => each.items) ?? [];
  return (
    <>
      <Bar title={t("users.title")} isPage>
        <Button variant="filled" leftSection={<IconUserPlus size={18} stroke={1.6} />} onClick={() => setAdding(true)}>
          {t("users.add")}
        </Button>
      </Bar>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{t("users.name")}</th>
              <th className={classes.wide}>{t("users.role")}</th>
              <th className={classes.wide}>{t("users.used")}</th>
              <th className={classes.wide}>{t("users.since")}</th>
              <th>{t("users.state")}</th>
              <th aria-label={t("files.actions")} />
            </tr>
          </thead>
          <tbody>
            {users.map(user => (
              <UserRow key={user.id} user={user} onEdit={() => setEditing(user)} />
            ))}
          </tbody>
        </table>
        {hasNextPage && (
          <Button loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
            {t("users.more")}
          </Button>
        )}
      </div>
      {adding && <AddUserDialog onClose={() => setAdding(false)} />}
      {editing && (
        <EditUserDialog
          user={editing}
          onClose={() => setEditing(undefined)}
          onRemove={
            editing.id === session?.user.id
              ? undefined
              : () => {
                  setEditing(undefined);
                  setRemoving(editing);
                }
          }
        />
      )}
      {removing && <RemoveUserDialog user={removing} onClose={() => setRemoving(undefined)} />}
    </>
  );
}
