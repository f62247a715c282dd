import { publicKeyOf } from "@frond/foundation";
import { account, application, decodeEntry, encodeArguments, entryKeyOf, seconds, u64 } from "@frond/language";
import { addressOf, type Message, MessageKind } from "@frond/protocol";
import { expect, test } from "vitest";
import { createTestLayer, type TestLayer } from "./createTestLayer.ts";

const watch = application({
  name: "watch",
  state: { accounts: account({ seen: u64 }) },
  methods: {
    look: {
      args: {},
      run({ state, sender, time }) {
        state.accounts.at(sender).seen.set(time);
      },
    },
  },
  receive: { call: ({ state, time }, { recipient }) => state.accounts.at(recipient).seen.set(time) },
});

const call = { secret: 5n, ...encodeArguments(watch, "look", {}) };
const caller = addressOf(publicKeyOf(call.secret));

function seenBy(layer: TestLayer, account: bigint): bigint {
  return decodeEntry(watch, "accounts", layer.tree.read(entryKeyOf(watch, "accounts", account))!).seen;
}

test("the clock of a test layer stands still unless the test moves it, and blocks stay in order", () => {
  const layer = createTestLayer(watch.program);
  layer.time = 1_800_000_000_000;
  expect(layer.block({ size: "small" }).time).toBe(1_800_000_000_000);
  expect(layer.time).toBe(1_800_000_000_001);
  layer.pass(seconds(30));
  expect(layer.time).toBe(1_800_000_030_001);
  expect(layer.block({ size: "small" }).time).toBe(1_800_000_030_001);
  layer.time = 5;
  expect(layer.block({ size: "small" }).time).toBe(1_800_000_030_002);
});

test("a method sees the time of its block, which is after every message that the block consumes", () => {
  const layer = createTestLayer(watch.program);
  layer.time = 77;
  layer.block({ size: "small", calls: [call] });
  expect(seenBy(layer, caller)).toBe(77n);
  const money = { asset: 0, amount: 0n, recipient: 9n, payload: 0n };
  const message: Message = { from: 3n, to: layer.layerId, time: 500, kind: MessageKind.call, ...money };
  const block = layer.block({ size: "small", consumed: [message] });
  expect(block.time).toBe(501);
  expect(seenBy(layer, 9n)).toBe(501n);
});
