import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../support/freePort.ts";
import { configPath, killAll } from "../support/frond.ts";

/*
 * The processes of a four-layer network: the coordinator with L1, and one for each layer. Each is killed and started by
 * itself, always at the same address.
 */

export const LAYERS = ["exchange", "north", "south", "east"] as const;
export type LayerName = (typeof LAYERS)[number];
export const MEMBERS = ["coordinator", ...LAYERS] as const;
export type Member = (typeof MEMBERS)[number];

export type FleetOptions = {
  readonly dataDirectory: string;
  readonly epochSeconds: number;
  readonly layerTimeoutMilliseconds: number;
};

export type Fleet = {
  readonly coordinatorUrl: string;
  /** Starts a process that does not run; resolves when it answers, rejects when it ends by itself. */
  start(member: Member): Promise<void>;
  /** Resolves when the process has ended. One that does not run is left alone. */
  kill(member: Member): Promise<void>;
  /** Processes that nobody killed, and that ended. */
  readonly ended: readonly string[];
  stop(): Promise<void>;
};

type Running = { readonly child: ChildProcess; readonly ended: Promise<void>; isKilled: boolean };

const executable = fileURLToPath(new URL("../../packages/cli/bin/frond.mjs", import.meta.url));
const standIn = fileURLToPath(new URL("standIn.mjs", import.meta.url));

export async function createFleet(options: FleetOptions): Promise<Fleet> {
  const ports = new Map<Member, number>();
  for (const member of MEMBERS) ports.set(member, await freePort());
  const running = new Map<Member, Running>();
  const ended: string[] = [];
  const logs = join(options.dataDirectory, "logs");
  mkdirSync(logs, { recursive: true });
  const killEverything = () => killAll([...running.values()].map(({ child }) => ({ pid: child.pid! })));
  process.once("exit", killEverything);

  async function start(member: Member): Promise<void> {
    if (running.has(member)) return;
    const child = spawn(process.execPath, argumentsOf(member, ports, options), { stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(logs, `${member}.log`), { flags: "a" });
    log.write(`--- process ${child.pid}, ${new Date().toISOString()}\n`);
    for (const stream of [child.stdout, child.stderr]) stream!.pipe(log, { end: false });
    const entry: Running = { child, isKilled: false, ended: new Promise((resolve) => child.once("close", resolve)) };
    running.set(member, entry);
    void entry.ended.then(() => {
      if (running.get(member) === entry) running.delete(member);
      if (!entry.isKilled) ended.push(`${member} ended by itself with code ${child.exitCode}`);
      log.end();
    });
    await Promise.race([untilSaid(child, member === "coordinator" ? "Frond is running" : '"layerId"'), entry.ended]);
    if (!entry.isKilled && child.exitCode !== null) throw new Error(`${ended.at(-1)}; see ${logs}/${member}.log`);
  }

  async function kill(member: Member): Promise<void> {
    const entry = running.get(member);
    if (entry === undefined) return;
    entry.isKilled = true;
    entry.child.kill("SIGKILL");
    await entry.ended;
  }

  return {
    coordinatorUrl: `http://127.0.0.1:${ports.get("coordinator")}`,
    start,
    kill,
    ended,
    async stop() {
      await Promise.all(MEMBERS.map(kill));
      process.removeListener("exit", killEverything);
    },
  };
}

function argumentsOf(member: Member, ports: ReadonlyMap<Member, number>, options: FleetOptions): string[] {
  const data = ["--data", options.dataDirectory];
  const port = String(ports.get(member));
  if (member !== "coordinator") return [executable, "node", "--layer", member, ...data, "--port", port, "--json"];
  const epochs = ["--epoch-seconds", String(options.epochSeconds)];
  const timeout = ["--layer-timeout", String(options.layerTimeoutMilliseconds)];
  return [standIn, "--config", configPath("kills"), ...data, "--coordinator-port", port, ...epochs, ...timeout];
}

/** Where L1 answers now: at another port after each start. */
export function readNetwork(dataDirectory: string): { readonly l1Url: string; readonly settlement: `0x${string}` } {
  return JSON.parse(readFileSync(join(dataDirectory, "network.json"), "utf8"));
}

function untilSaid(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = "";
    child.stdout!.on("data", (chunk) => {
      if (said.includes(text)) return;
      said += chunk;
      if (said.includes(text)) resolve();
    });
  });
}
