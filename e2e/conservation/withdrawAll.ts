import { sleep } from "@frond/foundation";
import * as z from "zod";
import type { Ledger } from "./ledger.ts";
import { ASSETS, type AssetName, isExchange, type LayerName, type Person, type World } from "./world.ts";

const REST_SECONDS = 180;
/** The layers are at rest when nothing was under way so many times in succession. */
const RESTFUL_LOOKS = 4;
const PAUSE_MILLISECONDS = 250;

/** Waits until all that layers have promised that live has settled. */
export async function comeToRest(world: World): Promise<void> {
  const deadline = Date.now() + REST_SECONDS * 1_000;
  for (let looks = 0; looks < RESTFUL_LOOKS; ) {
    const found = await restlessness(world);
    looks = found.length === 0 ? looks + 1 : 0;
    if (Date.now() > deadline) throw new Error(`The network did not come to rest: ${found.join("; ")}`);
    await sleep(PAUSE_MILLISECONDS);
  }
}

const loadSchema = z.looseObject({
  unsealed: z.number(),
  inbox: z.number(),
  waiting: z.number(),
  returning: z.looseObject({ count: z.number() }),
});

async function restlessness({ running, nodes, people }: World): Promise<string[]> {
  const { epoch, layers } = running.coordinator.network();
  const found = epoch.proving === null ? [] : [`epoch ${epoch.proving} is being proven`];
  for (const name of nodes.keys()) {
    const { status, messagesInFlight, blocksSealed } = layers.find((layer) => layer.name === name)!;
    if (status !== "online" || messagesInFlight > 0 || blocksSealed > 0)
      found.push(`${name} is ${status}, ${messagesInFlight} messages in flight, ${blocksSealed} blocks not settled`);
    const { node } = await people[0]!.network.client(name);
    const { unsealed, inbox, waiting, returning } = loadSchema.parse(await node.status());
    if (unsealed + inbox + waiting + returning.count > 0)
      found.push(`${name}: ${JSON.stringify({ unsealed, inbox, waiting, returning: returning.count })}`);
  }
  return found;
}

/** Everybody withdraws everything from the layers that live: what each has there is added to what is owed. */
export async function withdrawAll(world: World, owed: Ledger): Promise<void> {
  const places = [...world.nodes.keys()].flatMap((layer) => world.people.map((person) => ({ layer, person })));
  for (const { layer, person } of shuffled(world, places)) {
    const has = isExchange(layer) ? await leavePool(person, layer) : await balancesOf(person, layer);
    for (const asset of ASSETS) {
      if (has[asset] === 0n) continue;
      await untilDone(() => withdraw(person, layer, { asset, amount: has[asset] }));
      owed.add(person, asset, has[asset]);
    }
  }
}

/** In another order. */
export function shuffled<T>({ random }: World, values: readonly T[]): T[] {
  const left = [...values];
  return values.map(() => left.splice(random.below(left.length), 1)[0]!);
}

/** What a person has on an exchange after leaving its pool. */
async function leavePool(person: Person, layer: "exchange" | "east"): Promise<Record<AssetName, bigint>> {
  const { methods, state } = await person.network.client(layer);
  const shares = (await state.accounts.get(person.address))?.shares ?? 0n;
  const all = { shares, minimumBase: 0n, minimumQuote: 0n };
  if (shares > 0n) await untilDone(() => methods.removeLiquidity(all));
  const { base = 0n, quote = 0n } = (await state.accounts.get(person.address)) ?? {};
  return { ether: base, quote };
}

async function balancesOf(person: Person, layer: LayerName): Promise<Record<AssetName, bigint>> {
  const { state } = await person.network.client(layer as "north");
  const { ether = 0n, quote = 0n } = (await state.accounts.get(person.address)) ?? {};
  return { ether, quote };
}

async function withdraw(
  person: Person,
  layer: LayerName,
  { asset, amount }: { readonly asset: AssetName; readonly amount: bigint },
): Promise<void> {
  const recipient = BigInt(person.recipient);
  const isEther = asset === "ether";
  if (isExchange(layer)) {
    const { methods } = await person.network.client(layer);
    await methods.withdraw({ amount, isBase: isEther, recipient });
  } else {
    const { methods } = await person.network.client(layer as "north");
    await methods.withdraw({ amount, isEther, recipient });
  }
}

const ATTEMPTS = 120;
const RETRY_MILLISECONDS = 500;

/** A layer may refuse for a moment: its epoch has no room left for withdrawals, or it goes back. */
async function untilDone(call: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await call();
      return;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(RETRY_MILLISECONDS);
    }
  }
}
