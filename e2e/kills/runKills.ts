import { sleep } from "@frond/foundation";
import { createRandom, type Random } from "@frond/settlement/testing";
import { type Audit, audit, restlessness } from "./audit.ts";
import { type Load, startLoad } from "./load.ts";
import { createFleet, type Fleet, LAYERS, MEMBERS, type Member } from "./processes.ts";

export type KillOptions = {
  readonly dataDirectory: string;
  readonly kills: number;
  readonly seed: number;
  readonly epochSeconds: number;
  readonly layerTimeoutMilliseconds: number;
  /** How long the network has to come to rest; 600 seconds by default. */
  readonly restSeconds?: number;
  readonly onProgress: (line: string) => void;
};

export type KillResult = Audit & {
  readonly seed: number;
  readonly kills: number;
  readonly killed: Readonly<Record<string, number>>;
  readonly epochs: number;
  /** Set-backs, summed over the layers. */
  readonly sessions: number;
  readonly refusals: Readonly<Record<string, number>>;
  readonly seconds: number;
};

const REST_SECONDS = 600;
/** The network is at rest when nothing was under way so many times in succession, half a second apart. */
const RESTFUL_LOOKS = 6;

/** Kills processes of a network under load, starts them again, lets the network come to rest, and audits it. */
export async function runKills(options: KillOptions): Promise<KillResult> {
  const started = Date.now();
  const { dataDirectory, seed, kills, onProgress } = options;
  const random = createRandom(seed);
  const fleet = await createFleet(options);
  try {
    await fleet.start("coordinator");
    await Promise.all(LAYERS.map((layer) => fleet.start(layer)));
    onProgress("the network runs");
    const { coordinatorUrl } = fleet;
    const load = await startLoad({ coordinatorUrl, dataDirectory, random: createRandom(seed + 1) });
    const killed = await killAtRandom(fleet, random, { ...options, promised: () => load.memory.promises.length });
    await load.stop();
    onProgress("the load has ended");
    const problems = await comeToRest(load, options);
    const network = load.people[0]!;
    const { memory } = load;
    const audited = await audit(network, memory, { dataDirectory, coordinatorUrl });
    const { epoch, layers } = await network.status();
    for (const person of load.people) await person.close();
    return {
      ...audited,
      problems: [...fleet.ended, ...problems, ...audited.problems],
      seed,
      kills,
      killed,
      epochs: epoch.settled,
      sessions: layers.reduce((sum, { session }) => sum + session, 0),
      refusals: Object.fromEntries(memory.refusals),
      seconds: Math.round((Date.now() - started) / 1_000),
    };
  } finally {
    await fleet.stop();
  }
}

/** One layer, several, the coordinator, or everything; at moments that have nothing to do with what goes on. */
async function killAtRandom(
  fleet: Fleet,
  random: Random,
  { kills, onProgress, promised }: KillOptions & { promised(): number },
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let starting: Promise<unknown> = Promise.resolve();
  for (let kill = 1; kill <= kills; kill++) {
    await sleep(random.below(random.chance(0.3) ? 1_000 : 10_000));
    const victims = victimsOf(random);
    await Promise.all(victims.map(fleet.kill));
    for (const victim of victims) counts[victim] = (counts[victim] ?? 0) + 1;
    // Now and then a layer is away for longer than an epoch waits for it.
    const awayMilliseconds = random.chance(0.15) ? 3_000 + random.below(6_000) : random.below(1_000);
    onProgress(
      `kill ${kill} of ${kills}: ${victims.join(", ")}, away for ${awayMilliseconds} ms; ${promised()} promises`,
    );
    await sleep(awayMilliseconds);
    const back = Promise.all(victims.map(fleet.start));
    back.catch(() => {});
    starting = Promise.all([starting, back]);
    // Sometimes the next kill comes while these start.
    if (random.chance(0.75)) await back;
  }
  await starting;
  await Promise.all(MEMBERS.map(fleet.start));
  return counts;
}

function victimsOf(random: Random): readonly Member[] {
  const dice = random.next();
  if (dice < 0.1) return MEMBERS;
  if (dice < 0.3) return ["coordinator"];
  if (dice < 0.4) return ["coordinator", random.pick(LAYERS)];
  const count = dice < 0.75 ? 1 : 2 + random.below(2);
  return [...LAYERS].sort(() => random.next() - 0.5).slice(0, count);
}

/** Waits until nothing is under way. Gives what is under way still after a long time. */
async function comeToRest(
  { people }: Load,
  { restSeconds = REST_SECONDS, onProgress }: KillOptions,
): Promise<string[]> {
  const deadline = Date.now() + restSeconds * 1_000;
  let looks = 0;
  let restless: string[] = [];
  while (looks < RESTFUL_LOOKS) {
    if (Date.now() > deadline) return restless.map((what) => `no rest after ${restSeconds} s: ${what}`);
    await sleep(500);
    restless = await restlessness(people[0]!).catch((error: unknown) => [String(error)]);
    looks = restless.length === 0 ? looks + 1 : 0;
  }
  onProgress("the network is at rest");
  return [];
}
