import { type DragEvent, type ReactNode, useState } from "react";
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
  const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  const onDragEnter = (event: DragEvent) => setIsOver(holdsFiles(event));
  // Going from one child to another leaves the first as well.
  const onDragLeave = (event: DragEvent) => {
    if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget))) setIsOver(false);
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
    <div className={classes.zone} onDragEnter={onDragEnter} onDragLeave={onDragLeave} onDragOver={onDragOver} onDrop={onDrop}>
      {children}
      {isOver && (
        <div className={classes.veil} data-denied={canWrite ? undefined : true}>
          <p className={classes.what}>{canWrite ? t("drop.here", { folder: name }) : t("drop.denied")}</p>
        </div>
      )}
    </div>
  );
}
