import { ActionIcon, Button, Progress } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { formatDuration, formatSize, formatSpeed } from "../words/format";
import { t } from "../words/t";
import { type Upload, uploads } from "./queue";
import { needsYou, type Sums } from "./sums";
import { UnfinishedRow, useUnfinished } from "./Unfinished";
import classes from "./UploadPanel.module.css";
import { UploadRow } from "./UploadRow";
import { useGuardsPage, useShowsArrivals, useUploads } from "./useUploads";

const MOST_ROWS = 40;
const MOST_WAITING = 4;
const QUARTER = 25;

/** Those that need somebody first, then those under way, then some that wait, then the last that are done. */
function shownRows(list: readonly Upload[]): Upload[] {
  const of = (...states: Upload["state"][]) => list.filter(upload => states.includes(upload.state));
  const needing = list.filter(needsYou);
  const rest = [...of("sending", "saving", "lost"), ...of("waiting").slice(0, MOST_WAITING), ...of("saved", "skipped").reverse()];
  return [...needing, ...rest].slice(0, MOST_ROWS);
}

function headline(sums: Sums, unfinished: number): string {
  if (sums.isActive) return t("upload.running", { count: sums.files - sums.saved });
  if (sums.needYou > 0) return t("upload.needsYou", { count: sums.needYou });
  if (sums.files === 0) return t("upload.unfinishedCount", { count: unfinished });
  return t("upload.finished", { count: sums.saved });
}

function sumLine(sums: Sums, speed: number): string {
  const sent = formatSize(sums.sentBytes);
  const all = formatSize(sums.bytes);
  if (!sums.isActive || speed === 0) return t("upload.sumStart", { sent, all });
  const time = formatDuration((sums.bytes - sums.sentBytes) / speed);
  return t("upload.sum", { sent, all, speed: formatSpeed(speed), time });
}

/** Ends what is not done yet; that cannot be taken back, so it asks in its own place. */
function CancelAll({ count }: { count: number }) {
  const [sure, setSure] = useState(false);
  return (
    <Button
      variant={sure ? "filled" : "subtle"}
      data-danger={sure || undefined}
      onClick={() => (sure ? uploads.cancelAll() : setSure(true))}
      onBlur={() => setSure(false)}
    >
      {sure ? t("upload.cancelNow", { count }) : t("upload.cancelAll")}
    </Button>
  );
}

/** All uploads of this tab. They go on while it is folded, and while one walks about. */
export function UploadPanel() {
  const { list, sums, speed } = useUploads();
  const unfinished = useUnfinished(list);
  const [isOpen, setIsOpen] = useState(true);
  const [isClosed, setIsClosed] = useState(false);
  const share = sums.bytes ? sums.sentBytes / sums.bytes : 0;
  useShowsArrivals();
  useGuardsPage(sums.isActive, share);
  if (list.length === 0 && (unfinished.length === 0 || isClosed)) return null;

  const left = sums.files - sums.saved;
  const quarters = Math.floor((share * 100) / QUARTER) * QUARTER;
  const Fold = isOpen ? IconChevronDown : IconChevronUp;
  return (
    <section className={classes.panel} aria-label={t("upload.panel")}>
      <header className={classes.head}>
        <h2 className={classes.title}>{headline(sums, unfinished.length)}</h2>
        <ActionIcon
          aria-label={isOpen ? t("upload.collapse") : t("upload.expand")}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Fold size={18} stroke={1.6} />
        </ActionIcon>
        {left > 0 ? (
          <CancelAll count={left} />
        ) : (
          <ActionIcon
            aria-label={t("upload.close")}
            onClick={() => {
              uploads.cancelAll();
              setIsClosed(true);
            }}
          >
            <IconX size={18} stroke={1.6} />
          </ActionIcon>
        )}
        {sums.files > 0 && <p className={classes.sum}>{sumLine(sums, speed)}</p>}
        {sums.isActive && <Progress className={classes.bar} value={share * 100} aria-label={t("upload.panel")} />}
      </header>
      <p className={classes.hidden} role="status">
        {sums.isActive
          ? quarters
            ? t("upload.percent", { percent: quarters })
            : t("upload.started", { count: sums.files })
          : headline(sums, unfinished.length)}
      </p>
      {isOpen && (
        <ul className={classes.rows}>
          {shownRows(list).map(upload => (
            <UploadRow key={upload.id} upload={upload} hasOthers={sums.needYou > 1 || sums.waiting > 0} />
          ))}
          {unfinished.map(file => (
            <UnfinishedRow key={`${file.folder}/${file.name}/${file.modified}`} file={file} />
          ))}
        </ul>
      )}
      {isOpen && sums.files > 1 && (
        <footer className={classes.foot}>
          <span>{t("upload.doneCount", { count: sums.saved })}</span>
          {sums.waiting > 0 && <span>{t("upload.waitingCount", { count: sums.waiting })}</span>}
        </footer>
      )}
    </section>
  );
}
