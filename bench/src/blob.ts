import { getEpochs, settleEpoch } from "@frond/contracts";
import { type SettledHistory, settledHistory } from "@frond/follower/testing";
import { DATA_WORDS } from "@frond/protocol";
import type { Section } from "./report.ts";

const SEED = 64;
const LAYERS = { full: [1, 8, 64], small: [1, 2] };
const ONE_LAYER = "1 layer";
/** Entries that a block writes at most: of 64 layers they still fit into one blob. */
const ENTRIES = 8;
/** Blocks of 64 layers that all but fill a blob; of two in the small form. */
const ENTRIES_OF_FULL = 62;
/** What the point evaluation takes by EIP-4844. */
const POINT_EVALUATION = 50_000;

type Settled = { readonly gasUsed: number; readonly blobGas: number; readonly words: number };

/**
 * Gas of an epoch with its data, by the number of layers: the real contract, blobs and precompile on anvil. The proof
 * is of a stand-in circuit with the settlement's public inputs, whose verifier takes less gas than the real one
 * (section `gas`) and as much in every row here.
 */
export const blob: Section = {
  name: "blob",
  async run(progress, form) {
    const counts = LAYERS[form];
    const most = counts.at(-1)!;
    progress(`a tree of ${most} layers`);
    // Nobody reads here what L1 tells of the layers, and of so many it would not fit into the contract's creation.
    const settled = await settledHistory(SEED, { children: most - 1, describe: () => ({}) });
    try {
      const { owner, propose } = settled.network;
      const settleWithout = async (rootOut: bigint) => await settleEpoch(owner, await propose({ rootOut }));
      // What is written for the first time costs more, and so does another root.
      await settleWithout(1n);
      const without = Number((await settleWithout(2n)).gasUsed);
      const by = new Map<string, Settled>();
      for (const layers of counts) {
        progress(`${layers} layers`);
        by.set(layers === 1 ? ONE_LAYER : `${layers} layers`, await settleLayers(settled, layers, ENTRIES));
      }
      progress("a full blob");
      by.set("a full blob", await settleLayers(settled, most, ENTRIES_OF_FULL));
      const [one, full] = [by.get(ONE_LAYER)!, by.get("a full blob")!];
      return [
        {
          name: "gas that an epoch's data adds, full blob",
          value: full.gasUsed - without,
          unit: "gas",
          target: { bound: 1.1 * POINT_EVALUATION, direction: "at most" },
          details: {
            "of it the point evaluation": POINT_EVALUATION,
            "gas without data, stand-in verifier": without,
            ...Object.fromEntries([...by].map(([name, { gasUsed }]) => [`gas, ${name}`, gasUsed])),
          },
        },
        {
          name: "L1 gas of an epoch with data, full blob / 1 layer",
          value: full.gasUsed / one.gasUsed,
          unit: "x",
          target: { bound: 1.001, direction: "at most" },
          details: Object.fromEntries(
            [...by].flatMap(([name, { words, blobGas }]) => [
              [`words of ${DATA_WORDS}, ${name}`, words],
              [`blob gas, ${name}`, blobGas],
            ]),
          ),
        },
      ];
    } finally {
      await settled.network.close();
    }
  },
};

/** Settles an epoch with a block of each of the first layers. */
async function settleLayers(
  { history, settle, network }: SettledHistory,
  layers: number,
  entries: number,
): Promise<Settled> {
  const epoch = history.settle(() => {
    for (const path of history.paths.slice(0, layers)) history.block(path, { entries });
  });
  await settle(epoch);
  const { events } = await getEpochs({ ...network.owner, fromBlock: 0n });
  const receipt = await network.publicClient.getTransactionReceipt({ hash: events.at(-1)!.transaction });
  return {
    gasUsed: Number(receipt.gasUsed),
    blobGas: Number(receipt.blobGasUsed ?? 0n),
    words: epoch.words.length,
  };
}
