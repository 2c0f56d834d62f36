import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { tellProblem } from "../shell/notices";
import { chosenIn } from "../upload/entries";
import { uploads } from "../upload/queue";
import { t } from "../words/t";
import classes from "./DropZone.module.css";

interface Props {
  folder: string;
  name: string;
  canWrite: boolean;
  children: ReactNode;
}

/** Takes files and folders from the desktop, wherever on the screen they are dropped. */
export function DropZone({ folder, name, canWrite, children }: Props) {
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0); // entering a child comes before leaving its parent

  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const move = (event: DragEvent, by: number) => {
    if (!holdsFiles(event)) return;
    depth.current += by;
    setIsOver(depth.current > 0);
  };
  const onDragOver = (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = canWrite ? "copy" : "none";
  };
  const onDrop = async (event: DragEvent) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setIsOver(false);
    if (!canWrite) return;
    try {
      uploads.add(folder, await chosenIn(event.dataTransfer));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the Upload button does the same
    <div
      className={classes.zone}
      onDragEnter={event => move(event, 1)}
      onDragLeave={event => move(event, -1)}
      onDragOver={onDragOver}
      onDrop={onDrop}
    >
      {children}
      {isOver && (
        <div className={classes.veil} data-denied={canWrite ? undefined : true}>
          <p className={classes.what}>{canWrite ? t("drop.here", { folder: name }) : t("drop.denied")}</p>
        </div>
      )}
    </div>
  );
}
