// The real program, on data of its own, and the people in it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PROGRAM = process.env.PROGRAM_UNDER_TEST ?? "../build/release/cairn";
const READY = /^cairn is ready at (\S+)/;

export const PASSWORD = "correct horse battery";

export class Server {
  readonly data = join(mkdtempSync(join(tmpdir(), "cairn-web-")), "data");
  private process: ChildProcess | undefined;
  address = "";

  async start(settings: string[] = [], listen = "http://127.0.0.1:0"): Promise<void> {
    const sets = ["metrics.listen=http://127.0.0.1:0", ...settings].flatMap(setting => ["--set", setting]);
    const started = spawn(PROGRAM, ["serve", "--data", this.data, "--listen", listen, ...sets], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.process = started;
    for await (const line of createInterface({ input: started.stdout })) {
      const ready = READY.exec(line);
      if (!ready?.[1]) continue;
      this.address = ready[1];
      return;
    }
    throw new Error("the server ended before it was ready");
  }

  async stop(): Promise<void> {
    const running = this.process;
    if (!running || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGTERM");
    await ended;
  }

  /** As a machine does that loses its power. */
  async kill(): Promise<void> {
    const running = this.process;
    if (!running) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(join(this.data, ".."), { recursive: true, force: true });
  }

  addUser(name: string, ...flags: string[]) {
    const file = join(this.data, "..", "password");
    writeFileSync(file, PASSWORD);
    execFileSync(PROGRAM, ["user", "add", name, "--password-file", file, "--data", this.data, ...flags], { stdio: "ignore" });
  }

  /** A command of the program on these data; throws if it fails. */
  command(...words: string[]) {
    execFileSync(PROGRAM, [...words, "--data", this.data], { stdio: "ignore" });
  }

  setupCode(): string {
    return readFileSync(join(this.data, "setup-code"), "utf8").trim();
  }

  /** Somebody's own door to the API, to lay things out before a test looks at them. */
  async client(name: string): Promise<Client> {
    const answer = await fetch(`${this.address}/api/v1/auth/token`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ grant_type: "password", username: name, password: PASSWORD }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    return new Client(this.address, access_token);
  }
}

export class Client {
  constructor(
    private readonly address: string,
    private readonly token: string,
  ) {}

  async call<T>(method: string, path: string, body?: BodyInit | object): Promise<T> {
    const isJson = body !== undefined && !(body instanceof Uint8Array) && typeof body !== "string";
    const answer = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(isJson && { "Content-Type": "application/json" }) },
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as BodyInit) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  put(path: string, content: Uint8Array | string): Promise<{ id: string; parent_id: string }> {
    return this.call("PUT", `/files/home/${path.split("/").map(encodeURIComponent).join("/")}?parents=true`, content as BodyInit);
  }

  /** A file that somebody has begun in another browser, of which so many bytes have come. */
  async brokenOff(name: string, size: number, came: number): Promise<void> {
    const metadata = { parent_id: await this.root(), name, file_size: size, file_modified: 1, part_from: 0, part_to: size };
    const encoded = Object.entries(metadata).map(([key, value]) => `${key} ${Buffer.from(String(value)).toString("base64")}`);
    const answer = await fetch(`${this.address}/api/v1/uploads`, {
      method: "POST",
      headers: {
        Authorization: this.bearer,
        "Tus-Resumable": "1.0.0",
        "Upload-Concat": "partial",
        "Upload-Length": String(size),
        "Upload-Metadata": encoded.join(","),
        "Content-Type": "application/offset+octet-stream",
      },
      body: new Uint8Array(came),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  }

  get bearer(): string {
    return `Bearer ${this.token}`;
  }

  async root(): Promise<string> {
    return (await this.call<{ root_id: string }>("GET", "/spaces/home")).root_id;
  }
  async folder(name: string, parent?: string): Promise<string> {
    const body = { kind: "folder", name };
    return (await this.call<{ id: string }>("POST", `/nodes/${parent ?? (await this.root())}/children`, body)).id;
  }
  async names(path = ""): Promise<string[]> {
    const found = await this.call<{ items: { name: string }[] }>("GET", `/files/home/${path}?limit=1000`);
    return found.items.map(item => item.name);
  }
}
