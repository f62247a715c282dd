import {
  type AccountL1,
  type Claim,
  type Claimed,
  claim,
  claimFor,
  type Deposited,
  depositEther,
  depositToken,
  type LayerOneClient,
  layerOneClient,
  type Mined,
  readAssetOf,
  readCredit,
  readRegistrationPrice,
  registerToken,
  type TakenBack,
  takeBack,
  type Wallet,
} from "@frond/contracts/client";
import type { Field } from "@frond/foundation";
import { ASSET_ETHER } from "@frond/protocol";
import { WalletRequiredError } from "./errors.ts";
import type { LayerInfo, NodeApi } from "./nodeApi.ts";
import { requireInNetwork } from "./requireInNetwork.ts";
import { requireSameChain } from "./requireSameChain.ts";

export type Asset = "ether" | { readonly token: `0x${string}` };

/** What an account does on L1: money to the layer, and what came back from it. */
export type LayerOneActions = {
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
};

/** Opens what `wallet` and `l1` name, for an action. Checks both at every action: a wallet changes its chain. */
export type OpenLayerOne = (action: string) => Promise<AccountL1>;

/**
 * @throws {@link WalletRequiredError} when the client has no wallet or no L1
 * @throws {@link ChainMismatchError} when wallet or L1 are of another chain than the layer
 */
export function openLayerOne(
  { chainId, settlement }: Pick<LayerInfo, "chainId" | "settlement">,
  { wallet, l1 }: { readonly wallet?: Wallet | undefined; readonly l1?: string | LayerOneClient | undefined },
): OpenLayerOne {
  return async (action) => {
    if (wallet === undefined || l1 === undefined) throw new WalletRequiredError(action);
    const publicClient = typeof l1 === "string" ? layerOneClient(l1) : l1;
    await requireSameChain({ wallet, publicClient }, chainId);
    return { wallet, publicClient, settlement };
  };
}

export function createLayerOneActions(options: {
  readonly layer: LayerInfo;
  readonly node: NodeApi;
  /** Who is deposited to, unless another is named. */
  readonly address: Field;
  readonly coordinator: string | undefined;
  readonly open: OpenLayerOne;
}): LayerOneActions {
  const { layer, node, address, coordinator, open } = options;
  return {
    async deposit({ asset, amount, recipient = address, refundTo }) {
      const l1 = await open("deposit");
      await requireInNetwork(layer.layerId, { node, coordinator });
      const deposit = { layer: layer.layerId, recipient, amount, ...(refundTo === undefined ? {} : { refundTo }) };
      return asset === "ether"
        ? await depositEther(l1, deposit)
        : await depositToken(l1, { ...deposit, token: asset.token });
    },
    ...createClaimActions(open),
    registrationPrice: async () => await readRegistrationPrice(await open("read the price")),
    registerToken: async (token, price) => await registerToken(await open("register a token"), { token, price }),
  };
}

/** What comes back from layers: asks L1 alone, and no node. */
export function createClaimActions(
  open: OpenLayerOne,
): Pick<LayerOneActions, "takeBack" | "credit" | "claim" | "claimFor"> {
  return {
    takeBack: async (transaction) => await takeBack(await open("take a deposit back"), { transaction }),
    async credit(asset, owner) {
      const l1 = await open("read a credit");
      return await readCredit(l1, { owner: owner ?? l1.wallet.account.address, asset: await assetNumber(asset, l1) });
    },
    async claim(asset, options) {
      const l1 = await open("claim");
      return await claim(l1, { ...options, asset: await assetNumber(asset, l1) });
    },
    async claimFor(owner, asset, options) {
      const l1 = await open("claim");
      return await claimFor(l1, { ...options, owner, asset: await assetNumber(asset, l1) });
    },
  };
}

async function assetNumber(asset: bigint | Asset, l1: AccountL1): Promise<bigint> {
  if (typeof asset === "bigint") return asset;
  return asset === "ether" ? BigInt(ASSET_ETHER) : await readAssetOf(l1, asset.token);
}
