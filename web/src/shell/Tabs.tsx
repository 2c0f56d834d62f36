import { IconFolder, IconTrash, IconUser, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { sessionQuery } from "../api/queries";
import { t } from "../words/t";
import classes from "./Frame.module.css";

const SIZE = 22;
const STROKE = 1.6;

/** The places on a phone, in reach of a thumb. */
export function Tabs() {
  const { data: session } = useQuery(sessionQuery);
  const inFiles = useRouterState({ select: state => state.location.pathname.startsWith("/files") });
  return (
    <nav className={classes.tabs} aria-label={t("places.label")}>
      <Link to="/files" className={classes.tab} data-status={inFiles ? "active" : undefined}>
        <IconFolder size={SIZE} stroke={STROKE} />
        {t("places.files")}
      </Link>
      <Link to="/trash" className={classes.tab}>
        <IconTrash size={SIZE} stroke={STROKE} />
        {t("places.trash")}
      </Link>
      {session?.user.admin && (
        <Link to="/users" className={classes.tab}>
          <IconUsers size={SIZE} stroke={STROKE} />
          {t("places.users")}
        </Link>
      )}
      <Link to="/account" className={classes.tab}>
        <IconUser size={SIZE} stroke={STROKE} />
        {t("places.account")}
      </Link>
    </nav>
  );
}
