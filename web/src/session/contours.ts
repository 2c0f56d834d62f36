// A map of a mountain that no other server has: heights from smooth noise around a summit, and the lines of equal height in them.

export interface Point {
  x: number;
  y: number;
}

/** A small generator (mulberry32), so that a place always draws the same map. */
function generator(seed: string): () => number {
  let state = 0x9e3779b9;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 0x85ebca6b) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Heights in a grid of `columns` by `rows`, between about 0 and 1.3: a summit, lesser hills, and roughness that grows with distance. */
function heights(random: () => number, columns: number, rows: number, summit: Point): number[][] {
  const HILLS = 9;
  const WAVES = 26;
  const hills = Array.from({ length: HILLS }, () => ({
    x: random(),
    y: random(),
    height: 0.12 + random() * 0.3,
    width: 14 + random() * 50,
  }));
  const waves = Array.from({ length: WAVES }, (_, i) => ({
    x: (random() - 0.5) * (10 + i * 1.8),
    y: (random() - 0.5) * (10 + i * 1.8),
    phase: random() * Math.PI * 2,
    height: 1 / (1 + i * 0.12),
  }));
  const heightAt = (x: number, y: number) => {
    const away = Math.hypot((x - summit.x) * 1.2, y - summit.y);
    const hill = hills.reduce(
      (sum, each) => sum + each.height * Math.exp(-((x - each.x) ** 2 + (y - each.y) ** 2) * each.width),
      0,
    );
    const rough = waves.reduce((sum, wave) => sum + wave.height * Math.sin(wave.x * x + wave.y * y + wave.phase), 0);
    return 1.1 * Math.exp(-away * 3.1) + hill * Math.min(1, away * 4) + rough * 0.035;
  };
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => heightAt(column / (columns - 1), row / (rows - 1))),
  );
}

const at = (grid: number[][], row: number, column: number) => grid[row]?.[column] ?? 0;

/** The pieces of the line at `level`, by marching squares: an SVG path in units of grid cells. */
function line(grid: number[][], level: number): string {
  let path = "";
  for (let row = 0; row + 1 < grid.length; row++) {
    for (let column = 0; column + 1 < (grid[row]?.length ?? 0); column++) {
      const corners = [
        { x: column, y: row, h: at(grid, row, column) },
        { x: column + 1, y: row, h: at(grid, row, column + 1) },
        { x: column + 1, y: row + 1, h: at(grid, row + 1, column + 1) },
        { x: column, y: row + 1, h: at(grid, row + 1, column) },
      ];
      const crossings: Point[] = [];
      corners.forEach((a, i) => {
        const b = corners[(i + 1) % corners.length] ?? a;
        if (a.h < level === b.h < level) return;
        const share = (level - a.h) / (b.h - a.h);
        crossings.push({ x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share });
      });
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [from, to] = [crossings[i], crossings[i + 1]];
        if (from && to) path += `M${from.x.toFixed(2)} ${from.y.toFixed(2)}L${to.x.toFixed(2)} ${to.y.toFixed(2)}`;
      }
    }
  }
  return path;
}

export interface ContourMap {
  columns: number;
  rows: number;
  summit: Point;
  lines: { path: string; strong: boolean }[];
}

/** The map of the place `seed`. */
export function contourMap(seed: string): ContourMap {
  const COLUMNS = 110;
  const ROWS = 110;
  const LEVELS = 16;
  const EACH_STRONG = 5;
  const random = generator(seed);
  const summit = { x: 0.44 + random() * 0.16, y: 0.4 + random() * 0.14 };
  const grid = heights(random, COLUMNS, ROWS, summit);
  const lines = Array.from({ length: LEVELS }, (_, i) => ({
    path: line(grid, -0.05 + (i * 1.15) / LEVELS),
    strong: i % EACH_STRONG === 0,
  }));
  return { columns: COLUMNS - 1, rows: ROWS - 1, summit: { x: summit.x * (COLUMNS - 1), y: summit.y * (ROWS - 1) }, lines };
}
