import { type Field, FrondError, fieldToHex, sleep } from "@frond/foundation";
import { valuesHash } from "@frond/protocol";
import { RpcError, TransportError } from "./errors.ts";
import type { LayerAccount } from "./layerAccount.ts";

/** An account's entry as its owner keeps it: whoever else loses the values, the owner can leave with them. */
export type HeldEntry = {
  readonly layerId: Field;
  readonly address: Field;
  /** As the layer's state has them, the nonce first. */
  readonly values: readonly Field[];
  readonly valuesHash: Field;
};

export type HoldOptions = {
  /**
   * Stores the entry where its owner finds it again. Nothing is signed before it has returned: who signs without having
   * stored the values has nothing to leave with, and nobody else may have it.
   */
  store(entry: HeldEntry): void | Promise<void>;
};

export type KeepHoldingOptions = HoldOptions & {
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Between two looks at the entry; by default 500. A block that is open for less may publish the entry. */
  readonly intervalMilliseconds?: number;
};

/** The entry, and the block that leaves it to the committee if it does not change the entry again. */
export type HeldNow = HeldEntry & { readonly block: number };

/** Stores the account's entry as it is now, and then signs that its owner holds it. @throws NothingToHoldError */
export async function holdEntry(account: LayerAccount, { store }: HoldOptions): Promise<HeldNow> {
  const entry = await readEntry(account);
  if (entry === undefined) throw new NothingToHoldError(account.address);
  await store(entry);
  return { ...entry, ...(await account.node.hold(account.signHolding(entry.valuesHash), entry.valuesHash)) };
}

/**
 * Does so whenever the entry has changed, until the signal is aborted. Goes on when the node does not answer, or
 * refuses for now. Every value is stored before it is signed for, also those that are published.
 * @throws what `store` throws, and RpcError if the layer never takes signatures
 */
export async function keepHolding(
  account: LayerAccount,
  { store, signal, intervalMilliseconds = INTERVAL_MILLISECONDS }: KeepHoldingOptions,
): Promise<void> {
  let stored: HeldEntry | undefined;
  while (!signal.aborted) {
    const entry = await unlessPassing(readEntry(account));
    if (entry !== undefined && entry.valuesHash !== stored?.valuesHash) {
      await store(entry);
      stored = entry;
    }
    // Again and again, for a node that was started anew has forgotten the signature.
    if (entry !== undefined && isHeld(entry)) {
      await unlessPassing(account.node.hold(account.signHolding(entry.valuesHash), entry.valuesHash));
    }
    await sleep(intervalMilliseconds, { signal });
  }
}

const INTERVAL_MILLISECONDS = 500;

async function readEntry({ layer: { layerId }, node, address }: LayerAccount): Promise<HeldEntry | undefined> {
  const { values } = await node.account(address);
  if (values === undefined || values === null) return undefined;
  return { layerId, address, values, valuesHash: valuesHash(values) };
}

/** Whether both bools are set, where every entry of an application with holders has them. */
function isHeld({ values }: HeldEntry): boolean {
  return values.at(-1) === 1n && values.at(-2) === 1n;
}

/** Undefined if it failed for what passes. */
async function unlessPassing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof TransportError) return undefined;
    if (error instanceof RpcError && error.data.retry !== "never") return undefined;
    throw error;
  }
}

/** The account has no entry yet. */
export class NothingToHoldError extends FrondError {
  constructor(address: Field) {
    super({
      code: "sdk/nothing-to-hold",
      message: `The account ${fieldToHex(address)} has no entry on this layer yet. Send a transaction or a deposit first.`,
      data: { address: fieldToHex(address) },
    });
  }
}
