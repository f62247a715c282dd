import { addPoints, type Field, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import { type Message, messagePoint } from "./message.ts";

/** The public inputs of an aggregate's proof, in order (protocol.md 6). */
export type AggregateStatement = {
  readonly aggregateKeyHash: Field;
  readonly layerId: Field;
  readonly rootIn: Field;
  readonly rootOut: Field;
  readonly epoch: number;
  readonly sum: Point;
};

export function aggregatePublicInputs({
  aggregateKeyHash,
  layerId,
  rootIn,
  rootOut,
  epoch,
  sum,
}: AggregateStatement): Field[] {
  return [aggregateKeyHash, layerId, rootIn, rootOut, BigInt(epoch), sum.x, sum.y];
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
