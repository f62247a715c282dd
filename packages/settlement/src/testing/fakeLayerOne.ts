import type { Field } from "@frond/foundation";
import type { Deposit, LayerOne, Settling } from "../types.ts";

/** An L1 that keeps to the contract's rules, and can be made to fail. */
export function fakeLayerOne(genesisRoot: Field) {
  const chain = { root: genesisRoot, epoch: 1, deposits: [] as Deposit[], settled: [] as Settling[] };
  const faults = { beforeSettling: 0, afterSettling: 0 };
  const cost = { hash: "0x01", gasUsed: 7n, verifierGas: 5n } as const;
  const layerOne: LayerOne = {
    state: async () => ({ root: chain.root, epoch: chain.epoch }),
    deposits: async (from) => chain.deposits.filter(({ id }) => id >= from),
    settledEpoch: async (epoch) => (epoch < chain.epoch ? cost : undefined),
    async settle(settling) {
      if (faults.beforeSettling-- > 0) throw new Error("L1 is away");
      chain.root = settling.rootOut;
      chain.epoch += 1;
      chain.settled.push(settling);
      if (faults.afterSettling-- > 0) throw new Error("the answer was lost");
      return cost;
    },
  };
  return { chain, faults, layerOne };
}
