import {
  claim,
  depositEther,
  depositToken,
  type L1,
  type Mined,
  readAssetOf,
  readCredit,
  type Wallet,
} from "@frond/contracts";
import { type Field, fieldToHex, type Point, publicKeyOf } from "@frond/foundation";
import {
  type Application,
  type ArgumentsOf,
  decodeEntry,
  type EntryOf,
  encodeArguments,
  entryKeyOf,
  type Fields,
  type PlainKeyOf,
  type StateDeclaration,
} from "@frond/language";
import {
  ASSET_ETHER,
  addressOf,
  layerKeyTypedData,
  type Preconfirmation,
  secretFromSignature,
  signTransaction,
  type Transaction,
  transactionHash,
  verifyPreconfirmation,
} from "@frond/protocol";
import { createPublicClient, http, type PublicClient } from "viem";
import {
  ApplicationMismatchError,
  PreconfirmationError,
  SettlementTimeoutError,
  WalletRequiredError,
} from "./errors.ts";
import { createNodeApi, isRpcError, type LayerInfo, type NodeApi, type TransactionStatus } from "./nodeApi.ts";
import { createSubmitter } from "./submitter.ts";
import { createTransport, type Transport } from "./transport.ts";

type Methods = { readonly [name: string]: Fields };

export type ClientOptions<S extends StateDeclaration, M extends Methods> = {
  /** The node: `http://` or `ws://`. */
  readonly url: string;
  readonly application: Application<S, M>;
  /** The layer key. Without it, it is derived from `wallet` by one signature. */
  readonly secret?: bigint;
  /** An Ethereum wallet with its account and chain, for deposits and claims. */
  readonly wallet?: Wallet;
  /** L1's RPC address, or a client of it; needed with `wallet`. */
  readonly l1?: string | PublicClient;
};

export type CallOptions = {
  /** The most the layer may charge. */
  readonly maxFee?: bigint;
  /** The last slot in which the call may be included; by default 10,000 slots from now. */
  readonly expirySlot?: number;
};

/** A call that the sequencer has executed and promised. */
export type SentTransaction = {
  readonly hash: Field;
  readonly transaction: Transaction;
  /** Checked against the layer's sequencer key. */
  readonly preconfirmation: Preconfirmation;
  /** Resolves when the transaction's epoch has settled on L1. Rejects with {@link SettlementTimeoutError} after `timeoutSeconds` (default 900). */
  settled(options?: { readonly timeoutSeconds?: number }): Promise<TransactionStatus>;
};

/** What is in an entry: `undefined` if nobody ever touched it. */
type Reader<D> =
  PlainKeyOf<D> extends undefined
    ? { get(): Promise<EntryOf<D> | undefined> }
    : { get(key: PlainKeyOf<D>): Promise<EntryOf<D> | undefined> };

export type Asset = "ether" | { readonly token: `0x${string}` };

export type Client<S extends StateDeclaration, M extends Methods> = {
  /** The account's address on the layer. */
  readonly address: Field;
  readonly publicKey: Point;
  readonly layer: LayerInfo;
  /** `client.methods.swap({ amountIn, minimumOut, sellBase })`: signs, submits, checks the preconfirmation. */
  readonly methods: {
    readonly [N in keyof M]: (args: ArgumentsOf<M[N]>, options?: CallOptions) => Promise<SentTransaction>;
  };
  /** `client.state.pool.get()`, `client.state.accounts.get(address)`: what preconfirmed transactions see. */
  readonly state: { readonly [N in keyof S]: Reader<S[N]> };
  nonce(): Promise<number>;
  transaction(hash: Field): Promise<TransactionStatus>;
  /** Sends ether or a token to an account of the layer (by default this one). Handled in the layer once L1 has confirmed it. */
  deposit(deposit: {
    readonly asset: Asset;
    readonly amount: bigint;
    readonly recipient?: Field;
  }): Promise<Mined & { id: bigint }>;
  /** What the wallet can claim on L1 of an asset's number. */
  credit(asset: bigint | Asset): Promise<bigint>;
  /** Takes it. */
  claim(asset: bigint | Asset): Promise<Mined & { amount: bigint }>;
  readonly node: NodeApi;
  readonly transport: Transport;
  close(): Promise<void>;
};

/** Slots until a call expires, unless the caller says otherwise. */
const EXPIRY_SLOTS = 10_000;
const MAXIMUM_SLOT = 2 ** 32 - 1;

/**
 * Connects to a node of a layer and gives a client typed by the layer's application.
 * Throws {@link ApplicationMismatchError}, {@link TransportError}, {@link WalletRequiredError}.
 *
 * @example
 * const client = await createClient({ url: "http://127.0.0.1:4040", application: exchange, wallet, l1: "http://127.0.0.1:8545" });
 * const { preconfirmation, settled } = await client.methods.swap({ amountIn: 10n, minimumOut: 1n, sellBase: true });
 */
export async function createClient<const S extends StateDeclaration, const M extends Methods>(
  options: ClientOptions<S, M>,
): Promise<Client<S, M>> {
  const { application } = options;
  const transport = createTransport(options.url);
  const node = createNodeApi(transport);
  const [layer, { name }, { slot }] = await Promise.all([node.layer(), node.application(), node.status()]);
  if (name !== application.name) throw new ApplicationMismatchError(application.name, name);
  const secret = options.secret ?? (await layerSecretOf(options.wallet, layer));
  const publicKey = publicKeyOf(secret);
  const address = addressOf(publicKey);
  let lastSlot = slot;

  const submit = createSubmitter({
    nextNonce: async () => (await node.account(address)).nonce,
    sign: async ({ expirySlot, ...call }, nonce) =>
      signTransaction(
        {
          layerId: layer.layerId,
          ...call,
          nonce,
          expirySlot: expirySlot ?? Math.min(lastSlot + EXPIRY_SLOTS, MAXIMUM_SLOT),
        },
        secret,
      ),
    send: node.sendTransactions,
    isError: isRpcError,
  });

  async function settled(hash: Field, timeoutSeconds: number): Promise<TransactionStatus> {
    const deadline = Date.now() + timeoutSeconds * 1_000;
    for (;;) {
      const status = await node.transaction(hash);
      if (status.status === "settled") return status;
      if (Date.now() > deadline) throw new SettlementTimeoutError(fieldToHex(hash), timeoutSeconds, status.status);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async function call(method: string, args: unknown, { maxFee = 0n, expirySlot }: CallOptions = {}) {
    const encoded = encodeArguments(application as Application, method, args as never);
    const { transaction, preconfirmation } = await submit({
      ...encoded,
      maxFee,
      ...(expirySlot === undefined ? {} : { expirySlot }),
    });
    const hash = transactionHash(transaction);
    requirePreconfirmation({ preconfirmation, hash, layer });
    lastSlot = Math.max(lastSlot, preconfirmation.slot);
    return {
      hash,
      transaction,
      preconfirmation,
      settled: ({ timeoutSeconds = 900 } = {}) => settled(hash, timeoutSeconds),
    } satisfies SentTransaction;
  }

  async function read(map: string, key: readonly unknown[]) {
    const { values } = await node.entry(entryKeyOf(application as Application, map, ...(key as [never])));
    return values === undefined || values === null ? undefined : decodeEntry(application as Application, map, values);
  }

  const onLayerOne = (action: string): L1 => {
    if (options.wallet === undefined || options.l1 === undefined) throw new WalletRequiredError(action);
    const publicClient =
      typeof options.l1 === "string" ? createPublicClient({ transport: http(options.l1) }) : options.l1;
    return { wallet: options.wallet, publicClient, settlement: layer.settlement };
  };
  const assetNumber = async (asset: bigint | Asset, l1: L1): Promise<bigint> => {
    if (typeof asset === "bigint") return asset;
    return asset === "ether" ? BigInt(ASSET_ETHER) : await readAssetOf(l1, asset.token);
  };

  return {
    address,
    publicKey,
    layer,
    methods: Object.fromEntries(
      Object.keys(application.methods).map((method) => [
        method,
        (args: unknown, callOptions?: CallOptions) => call(method, args, callOptions),
      ]),
    ) as never,
    state: Object.fromEntries(
      Object.keys(application.state).map((map) => [map, { get: (...key: unknown[]) => read(map, key) }]),
    ) as never,
    nonce: async () => (await node.account(address)).nonce,
    transaction: (hash) => node.transaction(hash),
    async deposit({ asset, amount, recipient = address }) {
      const l1 = onLayerOne("deposit");
      const deposit = { layer: layer.layerId, recipient, amount };
      return asset === "ether"
        ? await depositEther(l1, deposit)
        : await depositToken(l1, { ...deposit, token: asset.token });
    },
    async credit(asset) {
      const l1 = onLayerOne("read a credit");
      return await readCredit(l1, { owner: l1.wallet.account.address, asset: await assetNumber(asset, l1) });
    },
    async claim(asset) {
      const l1 = onLayerOne("claim");
      return await claim(l1, { asset: await assetNumber(asset, l1) });
    },
    node,
    transport,
    close: () => transport.close(),
  };
}

async function layerSecretOf(wallet: Wallet | undefined, layer: LayerInfo): Promise<bigint> {
  if (wallet === undefined) throw new WalletRequiredError("derive a layer key");
  return await deriveLayerSecret(wallet, layer);
}

/** The layer key of a wallet: from its signature over a message that names the deployment (protocol.md 3). */
export async function deriveLayerSecret(
  wallet: Wallet,
  { chainId, settlement }: Pick<LayerInfo, "chainId" | "settlement">,
): Promise<bigint> {
  return secretFromSignature(await wallet.signTypedData(layerKeyTypedData({ chainId, settlement })));
}

function requirePreconfirmation(check: { preconfirmation: Preconfirmation; hash: Field; layer: LayerInfo }): void {
  const { preconfirmation, hash, layer } = check;
  const fail = (reason: string) => {
    throw new PreconfirmationError(fieldToHex(hash), reason);
  };
  if (preconfirmation.layerId !== layer.layerId) fail("it is about another layer");
  if (preconfirmation.transactionHash !== hash) fail("it is about another transaction");
  if (!verifyPreconfirmation(preconfirmation, layer.config.sequencerKey)) fail("the sequencer's signature is wrong");
}
