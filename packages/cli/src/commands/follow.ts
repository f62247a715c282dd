import { join } from "node:path";
import { type FollowerProgress, StateNotFollowedError } from "@frond/follower";
import { type Field, FrondError, retry, sleep } from "@frond/foundation";
import type { Program } from "@frond/language";
import { loadApplication } from "@frond/network/applications";
import { lockDirectory } from "@frond/network/directory";
import { type FollowOptions, type OpenFollower, openFollower } from "@frond/network/follower";
import { createPromiseReader } from "@frond/network/promises";
import { type FollowerServer, type FollowerServerOptions, startFollowerServer } from "@frond/node";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { toJsonLine } from "../terminal/output.ts";
import { createReporter, type Reporter } from "../terminal/reporter.ts";
import { addresses, type DoorOptions, ethereumAddress, portNumber, wholeNumber, withDoorOptions } from "./options.ts";
import { untilStopped } from "./untilStopped.ts";

type Options = FollowFlags & DoorOptions & { host: string; port?: number; once: boolean; application: string[] };

/** Between two looks at L1 when everything is here. */
const POLL_MILLISECONDS = 2_000;
const DEFAULT_PORT = 8_600;

export function followCommand(): Command {
  return withFollowOptions(withDoorOptions(withCommonOptions(new Command("follow"))))
    .description("rebuild the whole tree from L1 alone, and answer for its layers as their nodes would")
    .option("--host <address>", "to listen at", "127.0.0.1")
    .option("--port <port>", `of its JSON-RPC; 0 takes a free one (default: ${DEFAULT_PORT})`, portNumber)
    .option(
      "--application <layer=module...>",
      "of layers by their ids, to answer for their views",
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option("--once", "end when everything that L1 and the committees have is here, and answer nobody", false)
    .action(async (_options: unknown, self: Command) => {
      await run(settingsOf(self), self.opts<Options>());
    });
}

/** The options that say where a tree is, and where its data are to be had. */
export type FollowFlags = {
  l1: string;
  settlement: `0x${string}`;
  beacon: readonly string[];
  fromFollower: readonly string[];
  committee: readonly string[];
  genesis: readonly string[];
  fromBlock?: number;
  confirmations: number;
};

/** Adds {@link FollowFlags}. */
export function withFollowOptions(command: Command): Command {
  return withDataOptions(
    command
      .requiredOption("--l1 <urls>", "of an RPC of L1; several with commas: the next is asked if one does not answer")
      .requiredOption("--settlement <address>", "of the tree's contract on L1", ethereumAddress),
  );
}

/** Adds those of {@link FollowFlags} that say where data are to be had. */
export function withDataOptions(command: Command): Command {
  return command
    .option("--beacon <urls>", "of beacon nodes, which have blobs for 18 days", addresses, [])
    .option("--from-follower <urls>", "of other followers, which have older blobs", addresses, [])
    .option("--committee <files...>", "that describe committees of layers with data that is not public", [])
    .option("--genesis <files...>", "with the entries that layers began with which were added later", [])
    .option("--from-block <number>", "of the contract's creation; looked for without it", wholeNumber(0))
    .option("--confirmations <blocks>", "on top of a block of L1 that is believed", wholeNumber(0), 2);
}

/** The options as the follower takes them. */
export function followOptionsOf(flags: FollowFlags): Omit<FollowOptions, "directory" | "logger"> {
  const { l1: l1Url, settlement, confirmations, fromBlock } = flags;
  const places = {
    beaconUrls: flags.beacon,
    followerUrls: flags.fromFollower,
    committeeFiles: flags.committee,
    genesisFiles: flags.genesis,
  };
  return { l1Url, settlement, confirmations, ...places, ...(fromBlock === undefined ? {} : { fromBlock }) };
}

async function run(settings: Settings, options: Options): Promise<void> {
  const { json, debug } = settings;
  const directory = join(settings.dataDirectory, "follower");
  const reporter = createReporter({ debug, toStderr: json });
  const unlock = lockDirectory(directory);
  try {
    await untilStopped({
      what: "The follower",
      start: async () => await start(options, { directory, reporter, programs: await programsOf(options.application) }),
      work: (started) => follow(started, { options, reporter, json }),
      close: async ({ opened, server }) => {
        await server?.close();
        await opened.follower.close();
      },
      logger: reporter.logger,
    });
  } finally {
    reporter.done();
    unlock();
  }
}

type Started = { readonly opened: OpenFollower; readonly server: FollowerServer | undefined };

type StartContext = {
  readonly directory: string;
  readonly reporter: Reporter;
  readonly programs: ReadonlyMap<Field, Program>;
};

/** The applications that `--application` names, by layers. @throws UsageError, ApplicationNotFoundError */
async function programsOf(texts: readonly string[]): Promise<ReadonlyMap<Field, Program>> {
  const programs = texts.map(async (text) => {
    const [, id, module] = /^(0x[0-9a-fA-F]{1,64})=(.+)$/.exec(text) ?? [];
    if (id === undefined || module === undefined)
      throw new UsageError(`--application ${text} names no layer. Write 0x<layer id>=<module>.`, { text });
    return [BigInt(id), (await loadApplication(module)).program] as const;
  });
  return new Map(await Promise.all(programs));
}

async function start(options: Options, { directory, reporter, programs }: StartContext): Promise<Started> {
  const { logger } = reporter;
  const { settlement, host, port = DEFAULT_PORT } = options;
  const opened = await openFollower({ ...followOptionsOf(options), directory, logger });
  if (options.once) return { opened, server: undefined };
  const { follower, chainId } = opened;
  const promisesOf: FollowerServerOptions["promisesOf"] = createPromiseReader({ ...opened, settlement });
  const { allowedHosts, allowedOrigins } = options;
  const door = { host, port, allowedHosts, allowedOrigins };
  try {
    const server = await startFollowerServer(
      { follower, promisesOf, programs, chain: { chainId, settlement }, ...door },
      { logger },
    );
    return { opened, server };
  } catch (error) {
    await follower.close();
    throw error;
  }
}

/** Errors that no retry mends: the data kept here are another's, or L1 is. */
const FINAL_CODES: ReadonlySet<unknown> = new Set([
  "follower/closed",
  "follower/root",
  "follower/segment-order",
  "follower/undone-too-deep",
]);
const isFinal = (error: unknown): boolean => error instanceof FrondError && FINAL_CODES.has(error.code);

async function follow(
  { opened, server }: Started,
  { options, reporter, json }: { readonly options: Options; readonly reporter: Reporter; readonly json: boolean },
): Promise<void> {
  const { follower } = opened;
  const begun = performance.now();
  const url = server?.url;
  if (url !== undefined)
    if (json) process.stdout.write(`${toJsonLine({ event: "listening", url })}\n`);
    else reporter.line(`  the layers of the tree answer at ${url}/layers/<id>`);
  let told = "";
  for (;;) {
    const what = "Following L1";
    // With --once a program that waits for ever is of no use: whoever started it looks at the reason.
    const attempts = options.once ? { attempts: 5 } : {};
    const progress = await retry(() => follower.step(), { what, logger: reporter.logger, isFinal, ...attempts });
    const event = { event: progress.isCurrent ? "current" : "following", ...rateOf(progress, begun) };
    const text = toJsonLine({ ...event, seconds: 0 });
    if (json && text !== told) process.stdout.write(`${toJsonLine(event)}\n`);
    else if (!json) reporter.live(`  ${textOf(event)}`);
    if (!json && progress.isCurrent && text !== told) reporter.line(`  ${textOf(event)}`);
    told = text;
    if (!progress.isCurrent) continue;
    if (options.once) return requireTold(opened);
    await sleep(POLL_MILLISECONDS);
  }
}

/** @throws StateNotFollowedError if a committee that was named has not told what its layer's blocks hold */
function requireTold({ follower: { store }, committeeLayers }: OpenFollower): void {
  for (const layerId of committeeLayers) {
    const { status, hidden } = store.states.get(layerId) ?? {};
    if (status?.kind === "waiting") throw new StateNotFollowedError(layerId, status);
    const reason = "the committee has not told all values that blocks hide";
    if (hidden !== undefined)
      throw new StateNotFollowedError(layerId, { kind: "waiting", reason, epoch: hidden.epoch });
  }
}

type Rate = FollowerProgress & {
  readonly seconds: number;
  readonly entriesPerSecond: number;
  /** Until everything is here, by the epochs that are known of; 0 if it is. */
  readonly secondsLeft: number;
};

function rateOf(progress: FollowerProgress, begun: number): Rate {
  const seconds = (performance.now() - begun) / 1_000;
  const left = progress.known - progress.epoch;
  const secondsLeft = progress.epochs === 0 ? 0 : Math.ceil((left * seconds) / progress.epochs);
  return { ...progress, seconds, entriesPerSecond: Math.round(progress.entries / seconds), secondsLeft };
}

function textOf({ event, epoch, known, entries, entriesPerSecond, secondsLeft }: Rate & { event: string }): string {
  const rate = `${entries} entries, ${entriesPerSecond} a second`;
  if (event === "current") return `everything up to epoch ${epoch} is here (${rate})`;
  return `epoch ${epoch} of ${known}, ${rate}, about ${secondsLeft} s left`;
}
