import type { Node } from "../api/client";
import classes from "./FileGlyph.module.css";
import type { GlyphName } from "./glyphs";

const BY_TYPE: [RegExp, GlyphName][] = [
  [/^image\/svg/, "vector"],
  [/^image\//, "image"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
  [/^application\/pdf$/, "pdf"],
  [/spreadsheet|excel|^text\/csv$|^text\/tab-sep/, "sheet"],
  [/presentation|powerpoint/, "slides"],
  [/wordprocessing|msword|opendocument\.text|^application\/rtf$/, "doc"],
  [/zip|x-tar|gzip|compressed|x-bzip|x-xz|zstd|x-7z|x-rar/, "archive"],
  [/json|xml|javascript|html|^text\/css|x-sh|x-python|x-c$/, "code"],
  [/^text\//, "text"],
];

/** The drawing for a media type; a blank sheet if it is not known. */
export function glyphOf(kind: Node["kind"], mediaType: string | undefined): GlyphName {
  if (kind === "folder") return "folder";
  return BY_TYPE.find(([pattern]) => pattern.test(mediaType ?? ""))?.[1] ?? "blank";
}

/** A sign for the kind of file, beside its name. */
export function FileGlyph({ kind, mediaType }: { kind: Node["kind"]; mediaType?: string | undefined }) {
  const name = glyphOf(kind, mediaType);
  return (
    <svg className={`${classes.glyph} ${classes[name]}`} viewBox="0 0 20 20" aria-hidden="true" data-glyph={name}>
      <use href={`#glyph-${name}`} />
    </svg>
  );
}
