import { useQuery } from "@tanstack/react-query";
import { contentAddress, type Node } from "../api/client";
import { offline, problemOf } from "../api/problem";
import { Void } from "../shell/Void";
import { formatSize } from "../words/format";
import { t } from "../words/t";
import classes from "./Preview.module.css";

const MOST_BYTES = 512 * 1024;

async function beginning(node: Node, signal: AbortSignal): Promise<string> {
  if (node.size === 0) return "";
  const request = new Request(contentAddress(node.id, "inline"), { headers: { Range: `bytes=0-${MOST_BYTES - 1}` }, signal });
  const answer = await fetch(request).catch(() => Promise.reject(offline()));
  if (!answer.ok) throw problemOf(await answer.json().catch(() => undefined), answer.status, null);
  return new TextDecoder().decode(await answer.arrayBuffer());
}

/** A text as text, whatever it says: its first half megabyte. */
export function TextPreview({ node }: { node: Node }) {
  const { data, error } = useQuery({
    queryKey: ["text", node.id, node.version_id],
    queryFn: ({ signal }) => beginning(node, signal),
  });
  if (error) return <Void title={t("preview.failed")} text={error.message} />;
  if (data === "") return <Void title={t("preview.emptyText")} />;
  const size = node.size ?? 0;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: so that the arrow keys can scroll it */}
      <pre className={classes.text} tabIndex={0}>
        <span>{data}</span>
      </pre>
      {size > MOST_BYTES && (
        <p className={classes.cut}>{t("preview.textCut", { shown: formatSize(MOST_BYTES), size: formatSize(size) })}</p>
      )}
    </>
  );
}
