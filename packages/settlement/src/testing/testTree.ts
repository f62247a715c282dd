import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { blockKeysTree, genesisSnapshot, type LayerSnapshot, withChild } from "@frond/circuits";
import { type Field, publicKeyOf, silentLogger } from "@frond/foundation";
import { account, address, application, assert, blockInputs, field, u128, when } from "@frond/language";
import {
  ACCOUNTS_MAP,
  addressOf,
  type BlockSize,
  createLayerConfig,
  entryKey,
  genesisStateRoot,
  layerIdOfConfig,
  layerRoot,
  linkBundle,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import type { InputMap, PreparedCircuit } from "@frond/prover";
import { createSequencer, type Sequencer } from "@frond/sequencer";
import { memoryStore, memoryTables, type Store } from "@frond/store";
import { type Coordinator, createCoordinator } from "../coordinator/createCoordinator.ts";
import { UnprovableError } from "../errors.ts";
import { createLayerLink, type LayerLink } from "../link/createLayerLink.ts";
import { serveLayers } from "../link/serveLayers.ts";
import type { KnownLayer } from "../tree/knownLayer.ts";
import type { Deposit, EpochPolicy, LayerOne, SettledEpoch, Settling, TreeProver } from "../types.ts";

export const CONTRACT = `0x${"5e".repeat(20)}` as const;
export const ALICE = 22n;
export const alice = addressOf(publicKeyOf(ALICE));

/** A bank: accounts of ether that can be sent to the same account on another layer, and come back if that can't take them. */
export const bank = application({
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
    send: {
      args: { layer: field, to: address, amount: u128 },
      run({ state, sender, send }, { layer, to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        send({ to: layer, asset: 1, amount, recipient: to, payload: 1n });
      },
    },
    /** Sends money there, and has it sent back. */
    there: {
      args: { layer: field, amount: u128 },
      run({ state, sender, send }, { layer, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        send({ to: layer, asset: 1, amount, recipient: sender, payload: 2n });
      },
    },
    pay: {
      args: { to: address, amount: u128 },
      run({ state, sender }, { to, amount }) {
        state.accounts.at(sender).balance.update((balance) => balance.subtract(amount));
        state.accounts.at(to).balance.update((balance) => balance.add(amount));
      },
    },
  },
  receive: {
    deposit({ state }, { asset, amount, recipient }) {
      assert(asset.equals(1), "only ether");
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount));
    },
    call({ state, send }, { from, amount, recipient, payload }) {
      const isReturn = payload.equals(2n);
      when(isReturn, () => send({ to: from, asset: 1, amount, recipient, payload: 1n }));
      when(isReturn.not(), () => state.accounts.at(recipient).balance.update((balance) => balance.add(amount)));
    },
    bounce({ state }, { amount, payload }) {
      state.accounts.at(payload.to(address)).balance.update((balance) => balance.add(amount));
    },
  },
});

const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 8, entries: 16, inserts: 8, consumed: 8, produced: 8 },
];
const KEY = 1000n;
const blockKeys = [KEY];

/** The shape of the tree: `a` is the trunk, `b` and `c` are below it, `d` below `b`. */
export const PARENTS: Readonly<Record<string, string | undefined>> = { a: undefined, b: "a", c: "a", d: "b" };

export type TestLayer = {
  readonly name: string;
  readonly secret: bigint;
  readonly known: KnownLayer;
  store: Store;
  sequencer: Sequencer;
  link: LayerLink;
  /** Ends the node as `kill -9` would: its store stays. */
  stop(): Promise<void>;
  start(): Promise<void>;
};

function knownLayer(name: string, secret: bigint, place: { parentId: Field; index: Field }): KnownLayer {
  const config = createLayerConfig({
    ...place,
    blockKeysRoot: blockKeysTree(blockKeys).root,
    sequencerKey: publicKeyOf(secret),
  });
  return {
    name,
    layerId: layerIdOfConfig(config),
    config,
    blockKeys,
    stateRoot: genesisStateRoot(bank.program.entryWidth),
    application: "bank",
    sizes,
    circuits: [{ size: "small", digest: "bank-small", keyHash: KEY }],
  };
}

const fakeCircuit = (name: string, hash: Field): PreparedCircuit =>
  ({
    name,
    digest: name,
    target: "recursive",
    gates: 1,
    dyadic: 1,
    key: { bytes: new Uint8Array(), fields: [], hash },
  }) as unknown as PreparedCircuit;

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

type FakeProver = TreeProver & {
  readonly made: string[];
  /** Milliseconds that a proof takes that is refused then. */
  refusalTime: number;
  /** Blocks that were tried in vain, and those of which nobody wanted to know it any more. */
  readonly refusals: number[];
  readonly cancelled: number[];
};

/** "Proves" whatever was expected, except blocks that `refuses` names by their layer and number in its inputs. */
function fakeProver(refuses: (inputs: InputMap) => boolean): FakeProver {
  const made: string[] = [];
  const prover: FakeProver = {
    made,
    refusalTime: 0,
    refusals: [],
    cancelled: [],
    async prove({ kind, circuit, inputs, expect, signal }) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (kind === "block" && refuses(inputs)) {
        const number = Number(inputs.slot as string);
        await new Promise<void>((resolve, reject) => {
          setTimeout(resolve, prover.refusalTime);
          signal?.addEventListener("abort", () => reject(prover.cancelled.push(number)));
        });
        prover.refusals.push(number);
        throw new UnprovableError({ what: circuit.name, reason: "it is unsatisfiable" });
      }
      made.push(kind);
      return { publicInputs: expect, proof: [], proofBytes: new Uint8Array([1]), seconds: 1 };
    },
    verify: async () => false,
    forget: async () => {},
    status: () => ({ waiting: 0, running: 0, failed: 0, workers: 1 }),
  };
  return prover;
}

/** A transaction of Alice before it is signed. */
type Unsigned = Parameters<typeof linkBundle>[0][number];

export type TestTree = {
  readonly layers: ReadonlyMap<string, TestLayer>;
  readonly l1: ReturnType<typeof fakeLayerOne>;
  /** Layers (`id`) and blocks (`id/slot`) that can't be proven. */
  readonly refused: Set<string>;
  /** Whether the coordinator has the circuit of the layers' blocks; it has once a layer has uploaded it. */
  readonly uploads: { areHere: boolean };
  readonly prover: FakeProver;
  readonly settled: SettledEpoch[];
  readonly failures: unknown[];
  readonly coordinator: Coordinator;
  startCoordinator(): Promise<void>;
  stopCoordinator(): Promise<void>;
  layer(name: string): TestLayer;
  /** Starts a second node of a layer, with the same key and a store of its own, as whoever has stolen the key would. */
  startRival(name: string): Promise<TestLayer>;
  idOf(name: string): Field;
  /** Queues a deposit on L1 for Alice. */
  deposit(name: string, amount: bigint): void;
  balance(name: string, owner?: Field): bigint;
  nonce(name: string): number;
  /** By default Alice's, with her next nonce. */
  unsigned(
    name: string,
    method: string,
    args: readonly Field[],
    of?: { readonly nonce?: number; readonly secret?: bigint },
  ): Unsigned;
  call(name: string, method: string, args: readonly Field[]): ReturnType<Sequencer["submit"]>;
  /** Alice pays somebody. */
  pay(name: string, secret: bigint, amount: bigint): ReturnType<Sequencer["submit"]>;
  bundle(legs: readonly Unsigned[], secret?: bigint): Transaction[];
  online(): Promise<void>;
  /** Ends the open epoch and waits until it has settled. */
  settle(): Promise<SettledEpoch>;
  until(condition: () => boolean | Promise<boolean>, what: string, milliseconds?: number): Promise<void>;
  close(): Promise<void>;
};

export type TestTreeOptions = {
  readonly policy?: Partial<EpochPolicy>;
  /** Milliseconds until a block is sealed, 40 unless given, and that a message waits at most, 10 unless given. */
  readonly blockTime?: number;
  readonly messageDelay?: number;
  /** Milliseconds until what the coordinator writes is durable. */
  readonly writeMilliseconds?: number;
};

/** A tree of four banks with real sequencers, real links over WebSockets, a real coordinator; proofs and L1 are stand-ins. */
export async function startTestTree(options: TestTreeOptions = {}): Promise<TestTree> {
  const layers = new Map<string, TestLayer>();
  let secret = 100n;
  for (const [name, parent] of Object.entries(PARENTS)) {
    secret += 1n;
    const place =
      parent === undefined
        ? { parentId: 0n, index: 77n }
        : { parentId: layers.get(parent)!.known.layerId, index: BigInt(layers.size) };
    const known = knownLayer(name, secret, place);
    const { layerId } = known;
    const store = memoryStore({
      layerId,
      application: "bank",
      programDigest: "1",
      entryWidth: bank.program.entryWidth,
    });
    layers.set(name, {
      name,
      secret,
      known,
      store,
      sequencer: undefined as never,
      link: undefined as never,
      stop: async () => {},
      start: async () => {},
    });
  }
  const known = [...layers.values()].map((layer) => layer.known);
  const snapshotOf = (layer: KnownLayer): LayerSnapshot =>
    known
      .filter(({ config }) => config.parentId === layer.layerId)
      .reduce(
        (parent, child) => withChild(parent, Number(child.config.index), snapshotOf(child)),
        genesisSnapshot(layer),
      );
  const genesis = snapshotOf(known[0]!);
  const l1 = fakeLayerOne(layerRoot(genesis.record));
  const tables = slowTables(options.writeMilliseconds);
  const refused = new Set<string>();
  const prover = fakeProver(
    (inputs) =>
      refused.has(`${BigInt(inputs.layer_id as string)}/${Number(inputs.slot as string)}`) ||
      refused.has(`${BigInt(inputs.layer_id as string)}`),
  );
  const uploads = { areHere: true };
  const settled: SettledEpoch[] = [];
  const failures: unknown[] = [];
  let coordinator: Coordinator;
  let http: Server;
  let port = 0;

  async function startCoordinator(): Promise<void> {
    coordinator = createCoordinator(
      {
        layers: known,
        genesis,
        settlement: CONTRACT,
        circuits: {
          aggregates: new Map([
            [1, fakeCircuit("aggregate1", 1999n)],
            [2, fakeCircuit("aggregate2", 2000n)],
            [4, fakeCircuit("aggregate4", 2001n)],
          ]),
          aggregateKeyHashes: [1999n, 2000n, 2001n],
          settlement: fakeCircuit("settlement", 3000n),
        },
        costs: new Map([
          [1, 9],
          [2, 18],
          [4, 37],
        ]),
        policy: { epochBlocks: 1_000, epochSeconds: 1_000, layerTimeout: 1_500, ...options.policy },
        pollInterval: 20,
      },
      {
        tables,
        layerOne: l1.layerOne,
        prover,
        circuitOf: ({ digest }) => (digest === "bank-small" && uploads.areHere ? fakeCircuit(digest, KEY) : undefined),
        async addCircuit() {
          uploads.areHere = true;
          return fakeCircuit("bank-small", KEY);
        },
        logger: silentLogger,
        onSettled: (epoch) => void settled.push(epoch),
        onFailed: (error) => void failures.push(error),
      },
    );
    const server = serveLayers(coordinator);
    http = createServer();
    http.on("upgrade", server.upgrade);
    await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
    port = (http.address() as AddressInfo).port;
    closeServer = () => server.close();
    await coordinator.start();
  }
  let closeServer: () => Promise<void> = async () => {};
  async function stopCoordinator(): Promise<void> {
    await closeServer();
    await new Promise<void>((resolve) => http.close(() => resolve()));
    await coordinator.close();
  }

  const makeRunnable = (layer: TestLayer): TestLayer => {
    layer.start = async () => {
      const { layerId } = layer.known;
      layer.sequencer = createSequencer(
        {
          program: bank.program,
          layerId,
          sizes,
          secret: layer.secret,
          blockMilliseconds: options.blockTime ?? 40,
          messageDelayMilliseconds: options.messageDelay ?? 10,
        },
        { store: layer.store },
      );
      layer.link = createLayerLink(
        { layerId, coordinatorUrl: () => `ws://127.0.0.1:${port}`, secret: layer.secret, url: () => "http://test" },
        {
          sequencer: layer.sequencer,
          store: layer.store,
          blockInputs: (witness) => blockInputs({ program: bank.program, size: sizes[0]!, witness }),
          setBlockStatus: (number, status) => layer.store.setBlockStatus(number, status),
          packedCircuit: async () => new Uint8Array([1]),
          logger: silentLogger,
        },
      );
      layer.sequencer.on("block", (block) => layer.link.blockSealed(block));
      await layer.link.start();
    };
    layer.stop = async () => {
      await layer.link.close();
      await layer.sequencer.close();
    };
    return layer;
  };
  for (const layer of layers.values()) makeRunnable(layer);
  const rivals: TestLayer[] = [];
  await startCoordinator();
  await Promise.all([...layers.values()].map((layer) => layer.start()));

  let deposits = 0;
  const tree: TestTree = {
    layers,
    l1,
    refused,
    uploads,
    prover,
    settled,
    failures,
    get coordinator() {
      return coordinator;
    },
    startCoordinator,
    stopCoordinator,
    layer: (name: string) => layers.get(name)!,
    async startRival(name) {
      const layer = layers.get(name)!;
      const rival = makeRunnable({ ...layer, store: memoryStore(layer.store.identity) });
      rivals.push(rival);
      await rival.start();
      return rival;
    },
    idOf: (name: string) => layers.get(name)!.known.layerId,
    deposit(name: string, amount: bigint) {
      l1.chain.deposits.push({
        id: deposits++,
        layer: tree.idOf(name),
        asset: 1,
        amount,
        recipient: alice,
        payload: 0xa1n,
      });
    },
    balance(name: string, owner: Field = alice): bigint {
      const { sequencer } = tree.layer(name);
      return sequencer.read(accountKeyOf(owner))?.[1] ?? 0n;
    },
    nonce: (name: string) => Number(tree.layer(name).sequencer.read(accountKeyOf(alice))?.[0] ?? 0n),
    unsigned(name, method, args, { nonce = tree.nonce(name), secret = ALICE } = {}) {
      const number = bank.program.methods.findIndex((candidate) => candidate.name === method);
      const padded = [...args, ...Array<Field>(bank.program.argumentFields - args.length).fill(0n)];
      const common = { layerId: tree.idOf(name), method: number, args: padded, nonce };
      return { ...common, maxFee: 0n, expirySlot: 1_000_000, publicKey: publicKeyOf(secret) };
    },
    call(name, method, args) {
      return tree.layer(name).sequencer.submit(signTransaction(tree.unsigned(name, method, args), ALICE));
    },
    pay: (name, secret, amount) => tree.call(name, "pay", [addressOf(publicKeyOf(secret)), amount]),
    bundle(legs, secret = ALICE) {
      return linkBundle(legs).map((leg) => signTransaction(leg, secret));
    },
    online: () =>
      tree.until(() => coordinator.layers().every(({ status }) => status !== "offline"), "all layers are online"),
    async settle(): Promise<SettledEpoch> {
      const before = settled.length;
      await tree.until(async () => {
        await coordinator.endEpoch();
        return settled.length > before;
      }, "an epoch has settled");
      return settled[before]!;
    },
    async until(condition: () => boolean | Promise<boolean>, what: string, milliseconds = 15_000): Promise<void> {
      const deadline = Date.now() + milliseconds;
      while (!(await condition())) {
        if (Date.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async close(): Promise<void> {
      await Promise.all([...layers.values(), ...rivals].map((layer) => layer.stop()));
      await stopCoordinator();
    },
  };
  return tree;
}

function slowTables(writeMilliseconds = 0): ReturnType<typeof memoryTables> {
  const tables = memoryTables();
  if (writeMilliseconds === 0) return tables;
  return {
    ...tables,
    async write(changes) {
      await new Promise((resolve) => setTimeout(resolve, writeMilliseconds));
      await tables.write(changes);
    },
  };
}

const accountKeyOf = (owner: Field): Field => entryKey(ACCOUNTS_MAP, [owner]);
