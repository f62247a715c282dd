import { expect, test } from "vitest";
import {
  bounces,
  carriesAsset,
  hasTime,
  isConsumedByBlocks,
  isForced,
  isForRecord,
  isFromLayerOne,
  isFromRecord,
  isLetter,
  isLink,
  isProducedByBlocks,
  isSentByL1,
  KINDS_OF_BLOCKS,
  KINDS_OF_PLACES,
} from "./kindRules.ts";
import { bounceOf, type Message } from "./message.ts";
import { kindNameOf, kindNames, MESSAGE_KINDS, MessageKind } from "./tables/messageKinds.ts";

test("numbers are distinct, fit the settlement list, and are never reused", () => {
  expect(MessageKind).toEqual({
    deposit: 1,
    withdrawal: 2,
    call: 3,
    bounce: 4,
    freeze: 6,
    forced: 7,
    bundle: 8,
    upgrade: 9,
    registered: 10,
  });
  const numbers = Object.values(MessageKind);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(numbers.every((number) => number > 0 && number < 2 ** 7)).toBe(true);
  expect(kindNames.map((name) => kindNameOf(MessageKind[name]))).toEqual(kindNames);
  expect(kindNameOf(0)).toBeUndefined();
});

test("what the rules say of each kind", () => {
  const answers = kindNames.map((name) => {
    const kind = MessageKind[name];
    const yes = Object.entries({ bounces, carriesAsset, hasTime, isForRecord, isFromLayerOne, isFromRecord, isLink });
    return [name, yes.flatMap(([question, answer]) => (answer(kind) ? [question] : [])).join(" ")];
  });
  expect(Object.fromEntries(answers)).toMatchInlineSnapshot(`
    {
      "bounce": "carriesAsset hasTime",
      "bundle": "bounces isLink",
      "call": "bounces carriesAsset hasTime",
      "deposit": "bounces carriesAsset hasTime isFromLayerOne",
      "forced": "bounces hasTime isFromLayerOne",
      "freeze": "bounces hasTime isForRecord isFromLayerOne",
      "registered": "bounces isFromRecord",
      "upgrade": "bounces hasTime isForRecord isFromLayerOne",
      "withdrawal": "bounces carriesAsset hasTime",
    }
  `);
  expect(KINDS_OF_PLACES).toEqual(["deposit", "withdrawal", "call", "bounce", "bundle"]);
  expect(KINDS_OF_BLOCKS).toEqual([...KINDS_OF_PLACES, "forced"]);
  expect(kindNames.filter((name) => isForced(MessageKind[name]))).toEqual(["forced"]);
});

test("of a number that is no kind's, the circuits ask no exception", () => {
  const unknown = 130 as MessageKind;
  const answers = [hasTime, carriesAsset, bounces, isLink, isForRecord, isFromRecord, isFromLayerOne].map((ask) =>
    ask(unknown),
  );
  expect(answers).toEqual([true, true, true, false, false, false, false]);
});

test("who sends each kind, and whether a block consumes it: a number that is no kind's is nobody's", () => {
  const questions = { isLetter, isSentByL1, isProducedByBlocks, isConsumedByBlocks };
  const answers = [...kindNames, "unknown"].map((name) => {
    const kind = (MessageKind as Record<string, MessageKind>)[name] ?? (130 as MessageKind);
    return [name, Object.entries(questions).flatMap(([question, answer]) => (answer(kind) ? [question] : []))];
  });
  expect(Object.fromEntries(answers)).toEqual({
    deposit: ["isSentByL1", "isConsumedByBlocks"],
    withdrawal: ["isLetter", "isProducedByBlocks", "isConsumedByBlocks"],
    call: ["isLetter", "isProducedByBlocks", "isConsumedByBlocks"],
    bounce: ["isLetter", "isProducedByBlocks", "isConsumedByBlocks"],
    freeze: [],
    forced: ["isSentByL1", "isConsumedByBlocks"],
    upgrade: [],
    registered: [],
    bundle: ["isProducedByBlocks", "isConsumedByBlocks"],
    unknown: [],
  });
});

test("what a handler takes has a time: only what no block handles may be in no order of time", () => {
  const handled = kindNames.filter((name) => MESSAGE_KINDS[name].takenBy === "handler");
  expect(handled.every((name) => MESSAGE_KINDS[name].hasTime)).toBe(true);
});

test("a bounce returns what the message brought, recipient and payload exchanged, and is not bounced again", () => {
  const message: Message = { from: 1n, to: 2n, time: 3, kind: 3, asset: 4, amount: 5n, recipient: 6n, payload: 7n };
  const bounce = bounceOf(message, { layerId: 2n, time: 9 });
  expect(bounce).toEqual({
    from: 2n,
    to: 1n,
    time: 9,
    kind: MessageKind.bounce,
    asset: 4,
    amount: 5n,
    recipient: 7n,
    payload: 6n,
  });
  expect(bounceOf(bounce!, { layerId: 1n, time: 10 })).toBeUndefined();
});
