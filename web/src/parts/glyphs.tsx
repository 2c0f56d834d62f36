// The drawings of the kinds of file, on a grid of 20: a sheet whose corner is cut like stone, with a mark that reads without colour.
import type { ReactNode } from "react";
import classes from "./FileGlyph.module.css";

export const GLYPHS = {
  folder: (
    <>
      <path className={classes.back} d="M2 5.2C2 4.5 2.5 4 3.2 4h3.9c.4 0 .7.1 1 .4L9.3 5.5h7.5c.7 0 1.2.5 1.2 1.2V9H2z" />
      <path className={classes.front} d="M2 7.7h16v7.6c0 .7-.5 1.2-1.2 1.2H3.2c-.7 0-1.2-.5-1.2-1.2z" />
    </>
  ),
  doc: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M7 9.5h6M7 12h6M7 14.5h3.6" />
    </>
  ),
  text: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M7 8.5h2.5M7 11h6M7 13.5h4.5" />
    </>
  ),
  pdf: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.f} d="M4.5 12.5h11v5h-11z" />
      <path className={classes.k} d="M7 6.5h3M7 9.5h6" />
    </>
  ),
  sheet: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M7 8.5h6v6H7zM7 11.5h6M10 8.5v6" />
    </>
  ),
  slides: (
    <>
      <path className={classes.b} d="M2.5 4.5h11.9l3.1 3.1v8.9h-15z" />
      <path className={classes.k} d="M6 13.5v-2.5M9 13.5v-5M12 13.5v-3.5" />
    </>
  ),
  image: (
    <>
      <path className={classes.b} d="M2.5 4.5h11.9l3.1 3.1v8.9h-15z" />
      <path className={classes.f} d="M3 16v-2l4.2-4.4 3 3 1.8-1.7 5 5.1z" />
      <circle className={classes.f} cx="11" cy="7.8" r="1.2" />
    </>
  ),
  video: (
    <>
      <path className={classes.b} d="M2.5 4.5h11.9l3.1 3.1v8.9h-15z" />
      <path className={classes.f} d="M8.2 7.9v5.4l4.5-2.7z" />
    </>
  ),
  audio: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M7 10.5v2M9 8.5v6M11 9.8v3.4M13 11v1" />
    </>
  ),
  archive: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M10 3v1.4M10 6.2v1.4M10 9.4v1.4" />
      <path className={classes.f} d="M8.6 12.2h2.8v3.2H8.6z" />
    </>
  ),
  code: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M8.6 9 6.6 11.4l2 2.4M11.4 9l2 2.4-2 2.4" />
    </>
  ),
  vector: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
      <path className={classes.k} d="M7.5 14.5c0-4 5-1.5 5-6" />
      <path className={classes.f} d="M6.4 13.4h2.2v2.2H6.4zM11.4 7.2h2.2v2.2h-2.2z" />
    </>
  ),
  blank: (
    <>
      <path className={classes.b} d="M4.5 2.5h7.6l3.4 3.4v11.6h-11z" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type GlyphName = keyof typeof GLYPHS;

/** Once in the page: each glyph refers to its drawing here, so that a row needs two elements for it. */
export function GlyphSprite() {
  return (
    <svg width="0" height="0" className={classes.sprite} aria-hidden="true">
      <defs>
        {Object.entries(GLYPHS).map(([name, drawing]) => (
          <symbol key={name} id={`glyph-${name}`} viewBox="0 0 20 20">
            {drawing}
          </symbol>
        ))}
      </defs>
    </svg>
  );
}
