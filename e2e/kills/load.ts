import { depositEther, type Wallet } from "@frond/contracts";
import { desk } from "@frond/desk";
import { exchange } from "@frond/exchange";
import { type Field, publicKeyOf, sleep } from "@frond/foundation";
import { localAccount, walletAt } from "@frond/network/wallets";
import { addressOf } from "@frond/protocol";
import { createNetworkClient, type NetworkClient, type PreparedCall, type SentTransaction } from "@frond/sdk";
import type { Random } from "@frond/settlement/testing";
import { createPublicClient, http, type PublicClient } from "viem";
import { LAYERS, type LayerName, readNetwork } from "./processes.ts";

/*
 * The load: people who transfer, call other layers, withdraw, bundle, and deposit from L1, all the time, and remember
 * what they were promised.
 */

const applications = { exchange, north: desk, south: desk, east: exchange };
export type Applications = typeof applications;

/** Keys of the people. The last one has no deposits: what it spends came by messages. */
export const SECRETS = [0xada1n, 0xb0b2n, 0xca43n, 0xda74n] as const;
const PENNILESS = SECRETS.length - 1;
export const addressOfPerson = (person: number): Field => addressOf(publicKeyOf(SECRETS[person]!));
/** Where withdrawals go on L1. */
export const RECIPIENT = 0x4b1d5n;

export type PromiseOfLayer = { readonly layer: LayerName; readonly person: number; readonly sent: SentTransaction };

/** What a bundle leaves behind: so much to an account of its own for each leg, or nothing at all. */
type BundleMark = { readonly layer: LayerName; readonly account: Field };
type SentBundleMark = { readonly marks: readonly BundleMark[]; readonly isPromised: boolean };

export type Memory = {
  readonly promises: PromiseOfLayer[];
  readonly bundles: SentBundleMark[];
  readonly refusals: Map<string, number>;
};

export type Load = {
  readonly memory: Memory;
  readonly people: readonly NetworkClient<Applications>[];
  stop(): Promise<void>;
};

type Person = { readonly person: number; readonly network: NetworkClient<Applications>; readonly ids: Ids };
type Ids = Readonly<Record<LayerName, Field>>;

const RICH = 10n ** 18n;
const PAUSE_MILLISECONDS = 40;
const BUNDLE_PAUSE_MILLISECONDS = 150;
const REFUSED_PAUSE_MILLISECONDS = 150;
const DEPOSIT_PAUSE_MILLISECONDS = 700;
const DEPOSIT_PATIENCE_MILLISECONDS = 20_000;

const connectPeople = (coordinator: string): NetworkClient<Applications>[] =>
  SECRETS.map((secret) => createNetworkClient({ coordinator, applications, secret }));

export async function startLoad(options: {
  readonly coordinatorUrl: string;
  readonly dataDirectory: string;
  readonly random: Random;
}): Promise<Load> {
  const people = connectPeople(options.coordinatorUrl);
  const listed = await people[0]!.layers();
  const ids = Object.fromEntries(listed.map(({ name, layerId }) => [name, layerId])) as Ids;
  const memory: Memory = { promises: [], bundles: [], refusals: new Map() };
  const { random } = options;
  await endow(options.dataDirectory, ids);
  let isStopping = false;
  async function repeat(pauseMilliseconds: number, act: () => Promise<void>): Promise<void> {
    while (!isStopping) {
      const isRefused = await act().then(
        () => false,
        (error: unknown) => note(memory, error),
      );
      const pause = isRefused ? REFUSED_PAUSE_MILLISECONDS : pauseMilliseconds;
      await sleep(pause * 2 * random.next());
    }
  }
  const work = people.flatMap((network, person) => {
    const someone = { person, network, ids };
    const calls = [0, 1].map(() => repeat(PAUSE_MILLISECONDS, () => act(someone, memory, random)));
    if (person === PENNILESS) return calls;
    return [...calls, repeat(BUNDLE_PAUSE_MILLISECONDS, () => bundle(someone, memory, random))];
  });
  const deposits = repeat(DEPOSIT_PAUSE_MILLISECONDS, async () => {
    const made = deposit(
      options.dataDirectory,
      ids[random.pick(LAYERS)],
      addressOfPerson(random.below(PENNILESS)),
      1_000n,
    );
    // L1 dies with the coordinator, and then has another address: what waits at the former one waits for ever.
    await Promise.race([made, sleep(DEPOSIT_PATIENCE_MILLISECONDS)]);
  });
  return {
    memory,
    people,
    async stop() {
      isStopping = true;
      await Promise.all([...work, deposits]);
    },
  };
}

/** What a client is told in place of a promise. */
function note({ refusals }: Memory, error: unknown): true {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  const known = code ?? name ?? String(error);
  refusals.set(known, (refusals.get(known) ?? 0) + 1);
  return true;
}

async function act(person: Person, memory: Memory, random: Random): Promise<void> {
  const dice = random.next();
  const layer = random.pick(LAYERS);
  const call = await callOf(person, layer, random, dice);
  if (call === undefined) return;
  memory.promises.push({ layer, person: person.person, sent: await call() });
}

/** A transfer in the layer, a call of another layer, or a withdrawal. Nothing, for the penniless without money. */
async function callOf(
  { person, network, ids }: Person,
  layer: LayerName,
  random: Random,
  dice: number,
): Promise<(() => Promise<SentTransaction>) | undefined> {
  const amount = person === PENNILESS ? await affordable(network, layer) : BigInt(1 + random.below(1_000));
  if (amount === 0n) return undefined;
  const to = addressOfPerson(random.below(SECRETS.length));
  const there = ids[random.pick(LAYERS.filter((name) => name !== layer))];
  if (layer === "exchange" || layer === "east") {
    const { methods } = await network.client(layer);
    if (dice > 0.95) return () => methods.withdraw({ amount, isBase: true, recipient: RECIPIENT });
    if (dice > 0.6) return () => methods.sendTo({ layer: there, to, amount, isBase: true });
    return () => methods.transfer({ to, amount, isBase: true });
  }
  const { methods } = await network.client(layer);
  if (dice > 0.95) return () => methods.withdraw({ amount, isEther: true, recipient: RECIPIENT });
  return () => methods.sendTo({ layer: there, to, amount, isEther: true });
}

/** Half of what an account has: never more than it is owed in the end. */
async function affordable(network: NetworkClient<Applications>, layer: LayerName): Promise<bigint> {
  return (await balanceOf(network, layer, addressOfPerson(PENNILESS))) / 2n;
}

export async function balanceOf(
  network: NetworkClient<Applications>,
  layer: LayerName,
  account: Field,
): Promise<bigint> {
  if (layer === "exchange" || layer === "east")
    return (await (await network.client(layer)).state.accounts.get(account))?.base ?? 0n;
  return (await (await network.client(layer)).state.accounts.get(account))?.ether ?? 0n;
}

let bundles = 0;

/** Two or three legs, each of which pays an account that nobody else pays. */
async function bundle({ person, network, ids }: Person, memory: Memory, random: Random): Promise<void> {
  const count = 2 + random.below(2);
  const names = [...LAYERS].sort(() => random.next() - 0.5).slice(0, count);
  bundles += 1;
  const number = bundles;
  const marks: BundleMark[] = [];
  const legs: PreparedCall[] = [];
  for (const [leg, layer] of names.entries()) {
    const account = BigInt(0xb0000000 + number * 4 + leg);
    if (layer === "exchange" || layer === "east") {
      legs.push((await network.client(layer)).prepare.transfer({ to: account, amount: 1n, isBase: true }));
      marks.push({ layer, account });
    } else {
      // A desk has no transfers: the leg itself calls another layer.
      const { prepare } = await network.client(layer);
      legs.push(prepare.sendTo({ layer: ids.exchange, to: account, amount: 1n, isEther: true }));
      marks.push({ layer: "exchange", account });
    }
  }
  const entry = { marks, isPromised: false };
  memory.bundles.push(entry);
  const sent = await network.bundle(legs);
  entry.isPromised = true;
  for (const [leg, layer] of names.entries()) memory.promises.push({ layer, person, sent: sent.legs[leg]! });
}

/** Everybody but the penniless begins rich on every layer. */
async function endow(dataDirectory: string, ids: Ids): Promise<void> {
  for (const layer of LAYERS) {
    for (let person = 0; person < PENNILESS; person++) {
      await deposit(dataDirectory, ids[layer], addressOfPerson(person), RICH);
    }
  }
}

export async function layerOneOf(dataDirectory: string) {
  const { l1Url, settlement } = readNetwork(dataDirectory);
  const wallet: Wallet = await walletAt(l1Url, localAccount(9));
  const publicClient = createPublicClient({ transport: http(l1Url) }) as PublicClient;
  return { wallet, publicClient, settlement };
}

async function deposit(dataDirectory: string, layer: Field, recipient: Field, amount: bigint): Promise<void> {
  await depositEther(await layerOneOf(dataDirectory), { layer, recipient, amount });
}
