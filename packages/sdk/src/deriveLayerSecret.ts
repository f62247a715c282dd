import { layerKeyTypedData, secretFromSignature } from "@frond/protocol";
import { type Address, type Hex, isAddressEqual, recoverTypedDataAddress, zeroAddress } from "viem";
import { SignatureOfOtherError, WalletNotDeterministicError } from "./errors.ts";
import type { LayerInfo } from "./nodeApi.ts";

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
 * to the first one would be lost. The key stays in memory: it is neither stored nor sent.
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
