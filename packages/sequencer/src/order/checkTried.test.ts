import { type Message, MessageKind } from "@frond/protocol";
import { expect, it } from "vitest";
import { checkTried, unlimited } from "./checkTried.ts";
import type { Tried } from "./types.ts";

const LAYER = 7n;

/** Asks whether a transaction, or the handler of a message, may send a message. */
function check(change: Partial<Message>, kind: Tried["kind"] = "transaction"): void {
  const plain = { from: LAYER, to: 8n, time: 5, kind: MessageKind.call, asset: 1, amount: 1n };
  const produced = [{ ...plain, recipient: 0n, payload: 0n, ...change }];
  const items = { deposits: 0, exits: 0 };
  // Of the effect, only the messages are asked for.
  const tried = { kind, touched: [], items, effect: { produced } } as unknown as Tried;
  const legs = { isAnyLocked: () => false, exits: 0 };
  checkTried(tried, { layerId: LAYER, legs, listed: items, allowance: unlimited() });
}

it("a transaction sends what a block can settle", () => {
  check({});
  check({ asset: 65_535, amount: (1n << 128n) - 1n });
  check({ to: 0n, recipient: (1n << 160n) - 1n });
});

it.each([
  { what: "an asset without a place in a vault", change: { asset: 65_536 }, problem: /unknown asset 65536/ },
  {
    what: "a message to nobody's address on L1",
    change: { to: 0n, recipient: 1n << 160n },
    problem: /not an Ethereum/,
  },
])("a transaction that sends $what is refused, so that its layer does not pay for it", ({ change, problem }) => {
  const refusal = { code: "sequencer/impossible-message", retry: "changed", message: expect.stringMatching(problem) };
  expect(() => check(change)).toThrow(expect.objectContaining(refusal));
});

it("a message of another layer is handled, whatever its handler sends", () => {
  check({ asset: 65_536 }, "message");
});
