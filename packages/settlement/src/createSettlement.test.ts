import { blockKeysTree, genesisSnapshot } from "@frond/circuits";
import { type Field, publicKeyOf, silentLogger } from "@frond/foundation";
import { account, address, application, assert, u128 } from "@frond/language";
import {
  addressOf,
  decodeItems,
  genesisStateRoot,
  type LayerConfig,
  layerIdOfConfig,
  layerRoot,
  signTransaction,
} from "@frond/protocol";
import type { InputMap } from "@frond/prover";
import { createSequencer, type Sequencer } from "@frond/sequencer";
import { memoryStore, type Store } from "@frond/store";
import { afterEach, describe, expect, it } from "vitest";
import { createSettlement } from "./createSettlement.ts";
import type {
  Deposit,
  EpochProgress,
  EpochProver,
  LayerOne,
  SettledEpoch,
  Settlement,
  Settling,
  VerifiedProof,
} from "./types.ts";

const SECRET = 21n;
const ALICE = 22n;
const alice = addressOf(publicKeyOf(ALICE));
const CONTRACT = `0x${"5e".repeat(20)}` as const;

const bank = application({
  name: "bank",
  state: { accounts: account({ balance: u128 }) },
  methods: {
    withdraw: {
      args: { to: address, amount: u128 },
      run({ state, sender, withdraw }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        withdraw({ asset: 1, amount, recipient: to });
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
  },
});
const { program } = bank;
const sizes = [{ name: "small", transactions: 4, entries: 8, inserts: 4, consumed: 4, produced: 8 }];

const blockKeys = [1000n];
const config: LayerConfig = {
  parentId: 0n,
  index: 5n,
  blockKeysRoot: blockKeysTree(blockKeys).root,
  sequencerKey: publicKeyOf(SECRET),
  dataAvailability: 0,
  committeeRoot: 0n,
  committeeThreshold: 0,
};
const layerId = layerIdOfConfig(config);
const genesis = genesisSnapshot({ config, blockKeys, stateRoot: genesisStateRoot(program.entryWidth) });

const deposit = (id: number, amount = 100n, asset = 1): Deposit => ({
  id,
  layer: layerId,
  asset,
  amount,
  recipient: alice,
  payload: 0xa1n,
});
const withdraw = (nonce: number, amount: bigint) =>
  signTransaction({ layerId, method: 0, args: [0xbbn, amount], nonce, maxFee: 0n, expirySlot: 9_999 }, ALICE);

/** An L1 that keeps to the contract's rules, and can be made to fail. */
function fakeLayerOne() {
  const chain = { root: layerRoot(genesis.record), epoch: 1, deposits: [] as Deposit[], settled: [] as Settling[] };
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

const fieldsOf = (inputs: InputMap, names: readonly string[]): Field[] =>
  names.map((name) => BigInt(inputs[name] as string));

/** "Proves" whatever its inputs state. */
function fakeProver(
  change: (publicInputs: Field[]) => Field[] = (publicInputs) => publicInputs,
): EpochProver & { made: string[] } {
  const made: string[] = [];
  const prove = async (kind: string, publicInputs: readonly Field[]): Promise<VerifiedProof> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    made.push(kind);
    return {
      publicInputs: kind === "settlement" ? change([...publicInputs]) : publicInputs,
      proof: [],
      proofBytes: new Uint8Array([1]),
      seconds: 1,
    };
  };
  const key = (hash: Field) => ({ fields: [], hash });
  return {
    made,
    proveBlock: ({ statement }) => prove("block", statement),
    proveAggregate: (_epoch, inputs) =>
      prove(
        "aggregate",
        fieldsOf(inputs, ["aggregate_key_hash", "layer_id", "root_in", "root_out", "epoch", "sum_x", "sum_y"]),
      ),
    proveSettlement: (_epoch, inputs) =>
      prove("settlement", fieldsOf(inputs, ["root_in", "root_out", "epoch", "commitment", "z", "evaluation"])),
    blockKey: () => key(1000n),
    aggregateKey: key(2000n),
    forget: async () => {},
    close: () => {},
  };
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

type Running = {
  sequencer: Sequencer;
  settlement: Settlement;
  settled: SettledEpoch[];
  failures: unknown[];
  prover: ReturnType<typeof fakeProver>;
  stop(): Promise<void>;
};

async function run(
  store: Store,
  layerOne: LayerOne,
  options: {
    prover?: ReturnType<typeof fakeProver>;
    onProgress?: (progress: EpochProgress) => void;
    epochBlocks?: number;
  } = {},
): Promise<Running> {
  const sequencer = createSequencer({ program, layerId, sizes, secret: SECRET, blockTime: 20 }, { store });
  const [settled, failures, prover]: [SettledEpoch[], unknown[], ReturnType<typeof fakeProver>] = [
    [],
    [],
    options.prover ?? fakeProver(),
  ];
  const settlement = createSettlement(
    {
      layerId,
      genesis,
      settlement: CONTRACT,
      pollInterval: 10,
      policy: { epochBlocks: options.epochBlocks ?? Number.POSITIVE_INFINITY, epochSeconds: Number.POSITIVE_INFINITY },
    },
    {
      store,
      sequencer,
      layerOne,
      prover,
      logger: silentLogger,
      setBlockStatus: (number, status) => store.setBlockStatus(number, status),
      onSettled: (epoch) => void settled.push(epoch),
      onFailed: (error) => void failures.push(error),
      ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
    },
  );
  sequencer.on("block", settlement.blockSealed);
  const stop = async () => {
    await settlement.close();
    await sequencer.close();
  };
  open.push(stop);
  await settlement.start();
  return { sequencer, settlement, settled, failures, prover, stop };
}

const until = async (check: () => boolean): Promise<void> => {
  for (let i = 0; !check(); i++) {
    if (i > 1_000) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const newStore = () =>
  memoryStore({ layerId, application: "bank", programDigest: "1", entryWidth: program.entryWidth });

/** Deposits arrive, and part of it is withdrawn in the same epoch, in several blocks. */
async function fillEpoch(running: Running, chain: ReturnType<typeof fakeLayerOne>["chain"]): Promise<void> {
  chain.deposits.push(deposit(0), { ...deposit(1), layer: 99n }, deposit(2, 50n), deposit(3, 9n, 8));
  await until(() => running.sequencer.cursor("l1") === 3);
  for (let nonce = 0; nonce < 6; nonce++) await running.sequencer.submit(withdraw(nonce, 10n));
  await running.settlement.closeEpoch();
}

describe("settlement", () => {
  it("settles an epoch: its deposits, its withdrawals, what bounced, and the new root", async () => {
    const store = newStore();
    const { chain, layerOne } = fakeLayerOne();
    const running = await run(store, layerOne);
    await fillEpoch(running, chain);
    await until(() => running.settled.length === 1);
    const blocks = store.lastBlockNumber();
    expect(running.settled[0]).toMatchObject({
      epoch: 1,
      layers: 1,
      blocks,
      transactions: 6,
      messages: 10,
      proofs: 2 * blocks,
      gasUsed: 7,
    });
    expect(chain).toMatchObject({ epoch: 2, root: layerRoot(running.settlement.layer.record) });
    expect(running.settlement.layer.vault).toEqual(
      new Map([
        [1, 90n],
        [8, 0n],
      ]),
    );
    const [settling] = chain.settled;
    expect(settling!.depositIds).toEqual([0, 2, 3]);
    expect(
      decodeItems(settling!.words).map(({ direction, kind, asset, amount }) => [direction, kind, asset, amount]),
    ).toEqual([
      [0, 1, 1, 100n],
      [0, 1, 1, 50n],
      [0, 1, 8, 9n],
      [1, 4, 8, 9n],
      ...Array.from({ length: 6 }, () => [1, 2, 1, 10n]),
    ]);
    for (let number = 1; number <= blocks; number++) expect(store.block(number)!.status).toBe("settled");
  });

  it("ends no empty epoch, and goes on with the next one", async () => {
    const store = newStore();
    const { chain, layerOne } = fakeLayerOne();
    const running = await run(store, layerOne, { epochBlocks: 1 });
    await running.settlement.closeEpoch();
    expect(running.sequencer.epoch).toBe(1);
    chain.deposits.push(deposit(0));
    await until(() => running.settled.length === 1);
    chain.deposits.push(deposit(1));
    await until(() => running.settled.length === 2);
    expect(running.settled.map(({ epoch }) => epoch)).toEqual([1, 2]);
    expect(running.settled[1]!.rootBefore).toBe(running.settled[0]!.rootAfter);
    expect(running.sequencer.epoch).toBe(3);
  });

  it("tries again while L1 does not answer", async () => {
    const { chain, faults, layerOne } = fakeLayerOne();
    faults.beforeSettling = 2;
    const running = await run(newStore(), layerOne);
    await fillEpoch(running, chain);
    await until(() => running.settled.length === 1);
    expect(running.settlement.status()).toMatchObject({ failures: 2, lastFailure: "L1 is away" });
    expect(chain.settled).toHaveLength(1);
  });

  it("does not settle twice when the answer is lost", async () => {
    const { chain, faults, layerOne } = fakeLayerOne();
    faults.afterSettling = 1;
    const running = await run(newStore(), layerOne);
    await fillEpoch(running, chain);
    await until(() => running.settled.length === 1);
    expect(running.settled[0]).toMatchObject({ epoch: 1, gasUsed: 7, l1Transaction: "0x01" });
    expect(chain.settled).toHaveLength(1);
  });

  it.each(["blocks", "aggregates", "settlement", "submitting"] as const)(
    "goes on after it was stopped at: %s",
    async (stage) => {
      const store = newStore();
      const { chain, layerOne } = fakeLayerOne();
      let reached = false;
      // What is under way when the process dies never answers.
      const stuck: LayerOne = { ...layerOne, settle: () => new Promise(() => {}) };
      const first = await run(store, stuck, {
        onProgress: (progress) => {
          reached ||= progress.stage === stage;
        },
      });
      await fillEpoch(first, chain);
      await until(() => reached);
      void first.settlement.close();
      await first.sequencer.close();
      open.splice(0);
      const second = await run(store, layerOne);
      await until(() => second.settled.length === 1);
      expect(chain.settled).toHaveLength(1);
      expect(chain.root).toBe(layerRoot(second.settlement.layer.record));
    },
  );

  it("takes up an epoch that L1 settled while it was away", async () => {
    const store = newStore();
    const { chain, faults, layerOne } = fakeLayerOne();
    faults.afterSettling = 1;
    const blind: LayerOne = { ...layerOne, state: async () => ({ root: layerRoot(genesis.record), epoch: 1 }) };
    const first = await run(store, blind);
    await fillEpoch(first, chain);
    await until(() => chain.settled.length === 1);
    await first.stop();
    open.splice(0);
    expect(first.settled).toEqual([]);
    const second = await run(store, layerOne);
    expect(second.settled).toMatchObject([{ epoch: 1, gasUsed: 7, proofs: 0 }]);
    expect(second.settlement.layer.vault.get(1)).toBe(90n);
    expect(second.prover.made).toEqual([]);
  });

  it("stops when L1 holds another root, or fewer epochs than it has seen", async () => {
    const store = newStore();
    const { chain, layerOne } = fakeLayerOne();
    const first = await run(store, layerOne);
    await fillEpoch(first, chain);
    await until(() => first.settled.length === 1);
    await first.stop();
    open.splice(0);
    const { root } = chain;
    chain.root = 1n;
    await expect(run(store, layerOne)).rejects.toMatchObject({ code: "settlement/root-mismatch" });
    Object.assign(chain, { root, epoch: 1 });
    await expect(run(store, layerOne)).rejects.toMatchObject({ code: "settlement/chain-went-back" });
    Object.assign(chain, { root, epoch: 4 });
    await expect(run(store, layerOne)).rejects.toMatchObject({ code: "settlement/epoch-unknown" });
  });

  it("submits nothing if a proof states something else", async () => {
    const { chain, layerOne } = fakeLayerOne();
    const prover = fakeProver(([rootIn, rootOut, ...rest]) => [rootIn!, rootOut! + 1n, ...rest]);
    const running = await run(newStore(), layerOne, { prover });
    await fillEpoch(running, chain);
    await until(() => (running.settlement.status().lastFailure ?? "").includes("Nothing was submitted"));
    expect(chain.settled).toEqual([]);
  });
});
