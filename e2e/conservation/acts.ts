import { depositEther, depositToken } from "@frond/contracts";
import type { SentTransaction } from "@frond/sdk";
import { ASSETS, type AssetName, isExchange, LAYERS, type LayerName, type Person, type World } from "./world.ts";

/** So much of each asset everybody begins with on every layer. */
const ENDOWMENT = 1_000_000n;
const LARGEST_AMOUNT = 50_000;

/** Gives everybody money on every layer, and both exchanges a pool. */
export async function endow(world: World): Promise<void> {
  for (const layer of LAYERS)
    for (const person of world.people)
      for (const asset of ASSETS) await deposit(world, { layer, person, asset, amount: ENDOWMENT });
}

/** One random thing that somebody does on a layer that lives, or on L1; what is refused is counted. */
export async function act(world: World): Promise<void> {
  const { random, people, outcomes } = world;
  const person = random.pick(people);
  const amount = BigInt(1 + random.below(LARGEST_AMOUNT));
  const note = (outcome: string) => outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  try {
    const dice = random.next();
    const asset = random.pick(ASSETS);
    if (dice > 0.9) await deposit(world, { layer: random.pick(LAYERS), person, asset, amount });
    else if (dice > 0.8) await bundle(world, person, amount);
    else await callOf(world, { person, layer: random.pick([...world.nodes.keys()]), amount });
    note("done");
  } catch (error) {
    const { code, name } = error as { readonly code?: string; readonly name?: string };
    note(code ?? name ?? String(error));
  }
}

async function deposit(
  { l1, token, idOf, deposits }: World,
  sent: {
    readonly layer: LayerName;
    readonly person: Person;
    readonly asset: AssetName;
    readonly amount: bigint;
  },
): Promise<void> {
  const { layer, person, asset, amount } = sent;
  const to = { layer: idOf(layer), recipient: person.address, refundTo: person.recipient, amount };
  const { hash } = await (asset === "ether" ? depositEther(l1, to) : depositToken(l1, { ...to, token }));
  deposits.push({ hash, person, asset, amount });
}

type Call = { readonly person: Person; readonly layer: LayerName; readonly amount: bigint };

function callOf(world: World, call: Call): Promise<SentTransaction> {
  return isExchange(call.layer) ? onExchange(world, { ...call, layer: call.layer }) : onDesk(world, call);
}

async function onExchange(
  world: World,
  { person, layer, amount }: Call & { readonly layer: "exchange" | "east" },
): Promise<SentTransaction> {
  const { random } = world;
  const { methods } = await person.network.client(layer);
  const isBase = random.chance(0.5);
  const to = random.pick(world.people).address;
  const recipient = BigInt(person.recipient);
  return await random.pick([
    () => methods.transfer({ to, amount, isBase }),
    () => methods.swap({ amountIn: amount, minimumOut: 0n, sellBase: isBase }),
    () => methods.addLiquidity({ base: amount, maximumQuote: 4n * amount, minimumShares: 0n }),
    () => methods.removeLiquidity({ shares: amount / 2n, minimumBase: 0n, minimumQuote: 0n }),
    () => methods.sendTo({ layer: elsewhere(world, layer), to, amount, isBase }),
    () => methods.withdraw({ amount, isBase, recipient }),
  ])();
}

async function onDesk(world: World, { person, layer, amount }: Call): Promise<SentTransaction> {
  const { random, idOf } = world;
  const { methods } = await person.network.client(layer as "north");
  const isEther = random.chance(0.5);
  const to = random.pick(world.people).address;
  return await random.pick([
    () =>
      methods.convert({
        exchange: idOf(random.pick(["exchange", "east"])),
        amount,
        minimumOut: 0n,
        sellEther: isEther,
      }),
    () => methods.sendTo({ layer: elsewhere(world, layer), to, amount, isEther }),
    () => methods.withdraw({ amount, isEther, recipient: BigInt(person.recipient) }),
  ])();
}

/** Another layer, which may be dead. */
function elsewhere({ random, idOf }: World, layer: LayerName): bigint {
  return idOf(random.pick(LAYERS.filter((name) => name !== layer)));
}

/** Somebody pays on both exchanges, or on none. */
async function bundle({ random, people }: World, person: Person, amount: bigint): Promise<void> {
  const to = random.pick(people).address;
  const clients = await Promise.all([person.network.client("exchange"), person.network.client("east")]);
  await person.network.bundle(clients.map(({ prepare }) => prepare.transfer({ to, amount, isBase: true })));
}
