import { addPoints, type Field, FrondError, fieldToHex, NEUTRAL, negatePoint, type Point } from "@frond/foundation";
import {
  challengeZ,
  commitment,
  encodeItems,
  evaluate,
  L1_LAYER_ID,
  LIST_CAPACITY,
  type Message,
  messagePoint,
  type RecordOf,
  readAggregateStatement,
  SETTLEMENT_STATEMENT,
  settlementItemOf,
  toElements,
  unpackEpochWindow,
  WORDS_PER_ITEM,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { epochWindowInput } from "./epochWindowInput.ts";
import { claimInput, type InnerProof, proofInput } from "./innerProof.ts";
import { EMPTY_MESSAGE, pointHint } from "./messageInput.ts";
import { recordInput } from "./recordInput.ts";

/**
 * What a settlement is made from: the public inputs of the trunk's aggregate, and L1's messages of the epoch in list
 * order.
 */
export type SettlementDescription = {
  /** The seven public inputs of the aggregate's proof. */
  readonly aggregate: readonly Field[];
  /** Messages from L1 and to L1. What L1 produces has time 0. */
  readonly messages: readonly Message[];
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
 * consumed was produced. Returns what the proof will say, and the list's words as the contract wants them.
 * @throws SettlementUnbalancedError
 */
export function settleAggregate({ aggregate, messages, contract }: SettlementDescription): {
  statement: SettlementStatement;
  words: Field[];
} {
  const { rootIn, rootOut, window, sum: produced } = readAggregateStatement(aggregate)!;
  const { epoch } = unpackEpochWindow(window)!;
  const sum = messages.map((message) => signedPoint(message, epoch)).reduce(addPoints, produced);
  if (sum.x !== NEUTRAL.x || sum.y !== NEUTRAL.y) throw new SettlementUnbalancedError(epoch, messages.length);
  const words = encodeItems(messages.map(settlementItemOf));
  const c = commitment(words);
  const z = challengeZ({ c, words, epoch, contract });
  const statement = { rootIn, rootOut, window, commitment: c, z, evaluation: evaluate(words, z) };
  return { statement, words };
}

/** The settlement circuit's inputs, from the proof of the trunk's aggregate. @throws SettlementUnbalancedError */
export function settlementInputs({
  proof,
  messages,
  contract,
}: Pick<SettlementDescription, "messages" | "contract"> & { readonly proof: InnerProof }): InputMap {
  const { statement, words } = settleAggregate({ aggregate: proof.publicInputs, messages, contract });
  const window = unpackEpochWindow(statement.window)!;
  const { epoch } = window;
  const unused = itemHint(EMPTY_MESSAGE, epoch);
  return {
    ...recordInput(SETTLEMENT_STATEMENT, statement),
    epoch_window: epochWindowInput(window),
    proof: proofInput(proof),
    claim: claimInput(proof),
    items: Array.from({ length: LIST_CAPACITY }, (_, i) =>
      Array.from({ length: WORDS_PER_ITEM }, (_, j) => fieldToHex(words[i * WORDS_PER_ITEM + j] ?? 0n)),
    ),
    hints: Array.from({ length: LIST_CAPACITY }, (_, i) =>
      i < messages.length ? itemHint(messages[i]!, epoch) : unused,
    ),
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

/** Something consumed in the epoch was not produced in it, or the other way round. */
export class SettlementUnbalancedError extends FrondError {
  constructor(epoch: number, messages: number) {
    super({
      code: "circuits/settlement-unbalanced",
      data: { epoch, messages },
      message: `Epoch ${epoch} can't settle: with L1's ${messages} messages, what was consumed is not what was produced. List exactly the messages from and to L1, and leave out blocks whose messages wait for an answer.`,
    });
  }
}
