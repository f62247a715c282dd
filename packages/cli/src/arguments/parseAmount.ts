import { parseEther } from "viem";

/** What a text means as an amount, or what is wrong with the text, as the end of a sentence. */
export type ReadAmount = { readonly amount: bigint } | { readonly problem: string };

const ETHER_DECIMALS = 18;
const DIGITS = "[0-9]+(?:_[0-9]+)*";
const WHOLE = new RegExp(`^${DIGITS}$`);
const ETHER = new RegExp(`^(${DIGITS})(?:\\.([0-9]+))?ether$`);

/**
 * Reads a whole number (with underscores between digits), or a number of ether in units of 10^-18: `12`, `1_000`,
 * `0.5ether`. An amount is exact: more decimals than ether has are refused, and so is a sign.
 */
export function readAmount(text: string): ReadAmount {
  if (WHOLE.test(text)) return { amount: BigInt(text.replaceAll("_", "")) };
  const [, whole, decimals = ""] = ETHER.exec(text) ?? [];
  if (whole !== undefined) {
    const exact = decimals.replace(/0+$/, "");
    if (exact.length > ETHER_DECIMALS)
      return { problem: `has ${exact.length} decimals, and ether has ${ETHER_DECIMALS}` };
    return { amount: parseEther(`${whole.replaceAll("_", "")}.${exact || "0"}`) };
  }
  return { problem: /^[-\u2212]\s*[0-9.]/.test(text) ? "is negative" : "is no amount" };
}
