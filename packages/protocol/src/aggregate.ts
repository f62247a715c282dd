import { addPoints, type Field, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import { type Message, messagePoint } from "./message.ts";

/** The public inputs of an aggregate's proof, in order (protocol.md 6). */
export type AggregateStatement = {
  /** The hash of the key hashes of the aggregate circuits. */
  readonly aggregateKeysHash: Field;
  readonly layerId: Field;
  readonly rootIn: Field;
  readonly rootOut: Field;
  readonly epoch: number;
  readonly sum: Point;
};

export function aggregatePublicInputs({
  aggregateKeysHash,
  layerId,
  rootIn,
  rootOut,
  epoch,
  sum,
}: AggregateStatement): Field[] {
  return [aggregateKeysHash, layerId, rootIn, rootOut, BigInt(epoch), sum.x, sum.y];
}

/** The points of what is produced less the points of what is consumed (protocol.md 4); neutral over a whole epoch. */
export function messageSum({
  produced,
  consumed,
  epoch,
}: {
  produced: readonly Message[];
  consumed: readonly Message[];
  epoch: number;
}): Point {
  const points = [
    ...produced.map((message) => messagePoint({ message, epoch }).point),
    ...consumed.map((message) => negatePoint(messagePoint({ message, epoch }).point)),
  ];
  return points.reduce(addPoints, NEUTRAL);
}
