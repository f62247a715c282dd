import {
  type Claim,
  type Claimed,
  claim,
  claimFor,
  type Deposited,
  depositEther,
  depositToken,
  type L1,
  layerOneTransport,
  type Mined,
  readAssetOf,
  readCredit,
  readRegistrationPrice,
  registerToken,
  type TakenBack,
  takeBack,
  type Wallet,
} from "@frond/contracts";
import type { Field, Point } from "@frond/foundation";
import {
  type Application,
  type ArgumentsOf,
  decodeEntry,
  type EntryOf,
  encodeArguments,
  entryKeyOf,
  type Fields,
  genesisEntries,
  type PlainKeyOf,
  type StateDeclaration,
} from "@frond/language";
import { ASSET_ETHER, genesisStateRoot, layerKeyTypedData, secretFromSignature } from "@frond/protocol";
import {
  type Address,
  createPublicClient,
  type Hex,
  isAddressEqual,
  type PublicClient,
  recoverTypedDataAddress,
  zeroAddress,
} from "viem";
import {
  ApplicationMismatchError,
  ChainMismatchError,
  GenesisMismatchError,
  SignatureOfOtherError,
  WalletNotDeterministicError,
  WalletRequiredError,
} from "./errors.ts";
import { createEventReaders, type EventReaders } from "./events.ts";
import { type ForcedCall, forceCall } from "./forceCall.ts";
import { type HeldNow, type HoldOptions, holdEntry, type KeepHoldingOptions, keepHolding } from "./holdEntry.ts";
import { createLayerAccount, type LayerAccount } from "./layerAccount.ts";
import { createNodeApi, type LayerInfo, type NodeApi, type TransactionStatus } from "./nodeApi.ts";
import { requireInNetwork } from "./requireInNetwork.ts";
import type { PreparedCall } from "./sendBundle.ts";
import { type SentTransaction, sentTransaction } from "./sentTransaction.ts";
import { createTransport, type Transport } from "./transport.ts";
import { createViews, type Views } from "./views.ts";

export type Methods = { readonly [name: string]: Fields };

/** The events and the views of an application, as a client is typed by them. */
export type EventsAndViews = Pick<Application, "events" | "views">;

export type ClientOptions<S extends StateDeclaration, M extends Methods, P extends EventsAndViews = EventsAndViews> = {
  /** The address of the node: `http://` or `ws://`. */
  readonly url: string;
  readonly application: Application<S, M> & P;
  /** The layer key. Without a key, the client derives one from a signature of `wallet`. */
  readonly secret?: bigint;
  /** An Ethereum wallet with an account and a chain, for deposits and claims. */
  readonly wallet?: Wallet;
  /** L1's RPC address, or a viem client. Required together with `wallet` for deposits and claims. */
  readonly l1?: string | PublicClient;
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

/** Reads an entry. The entry is `undefined` if no transaction has ever written it. */
type Reader<D> =
  PlainKeyOf<D> extends undefined
    ? { get(): Promise<EntryOf<D> | undefined> }
    : { get(key: PlainKeyOf<D>): Promise<EntryOf<D> | undefined> };

export type Asset = "ether" | { readonly token: `0x${string}` };

export type Client<S extends StateDeclaration, M extends Methods, P extends EventsAndViews = EventsAndViews> = {
  /** The account's address on the layer. */
  readonly address: Field;
  readonly publicKey: Point;
  readonly layer: LayerInfo;
  /**
   * `client.methods.swap({ amountIn, minimumOut, sellBase })` signs and submits a call, and checks the preconfirmation.
   */
  readonly methods: {
    readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: CallOptions) => Promise<SentTransaction>;
  };
  /** `client.prepare.swap({ .. })` prepares the same call as a leg of a bundle. Nothing is signed or sent. */
  readonly prepare: {
    readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: CallOptions) => PreparedCall;
  };
  /**
   * `client.force.swap({ .. })` publishes the same call on L1, for a price: the layer can't leave it out. Without
   * `nonce`, the account's next is asked of the node.
   */
  readonly force: {
    readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: ForceOptions) => Promise<ForcedCall>;
  };
  /**
   * `client.state.pool.get()` and `client.state.accounts.get(address)` read the state after all preconfirmed
   * transactions.
   */
  readonly state: { readonly [N in keyof S]: Reader<S[N]> };
  /** `client.events.swapped.query({ filter: { account } })`, and `.watch()` for those to come. */
  readonly events: EventReaders<P["events"]>;
  /** `client.views.price({})` asks a question that the application declares. */
  readonly views: Views<P["views"]>;
  /**
   * Stores the account's entry, and signs that its owner holds it: then the open block does not publish its values, if
   * the entry names itself private and held, and leaves them to the committee. A change needs another signature.
   * @throws {@link NothingToHoldError} when the account has no entry
   * @throws {@link RpcError} when the open block does not write the entry, or the layer takes no such signatures
   */
  hold(options: HoldOptions): Promise<HeldNow>;
  /** Stores and signs whenever the entry has changed, until `signal` is aborted. @throws what `store` throws */
  keepHolding(options: KeepHoldingOptions): Promise<void>;
  nonce(): Promise<number>;
  transaction(hash: Field): Promise<TransactionStatus>;
  /**
   * Sends ether or a token to an account of the layer, by default to the client's own account. The layer credits the
   * deposit after L1 has confirmed the deposit. If the layer refuses the deposit, or no layer takes it in a day,
   * `refundTo` may claim it on L1: by default the wallet's account.
   * @throws {@link LayerNotInNetworkError} when the network has no such layer; nothing is sent then
   */
  deposit(deposit: {
    readonly asset: Asset;
    readonly amount: bigint;
    readonly recipient?: Field;
    readonly refundTo?: `0x${string}`;
  }): Promise<Deposited>;
  /** Credits deposits of an L1 transaction that no layer has taken in time to their refund addresses. */
  takeBack(transaction: `0x${string}`): Promise<readonly TakenBack[]>;
  /** The amount of an asset that the wallet, or another owner, can claim on L1. */
  credit(asset: bigint | Asset, owner?: `0x${string}`): Promise<bigint>;
  /** Claims that amount, or a part of it, to the wallet's account or to another address. */
  claim(asset: bigint | Asset, options?: Omit<Claim, "asset">): Promise<Claimed>;
  /** Claims what an owner can claim, or a part of it, to this owner. */
  claimFor(owner: `0x${string}`, asset: bigint | Asset, options?: { readonly amount?: bigint }): Promise<Claimed>;
  /** What the registration of a token costs at present, in wei. */
  registrationPrice(): Promise<bigint>;
  /** Registers a token for that price, so that layers can hold it. */
  registerToken(token: `0x${string}`, price: bigint): Promise<Mined & { readonly asset: bigint }>;
  readonly node: NodeApi;
  readonly transport: Transport;
  close(): Promise<void>;
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
  const P extends EventsAndViews,
>(options: ClientOptions<S, M, P>): Promise<Client<S, M, P>> {
  const { application } = options;
  const transport = createTransport(options.url);
  const node = createNodeApi(transport);
  const [layer, { name }, status] = await Promise.all([node.layer(), node.application(), node.status()]);
  if (name !== application.name) throw new ApplicationMismatchError(application.name, name);
  const { genesisStateRoot: begunWith } = layer.config;
  const expected = genesisStateRoot(application.program.entryWidth, genesisEntries(application as Application));
  if (begunWith !== expected) throw new GenesisMismatchError(name, begunWith);
  const secret = options.secret ?? (await layerSecretOf(options.wallet, layer));
  const account = createLayerAccount({ layer, node, secret, status });
  const { address } = account;

  function prepare(method: string, args: unknown, options: CallOptions = {}): PreparedCall {
    const encoded = encodeArguments(application as Application, method, args as never);
    return { account, call: { ...encoded, ...options } };
  }
  const eachMethod = (make: (method: string) => unknown): never =>
    Object.fromEntries(Object.keys(application.methods).map((method) => [method, make(method)])) as never;

  async function onLayerOne(action: string): Promise<L1> {
    const { wallet, l1 } = options;
    if (wallet === undefined || l1 === undefined) throw new WalletRequiredError(action);
    const publicClient = typeof l1 === "string" ? createPublicClient({ transport: layerOneTransport(l1) }) : l1;
    const [ofWallet, ofLayerOne] = await Promise.all([wallet.getChainId(), publicClient.getChainId()]);
    requireChain("The wallet", ofWallet, layer.chainId);
    requireChain("L1", ofLayerOne, layer.chainId);
    return { wallet, publicClient, settlement: layer.settlement };
  }
  async function assetNumber(asset: bigint | Asset, l1: L1): Promise<bigint> {
    if (typeof asset === "bigint") return asset;
    return asset === "ether" ? BigInt(ASSET_ETHER) : await readAssetOf(l1, asset.token);
  }

  return {
    address,
    publicKey: account.publicKey,
    layer,
    methods: eachMethod((method) => async (args: unknown, callOptions?: CallOptions) => {
      const { call } = prepare(method, args, callOptions);
      return sentTransaction(account, await account.submit(call));
    }),
    prepare: eachMethod((method) => (args: unknown, callOptions?: CallOptions) => prepare(method, args, callOptions)),
    force: eachMethod((method) => async (args: unknown, own?: ForceOptions) => {
      return await forceOwn(await onLayerOne("force a call"), secret, { ...prepare(method, args), ...own });
    }),
    state: createReaders(application as Application, node),
    events: createEventReaders(application, transport),
    views: createViews(application, transport),
    ...ofAccount(account),
    async deposit({ asset, amount, recipient = address, refundTo }) {
      const l1 = await onLayerOne("deposit");
      await requireInNetwork(layer.layerId, { node, coordinator: options.coordinator });
      const deposit = { layer: layer.layerId, recipient, amount, ...(refundTo === undefined ? {} : { refundTo }) };
      return asset === "ether"
        ? await depositEther(l1, deposit)
        : await depositToken(l1, { ...deposit, token: asset.token });
    },
    takeBack: async (transaction) => await takeBack(await onLayerOne("take a deposit back"), { transaction }),
    async credit(asset, owner) {
      const l1 = await onLayerOne("read a credit");
      return await readCredit(l1, { owner: owner ?? l1.wallet.account.address, asset: await assetNumber(asset, l1) });
    },
    async claim(asset, options) {
      const l1 = await onLayerOne("claim");
      return await claim(l1, { ...options, asset: await assetNumber(asset, l1) });
    },
    async claimFor(owner, asset, options) {
      const l1 = await onLayerOne("claim");
      return await claimFor(l1, { ...options, owner, asset: await assetNumber(asset, l1) });
    },
    registrationPrice: async () => await readRegistrationPrice(await onLayerOne("read the price")),
    registerToken: async (token, price) => await registerToken(await onLayerOne("register a token"), { token, price }),
    node,
    transport,
    close: () => transport.close(),
  };
}

function createReaders(application: Application, node: NodeApi): never {
  const read = async (map: string, key: readonly unknown[]) => {
    const { values } = await node.entry(entryKeyOf(application, map, ...(key as [never])));
    return values === undefined || values === null ? undefined : decodeEntry(application, map, values);
  };
  const maps = Object.keys(application.state);
  return Object.fromEntries(maps.map((map) => [map, { get: (...key: unknown[]) => read(map, key) }])) as never;
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
async function forceOwn(l1: L1, secret: bigint, prepared: PreparedCall & ForceOptions): Promise<ForcedCall> {
  const { account, call, nonce, expiry } = prepared;
  const { layer, node, address } = account;
  const own = nonce ?? (await node.account(address)).nonce;
  const { method, args } = call;
  const given = expiry === undefined ? {} : { expiry };
  return await forceCall(l1, secret, { layerId: layer.layerId, method, args, nonce: own, ...given });
}

function requireChain(what: string, actual: number, expected: bigint): void {
  if (BigInt(actual) !== expected) throw new ChainMismatchError({ what, expected: `${expected}`, actual: `${actual}` });
}

async function layerSecretOf(wallet: Wallet | undefined, layer: LayerInfo): Promise<bigint> {
  if (wallet === undefined) throw new WalletRequiredError("derive a layer key");
  return await deriveLayerSecret(wallet, layer);
}

/** What signs the message that a layer key is derived from: a wallet, or a viem account. */
export type LayerKeySigner = {
  signTypedData(message: ReturnType<typeof layerKeyTypedData>): Promise<string>;
  /** Of a viem account. */
  readonly address?: Address;
  /** Of a wallet. */
  readonly account?: { readonly address: Address };
};

/**
 * Derives the layer key of a wallet from the wallet's signature over a message that names the deployment (protocol.md
 * 3). The wallet signs twice: one whose signatures differ would have another account in each session, and what was sent
 * to the first one would be lost.
 * @throws {@link WalletNotDeterministicError} when the two signatures give two keys
 * @throws {@link SignatureOfOtherError} when the signature is not that of the wallet's account
 */
export async function deriveLayerSecret(
  wallet: LayerKeySigner,
  { chainId, settlement }: Pick<LayerInfo, "chainId" | "settlement">,
): Promise<bigint> {
  const message = layerKeyTypedData({ chainId, settlement });
  const signature = await wallet.signTypedData(message);
  const secret = secretFromSignature(signature);
  if (secretFromSignature(await wallet.signTypedData(message)) !== secret) throw new WalletNotDeterministicError();
  const expected = wallet.account?.address ?? wallet.address;
  if (expected === undefined) return secret;
  // A contract wallet may return any bytes.
  const actual = await recoverTypedDataAddress({ ...message, signature: signature as Hex }).catch(() => zeroAddress);
  if (!isAddressEqual(actual, expected)) throw new SignatureOfOtherError({ expected, actual });
  return secret;
}
