import type { Hex } from "viem";
import { measureEpoch } from "./measureEpoch.ts";
import type { Section } from "./report.ts";

const BYTES_OF_A_WORD = 32;

/** Gas of settling a real epoch, whose layer publishes its data in a blob, on a real EVM node. */
export const gas: Section = {
  name: "gas",
  async run(progress, form) {
    const { settled, input, words } = await measureEpoch(progress, form);
    const list = gasOfList(input, words);
    const items = words / 4;
    return [
      {
        name: "gas of settling an epoch with one layer, without its list",
        value: settled.gasUsed - list,
        unit: "gas",
        target: { bound: 1_000_000, direction: "at most" },
        details: {
          "gas used": settled.gasUsed,
          "of it the verifier": settled.verifierGas,
          "of it the list as calldata": list,
          "items in the list": items,
          "list as calldata, an item": list / items,
          "gas a transaction of the layer": settled.gasUsed / settled.transactions,
        },
      },
    ];
  },
};

/**
 * Calldata gas of the list: `settle(rootOut, until, commitment, words, used, data, proof)` names the list's place in
 * its fourth word.
 */
function gasOfList(input: Hex, words: number): number {
  const bytes = Buffer.from(input.slice(10), "hex");
  const place = Number(BigInt(`0x${bytes.subarray(3 * BYTES_OF_A_WORD, 4 * BYTES_OF_A_WORD).toString("hex")}`));
  const from = place + BYTES_OF_A_WORD;
  return bytes.subarray(from, from + words * BYTES_OF_A_WORD).reduce((sum, byte) => sum + (byte === 0 ? 4 : 16), 0);
}
