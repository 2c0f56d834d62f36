// How a file can be shown by the browser itself. The server has decided by its bytes what it is.
export type PreviewKind = "image" | "video" | "audio" | "pdf" | "text" | "none";

const IMAGES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/svg+xml", "image/bmp", "image/x-icon"];
const TEXTS = [
  "application/json",
  "application/xml",
  "application/javascript",
  "application/x-sh",
  "application/toml",
  "application/yaml",
];

export function previewKind(mediaType: string | undefined): PreviewKind {
  const type = (mediaType ?? "").split(";")[0] ?? "";
  if (IMAGES.includes(type)) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  if (type === "application/pdf") return "pdf";
  return type.startsWith("text/") || TEXTS.includes(type) ? "text" : "none";
}
