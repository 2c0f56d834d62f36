// The tab's title: the screen's own, and before it how far uploads are.
import { useEffect } from "react";
import { t } from "../words/t";

let screen = t("app.name");
let percent: number | undefined;

function write() {
  document.title = percent === undefined ? screen : t("upload.title", { percent, title: screen });
}

export function setProgressTitle(now: number | undefined) {
  percent = now;
  write();
}

/** Names the screen; nothing as long as its name is not known. */
export function useTitle(name: string) {
  useEffect(() => {
    if (!name) return;
    screen = `${name} · ${t("app.name")}`;
    write();
  }, [name]);
}
