import { splitName } from "../words/format";
import classes from "./FileName.module.css";

// Characters that would turn or hide a name: shown as the sign that Unicode has for a blank.
const HIDDEN = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\ufeff]/g;
const SIGN = "\u2423";

/** A name as it is: the stem in its own direction and clipped, the extension always whole, and behind it in all scripts. */
export function FileName({ name, isFolder }: { name: string; isFolder: boolean }) {
  const { stem, extension } = splitName(name.replace(HIDDEN, SIGN), isFolder);
  return (
    <span dir="ltr" className={classes.name} title={name}>
      <bdi className={classes.stem}>{stem}</bdi>
      {extension && <span className={classes.extension}>{extension}</span>}
    </span>
  );
}
