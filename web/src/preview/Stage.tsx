import { Button } from "@mantine/core";
import { useState } from "react";
import { contentAddress, type Node } from "../api/client";
import { download } from "../files/actions";
import { Void } from "../shell/Void";
import { t } from "../words/t";
import { previewKind } from "./kinds";
import classes from "./Preview.module.css";
import { TextPreview } from "./TextPreview";

function None({ node, failed }: { node: Node; failed: boolean }) {
  return (
    <Void
      title={failed ? t("preview.failed") : t("preview.none")}
      text={failed ? t("preview.failedText") : t("preview.noneText")}
    >
      <Button variant="filled" onClick={() => download([node])}>
        {t("action.download")}
      </Button>
    </Void>
  );
}

/** The file itself, as the browser can show it. */
export function Stage({ node }: { node: Node }) {
  const [failed, setFailed] = useState(false);
  const kind = failed ? "none" : previewKind(node.media_type);
  const address = contentAddress(node.id, "inline");
  const fail = () => setFailed(true);
  return (
    <div className={classes.stage} data-kind={kind}>
      {kind === "image" && <img className={classes.picture} src={address} alt={node.name} onError={fail} decoding="async" />}
      {kind === "video" && (
        // biome-ignore lint/a11y/useMediaCaption: it is somebody's own film; what captions it has are in it
        <video className={classes.video} src={address} controls autoPlay aria-label={node.name} onError={fail} />
      )}
      {kind === "audio" && (
        // biome-ignore lint/a11y/useMediaCaption: somebody's own recording
        <audio className={classes.audio} src={address} controls aria-label={node.name} onError={fail} />
      )}
      {kind === "pdf" && <iframe className={classes.frame} src={address} title={node.name} />}
      {kind === "text" && <TextPreview node={node} />}
      {kind === "none" && <None node={node} failed={failed} />}
    </div>
  );
}
