import { Drawer } from "@mantine/core";
import { useDisclosure, useWindowEvent } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { sessionQuery } from "../api/queries";
import { GlyphSprite } from "../parts/glyphs";
import { uploads } from "../upload/queue";
import { UploadPanel } from "../upload/UploadPanel";
import { t } from "../words/t";
import classes from "./Frame.module.css";
import { FrameMenu } from "./frameMenu";
import { undo } from "./notices";
import { Places } from "./Places";
import { Tabs } from "./Tabs";
import { Toast } from "./Toast";

const FIELDS = "input, textarea, select, [contenteditable]";

/** What stands around every screen: places, the screen itself, uploads, notices. */
export function Frame() {
  const [opened, drawer] = useDisclosure(false);
  const path = useRouterState({ select: state => state.location.pathname });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever has chosen a place is done with the drawer
  useEffect(drawer.close, [path]);

  const { data: session } = useQuery(sessionQuery);
  const person = session?.user.id;
  useEffect(() => {
    if (person) uploads.belongTo(person);
  }, [person]);
  // What is dropped beside the place for it would be opened by the browser, in place of the app.
  useWindowEvent("dragover", event => event.preventDefault());
  useWindowEvent("drop", event => event.preventDefault());

  useWindowEvent("keydown", event => {
    const wantsUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
    if (!wantsUndo || (event.target instanceof Element && event.target.closest(FIELDS))) return;
    event.preventDefault();
    undo();
  });

  return (
    <FrameMenu.Provider value={drawer.open}>
      <div className={classes.frame}>
        <GlyphSprite />
        <a className={classes.skip} href="#main">
          {t("app.skip")}
        </a>
        <aside className={classes.side} aria-label={t("places.label")}>
          <Places />
        </aside>
        <main className={classes.main} id="main" tabIndex={-1}>
          <Outlet />
        </main>
        <Tabs />
        <Drawer.Root opened={opened} onClose={drawer.close} size={280}>
          <Drawer.Overlay />
          <Drawer.Content aria-label={t("places.label")}>
            <div className={classes.side}>
              <Places />
            </div>
          </Drawer.Content>
        </Drawer.Root>
        <UploadPanel />
        <Toast />
      </div>
    </FrameMenu.Provider>
  );
}
