import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { AnvilError } from "./errors.ts";
import { createSaver } from "./localChain/createSaver.ts";
import { replayBlocks } from "./localChain/replayBlocks.ts";

const require = createRequire(import.meta.url);

export type AnvilOptions = {
  /** The TCP port on 127.0.0.1; by default a free port. */
  port?: number;
  /**
   * The file that holds the chain, with a log of the blocks after it beside (`localChain`). anvil loads an existing
   * file, and makes the logged blocks again. Both are replaced atomically.
   */
  statePath?: string;
  /** The time between blocks; by default each transaction is mined at once. */
  blockSeconds?: number;
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
  /** Resolves when anvil has ended, by `stop` or by itself. */
  ended: Promise<void>;
  /**
   * Makes the present block durable. Returns the number of the last block that
   * survives a `kill -9`.
   */
  save(): Promise<bigint>;
  /** Has anvil write its state, and stops anvil. A second call has no further effect. */
  stop(): Promise<void>;
};

/**
 * Starts a local Ethereum node (anvil) on 127.0.0.1 in a process group of its own, and waits until anvil answers. The
 * exit of this process kills anvil. After a `kill -9` of this process, a supervising shell stops anvil.
 *
 * @throws {@link AnvilError} when the binary is missing or the port is taken
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
  if (options.statePath !== undefined) {
    try {
      await replayBlocks(url, options.statePath, options.blockSeconds);
    } catch (error) {
      killGroup();
      throw error;
    }
  }
  const { save, saveWhole, longestSave } = createSaver(url, options);
  return {
    url,
    port,
    pid: child.pid!,
    ended: exited,
    save,
    stop: async () => {
      const forced = setTimeout(killGroup, STOPPING_MILLISECONDS + SLACK * longestSave());
      // An anvil that is killed because it does not end has lost nothing then. Its own file comes last.
      await Promise.race([saveWhole().catch(() => {}), exited]);
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
 * Supervises anvil. This process holds the write end of the shell's standard input and never writes, so the shell's
 * `read` returns when this process closes the pipe or dies in any way. The shell then sends SIGTERM to anvil. On
 * SIGTERM anvil writes its state in place to `$0.ending`, and the shell renames the complete file to `$0`, the state
 * file, which has all that was in the log. When anvil ends by itself, the shell ends too.
 */
const superviseScript = [
  'exec 3<&0; "$@" </dev/null & node=$!',
  "(read -r _ <&3; kill -TERM $node 2>/dev/null) & watch=$!",
  "wait $node; status=$?",
  "kill $watch 2>/dev/null",
  'if [ -n "$0" ] && [ $status = 0 ]; then mv "$0.ending" "$0" && rm -f "$0.log"; fi',
  "exit $status",
].join("\n");

/**
 * The path of the anvil binary in this platform's registry package. The install script of the package is not needed.
 */
export function anvilPath(): string {
  const platform = { linux: "linux", darwin: "darwin" }[process.platform as string];
  const architecture = { x64: "amd64", arm64: "arm64" }[process.arch as string];
  const name = `@foundry-rs/anvil-${platform}-${architecture}`;
  try {
    // A dependency of that package, not of this one.
    const { resolve } = createRequire(require.resolve("@foundry-rs/anvil/package.json"));
    const path = join(dirname(resolve(`${name}/package.json`)), "bin", "anvil");
    if (existsSync(path)) return path;
  } catch (cause) {
    throw new AnvilError(`The package ${name} with the anvil binary is not installed.`, { name }, cause);
  }
  throw new AnvilError(`The package ${name} holds no anvil binary.`, { name });
}

function anvilArguments(options: AnvilOptions & { port: number }): string[] {
  const list = ["--host", "127.0.0.1", "--port", String(options.port), "--chain-id", String(options.chainId ?? 31337)];
  if (options.statePath !== undefined) {
    // In the order in which they came, so that a logged block can be made again.
    list.push("--order", "fifo", "--dump-state", `${options.statePath}.ending`);
    if (existsSync(options.statePath)) list.push("--load-state", options.statePath);
  }
  if (options.blockSeconds !== undefined) list.push("--block-time", String(options.blockSeconds));
  list.push(...(options.allowedOrigin === undefined ? ["--no-cors"] : ["--allow-origin", options.allowedOrigin]));
  return list;
}

/** However long it takes to load a large chain on a busy machine: an anvil that can't listen ends. */
function untilListening(child: ChildProcess, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    let listening = false;
    function collect(chunk: Buffer) {
      // Reading keeps the pipes drained after the start.
      if (listening) return;
      output = (output + chunk.toString()).slice(-4_000);
      if (!output.includes(`Listening on 127.0.0.1:${port}`)) return;
      listening = true;
      resolve();
    }
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
    // The group has already ended.
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
