import { sleep } from "@frond/foundation";
import { startTestTree, type TestTree } from "@frond/settlement/testing";
import { measureFrondSwaps } from "./measureFrondSwaps.ts";
import type { Figure, Section } from "./report.ts";

const ROUND_TRIPS = { full: 100, small: 5 };
const TRIPS_PER_EPOCH = 5;
const BUNDLES = { full: 300, small: 20 };
const BUNDLES_PER_EPOCH = 100;
const IN_FLIGHT = 16;
/** The defaults of a layer. */
const BLOCK_MILLISECONDS = 1_000;
const MESSAGE_DELAY_MILLISECONDS = 100;
const TRADERS = 32;

/**
 * What layers have of each other before anything is proven: real sequencers, a real coordinator, real WebSockets, all
 * in one process with its state in memory; and two exchanges, each a process with its state on disk, beside one.
 */
export const composability: Section = {
  name: "composability",
  async run(progress, form) {
    const [roundTrips, bundles] = [ROUND_TRIPS[form], BUNDLES[form]];
    const tree = await startTestTree({
      blockMilliseconds: BLOCK_MILLISECONDS,
      messageDelayMilliseconds: MESSAGE_DELAY_MILLISECONDS,
    });
    try {
      await tree.online();
      await fund(tree, ["b", "c", "d"]);
      progress(`${roundTrips} round trips`);
      const trips = await measureRoundTrips(tree, roundTrips);
      progress(`${bundles} bundles`);
      const single = await measureBundles(tree, { inFlight: 1, bundles });
      const many = await measureBundles(tree, { inFlight: IN_FLIGHT, bundles });
      return [
        {
          name: "round trip L3 -> L2 -> L3 / two waits for a block",
          value: percentile(trips, 0.5) / (2 * MESSAGE_DELAY_MILLISECONDS),
          unit: "x",
          details: {
            "preconfirmed, p50 (ms)": percentile(trips, 0.5),
            "preconfirmed, p99 (ms)": percentile(trips, 0.99),
            "longest wait of a message for a block (ms)": MESSAGE_DELAY_MILLISECONDS,
          },
        },
        {
          name: `bundles of 3 legs a second, ${IN_FLIGHT} at a time / one at a time`,
          value: many.perSecond / single.perSecond,
          unit: "x",
          details: {
            [`${IN_FLIGHT} at a time (a second)`]: many.perSecond,
            "one at a time (a second)": single.perSecond,
            "one at a time, p50 (ms)": percentile(single.times, 0.5),
            "one at a time, p99 (ms)": percentile(single.times, 0.99),
            refused: many.refused,
          },
        },
        // Three processes, which the small form can do without: section `subscriptions` has one.
        ...(form === "full" ? [await twoLayers(progress)] : []),
      ];
    } finally {
      await tree.close();
    }
  },
};

async function twoLayers(progress: (text: string) => void): Promise<Figure> {
  progress("swaps on one exchange, then on two");
  const one = (await measureFrondSwaps(TRADERS)).perSecond;
  const two = await Promise.all([measureFrondSwaps(TRADERS), measureFrondSwaps(TRADERS)]);
  const both = two.reduce((sum, { perSecond }) => sum + perSecond, 0);
  return {
    name: "swaps a second on two layers / on one, two cores",
    value: both / one,
    unit: "x",
    details: { "two layers (a second)": Math.round(both), "one layer (a second)": Math.round(one) },
  };
}

async function fund(tree: TestTree, names: readonly string[]): Promise<void> {
  for (const name of names) tree.deposit(name, 1_000_000_000n);
  for (const name of names) await tree.until(() => tree.balance(name) > 0n, `${name} is funded`);
}

/** Milliseconds from sending a call to the L2 until its answer is executed on the L3. */
async function measureRoundTrips(tree: TestTree, roundTrips: number): Promise<number[]> {
  const times: number[] = [];
  for (let trip = 0; trip < roundTrips; trip++) {
    const before = tree.balance("b");
    const started = performance.now();
    await tree.call("b", "there", [tree.idOf("a"), 5n]);
    while (tree.balance("b") !== before) await sleep(1);
    times.push(performance.now() - started);
    // A layer has so many blocks an epoch, and each trip takes one of each layer.
    if (trip % TRIPS_PER_EPOCH === TRIPS_PER_EPOCH - 1) await tree.settle();
  }
  return times;
}

/** Each bundle pays on three layers, from one of `inFlight` accounts. */
async function measureBundles(
  tree: TestTree,
  { inFlight, bundles }: { readonly inFlight: number; readonly bundles: number },
) {
  const names = ["b", "c", "d"] as const;
  const accounts = Array.from({ length: inFlight }, (_, i) => 5_000n + BigInt(i + inFlight * 100));
  for (const name of names) for (const secret of accounts) await tree.pay(name, secret, 100_000n);
  const nonces = accounts.map(() => 0);
  const times: number[] = [];
  let refused = 0;
  let milliseconds = 0;
  for (let sent = 0; sent < bundles; sent += BUNDLES_PER_EPOCH) {
    let left = Math.min(BUNDLES_PER_EPOCH, bundles);
    const started = performance.now();
    await Promise.all(
      accounts.map(async (secret, i) => {
        while (left > 0) {
          left -= 1;
          const nonce = nonces[i]!;
          const begun = performance.now();
          const legs = names.map((name) => tree.unsigned(name, "pay", [secret + 7n, 1n], { nonce, secret }));
          try {
            await tree.coordinator.sendBundle(tree.bundle(legs, secret));
            times.push(performance.now() - begun);
            nonces[i] = nonce + 1;
          } catch {
            refused += 1;
          }
        }
      }),
    );
    milliseconds += performance.now() - started;
    // A layer has so many blocks an epoch, and these are small.
    await tree.settle();
  }
  return { perSecond: (1_000 * times.length) / milliseconds, times, refused };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
