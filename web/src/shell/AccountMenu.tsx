import { Menu } from "@mantine/core";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { api, ok, tellSignedOut, type User } from "../api/client";
import { asProblem } from "../api/problem";
import { Pebble } from "../parts/Pebble";
import { t } from "../words/t";
import classes from "./Frame.module.css";
import { tellProblem } from "./notices";

const SIZE = 18;
const STROKE = 1.6;

export function AccountMenu({ user }: { user: User }) {
  const navigate = useNavigate();
  const signOut = async () => {
    try {
      await ok(api.DELETE("/api/v1/session"));
      tellSignedOut(true);
    } catch (error) {
      if (asProblem(error).status !== 401) tellProblem(error);
    }
  };
  return (
    <Menu>
      <Menu.Target>
        <button type="button" className={classes.person} aria-label={`${t("places.account")}: ${user.display_name}`}>
          <Pebble user={user} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.display_name}</Menu.Label>
        <Menu.Item leftSection={<IconUser size={SIZE} stroke={STROKE} />} onClick={() => navigate({ to: "/account" })}>
          {t("places.account")}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={SIZE} stroke={STROKE} />} onClick={signOut}>
          {t("places.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
