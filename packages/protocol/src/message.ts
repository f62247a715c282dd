import { type Field, FrondError, poseidon2Hash } from "@frond/foundation";
import { MESSAGES_PER_BLOCK, POINT_COUNTER_BITS } from "./constants.ts";
import { type FoundPoint, hashToPoint } from "./hashToPoint.ts";
import { bounces } from "./kindRules.ts";
import { toElements } from "./records.ts";
import { POINT_DOMAIN } from "./tables/domains.ts";
import type { RecordOf } from "./tables/fieldTypes.ts";
import { MESSAGE } from "./tables/message.ts";
import { MessageKind } from "./tables/messageKinds.ts";

/** From any layer to any layer, L1 (0) included; it lives inside one epoch (docs/protocol.md 4). */
export interface Message extends RecordOf<typeof MESSAGE> {}

export function messageHash(message: Message): Field {
  return poseidon2Hash(messageFields(message));
}

/** The eight fields, in the order in which they are hashed. */
export function messageFields(message: Message): Field[] {
  return toElements(MESSAGE, message);
}

/**
 * What a block of `layerId` at `time` sends back for a message that it can't handle; undefined for a kind that does not
 * bounce.
 */
export function bounceOf(
  message: Message,
  { layerId, time }: { readonly layerId: Field; readonly time: number },
): Message | undefined {
  const { from, kind, asset, amount, recipient, payload } = message;
  if (!bounces(kind)) return undefined;
  return {
    from: layerId,
    to: from,
    time,
    kind: MessageKind.bounce,
    asset,
    amount,
    recipient: payload,
    payload: recipient,
  };
}

/** The point that stands for a message in the sum of its epoch (docs/protocol.md 4), and the counter that finds it. */
export function messagePoint({ message, epoch }: { message: Message; epoch: number }): FoundPoint {
  const hash = messageHash(message);
  const found = hashToPoint(hash, epoch, POINT_DOMAIN);
  if (found === undefined) throw new MessagePointError(hash, epoch);
  return found;
}

/**
 * What a block says it produced and consumed: both lists, hashed, padded with zeros to their capacity.
 * @throws TooManyMessagesError
 */
export function messagesHash(produced: readonly Message[], consumed: readonly Message[]): Field {
  return poseidon2Hash([...padded("produced", produced), ...padded("consumed", consumed)]);
}

function padded(direction: string, messages: readonly Message[]): Field[] {
  if (messages.length > MESSAGES_PER_BLOCK) throw new TooManyMessagesError(direction, messages.length);
  return Array.from({ length: MESSAGES_PER_BLOCK }, (_, i) => (i < messages.length ? messageHash(messages[i]!) : 0n));
}

export class TooManyMessagesError extends FrondError {
  constructor(direction: string, count: number) {
    super({
      code: "protocol/too-many-messages",
      data: { direction, count, capacity: MESSAGES_PER_BLOCK },
      message: `${count} messages are ${direction} in one block, which holds ${MESSAGES_PER_BLOCK}. Seal the block earlier.`,
    });
  }
}

export class MessagePointError extends FrondError {
  constructor(hash: Field, epoch: number) {
    super({
      code: "protocol/message-point",
      data: { hash: hash.toString(), epoch },
      message: `No counter below 2^${POINT_COUNTER_BITS} gives a point for hash ${hash} in epoch ${epoch}. Move what it stands for to the next epoch.`,
    });
  }
}
