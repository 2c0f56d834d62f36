import { ActionIcon } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { type ReactNode, useContext } from "react";
import { t } from "../words/t";
import classes from "./Bar.module.css";
import { FrameMenu } from "./frameMenu";

interface Props {
  title?: string;
  /** Stands in the title's place. */
  before?: ReactNode;
  /** A page of settings or administration, not a place with files. */
  isPage?: boolean;
  children?: ReactNode;
}

/** The top of a screen: where one is, and what can be done there. */
export function Bar({ title, before, isPage = false, children }: Props) {
  const openMenu = useContext(FrameMenu);
  return (
    <header className={classes.bar}>
      <ActionIcon className={classes.menu} aria-label={t("app.menu")} onClick={openMenu}>
        <IconMenu2 size={20} stroke={1.6} />
      </ActionIcon>
      {before ?? <h1 className={`${classes.title} ${isPage ? classes.large : ""}`}>{title}</h1>}
      {!before && <span className={classes.spacer} />}
      {children}
    </header>
  );
}
