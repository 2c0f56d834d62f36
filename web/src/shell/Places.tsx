import { IconTrash, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { sessionQuery } from "../api/queries";
import { useSpaces } from "../api/useSpaces";
import { FolderTree } from "../files/FolderTree";
import { Mark } from "../parts/Mark";
import { t } from "../words/t";
import { AccountMenu } from "./AccountMenu";
import classes from "./Frame.module.css";
import { Quota } from "./Quota";

const SIZE = 18;
const STROKE = 1.6;

/** Where one can go: the tree of folders, the trash, administration; below it how full it is. */
export function Places() {
  const navigate = useNavigate();
  const { folder } = useParams({ strict: false });
  const { data: session } = useQuery(sessionQuery);
  const { roots } = useSpaces();
  return (
    <>
      <div className={classes.brand}>
        <span className={classes.mark}>
          <Mark />
        </span>
        {t("app.name")}
        <span className={classes.spacer} />
        {session && <AccountMenu user={session.user} />}
      </div>
      <div className={classes.scroll}>
        <FolderTree
          label={t("places.folders")}
          roots={roots}
          chosen={folder}
          opensChosen
          onChoose={id => navigate({ to: "/files/$folder", params: { folder: id } })}
        />
        <nav className={classes.nav} aria-label={t("places.label")}>
          <Link to="/trash" className={classes.link}>
            <IconTrash size={SIZE} stroke={STROKE} />
            {t("places.trash")}
          </Link>
        </nav>
        {session?.user.admin && (
          <nav className={classes.nav} aria-label={t("places.administration")}>
            <h2 className={classes.heading}>{t("places.administration")}</h2>
            <Link to="/users" className={classes.link}>
              <IconUsers size={SIZE} stroke={STROKE} />
              {t("places.users")}
            </Link>
          </nav>
        )}
      </div>
      <Quota />
    </>
  );
}
