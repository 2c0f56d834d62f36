import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Node } from "../api/client";
import { t } from "../words/t";
import classes from "./Breadcrumb.module.css";

const MOST_STEPS = 4;

/** What a folder is called: a space's root by whose it is. */
export function folderName(node: Node): string {
  return node.parent_id ? node.name : t("places.mine");
}

/** Where one is: the last four folders, and … for those above. */
export function Breadcrumb({ path }: { path: readonly Node[] }) {
  const shown = path.slice(-MOST_STEPS);
  const folded = path.length - shown.length;
  const parent = path.at(-2);
  const above = folded > 0 ? path[folded - 1] : undefined;
  const here = path.at(-1);
  return (
    <nav className={classes.path} aria-label={t("files.path")}>
      {parent && (
        <ActionIcon
          className={classes.back}
          aria-label={t("app.back")}
          renderRoot={props => <Link to="/files/$folder" params={{ folder: parent.id }} {...props} />}
        >
          <IconChevronLeft size={21} stroke={1.6} />
        </ActionIcon>
      )}
      <ol className={classes.list}>
        {above && (
          <li>
            <Link to="/files/$folder" params={{ folder: above.id }} className={classes.step} aria-label={folderName(above)}>
              …
            </Link>
            <IconChevronRight className={classes.separator} size={15} aria-hidden="true" />
          </li>
        )}
        {shown.slice(0, -1).map(node => (
          <li key={node.id}>
            <Link to="/files/$folder" params={{ folder: node.id }} className={classes.step}>
              <bdi>{folderName(node)}</bdi>
            </Link>
            <IconChevronRight className={classes.separator} size={15} aria-hidden="true" />
          </li>
        ))}
        {here && (
          <li aria-current="page">
            <h1 className={classes.here} title={folderName(here)}>
              <bdi>{folderName(here)}</bdi>
            </h1>
          </li>
        )}
      </ol>
    </nav>
  );
}
