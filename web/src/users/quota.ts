// A quota as people type it: in gigabytes, empty for no limit.

const GIGABYTE = 1_000_000_000;

/** Bytes, null for no limit; undefined if it is no number. */
export function parseQuota(text: string): number | null | undefined {
  // "1,000" is a thousand to some and one to others: better asked than guessed.
  if (/[.,]\d{3}$/.test(text.trim())) return undefined;
  const trimmed = text.trim().replace(",", ".");
  if (trimmed === "") return null;
  const gigabytes = Number(trimmed);
  return Number.isFinite(gigabytes) && gigabytes >= 0 ? Math.round(gigabytes * GIGABYTE) : undefined;
}

export function quotaText(bytes: number | undefined): string {
  return bytes === undefined ? "" : String(bytes / GIGABYTE);
}
