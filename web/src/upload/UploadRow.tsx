import { ActionIcon, Checkbox, Progress } from "@mantine/core";
import { IconCheck, IconRefresh, IconX } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { FileGlyph } from "../parts/FileGlyph";
import { FileName } from "../parts/FileName";
import { formatSize } from "../words/format";
import { t } from "../words/t";
import { type ConflictAnswer, type Upload, uploads } from "./queue";
import classes from "./UploadPanel.module.css";

const SECOND_MS = 1000;

function secondsUntil(time: number): number {
  return Math.max(1, Math.ceil((time - Date.now()) / SECOND_MS));
}

function Lost({ upload }: { upload: Upload }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick(n => n + 1), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const seconds = secondsUntil(upload.retryAt);
  const texts = { busy: "upload.busy", locked: "upload.locked", lost: "upload.lost" } as const;
  const text = texts[upload.reason as keyof typeof texts];
  return <p className={`${classes.state} ${classes.lost}`}>{t(text, { seconds })}</p>;
}

function NameTaken({ upload, hasOthers }: { upload: Upload; hasOthers: boolean }) {
  const [same, setSame] = useState(false);
  const answers: [string, ConflictAnswer][] = [
    [t("upload.replace"), "replace"],
    [t("upload.keepBoth"), "rename"],
    [t("upload.skip"), "skip"],
  ];
  return (
    <>
      <p className={`${classes.state} ${classes.failed}`} role="alert">
        {t("upload.nameTaken", { name: upload.name })}
      </p>
      <div className={classes.answers}>
        {answers.map(([text, answer]) => (
          <button key={answer} type="button" className={classes.answer} onClick={() => uploads.answer(upload, answer, same)}>
            {text}
          </button>
        ))}
        {hasOthers && (
          <Checkbox size="xs" label={t("upload.same")} checked={same} onChange={event => setSame(event.currentTarget.checked)} />
        )}
      </div>
    </>
  );
}

function State({ upload, hasOthers }: { upload: Upload; hasOthers: boolean }) {
  const { size } = upload;
  switch (upload.state) {
    case "waiting":
      return <p className={classes.state}>{t("upload.waiting")}</p>;
    case "sending":
    case "saving":
      return (
        <>
          <Progress className={classes.progress} value={size ? (upload.sent / size) * 100 : 100} aria-label={upload.name} />
          <p className={classes.state}>
            {upload.state === "saving"
              ? t("upload.checking")
              : t("upload.sumStart", { sent: formatSize(upload.sent), all: formatSize(size) })}
          </p>
        </>
      );
    case "saved":
      return <p className={classes.state}>{t("upload.saved", { size: formatSize(size) })}</p>;
    case "skipped":
      return <p className={classes.state}>{t("upload.skipped")}</p>;
    case "lost":
      return <Lost upload={upload} />;
    case "name-taken":
      return <NameTaken upload={upload} hasOthers={hasOthers} />;
    case "failed":
      return (
        <p className={`${classes.state} ${classes.failed}`} role="alert">
          {upload.reason}
        </p>
      );
  }
}

export function UploadRow({ upload, hasOthers }: { upload: Upload; hasOthers: boolean }) {
  const isDone = upload.state === "saved" || upload.state === "skipped";
  const mayRetry = upload.state === "lost" || (upload.state === "failed" && !upload.isUnreadable);
  return (
    <li className={classes.row} data-state={upload.state}>
      <FileGlyph kind={upload.file ? "file" : "folder"} mediaType={upload.file?.type} />
      <div>
        <FileName name={upload.name} isFolder={!upload.file} />
        <State upload={upload} hasOthers={hasOthers} />
      </div>
      <div>
        {mayRetry && (
          <ActionIcon aria-label={t("upload.retry")} onClick={() => uploads.retry(upload)}>
            <IconRefresh size={18} stroke={1.6} />
          </ActionIcon>
        )}
        {isDone ? (
          <IconCheck size={18} stroke={1.6} color={upload.state === "saved" ? "var(--ok)" : "var(--text-3)"} aria-hidden="true" />
        ) : (
          <ActionIcon aria-label={t("upload.cancel", { name: upload.name })} onClick={() => uploads.cancel(upload)}>
            <IconX size={18} stroke={1.6} />
          </ActionIcon>
        )}
      </div>
    </li>
  );
}
