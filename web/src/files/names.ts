// What a name may be, as the server sees it: told while it is typed.
import { t } from "../words/t";

const MOST_BYTES = 255;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Why this is no name; undefined if it is one. */
export function wrongName(name: string): string | undefined {
  const normal = name.normalize("NFC");
  if (normal.trim() === "") return t("name.empty");
  if (normal === "." || normal === "..") return t("name.dots");
  if (normal.includes("/")) return t("name.slash");
  if (CONTROL.test(normal)) return t("name.control");
  const bytes = new TextEncoder().encode(normal).length;
  return bytes > MOST_BYTES ? t("name.tooLong", { bytes: bytes - MOST_BYTES }) : undefined;
}
