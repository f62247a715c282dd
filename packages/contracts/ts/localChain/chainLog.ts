import { appendFileSync, closeSync, fsyncSync, openSync, readFileSync } from "node:fs";
import { writeAtomically } from "@frond/foundation/node";
import type { Hex } from "viem";

/** A block of the local chain, as it can be made again. */
export type LoggedBlock = {
  readonly number: number;
  readonly hash: Hex;
  readonly parentHash: Hex;
  readonly timestamp: number;
  readonly baseFee: string;
  /** Of what its transactions did: their status, gas and events. */
  readonly receiptsRoot: Hex;
  /** Signed, in their order. */
  readonly transactions: readonly Hex[];
};

/** The log of blocks beside a state file: those that came after the state was written. */
export const logPathOf = (statePath: string): string => `${statePath}.log`;

/** The logged blocks. A last line that was not written whole is none. */
export function readChainLog(path: string): LoggedBlock[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LoggedBlock);
}

/** Appends blocks, durably. */
export function appendToChainLog(path: string, blocks: readonly LoggedBlock[]): void {
  const file = openSync(path, "a");
  try {
    appendFileSync(file, toLines(blocks));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export async function writeChainLog(path: string, blocks: readonly LoggedBlock[]): Promise<void> {
  await writeAtomically(path, toLines(blocks));
}

function toLines(blocks: readonly LoggedBlock[]): string {
  return blocks.map((block) => `${JSON.stringify(block)}\n`).join("");
}
