import { publicKeyOf, silentLogger, sleep } from "@frond/foundation";
import { blockInputs } from "@frond/language";
import {
  ACCOUNTS_MAP,
  type BlockSize,
  type DataMode,
  entryKey,
  LAST_TIME,
  linkBundle,
  type Message,
  MessageKind,
  signTransaction,
  type Transaction,
} from "@frond/protocol";
import { createSequencer, type Sequencer } from "@frond/sequencer";
import { memoryStore, type Store } from "@frond/store";
import { ALICE, alice, bank } from "../../testing/bank.ts";
import { createLayerLink, type LayerLink, type LayerLinkDependencies } from "../createLayerLink.ts";
import type { CoordinatorFrame } from "../frames.ts";

export const LAYER = 77n;
/** A layer that exists only as a name. */
export const OTHER = 90n;
export const SECRET = 5n;
/** A second of a link's clock lasts so many milliseconds. */
export const SECOND = 10;

const sizes: readonly BlockSize[] = [
  { name: "small", transactions: 4, entries: 12, inserts: 6, consumed: 4, produced: 4 },
];
const aliceKey = entryKey(ACCOUNTS_MAP, [alice]);

type Method = "pay" | "send" | "withdraw";

export type LinkedLayer = {
  readonly store: Store;
  readonly sequencer: Sequencer;
  readonly link: LayerLink;
  /** Alice calls a method of the bank, with her next nonce. */
  call(method: Method, args: readonly bigint[]): ReturnType<Sequencer["submit"]>;
  /** The same before it is signed. */
  unsigned(method: Method, args: readonly bigint[]): Parameters<typeof signTransaction>[0];
  /** Alice's. */
  balance(): bigint;
  /** Makes a block of what was ordered. */
  seal(): Promise<unknown>;
  stop(): Promise<void>;
};

export type LinkedLayerOptions = Partial<LayerLinkDependencies> & {
  readonly turnMilliseconds?: number;
  /** Where the data of blocks goes. */
  readonly data?: DataMode;
};

/** A layer of the bank, with a real sequencer that makes blocks when it is asked to, and a real link. */
export async function startLinkedLayer(
  url: () => string,
  store: Store = newStore(),
  { turnMilliseconds = SECOND, data = "rollup", ...dependencies }: LinkedLayerOptions = {},
): Promise<LinkedLayer> {
  const sequencer = createSequencer(
    {
      program: bank.program,
      layerId: LAYER,
      sizes,
      secret: SECRET,
      data,
      blockMilliseconds: 3_600_000,
      messageDelayMilliseconds: 5,
    },
    { store },
  );
  const link = createLayerLink(
    { layerId: LAYER, coordinatorUrl: url, secret: SECRET, url: () => "http://test", turnMilliseconds },
    {
      sequencer,
      store,
      blockInputs: (witness) => blockInputs({ program: bank.program, size: sizes[0]!, witness, data }),
      setBlockStatus: (number, status) => store.setBlockStatus(number, status),
      logger: silentLogger,
      ...dependencies,
    },
  );
  sequencer.on("block", link.blockSealed);
  await link.start();
  let nonce = Number(sequencer.read(aliceKey)?.[0] ?? 0n);
  const unsigned: LinkedLayer["unsigned"] = (method, args) => {
    const number = bank.program.methods.findIndex(({ name }) => name === method);
    const padded = [...args, ...Array<bigint>(bank.program.argumentFields - args.length).fill(0n)];
    return { layerId: LAYER, method: number, args: padded, nonce: nonce++, maxFee: 0n, expiry: LAST_TIME };
  };
  return {
    store,
    sequencer,
    link,
    unsigned,
    call: (method, args) => sequencer.submit(signTransaction(unsigned(method, args), ALICE)),
    balance: () => sequencer.read(aliceKey)?.[1] ?? 0n,
    seal: () => sequencer.seal(),
    async stop() {
      await link.close();
      await sequencer.close();
    },
  };
}

export function newStore(): Store {
  const { entryWidth } = bank.program;
  return memoryStore({ layerId: LAYER, application: "bank", programDigest: "1", entryWidth });
}

/** A store whose writes of one kind take longer. */
export function slowStore(method: "append" | "rollback", milliseconds: number): Store {
  const store = newStore();
  const write = store[method] as (...args: unknown[]) => Promise<unknown>;
  const slow = async (...args: unknown[]) => {
    await sleep(milliseconds);
    return await write(...args);
  };
  return Object.assign(Object.create(store), { [method]: slow });
}

/** A leg of a bundle of Alice's with another layer. */
export function legOf(layer: LinkedLayer): Transaction {
  const own = { ...layer.unsigned("pay", [alice, 1n]), publicKey: publicKeyOf(ALICE) };
  const [leg] = linkBundle([own, { ...own, layerId: OTHER }]);
  return signTransaction(leg!, ALICE);
}

/** Gives a layer a deposit for Alice. */
export function deliver(
  position: number,
  { session = 0, epoch = 1, previous = position - 1, amount = 1n } = {},
): Extract<CoordinatorFrame, { type: "deliver" }> {
  const kind = MessageKind.deposit;
  const message: Message = { from: 0n, to: LAYER, time: 0, kind, asset: 1, amount, recipient: alice, payload: 0xa1n };
  return { type: "deliver", session, epoch, source: "l1:a1", previous, position, message };
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`It did not happen that ${what}`);
    await sleep(2);
  }
}

/** Waits for so many seconds of the link's clock. */
export const seconds = (count: number): Promise<void> => sleep(count * SECOND);
