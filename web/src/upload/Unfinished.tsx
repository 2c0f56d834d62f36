import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { asProblem } from "../api/problem";
import { FileGlyph } from "../parts/FileGlyph";
import { FileName } from "../parts/FileName";
import { formatSize, formatTime } from "../words/format";
import { t } from "../words/t";
import { askForFiles } from "./entries";
import { isSameFile, type Unfinished, unfinishedOf } from "./parts";
import { type Upload, uploads } from "./queue";
import { endUploads, listUploads } from "./tus";
import classes from "./UploadPanel.module.css";

const KEY = ["uploads"];
const FRESH_MS = 60_000;

function isUnderWay(list: readonly Upload[], file: Unfinished): boolean {
  return list.some(({ large }) => large && isSameFile(large.identity, file));
}

/** Large files that were begun, here or in another browser, and are not on their way now. */
export function useUnfinished(list: readonly Upload[]): readonly Unfinished[] {
  const client = useQueryClient();
  const { data } = useQuery({ queryKey: KEY, queryFn: listUploads, staleTime: FRESH_MS });
  const large = list.filter(upload => upload.large).length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: when a large one begins or ends, the server knows others
  useEffect(() => {
    const look = () => {
      client.invalidateQueries({ queryKey: KEY });
    };
    uploads.onEnded = look;
    if (list.length > 0) look();
    return () => {
      uploads.onEnded = () => {};
    };
  }, [client, large]);
  return unfinishedOf(data ?? []).filter(file => !isUnderWay(list, file));
}

/** Browsers forget files when a page is left: whoever has it chooses it again, and no byte that has come is sent twice. */
export function UnfinishedRow({ file }: { file: Unfinished }) {
  const client = useQueryClient();
  const [problem, setProblem] = useState("");
  const [isSure, setIsSure] = useState(false);
  const choose = async () => {
    const chosen = await askForFiles("files");
    const same = chosen.filter(({ file: own, name }) => {
      const identity = {
        folder: file.folder,
        name: name.normalize("NFC"),
        size: own?.size ?? 0,
        modified: own?.lastModified ?? 0,
      };
      return isSameFile(identity, file);
    });
    setProblem(same.length < chosen.length ? t("upload.otherFile") : "");
    uploads.add(
      file.folder,
      same.map(each => ({ ...each, path: [] })),
    );
  };
  const discard = async () => {
    try {
      await endUploads(file.addresses);
    } catch (error) {
      setProblem(asProblem(error).message);
    }
    await client.invalidateQueries({ queryKey: KEY });
  };
  const state = { sent: formatSize(file.received), all: formatSize(file.size), date: formatTime(file.expires, new Date()) };
  return (
    <li className={classes.row} data-state="unfinished">
      <FileGlyph kind="file" mediaType={undefined} />
      <div>
        <FileName name={file.name} isFolder={false} />
        {problem ? (
          <p className={`${classes.state} ${classes.failed}`} role="alert">
            {problem}
          </p>
        ) : (
          <p className={classes.state}>{t("upload.unfinished", state)}</p>
        )}
        <div className={classes.answers}>
          <button
            type="button"
            className={classes.answer}
            aria-label={t("upload.chooseAgainNamed", { name: file.name })}
            onClick={choose}
          >
            {t("upload.chooseAgain")}
          </button>
        </div>
      </div>
      {isSure ? (
        <Button variant="filled" size="compact-xs" data-danger onClick={discard} onBlur={() => setIsSure(false)} autoFocus>
          {t("upload.discardNow")}
        </Button>
      ) : (
        <ActionIcon aria-label={t("upload.discard", { name: file.name })} onClick={() => setIsSure(true)}>
          <IconX size={18} stroke={1.6} />
        </ActionIcon>
      )}
    </li>
  );
}
