import { addPoints, type Field, FrondError, fieldToHex, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import {
  challengeZ,
  commitment,
  dataWords,
  type EpochData,
  encodeItems,
  evaluate,
  evaluateData,
  L1_LAYER_ID,
  LIST_CAPACITY,
  type Message,
  messagePoint,
  type RecordOf,
  readAggregateStatement,
  SETTLEMENT_STATEMENT,
  segmentPoint,
  settlementItemOf,
  toElements,
  unpackEpochWindow,
  WORDS_PER_ITEM,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { dataInput, segmentOf } from "./dataInput.ts";
import { epochWindowInput } from "./epochWindowInput.ts";
import { claimInput, type InnerProof, proofInput } from "./innerProof.ts";
import { EMPTY_MESSAGE, pointHint } from "./messageInput.ts";
import { recordInput } from "./recordInput.ts";

/**
 * What a settlement is made from: the public inputs of the trunk's aggregate, L1's messages of the epoch in list order,
 * and the data of the aggregate's steps.
 */
export type SettlementDescription = {
  /** The public inputs of the aggregate's proof. */
  readonly aggregate: readonly Field[];
  /** Messages from L1 and to L1. What L1 produces has time 0. */
  readonly messages: readonly Message[];
  /** The words of each segment, in any order: the order of the blob. */
  readonly segments: EpochData;
  /** Of the blob with the segments' words, which is made before; `NO_BLOB` if there are no segments. */
  readonly versionedHash: `0x${string}`;
  /** The settlement contract, which derives the evaluation point. */
  readonly contract: `0x${string}`;
};

/** What a settlement's proof says, by the names of its public inputs (docs/protocol.md 7). */
export interface SettlementStatement extends RecordOf<typeof SETTLEMENT_STATEMENT> {}

/** The settlement's public inputs in order. */
export function settlementPublicInputs(statement: SettlementStatement): Field[] {
  return toElements(SETTLEMENT_STATEMENT, statement);
}

/**
 * What the settlement circuit proves, as a plain function (docs/protocol.md 7): that with L1's messages everything
 * consumed was produced, and that the segments are those of the aggregate's steps. Returns what the proof will say, and
 * the list's words as the contract wants them.
 * @throws SettlementUnbalancedError, EpochDataError
 */
export function settleAggregate({ aggregate, messages, segments, versionedHash, contract }: SettlementDescription): {
  statement: SettlementStatement;
  words: Field[];
} {
  const { rootIn, rootOut, window, sum: produced } = readAggregateStatement(aggregate)!;
  const { epoch } = unpackEpochWindow(window)!;
  const data = dataWords(segments);
  const points = [
    ...messages.map((message) => signedPoint(message, epoch)),
    ...segments.map((words) => negatePoint(segmentPoint({ ...segmentOf(words), epoch }).point)),
  ];
  const sum = points.reduce(addPoints, produced);
  if (sum.x !== NEUTRAL.x || sum.y !== NEUTRAL.y) {
    throw new SettlementUnbalancedError({ epoch, messages: messages.length, segments: segments.length });
  }
  const words = encodeItems(messages.map(settlementItemOf));
  const c = commitment(words, segments);
  const z = challengeZ({ c, words, epoch, contract, versionedHash });
  const value = evaluateData(data, z);
  const statement = {
    rootIn,
    rootOut,
    window,
    commitment: c,
    z,
    evaluation: evaluate(words, z),
    dataLow: BigInt.asUintN(128, value),
    dataHigh: value >> 128n,
  };
  return { statement, words };
}

/**
 * The settlement circuit's inputs, from the proof of the trunk's aggregate.
 * @throws SettlementUnbalancedError, EpochDataError
 */
export function settlementInputs({
  proof,
  ...description
}: Omit<SettlementDescription, "aggregate"> & { readonly proof: InnerProof }): InputMap {
  const { messages, segments } = description;
  const { statement, words } = settleAggregate({ aggregate: proof.publicInputs, ...description });
  const window = unpackEpochWindow(statement.window)!;
  const { epoch } = window;
  const unused = itemHint(EMPTY_MESSAGE, epoch);
  return {
    ...recordInput(SETTLEMENT_STATEMENT, statement),
    epoch_window: epochWindowInput(window),
    proof: proofInput(proof),
    claim: claimInput(proof),
    list: {
      items: Array.from({ length: LIST_CAPACITY }, (_, i) =>
        Array.from({ length: WORDS_PER_ITEM }, (_, j) => fieldToHex(words[i * WORDS_PER_ITEM + j] ?? 0n)),
      ),
      hints: Array.from({ length: LIST_CAPACITY }, (_, i) =>
        i < messages.length ? itemHint(messages[i]!, epoch) : unused,
      ),
    },
    data: dataInput({ segments, z: statement.z, epoch }),
  };
}

function itemHint(message: Message, epoch: number): InputMap {
  return {
    consumed: message !== EMPTY_MESSAGE && message.to === L1_LAYER_ID,
    kind: message.kind,
    asset: message.asset,
    amount: fieldToHex(message.amount),
    time: message.time,
    point: pointHint(message, epoch),
  };
}

function signedPoint(message: Message, epoch: number): Point {
  const { point } = messagePoint({ message, epoch });
  return message.to === L1_LAYER_ID ? negatePoint(point) : point;
}

/**
 * Something consumed in the epoch was not produced in it, or the other way round; or the segments are not those of the
 * steps.
 */
export class SettlementUnbalancedError extends FrondError {
  constructor(of: { readonly epoch: number; readonly messages: number; readonly segments: number }) {
    super({
      code: "circuits/settlement-unbalanced",
      data: of,
      message: `Epoch ${of.epoch} can't settle: with L1's ${of.messages} messages and the ${of.segments} segments of its data, what was consumed is not what was produced. List exactly the messages from and to L1 and the segments of the steps, and leave out blocks whose messages wait for an answer.`,
    });
  }
}
