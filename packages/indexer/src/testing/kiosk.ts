import { publicKeyOf } from "@frond/foundation";
import { account, address, application, assert, ethereumAddress, field, i64, u128 } from "@frond/language";
import { type FrondNode, type NodeOptions, startNode } from "@frond/node";
import {
  addressOf,
  createLayerConfig,
  genesisStateRoot,
  LAST_TIME,
  layerIdOfConfig,
  signTransaction,
} from "@frond/protocol";
import { layerSource } from "@frond/store";

/** An application to index: coins, events, and messages to other layers and to L1. */
const kiosk = application({
  name: "kiosk",
  state: { accounts: account({ coins: u128, change: i64 }) },
  events: { paid: { from: address, to: address, amount: u128 } },
  methods: {
    mint: {
      args: { amount: u128, change: i64 },
      run({ state, sender }, { amount, change }) {
        state.accounts.at(sender).coins.update((coins) => coins.add(amount));
        state.accounts.at(sender).change.set(change);
      },
    },
    pay: {
      args: { to: address, amount: u128 },
      run({ state, sender, emit }, { to, amount }) {
        state.accounts.at(sender).coins.update((coins) => coins.subtract(amount));
        state.accounts.at(to).coins.update((coins) => coins.add(amount));
        emit.paid({ from: sender, to, amount });
      },
    },
    sendAway: {
      args: { layer: field, recipient: address, amount: u128 },
      run({ state, sender, send }, { layer, recipient, amount }) {
        state.accounts.at(sender).coins.update((coins) => coins.subtract(amount));
        send({ to: layer, asset: 1, amount, recipient });
      },
    },
    withdraw: {
      args: { amount: u128, recipient: ethereumAddress },
      run({ state, sender, withdraw }, { amount, recipient }) {
        state.accounts.at(sender).coins.update((coins) => coins.subtract(amount));
        withdraw({ asset: 1, amount, recipient });
      },
    },
  },
  receive: {
    call({ state }, { amount, recipient }) {
      assert(amount.lessThan(1_000), "too much");
      state.accounts.at(recipient).coins.update((coins) => coins.add(amount));
    },
    bounce() {},
  },
});

const SEQUENCER_SECRET = 5n;
const METHODS = Object.keys(kiosk.methods);

export type KioskNode = FrondNode & {
  readonly layerId: bigint;
  /** Calls a method with flattened arguments, and gives the block. */
  call(secret: bigint, method: string, args: readonly bigint[]): Promise<number>;
  /** Delivers what the layer has sent to another one since the last delivery. */
  deliver(to: KioskNode): Promise<void>;
};

export const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

/** Starts a node of a layer of its own, which cuts blocks when it is asked to. */
export async function startKiosk(options: { index?: bigint; settlement?: `0x${string}` } = {}): Promise<KioskNode> {
  const { index = 9n, settlement = `0x${"aa".repeat(20)}` as const } = options;
  const { program } = kiosk;
  const config = createLayerConfig({
    parentId: 0n,
    index,
    blockKeysRoot: 1n,
    sequencerKey: publicKeyOf(SEQUENCER_SECRET),
    genesisStateRoot: genesisStateRoot(program.entryWidth),
  });
  const layerId = layerIdOfConfig(config);
  const given: NodeOptions = {
    program,
    layer: { layerId, chainId: 31337n, settlement, config },
    sizes: [{ name: "only", transactions: 16, entries: 40, inserts: 20, consumed: 4, produced: 4 }],
    sequencerSecret: SEQUENCER_SECRET,
    blockMilliseconds: 3_600_000,
    messageDelayMilliseconds: 3_600_000,
    rpc: { host: "127.0.0.1", port: 0 },
  };
  const node = await startNode(given);
  const { sequencer } = node.context;
  const outbox: { message: Parameters<typeof sequencer.consume>[0][number]["message"]; position: number }[] = [];
  sequencer.on("message", ({ message, position }) => outbox.push({ message, position }));
  return {
    ...node,
    layerId,
    async call(secret, name, given) {
      const method = METHODS.indexOf(name);
      const args = [...given, ...new Array<bigint>(program.argumentFields - given.length).fill(0n)];
      const nonce = sequencer.nextNonce(addressFor(secret));
      const unsigned = { layerId, method, args, nonce, maxFee: 0n, expiry: LAST_TIME };
      return (await sequencer.submit(signTransaction(unsigned, secret))).block;
    },
    async deliver(to) {
      const source = layerSource(layerId);
      await to.context.sequencer.consume(outbox.splice(0).map((sent) => ({ ...sent, source })));
    },
  };
}
