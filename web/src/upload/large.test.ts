import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { offline, ProblemError } from "../api/problem";
import { metadataOf, partsOf, type ServerUpload } from "./parts";
import { UploadQueue } from "./queue";

const MIB = 2 ** 20;

/** What the server has, and what is asked of it. */
const server = {
  uploads: [] as ServerUpload[],
  ended: [] as string[],
  joined: [] as { parts: readonly string[]; key: string }[],
  small: [] as string[],
  sending: [] as { address: string; end: (problem?: Error) => void }[],
  most: 0,
  begun: 0,
  begin: async () => {},
  join: async () => {},
};

vi.mock("./tus", () => ({
  listUploads: async () => server.uploads.map(upload => ({ ...upload })),
  beginPart: async (size: number, metadata: Record<string, string>) => {
    await server.begin();
    const id = `upload_${server.begun}`;
    server.begun += 1;
    const upload = { id, kind: "part", state: "open", size, offset: 0, created_at: "", expires_at: "", metadata } as const;
    server.uploads.push(upload);
    return `/api/v1/uploads/${id}`;
  },
  sendPart: (address: string, offset: number, body: Blob, signal: AbortSignal, onProgress: (sent: number) => void) =>
    new Promise<number>((resolve, reject) => {
      queueMicrotask(() => onProgress(body.size)); // bytes leave the browser whatever the server says of them
      const upload = server.uploads.find(each => address.endsWith(`/${each.id}`));
      const end = (problem?: Error) => {
        server.sending = server.sending.filter(each => each.address !== address);
        if (problem) return reject(problem);
        if (upload) upload.offset = offset + body.size;
        resolve(offset + body.size);
      };
      signal.addEventListener("abort", () => end(new DOMException("cancelled", "AbortError")));
      server.sending.push({ address, end });
      server.most = Math.max(server.most, server.sending.length);
    }),
  joinParts: async (parts: readonly string[], _: unknown, key: string) => {
    server.joined.push({ parts, key });
    await server.join();
    const whole = (upload: ServerUpload) => upload.offset === upload.size;
    const own = server.uploads.filter(upload => parts.some(part => part.endsWith(`/${upload.id}`)));
    if (!own.every(whole)) throw new ProblemError("conflict", 409, "a part has not come whole");
    server.uploads = server.uploads.filter(upload => !own.includes(upload));
  },
  endUploads: async (addresses: readonly string[]) => {
    server.ended.push(...addresses);
    server.uploads = server.uploads.filter(upload => !addresses.some(address => address.endsWith(`/${upload.id}`)));
  },
}));
vi.mock("./send", () => ({
  send: async ({ name }: { name: string }) => server.small.push(name),
  isReadable: async () => true,
}));

/** A file that says that it is so large, without the bytes. */
function large(name: string, size: number) {
  const file = new File([], name, { lastModified: 1 });
  Object.defineProperty(file, "size", { value: size });
  file.slice = (from = 0, to = size) => ({ size: to - from }) as Blob;
  return { file, name, path: [] };
}
const settle = () => vi.advanceTimersByTimeAsync(50);
const states = (queue: UploadQueue) => queue.list().map(upload => upload.state);

beforeEach(() => {
  vi.useFakeTimers();
  Object.assign(server, { uploads: [], ended: [], joined: [], small: [], sending: [], most: 0, begun: 0 });
  Object.assign(server, { begin: async () => {}, join: async () => {} });
});
afterEach(() => vi.useRealTimers());

async function sendAll() {
  await settle();
  while (server.sending.length > 0) {
    server.sending[0]?.end();
    await settle();
  }
}

it("is sent in parts by three connections, and joined in their order", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 400 * MIB)]);
  await sendAll();
  expect(server.most).toBe(3);
  expect(server.joined[0]?.parts).toEqual(partsOf(400 * MIB).map((_, i) => `/api/v1/uploads/upload_${i}`));
  expect(states(queue)).toEqual(["saved"]);
});

it("lets small files go between its pieces", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 40_000 * MIB)]);
  await settle();
  expect(server.sending).toHaveLength(3);
  queue.add("node_a", [{ file: new File(["x"], "small"), name: "small", path: [] }]);
  await settle();
  expect(server.small).toEqual([]);
  server.sending[0]?.end();
  await settle();
  expect(server.small).toEqual(["small"]);
  expect(server.sending, "and takes its place again").toHaveLength(3);
});

it("goes on from what the server has", async () => {
  const identity = { folder: "node_a", name: "film", size: 200 * MIB, modified: 1 };
  const first = partsOf(identity.size)[0];
  if (!first) throw new Error("no part");
  const rest = { kind: "part", state: "open", created_at: "", expires_at: "" } as const;
  server.uploads = [{ ...rest, id: "earlier", size: 64 * MIB, offset: 60 * MIB, metadata: metadataOf(identity, first) }];
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", identity.size)]);
  await settle();
  expect(queue.list()[0]).toMatchObject({ resumed: 60 * MIB });
  await sendAll();
  expect(states(queue)).toEqual(["saved"]);
});

it("asks again what the server has when a part has gone, and when the connection was lost", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 200 * MIB)]);
  await settle();
  server.uploads = server.uploads.filter(upload => upload.id !== "upload_1");
  server.sending.find(each => each.address.endsWith("upload_1"))?.end(new ProblemError("not-found", 404, "gone"));
  await settle();
  expect(queue.list()[0]).toMatchObject({ state: "lost", reason: "busy" });
  await vi.advanceTimersByTimeAsync(2_000);
  server.sending[0]?.end(offline());
  await settle();
  expect(queue.list()[0]).toMatchObject({ state: "lost", reason: "lost" });
  await vi.advanceTimersByTimeAsync(4_000);
  await sendAll();
  expect(states(queue)).toEqual(["saved"]);
  expect(server.joined).toHaveLength(1);
});

it("asks for the file once more under the same key when the answer got lost, whatever came between", async () => {
  const queue = new UploadQueue();
  queue.belongTo("user_a");
  queue.add("node_a", [large("film", 10 * MIB)]);
  let answers = [offline(), new ProblemError("unauthenticated", 401, "signed out")];
  server.join = async () => {
    const problem = answers.shift();
    server.uploads = []; // the parts are used up, whether the answer comes or not
    if (problem) throw problem;
  };
  await sendAll();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(states(queue), "it waits for whoever is signed out").toEqual(["waiting"]);
  answers = [];
  queue.belongTo("user_a");
  await settle();
  expect(states(queue)).toEqual(["saved"]);
  expect(new Set(server.joined.map(join => join.key)).size).toBe(1);
  expect(server.begun, "nothing was begun anew").toBe(1);
});

it("says what the server says when too many are under way, and keeps nothing of what did not fit", async () => {
  for (const problem of [new ProblemError("too-many-uploads", 429, "many"), new ProblemError("quota-exceeded", 507, "full")]) {
    server.ended = [];
    server.begun = 0;
    let begun = 0;
    server.begin = async () => {
      begun += 1;
      if (begun > 2) throw problem;
    };
    const queue = new UploadQueue();
    queue.add("node_a", [large("film", 400 * MIB)]);
    await settle();
    expect(queue.list()[0]).toMatchObject({ state: "failed", reason: problem.message });
    expect(server.ended).toHaveLength(2);
  }
});

it("cancelled, it sends nothing more and leaves nothing, also while it is being begun", async () => {
  let goOn = () => {};
  server.begin = () =>
    new Promise(resolve => {
      goOn = resolve;
    });
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 200 * MIB)]);
  await settle();
  queue.cancelAll();
  goOn();
  await settle();
  expect(server.sending).toEqual([]);
  expect(server.uploads).toEqual([]);

  server.begin = async () => {};
  queue.add("node_a", [large("film", 200 * MIB)]);
  await settle();
  expect(server.sending).toHaveLength(3);
  const [upload] = queue.list();
  if (upload) queue.cancel(upload);
  await settle();
  expect(server.sending).toEqual([]);
  expect(server.uploads).toEqual([]);
});

it("is joined only when all is there, whichever connection sent the rest", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("one", 10_000 * MIB), large("two", 10_000 * MIB)]);
  await settle();
  // Of several pieces the last that was begun ends first, so that the others are left with the rest.
  for (let i = 0; server.sending.length > 0 && i < 1_000; ++i) {
    server.sending.at(-1)?.end();
    await settle();
  }
  expect(states(queue)).toEqual(["saved", "saved"]);
  expect(server.joined).toHaveLength(2);
});

it("is not tried for ever where its parts cannot go", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 100 * MIB)]);
  await settle();
  for (let i = 0; i < 20 && server.sending.length > 0; ++i) {
    server.sending[0]?.end(new ProblemError("not-found", 404, "There is no such folder."));
    await vi.advanceTimersByTimeAsync(30_000);
  }
  expect(queue.list()[0]).toMatchObject({ state: "failed", reason: "There is no such folder." });
});

it("cancelled after a reload, it leaves nothing of what had come before", async () => {
  const identity = { folder: "node_a", name: "film", size: 200 * MIB, modified: 1 };
  const rest = { kind: "part", state: "open", created_at: "", expires_at: "", size: 64 * MIB, offset: 64 * MIB } as const;
  server.uploads = partsOf(identity.size)
    .slice(0, 3)
    .map((part, i) => ({ ...rest, id: `earlier_${i}`, metadata: metadataOf(identity, part) }));
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", identity.size)]);
  await settle();
  queue.cancelAll();
  await settle();
  expect(server.uploads).toEqual([]);
});

it("is not sent twice at once, and cancelling the second leaves the first alone", async () => {
  const queue = new UploadQueue();
  queue.add("node_a", [large("film", 100 * MIB), large("film", 100 * MIB)]);
  await settle();
  expect(states(queue)).toEqual(["saving", "failed"]);
  const second = queue.list()[1];
  if (second) queue.cancel(second);
  await sendAll();
  expect(states(queue)).toEqual(["saved"]);
});
