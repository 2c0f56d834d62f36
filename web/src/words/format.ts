// Sizes, times and durations as people read them, by the locale of the page.

const SIZE_UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;
const STEP = 1000;
const NO_BREAK = " ";
const DAY_MS = 24 * 60 * 60 * 1000;

/** The reader's own form of the page's language: who reads English in Oslo still has a clock of 24 hours. */
function locale(): string {
  const language = document.documentElement.lang || "en";
  return navigator.languages.find(each => each.startsWith(language)) ?? language;
}

/** Decimal, three figures, no break before the unit: 0 B, 3.12 KB, 214 KB. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.6 would be shown as 1,000: it belongs to the next unit.
  while (value >= STEP - 0.5 && unit < SIZE_UNITS.length - 1) {
    value /= STEP;
    unit += 1;
  }
  const figures = unit === 0 ? { maximumFractionDigits: 0 } : { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
  return new Intl.NumberFormat(locale(), figures).format(value) + NO_BREAK + SIZE_UNITS[unit];
}

export function formatBytes(bytes: number): string {
  return `${new Intl.NumberFormat(locale()).format(bytes)}${NO_BREAK}B`;
}

export function formatCount(count: number): string {
  return new Intl.NumberFormat(locale()).format(count);
}

export function formatSpeed(bytesPerSecond: number): string {
  return `${formatSize(bytesPerSecond)}/s`;
}

function startOfDay(time: Date): number {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

function relative(value: number, unit: Intl.RelativeTimeFormatUnit): string {
  const text = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" }).format(value, unit);
  return text.charAt(0).toLocaleUpperCase(locale()) + text.slice(1);
}

/** Grows vague with age: Today 09:58, Yesterday 17:03, Tue 14:20, 14 Nov, 3 Mar 2025. */
export function formatTime(iso: string, now: Date): string {
  const time = new Date(iso);
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
  const clock = new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(time);
  if (days === 0 || days === 1) return `${relative(-days, "day")} ${clock}`;
  if (days > 1 && days < 7) return `${new Intl.DateTimeFormat(locale(), { weekday: "short" }).format(time)} ${clock}`;
  const sameYear = time.getFullYear() === now.getFullYear();
  return new Intl.DateTimeFormat(locale(), { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(
    time,
  );
}

/** The whole moment, with its zone. */
export function formatMoment(iso: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "full", timeStyle: "long" }).format(new Date(iso));
}

/** How long something still takes, rounded so that it does not flicker: 24 s, 3 min, 2 h. */
export function formatDuration(seconds: number): string {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale(), { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  if (seconds < 60) return unit(Math.max(1, Math.ceil(seconds)), "second");
  if (seconds < 3600) return unit(Math.round(seconds / 60), "minute");
  return unit(Math.round(seconds / 3600), "hour");
}

/** "report.final" and ".pdf": the extension is shown grey and never clipped. Folders and names like ".profile" have none. */
export function splitName(name: string, isFolder: boolean): { stem: string; extension: string } {
  const dot = name.lastIndexOf(".");
  const LONGEST = 12;
  if (isFolder || dot <= 0 || dot === name.length - 1 || name.length - dot > LONGEST) return { stem: name, extension: "" };
  return { stem: name.slice(0, dot), extension: name.slice(dot) };
}
