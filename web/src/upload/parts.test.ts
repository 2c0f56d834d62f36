import { expect, it } from "vitest";
import { metadataOf, partsOf, partsOn, type ServerUpload, unfinishedOf } from "./parts";

const MIB = 2 ** 20;
const identity = { folder: "node_a", name: "film.mp4", size: 300 * MIB, modified: 1_700_000_000_000 };

function onServer(index: number, offset: number, file = identity): ServerUpload {
  const part = partsOf(file.size)[index];
  if (!part) throw new Error("no such part");
  const base = { kind: "part", state: "open", created_at: "", expires_at: "" } as const;
  return { ...base, id: `upload_${index}`, size: part.to - part.from, offset, metadata: metadataOf(file, part) };
}

it("parts hold each byte once, and are few however large the file is", () => {
  for (const size of [8 * MIB, 64 * MIB, 64 * MIB + 1, 300 * MIB, 5_000 * MIB, 2 ** 40 + 7]) {
    const parts = partsOf(size);
    expect(parts.length).toBeLessThanOrEqual(64);
    expect(parts[0]?.from).toBe(0);
    expect(parts.at(-1)?.to).toBe(size);
    for (const [i, part] of parts.entries()) if (i > 0) expect(part.from).toBe(parts[i - 1]?.to);
  }
});

it("what the server has of a file is found again, and what it has of another is not", () => {
  const other = { ...identity, modified: 1 };
  const parts = partsOn([onServer(0, 5), onServer(2, 7), onServer(1, 9, other)], identity);
  expect(parts.map(({ address, offset }) => [address, offset])).toEqual([
    ["/api/v1/uploads/upload_0", 5],
    [undefined, 0],
    ["/api/v1/uploads/upload_2", 7],
    [undefined, 0],
    [undefined, 0],
  ]);
});

it("of a part that was begun twice, the one that has more goes on", () => {
  const more = { ...onServer(0, 9), id: "upload_more" };
  expect(partsOn([onServer(0, 5), more, onServer(0, 3)], identity)[0]).toMatchObject({
    address: "/api/v1/uploads/upload_more",
    offset: 9,
  });
});

it("unfinished files are told once each, with all that came of them", () => {
  const whole: ServerUpload = { ...onServer(0, 1), kind: "file" };
  expect(unfinishedOf([onServer(0, 5), onServer(3, 7), whole])).toEqual([
    { ...identity, received: 12, expires: "", addresses: ["/api/v1/uploads/upload_0", "/api/v1/uploads/upload_3"] },
  ]);
});
