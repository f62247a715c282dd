import type { AccountL1, LayerOneClient, Wallet } from "@frond/contracts/client";
import type { Field, Point } from "@frond/foundation";
import {
  type ApplicationInterface,
  type ArgumentsOf,
  type Events,
  encodeArguments,
  type NoEvents,
  type NoViews,
  type StateDeclaration,
  type ViewTypes,
} from "@frond/language/interface";
import { type Methods, openReader, type Reader, type ReaderOptions } from "./createReader.ts";
import { deriveLayerSecret } from "./deriveLayerSecret.ts";
import { WalletRequiredError } from "./errors.ts";
import { type ForcedCall, forceCall } from "./forceCall.ts";
import { type HeldNow, type HoldOptions, holdEntry, type KeepHoldingOptions, keepHolding } from "./holdEntry.ts";
import { createLayerAccount, type LayerAccount } from "./layerAccount.ts";
import { createLayerOneActions, type LayerOneActions, openLayerOne } from "./layerOneActions.ts";
import type { LayerInfo, TransactionStatus } from "./nodeApi.ts";
import type { PreparedCall } from "./sendBundle.ts";
import { type SentTransaction, sentTransaction } from "./sentTransaction.ts";
import { type Simulation, simulateCall } from "./simulateCall.ts";

export type ClientOptions<
  S extends StateDeclaration,
  M extends Methods,
  E extends Events = Events,
  V extends ViewTypes = ViewTypes,
> = ReaderOptions<S, M, E, V> & {
  /** The layer key. Without a key, the client derives one from a signature of `wallet`. */
  readonly secret?: bigint;
  /** An Ethereum wallet with an account and a chain, for deposits and claims. */
  readonly wallet?: Wallet;
  /** L1's RPC address, or a viem client. Required together with `wallet` for deposits and claims. */
  readonly l1?: string | LayerOneClient;
  /** The address of the coordinator, which is asked before a deposit whether the network has the layer. */
  readonly coordinator?: string;
};

export type CallOptions = {
  /** The highest fee that the layer may charge; by default twice the present fee. */
  readonly maxFee?: bigint;
  /**
   * The last time that the call's block may have, in milliseconds since 1970. Without it, `validMilliseconds` applies.
   */
  readonly expiry?: number;
  /** How long the call may wait for its block from now, by the layer's clock; by default ten minutes. */
  readonly validMilliseconds?: number;
};

/** `expiry`: the last time that the call's block may have; by default a day after the layer's deadline. */
export type ForceOptions = Pick<CallOptions, "expiry"> & { readonly nonce?: number };

export type Client<
  S extends StateDeclaration,
  M extends Methods,
  E extends Events = Events,
  V extends ViewTypes = ViewTypes,
> = Reader<S, E, V> &
  LayerOneActions & {
    /** The account's address on the layer. */
    readonly address: Field;
    readonly publicKey: Point;
    /**
     * `client.methods.swap({ amountIn, minimumOut, sellBase })` signs and submits a call, and checks the
     * preconfirmation.
     */
    readonly methods: {
      readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: CallOptions) => Promise<SentTransaction>;
    };
    /** `client.prepare.swap({ .. })` prepares the same call as a leg of a bundle. Nothing is signed or sent. */
    readonly prepare: {
      readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: CallOptions) => PreparedCall;
    };
    /**
     * `client.simulate.swap({ .. })` asks the node what the call would do now, with the account's next nonce. Nothing
     * is signed, and nothing changes; by the time that it is sent, the state may be another.
     */
    readonly simulate: {
      readonly [N in keyof M]: (args: ArgumentsOf<M[N]>) => Promise<Simulation>;
    };
    /**
     * `client.force.swap({ .. })` publishes the same call on L1, for a price: the layer can't leave it out. Without
     * `nonce`, the account's next is asked of the node.
     */
    readonly force: {
      readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: ForceOptions) => Promise<ForcedCall>;
    };
    /**
     * Stores the account's entry, and signs that its owner holds it: then the open block does not publish its values,
     * if the entry names itself private and held, and leaves them to the committee. A change needs another signature.
     * @throws {@link NothingToHoldError} when the account has no entry
     * @throws {@link RpcError} when the open block does not write the entry, or the layer takes no such signatures
     */
    hold(options: HoldOptions): Promise<HeldNow>;
    /** Stores and signs whenever the entry has changed, until `signal` is aborted. @throws what `store` throws */
    keepHolding(options: KeepHoldingOptions): Promise<void>;
    nonce(): Promise<number>;
    transaction(hash: Field): Promise<TransactionStatus>;
  };

/**
 * Connects to a node of a layer, and returns a client typed by the layer's application.
 * @throws {@link ApplicationMismatchError} when the node runs another application
 * @throws {@link GenesisMismatchError} when the layer has begun with another state than the application's
 * @throws {@link TransportError} when the node does not answer
 * @throws {@link WalletNotDeterministicError} when the wallet signs the same message in two ways
 * @throws {@link SignatureOfOtherError} when the wallet signs for another account than its own
 * @throws {@link WalletRequiredError} when neither `secret` nor `wallet` is given
 *
 * @example
 * const l1 = "http://127.0.0.1:8545";
 * const client = await createClient({ url: "http://127.0.0.1:4040", application: exchange, wallet, l1 });
 * const { preconfirmation, settled } = await client.methods.swap({ amountIn: 10n, minimumOut: 1n, sellBase: true });
 */
export async function createClient<
  const S extends StateDeclaration,
  const M extends Methods,
  const E extends Events = NoEvents,
  const V extends ViewTypes = NoViews,
>(options: ClientOptions<S, M, E, V>): Promise<Client<S, M, E, V>> {
  const application = options.application as ApplicationInterface;
  const { status, ...reader } = await openReader(options);
  const { layer, node } = reader;
  const secret = options.secret ?? (await layerSecretOf(options.wallet, layer));
  const account = createLayerAccount({ layer, node, secret, status });
  const { address } = account;
  const open = openLayerOne(layer, options);

  function prepare(method: string, args: unknown, options: CallOptions = {}): PreparedCall {
    const encoded = encodeArguments(application, method, args as never);
    return { account, call: { ...encoded, ...options } };
  }
  const eachMethod = (make: (method: string) => unknown): never =>
    Object.fromEntries(Object.keys(application.methods).map((method) => [method, make(method)])) as never;

  return {
    ...reader,
    address,
    publicKey: account.publicKey,
    methods: eachMethod((method) => async (args: unknown, callOptions?: CallOptions) => {
      const { call } = prepare(method, args, callOptions);
      return sentTransaction(account, await account.submit(call));
    }),
    prepare: eachMethod((method) => (args: unknown, callOptions?: CallOptions) => prepare(method, args, callOptions)),
    simulate: eachMethod((method) => async (args: unknown) => {
      const { call } = prepare(method, args);
      return await simulateCall(node, { sender: address, ...call });
    }),
    force: eachMethod((method) => async (args: unknown, own?: ForceOptions) => {
      return await forceOwn(await open("force a call"), secret, { ...prepare(method, args), ...own });
    }),
    ...ofAccount(account),
    ...createLayerOneActions({ layer, node, address, coordinator: options.coordinator, open }),
  };
}

function ofAccount(account: LayerAccount) {
  const { node, address } = account;
  return {
    hold: (options: HoldOptions) => holdEntry(account, options),
    keepHolding: (options: KeepHoldingOptions) => keepHolding(account, options),
    nonce: async () => (await node.account(address)).nonce,
    transaction: (hash: Field) => node.transaction(hash),
  };
}

/** Forces a call with the account's next nonce, unless another is given. */
async function forceOwn(l1: AccountL1, secret: bigint, prepared: PreparedCall & ForceOptions): Promise<ForcedCall> {
  const { account, call, nonce, expiry } = prepared;
  const { layer, node, address } = account;
  const own = nonce ?? (await node.account(address)).nonce;
  const { method, args } = call;
  const given = expiry === undefined ? {} : { expiry };
  return await forceCall(l1, secret, { layerId: layer.layerId, method, args, nonce: own, ...given });
}

async function layerSecretOf(wallet: Wallet | undefined, layer: LayerInfo): Promise<bigint> {
  if (wallet === undefined) throw new WalletRequiredError("derive a layer key");
  return await deriveLayerSecret(wallet, layer);
}
