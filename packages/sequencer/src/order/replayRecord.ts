import { FrondError } from "@frond/foundation";
import { addressOf } from "@frond/protocol";
import type { LogRecord } from "@frond/store";
import { newBlock } from "./openBlock.ts";
import type { BlockPlace, Orderer } from "./types.ts";

/** Does again what a record of the log says; gives the place of a transaction. @throws ReplayError */
export function replayRecord(
  record: LogRecord,
  { tip, order, handle }: Pick<Orderer, "tip" | "order" | "handle">,
): BlockPlace | undefined {
  try {
    if (record.kind === "open") {
      const { block, time, epoch, fee } = record;
      tip.cut();
      tip.open(newBlock({ number: block, time, epoch, fee }));
      return undefined;
    }
    if (record.kind === "message") {
      handle(record.incoming);
      return undefined;
    }
    const { transaction, hash, fee } = record;
    return order({ transaction, hash, fee, sender: addressOf(transaction.publicKey) });
  } catch (cause) {
    throw new ReplayError({ record: record.kind }, cause);
  }
}

/** The log does not lead to the state it was written from: another program, or damage. */
class ReplayError extends FrondError {
  constructor(data: { record: string }, cause: unknown) {
    super({
      code: "sequencer/replay-failed",
      message:
        `A ${data.record} in the log was accepted once and is refused now. ` +
        "Start the version of the application and of Frond that wrote the log.",
      data,
      cause,
    });
  }
}
