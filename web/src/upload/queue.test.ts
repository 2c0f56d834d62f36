import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { offline, ProblemError } from "../api/problem";
import { UploadQueue } from "./queue";
import type { SendRequest } from "./send";
import { sumsOf } from "./sums";

const sent: SendRequest[] = [];
let answer: (request: SendRequest) => Promise<unknown>;

vi.mock("./send", () => ({
  send: (request: SendRequest) => {
    sent.push(request);
    return answer(request);
  },
  isReadable: async () => true,
}));

const file = (name: string, size = 3) => ({ file: new File(["x".repeat(size)], name), name, path: [] });
const settle = () => vi.advanceTimersByTimeAsync(50);

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  answer = async () => ({});
});
afterEach(() => vi.useRealTimers());

it("sends three at a time, and the next as one ends", async () => {
  const ends: (() => void)[] = [];
  answer = () => new Promise(resolve => ends.push(() => resolve({})));
  const queue = new UploadQueue();
  queue.add(
    "node_a",
    ["1", "2", "3", "4", "5"].map(name => file(name)),
  );
  await settle();
  expect(sent).toHaveLength(3);
  ends[0]?.();
  await settle();
  expect(sent).toHaveLength(4);
  expect(sumsOf(queue.list())).toMatchObject({ files: 5, saved: 1, waiting: 1, isActive: true });
});

it("tries again with the same key after a lost connection, waiting longer each time", async () => {
  answer = async () => Promise.reject(offline());
  const queue = new UploadQueue();
  queue.add("node_a", [file("a")]);
  await settle();
  expect(queue.list()[0]).toMatchObject({ state: "lost", reason: "lost" });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent, "the second wait is longer").toHaveLength(2);
  answer = async () => ({});
  await vi.advanceTimersByTimeAsync(2_000);
  expect(new Set(sent.map(request => request.key)).size).toBe(1);
  expect(queue.list()[0]?.state).toBe("saved");
});

it("waits as long as a busy server asks", async () => {
  answer = async () => Promise.reject(new ProblemError("unavailable", 503, "busy", { retryAfter: 20 }));
  const queue = new UploadQueue();
  queue.add("node_a", [file("a")]);
  await settle();
  await vi.advanceTimersByTimeAsync(19_000);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(sent).toHaveLength(2);
});

it("an answer for all holds for names that turn out to be taken later, under another key", async () => {
  answer = async request =>
    request.onConflict === "fail" ? Promise.reject(new ProblemError("name-taken", 409, "taken")) : Promise.resolve({});
  const queue = new UploadQueue();
  queue.add("node_a", [file("a"), file("b"), file("c"), file("d")]);
  await settle();
  const first = queue.list().find(upload => upload.state === "name-taken");
  if (first) queue.answer(first, "rename", true);
  await settle();
  await settle();
  expect(queue.list().map(upload => upload.state)).toEqual(["saved", "saved", "saved", "saved"]);
  const keys = sent.filter(request => request.name === "a").map(request => request.key);
  expect(new Set(keys).size).toBe(keys.length);
});

it("what the server refuses is not tried again, and its reason is kept", async () => {
  answer = async () => Promise.reject(new ProblemError("quota-exceeded", 507, "The space is full."));
  const queue = new UploadQueue();
  queue.add("node_a", [file("a")]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent).toHaveLength(1);
  expect(queue.list()[0]).toMatchObject({ state: "failed", reason: "The space is full." });
});

it("an answer for all does not reach what is chosen later", async () => {
  answer = async request =>
    request.onConflict === "fail" ? Promise.reject(new ProblemError("name-taken", 409, "taken")) : Promise.resolve({});
  const queue = new UploadQueue();
  queue.add("node_a", [file("a")]);
  await settle();
  const first = queue.list()[0];
  if (first) queue.answer(first, "skip", true);
  queue.add("node_a", [file("b")]);
  await settle();
  expect(queue.list().map(upload => upload.state)).toEqual(["skipped", "name-taken"]);
});

it("when the session ends nothing is lost: it waits for the same person, and not for another one", async () => {
  answer = async () => Promise.reject(new ProblemError("unauthenticated", 401, "signed out"));
  const queue = new UploadQueue();
  queue.belongTo("user_a");
  queue.add(
    "node_a",
    ["1", "2", "3", "4", "5"].map(name => file(name)),
  );
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent, "those under way, and no more").toHaveLength(3);
  expect(queue.list().map(upload => upload.state)).toEqual(["waiting", "waiting", "waiting", "waiting", "waiting"]);
  answer = async () => ({});
  queue.belongTo("user_a");
  await settle();
  expect(sumsOf(queue.list()).saved).toBe(5);
  queue.belongTo("user_b");
  await settle();
  expect(queue.list()).toEqual([]);
});
