import { MessageKind } from "@frond/protocol";
import type { Deposit, SettlementDependencies, SettlementOptions } from "./types.ts";

/** Handed over at once; the sequencer bounds what waits. */
const MOST_AT_ONCE = 500;

/** The source of messages from L1 in the sequencer's log; the position is the deposit's id. */
export const LAYER_ONE = "l1";

/**
 * Takes the deposits that L1 has confirmed since the last one handled, and hands those of this layer to the sequencer. Resolves with how many, when they
 * are durable. The sequencer remembers the last position, so that a deposit is handed over once whatever happens in between.
 */
export async function followDeposits(
  { layerId }: Pick<SettlementOptions, "layerId">,
  { layerOne, sequencer }: Pick<SettlementDependencies, "layerOne" | "sequencer">,
): Promise<number> {
  const next = (sequencer.cursor(LAYER_ONE) ?? -1) + 1;
  const deposits = (await layerOne.deposits(next)).filter((deposit) => deposit.layer === layerId && deposit.id >= next);
  const batch = deposits.slice(0, MOST_AT_ONCE);
  if (batch.length === 0) return 0;
  await sequencer.consume(
    batch.map((deposit) => ({ message: depositMessage(deposit), source: LAYER_ONE, position: deposit.id })),
  );
  return batch.length;
}

/** What L1 produces for a deposit: slot 0, from layer 0 (protocol.md 4). */
export function depositMessage(deposit: Deposit) {
  return {
    from: 0n,
    to: deposit.layer,
    slot: 0,
    kind: MessageKind.deposit,
    asset: deposit.asset,
    amount: deposit.amount,
    recipient: deposit.recipient,
    payload: deposit.payload,
  };
}
