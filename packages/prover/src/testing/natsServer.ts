import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export type NatsServer = {
  readonly url: string;
  /** Ends the process at once and starts another one, with the same port and the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts a real nats-server with JetStream on a free port, over a directory that is removed when it stops. */
export async function startNatsServer(): Promise<NatsServer> {
  const binary = findBinary();
  const directory = mkdtempSync(join(tmpdir(), "frond-nats-"));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  let child = await run(binary, port, directory);
  const end = async () => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  return {
    url,
    async restart() {
      await end();
      child = await run(binary, port, directory);
    },
    async stop() {
      await end();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Debian installs it where only the path of an administrator leads. */
function findBinary(): string {
  const directories = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const found = directories.map((directory) => join(directory, "nats-server")).find((path) => existsSync(path));
  if (!found)
    throw new Error(
      "There is no nats-server. Install it: `apt-get install nats-server` on Debian, or see https://nats.io.",
    );
  return found;
}

async function run(binary: string, port: number, directory: string): Promise<ChildProcess> {
  const child = spawn(binary, ["--addr", "127.0.0.1", "--port", `${port}`, "--jetstream", "--store_dir", directory], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  const ready = new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`nats-server ended with ${code}:\n${log}`)));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-4_000);
      if (log.includes("Server is ready")) resolve();
    });
  });
  await ready;
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
