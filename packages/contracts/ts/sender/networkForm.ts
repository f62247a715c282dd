import { concat, fromRlp, type Hex, toRlp } from "viem";
import type { Submission } from "./submission.ts";

/** A signed transaction as nodes take it from a sender: with its blob. Blocks have it without (EIP-4844). */
export function networkForm({ raw, sidecar }: Pick<Submission, "raw" | "sidecar">): Hex {
  if (sidecar === undefined) return raw;
  const { blob, commitment, proof } = sidecar;
  const type = raw.slice(0, 4) as Hex;
  return concat([type, toRlp([fromRlp(`0x${raw.slice(4)}`, "hex"), [blob], [commitment], [proof]])]);
}
