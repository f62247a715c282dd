import { readLayer } from "@frond/contracts";
import { sleep } from "@frond/foundation";
import { encodeArguments } from "@frond/language";
import { demandLayerFreeze, FreezeRefusedError } from "@frond/network/escape";
import { forceCall } from "@frond/sdk";
import { act } from "./acts.ts";
import { applications, isExchange, type LayerName, type World } from "./world.ts";

const ACTS_BETWEEN = 12;
const PAUSE_MILLISECONDS = 100;

/**
 * Ends the nodes of layers at random moments, in whatever they are doing, and has the layers frozen for what was forced
 * then; meanwhile everybody goes on.
 */
export async function freezeLayers(world: World, doomed: readonly LayerName[]): Promise<void> {
  for (const layer of doomed) {
    for (let left = world.random.below(ACTS_BETWEEN); left > 0; left--) await act(world);
    const node = world.nodes.get(layer)!;
    world.nodes.delete(layer);
    await node.close();
    await forceOn(world, layer);
  }
  const waiting = new Set(doomed);
  while (waiting.size > 0) {
    await act(world);
    for (const layer of waiting) {
      const { status, freezeDemandedAt } = await readLayer(world.l1, world.idOf(layer));
      if (status === "frozen") waiting.delete(layer);
      else if (freezeDemandedAt === undefined) await demand(world, layer);
    }
    await sleep(PAUSE_MILLISECONDS);
  }
}

/** Forces a withdrawal that the layer would execute, if its node lived. */
async function forceOn({ l1, random, people, idOf }: World, layer: LayerName): Promise<void> {
  const { secret, recipient } = random.pick(people);
  const paid = { amount: 1n, recipient: BigInt(recipient) };
  const call = isExchange(layer)
    ? encodeArguments(applications.exchange, "withdraw", { ...paid, isBase: true })
    : encodeArguments(applications.north, "withdraw", { ...paid, isEther: true });
  await forceCall(l1, secret, { layerId: idOf(layer), ...call, nonce: 1_000_000 });
}

/** Nothing happens before an epoch has settled after the deadline. */
async function demand({ l1, idOf }: World, layer: LayerName): Promise<void> {
  try {
    await demandLayerFreeze(l1, { layer: idOf(layer), fromBlock: 0n });
  } catch (error) {
    if (!(error instanceof FreezeRefusedError) || error.problem !== "early") throw error;
  }
}
