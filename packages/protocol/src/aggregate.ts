import { addPoints, type Field, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import { type Message, messagePoint } from "./message.ts";
import { fromElements, toElements } from "./records.ts";
import type { RecordOf } from "./tables/fieldTypes.ts";
import { AGGREGATE_STATEMENT } from "./tables/publicInputs.ts";

/** What an aggregate's proof says, by the names of its public inputs (docs/protocol.md 6). */
export interface AggregateStatement extends RecordOf<typeof AGGREGATE_STATEMENT> {}

/** The public inputs of an aggregate's proof, in order. */
export function aggregatePublicInputs(statement: AggregateStatement): Field[] {
  return toElements(AGGREGATE_STATEMENT, statement);
}

/** Reads an aggregate's public inputs; undefined if they are none. */
export function readAggregateStatement(publicInputs: readonly Field[]): AggregateStatement | undefined {
  return fromElements(AGGREGATE_STATEMENT, publicInputs);
}

/**
 * The points of what is produced less the points of what is consumed (docs/protocol.md 4); neutral over a whole epoch.
 */
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
