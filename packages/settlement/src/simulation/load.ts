import { LAST_TIME } from "@frond/protocol";
import type { SimLayer } from "./layer/simLayer.ts";
import type { Run } from "./run.ts";
import type { SimTransaction } from "./simTypes.ts";

const ACCOUNTS = [1n, 2n, 3n] as const;

/** Somebody deposits, sends a bundle, pays, or sends money to another layer. */
export function addLoad(run: Run): void {
  const { random } = run.world;
  const layer = random.pick(run.layers);
  const account = random.pick(ACCOUNTS);
  const amount = BigInt(random.below(60));
  if (random.chance(0.1)) {
    const { deposits } = run.layerOne;
    const common = { id: deposits.length, layer: layer.layerId, asset: 1, recipient: account };
    const deposited = BigInt(random.below(200));
    const depositor = random.pick(ACCOUNTS);
    deposits.push({ ...common, amount: deposited, payload: depositor, depositor, expiry: LAST_TIME });
    return;
  }
  if (run.hasBundles && random.chance(0.1)) {
    sendBundle(run);
    return;
  }
  const nonce = layer.nextNonce(account);
  if (nonce !== undefined) submit(run, layer, { account, nonce, amount });
}

function submit(run: Run, layer: SimLayer, of: Pick<SimTransaction, "account" | "nonce" | "amount">): void {
  const { random } = run.world;
  const isSent = random.chance(0.4);
  const toLayer = isSent ? random.pick(run.layers).layerId : layer.layerId;
  const transaction = { ...of, hash: nextHash(run), layerId: layer.layerId, to: random.pick(ACCOUNTS), toLayer };
  layer.submit(transaction, () => run.promised.transactions.set(transaction.hash, transaction));
}

function sendBundle(run: Run): void {
  const { world, layers, promised } = run;
  const { random } = world;
  const first = random.below(layers.length);
  const id = nextHash(run);
  const legs: SimTransaction[] = [];
  const pair = [layers[first]!, layers[(first + 1) % layers.length]!];
  for (const [index, layer] of pair.entries()) {
    const account = random.pick(ACCOUNTS);
    const nonce = layer.nextNonce(account);
    if (nonce === undefined) return;
    const { layerId } = layer;
    const common = { hash: nextHash(run), layerId, account, nonce, toLayer: layerId };
    const link = { id, index, previous: pair[index - 1]?.layerId ?? 0n, next: pair[index + 1]?.layerId ?? 0n };
    legs.push({ ...common, link, amount: BigInt(random.below(20)), to: random.pick(ACCOUNTS) });
  }
  run.coordinator.sendBundle(id, legs, (isPreconfirmed) => {
    if (!isPreconfirmed) return;
    promised.bundles.set(id, legs);
    for (const leg of legs) promised.transactions.set(leg.hash, leg);
  });
}

function nextHash(run: Run): bigint {
  run.lastHash += 1n;
  return run.lastHash;
}
