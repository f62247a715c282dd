import type { Asset } from "@frond/sdk";
import { InputError } from "../parseInput.ts";

/** Ether, or the token of an address. @throws InputError */
export function assetOf(text: string): Asset {
  const token = text.trim();
  if (token === "") return "ether";
  if (/^0x[0-9a-fA-F]{40}$/.test(token)) return { token: token as `0x${string}` };
  throw new InputError(`${JSON.stringify(token)} is no address of a token. Write 0x and 40 hex digits.`);
}
