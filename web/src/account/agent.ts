// What a browser calls itself, in words. A guess for recognising one's own devices, never for a decision.

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrome\//, "Chrome"],
  [/Safari\//, "Safari"],
  [/^curl\//, "curl"],
];
const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPad/, "iOS"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/CrOS/, "ChromeOS"],
  [/Linux/, "Linux"],
];

export function describeAgent(agent: string): { browser: string | undefined; system: string | undefined } {
  const first = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1];
  return { browser: first(BROWSERS), system: first(SYSTEMS) };
}
