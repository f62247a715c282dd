import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { writeAtomically } from "@frond/foundation/node";
import { createTestClient, hexToBytes, http, publicActions } from "viem";
import { AnvilError } from "./errors.ts";

const require = createRequire(import.meta.url);

export type AnvilOptions = {
  /** TCP port on 127.0.0.1; a free one is chosen if absent. */
  port?: number;
  /**
   * File that holds the chain: loaded if it exists, written by `save` and when anvil stops, each time whole or not at
   * all.
   */
  statePath?: string;
  /** Seconds between blocks; if absent, each transaction is mined at once. */
  blockTime?: number;
  /** Default 31337. */
  chainId?: number;
  /**
   * The origin whose web pages may call it; none by default. anvil knows no list, and checks neither `Host` nor the
   * origin of a WebSocket.
   */
  allowedOrigin?: string;
};

export type Anvil = {
  url: string;
  port: number;
  pid: number;
  /** Resolves when it has ended, stopped or not. */
  ended: Promise<void>;
  /**
   * Writes the chain to its file, if it has one, unless that holds it already; gives the number of the last block that
   * a `kill -9` can't undo.
   */
  save(): Promise<bigint>;
  /** Stops anvil, after it has written its state. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Starts a local Ethereum node (anvil) on 127.0.0.1, in a process group of its own, and waits until it answers. It is
 * killed when this
 * process exits; after a `kill -9` of this process it notices that its parent is gone and stops by itself.
 *
 * @throws AnvilError if the binary is missing or the port is taken
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const port = options.port ?? (await freePort());
  const child = spawn(
    "/bin/sh",
    ["-c", superviseScript, options.statePath ?? "", anvilPath(), ...anvilArguments({ ...options, port })],
    {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  const killGroup = () => signalGroup(child, "SIGKILL");
  process.once("exit", killGroup);
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  void exited.then(() => process.removeListener("exit", killGroup));
  await untilListening(child, port);
  const url = `http://127.0.0.1:${port}`;
  const { save, longestSave } = createSaver(url, options.statePath);
  return {
    url,
    port,
    pid: child.pid!,
    ended: exited,
    save,
    stop: async () => {
      const forced = setTimeout(killGroup, STOPPING_MILLISECONDS + SLACK * longestSave());
      // An anvil that is killed because it does not end has lost nothing then. Its own file comes last.
      await Promise.race([save().catch(() => {}), exited]);
      forced.refresh();
      child.stdin?.destroy();
      await exited;
      clearTimeout(forced);
    },
  };
}

/** After which an anvil that is stopped is killed; more in proportion to how long saving has taken. */
const STOPPING_MILLISECONDS = 30_000;
const SLACK = 20;
/**
 * The node is a process of this machine: that it ends is noticed at once, and that it is busy is no reason to give up.
 */
const REPLY_MILLISECONDS = 600_000;

/**
 * The parent holds the write end of the shell's standard input and never writes: `read` returns when the parent closes
 * it or dies, however it
 * dies. anvil then gets SIGTERM, on which it writes its state, in place: the shell, whose name `$0` is the state file,
 * renames what was written to its end. If anvil ends by itself, the shell ends with it.
 */
const superviseScript = [
  'exec 3<&0; "$@" </dev/null & node=$!',
  "(read -r _ <&3; kill -TERM $node 2>/dev/null) & watch=$!",
  "wait $node; status=$?",
  "kill $watch 2>/dev/null",
  'if [ -n "$0" ] && [ $status = 0 ]; then mv "$0.ending" "$0"; fi',
  "exit $status",
].join("\n");

/** Path of the anvil binary in the registry package of this platform; its install script need not have run. */
export function anvilPath(): string {
  const platform = { linux: "linux", darwin: "darwin" }[process.platform as string];
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const name = `@foundry-rs/anvil-${platform}-${architecture}`;
  try {
    const path = join(dirname(require.resolve(`${name}/package.json`)), "bin", "anvil");
    if (existsSync(path)) return path;
  } catch (cause) {
    throw new AnvilError(`The package ${name} with the anvil binary is not installed.`, { name }, cause);
  }
  throw new AnvilError(`The package ${name} holds no anvil binary.`, { name });
}

function anvilArguments(options: AnvilOptions & { port: number }): string[] {
  const list = ["--host", "127.0.0.1", "--port", String(options.port), "--chain-id", String(options.chainId ?? 31337)];
  if (options.statePath !== undefined) {
    list.push("--dump-state", `${options.statePath}.ending`);
    if (existsSync(options.statePath)) list.push("--load-state", options.statePath);
  }
  list.push(...(options.allowedOrigin === undefined ? ["--no-cors"] : ["--allow-origin", options.allowedOrigin]));
  if (options.blockTime !== undefined) list.push("--block-time", String(options.blockTime));
  return list;
}

/**
 * Writes the chain to its file, one save after the other; `longestSave` is in milliseconds. anvil itself writes
 * its file in place, once a second: killed at that moment it leaves half a file, which it refuses to load.
 */
function createSaver(url: string, statePath: string | undefined): { save: Anvil["save"]; longestSave(): number } {
  const client = createTestClient({ mode: "anvil", transport: http(url, { timeout: REPLY_MILLISECONDS }) }).extend(
    publicActions,
  );
  let inFile = -1n;
  let last: Promise<unknown> = Promise.resolve();
  let longest = 0;
  const write = async () => {
    const start = performance.now();
    const block = await client.getBlockNumber({ cacheTime: 0 });
    if (statePath === undefined || block === inFile) return block;
    const state = await promisify(gunzip)(hexToBytes(await client.dumpState()));
    await writeAtomically(statePath, state);
    inFile = block;
    longest = Math.max(longest, performance.now() - start);
    return block;
  };
  return {
    save() {
      const next = last.then(write);
      last = next.catch(() => {});
      return next;
    },
    longestSave: () => longest,
  };
}

/** However long it takes to load a large chain on a busy machine: an anvil that can't listen ends. */
function untilListening(child: ChildProcess, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    let listening = false;
    const collect = (chunk: Buffer) => {
      if (listening) return; // keeps the pipes drained, and nothing else
      output = (output + chunk.toString()).slice(-4_000);
      if (!output.includes(`Listening on 127.0.0.1:${port}`)) return;
      listening = true;
      resolve();
    };
    const fail = (problem: string) => reject(new AnvilError(problem, { port, output }));
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    child.once("error", (error) => fail(`anvil could not be started: ${error.message}.`));
    child.once("exit", (code) => fail(`anvil stopped with code ${code} before it listened on port ${port}.`));
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
