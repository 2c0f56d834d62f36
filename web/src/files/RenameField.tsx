import { Tooltip } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useRef, useState } from "react";
import type { Node } from "../api/client";
import { asProblem } from "../api/problem";
import { tellProblem } from "../shell/notices";
import { splitName } from "../words/format";
import { t } from "../words/t";
import { rename } from "./actions";
import { wrongName } from "./names";
import classes from "./RenameField.module.css";

/** The name as a field, its stem selected: Enter keeps, Escape does not, leaving it keeps too. */
export function RenameField({ node, onDone }: { node: Node; onDone: (byKey: boolean) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState(node.name);
  const [refused, setRefused] = useState<string>();
  const ended = useRef(false);
  const wrong = refused ?? (name === node.name ? undefined : wrongName(name));

  const end = (byKey: boolean) => {
    ended.current = true;
    onDone(byKey);
  };
  const keep = async (byKey: boolean) => {
    if (ended.current) return;
    if (name === node.name || wrongName(name)) {
      if (name === node.name || !byKey) end(byKey);
      return;
    }
    ended.current = true;
    try {
      await rename(client, node, name.normalize("NFC"));
      onDone(byKey);
    } catch (error) {
      const problem = asProblem(error);
      if (byKey && problem.status === 409) {
        ended.current = false;
        setRefused(problem.message);
        return;
      }
      tellProblem(error);
      onDone(byKey);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return; // Enter and Escape belong to what is being composed
    if (event.key === "Enter") keep(true);
    if (event.key === "Escape") end(true);
  };
  return (
    <Tooltip label={wrong} opened={wrong !== undefined} position="bottom-start" color="var(--danger)">
      <input
        className={classes.field}
        aria-label={t("rename.label", { name: node.name })}
        aria-invalid={wrong !== undefined}
        // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked to type here
        autoFocus
        spellCheck={false}
        value={name}
        onChange={event => {
          setName(event.currentTarget.value);
          setRefused(undefined);
        }}
        onFocus={event => event.currentTarget.setSelectionRange(0, splitName(node.name, node.kind === "folder").stem.length)}
        onBlur={() => keep(false)}
        onKeyDown={onKeyDown}
      />
    </Tooltip>
  );
}
