import { MOST_DROPS } from "./frames.ts";
import { keepUp, type Link, where } from "./link.ts";
import type { At } from "./pursue.ts";
import { noteTaken } from "./stream.ts";

/** The position is said again after so many milliseconds: any frame may be lost. */
const RESTATE_MILLISECONDS = 2_000;

/**
 * Says where the layer is if that is new, or was said a while ago; before it which messages are handled, after it which
 * legs are dropped.
 */
export function stateWhere(link: Link): void {
  keepUp(link);
  const { wanted, connection } = link;
  if (!connection.isIdentified) return;
  const isWanted = wanted?.session === link.session;
  if (wanted !== undefined && isWanted) {
    link.blocks = noteTaken(link.blocks, wanted.block, link.now);
    link.messages = noteTaken(link.messages, wanted.message, link.now);
  }
  const at = where(link);
  // Whoever hears that a message is handled, or that the layer is held, may rely on having what follows from it.
  const hasSent = isWanted && link.messages.given >= at.message;
  if (hasSent) for (const handled of link.deliveries.untold()) connection.send(handled);
  statePosition(link, at, hasSent);
  if (isWanted && link.isDroppedDue) tellDropped(link);
}

function statePosition(link: Link, at: At, hasSent: boolean): void {
  const { session, epoch, block, sealed, time, isHeld, returning } = at;
  const position = {
    type: "position" as const,
    session,
    epoch,
    block,
    sealed,
    isHeld: isHeld && hasSent,
    message: link.outgoing.lastOf(epoch),
    time,
    returning,
    settled: link.settledEpochs.known(),
  };
  const text = JSON.stringify(position);
  if (text === link.stated.text && link.now - link.stated.at < RESTATE_MILLISECONDS) return;
  link.stated = { text, at: link.now };
  link.statements += 1;
  link.connection.send({ ...position, number: link.statements });
}

function tellDropped(link: Link): void {
  const { sequencer, connection } = link;
  link.isDroppedDue = false;
  const legs = [...sequencer.droppedLegs()];
  while (legs.length > 0) connection.send({ type: "dropped", legs: legs.splice(0, MOST_DROPS) });
}

/** Says what people want to know of a layer. */
export function tellStats({ sequencer, connection }: Link): void {
  const { time, block, accepted, rejected, waiting, unsealed, ahead } = sequencer.status();
  const fee = sequencer.fee().fee.toString();
  connection.send({ type: "stats", stats: { time, block, accepted, rejected, waiting, unsealed, ahead, fee } });
}
