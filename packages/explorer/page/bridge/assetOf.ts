import type { Asset } from "@frond/sdk";
import { InputError } from "../parseInput.ts";

/** Ether, the token of an address, or an asset by its number. @throws InputError */
export function assetOf(text: string): bigint | Asset {
  const asset = text.trim();
  if (asset === "") return "ether";
  if (/^[0-9]{1,10}$/.test(asset)) return BigInt(asset);
  return tokenOf(asset);
}

/** Ether, or the token of an address. @throws InputError */
export function tokenOf(text: string): Asset {
  const token = text.trim();
  if (token === "") return "ether";
  if (/^0x[0-9a-fA-F]{40}$/.test(token)) return { token: token as `0x${string}` };
  throw new InputError(`${JSON.stringify(token)} is no address of a token. Write 0x and 40 hex digits.`);
}

/** What an asset is called: only ether has a name here. */
export function assetName(asset: bigint): string {
  return asset === 1n ? "ether" : `asset ${asset}`;
}
