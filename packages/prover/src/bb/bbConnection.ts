import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { until } from "@frond/foundation";

const LENGTH_BYTES = 4;

/**
 * A running `bb` behind its Unix socket, as bb.js expects a backend. Unlike the one of bb.js it names the process,
 * keeps its socket in a directory of ours, and waits
 * for a machine that is busy. Requests are answered in order, framed by a 4-byte little-endian length. When `bb`
 * ends, what is under way is rejected.
 */
export class BbConnection {
  readonly pid: number;
  readonly #process: ChildProcess;
  readonly #socket: Socket;
  readonly #waiting: { resolve(reply: Uint8Array): void; reject(error: Error): void }[] = [];
  #chunks: Buffer[] = [];
  #buffered = 0;
  #failure: Error | undefined;

  private constructor(process: ChildProcess, socket: Socket) {
    this.pid = process.pid ?? 0;
    this.#process = process;
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("bb closed its socket")));
    process.on("exit", (code, signal) => this.#fail(new Error(`bb ended by ${signal ?? `exit code ${code}`}`)));
  }

  /** Starts `bb` with the reference string in `crsDirectory`; `directory` gets the socket. */
  static async start(options: {
    bbPath: string;
    crsDirectory: string;
    directory: string;
    threads: number;
  }): Promise<BbConnection> {
    const { bbPath, crsDirectory, directory, threads } = options;
    const path = join(directory, `bb-${Date.now().toString(36)}.sock`);
    const child = spawn(bbPath, ["msgpack", "run", "--input", path], {
      stdio: "ignore",
      env: { ...process.env, CRS_PATH: crsDirectory, HARDWARE_CONCURRENCY: String(threads) },
    });
    const ended = new AbortController();
    child.once("error", (error) => ended.abort(error));
    child.once("exit", (code, signal) =>
      ended.abort(new Error(`bb ended at its start by ${signal ?? `exit code ${code}`}`)),
    );
    try {
      return new BbConnection(child, await connectSoon(path, ended.signal));
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  call(request: Uint8Array): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(request.length);
      this.#socket.write(length);
      this.#socket.write(request);
    });
  }

  get ended(): boolean {
    return this.#failure !== undefined;
  }

  /** Ends `bb` at once; it holds nothing that is worth saving. */
  async destroy(): Promise<void> {
    const running = this.#process.exitCode === null && this.#process.signalCode === null;
    if (running) {
      const exited = once(this.#process, "exit");
      this.#process.kill("SIGKILL");
      await exited;
    }
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    while (this.#buffered >= LENGTH_BYTES) {
      if (this.#chunks[0]!.length < LENGTH_BYTES) this.#chunks = [Buffer.concat(this.#chunks)];
      const end = LENGTH_BYTES + this.#chunks[0]!.readUInt32LE();
      if (this.#buffered < end) return;
      const all = Buffer.concat(this.#chunks);
      this.#chunks = end < all.length ? [all.subarray(end)] : [];
      this.#buffered = all.length - end;
      this.#waiting.shift()?.resolve(new Uint8Array(all.subarray(LENGTH_BYTES, end)));
    }
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

/**
 * `bb` makes the socket some time after its start, and listens a moment after that. However long that takes on a busy
 * machine: `ended` is aborted when there is no `bb` to wait for.
 */
function connectSoon(path: string, ended: AbortSignal): Promise<Socket> {
  const connectNow = async () => {
    if (!existsSync(path)) return undefined;
    const socket = connect(path);
    try {
      await once(socket, "connect");
      return socket;
    } catch {
      socket.destroy();
      return undefined;
    }
  };
  return until(connectNow, { what: "the socket of bb", everyMilliseconds: 10, signal: ended });
}
