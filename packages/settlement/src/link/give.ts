import type { Link } from "./link.ts";
import { noteGiven } from "./stream.ts";

/** Sends the messages above a position, up to those of an epoch; none in another session than the wanted one. */
export function sendMessages(
  link: Link,
  { above, throughEpoch }: { readonly above: number; readonly throughEpoch: number },
): void {
  const { session, sequencer, wanted, outgoing, connection } = link;
  if (session === undefined || session !== sequencer.session || session !== wanted?.session) return;
  let through = above;
  for (const { previous, outgoing: message } of outgoing.above(above, throughEpoch)) {
    connection.send({ type: "message", session, previous, outgoing: message });
    through = message.position;
  }
  if (through > above) link.messages = noteGiven(link.messages, { above, through }, link.now);
}

/** Makes the inputs of a block's circuit and hands both over. */
export function handOver(link: Link, number: number): void {
  const { sequencer, store, blockInputs, connection, committee, traceOf } = link;
  const { session } = sequencer;
  const block = store.block(number);
  // It was removed a moment ago.
  if (block === undefined) return;
  const witness = store.witness(number);
  if (witness === undefined)
    throw new Error(
      `The coordinator lacks block ${number}, and this layer has no witness of it. ` +
        "Restore the data directory of one of them.",
    );
  const inputs = blockInputs(witness) as Record<string, unknown>;
  const committeeSignatures = committee?.signaturesOf(number) ?? [];
  const trace = traceOf?.(number);
  const handed = { ...block, committeeSignatures, status: "sealed" as const };
  connection.send({ type: "block", session, block: handed, inputs, ...(trace !== undefined && { trace }) });
  link.blocks = noteGiven(link.blocks, { above: number - 1, through: number }, link.now);
}

/** Gives the coordinator a circuit that it asked for. */
export async function upload({ packedCircuit, connection, logger }: Link, digest: string): Promise<void> {
  try {
    const packed = await packedCircuit?.(digest);
    if (packed !== undefined)
      connection.send({ type: "circuit", digest, data: Buffer.from(packed).toString("base64") });
  } catch (error) {
    logger.warn("A circuit can't be handed over; the coordinator asks again", { digest, reason: String(error) });
  }
}
