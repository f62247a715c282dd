import { EventEmitter } from "node:events";
import { exchange } from "@frond/exchange";
import { FrondError } from "@frond/foundation";
import { encodeArguments } from "@frond/language";
import { MessageKind } from "@frond/protocol";
import { expect, it } from "vitest";
import { type ObservedCall, observeCalls } from "./observeCalls.ts";

const location = { file: "exchange.ts", line: 12, column: 5 };

it("tells calls with their arguments, and failures with their lines", async () => {
  const calls: ObservedCall[] = [];
  const hook = observeCalls(exchange, (call) => calls.push(call));
  const sequencer = new EventEmitter();
  const layer = { config: { sequencerKey: { x: 1n, y: 2n } } };
  await hook.start({ sequencer, layer } as never);
  const by = (publicKey: object) => ({
    ...encodeArguments(exchange, "transfer", { to: 2n ** 200n, amount: 5n, isBase: true }),
    publicKey,
  });
  const call = by({ x: 1n, y: 3n });
  sequencer.emit("transaction", {}, call);
  hook.onRefused?.(
    call as never,
    new FrondError({
      code: "sequencer/execution-failed",
      message: "It failed.",
      data: { reason: "the balance is too small", location },
    }),
  );
  const deposit = { kind: MessageKind.deposit, asset: 3, amount: 7n, recipient: 9n };
  sequencer.emit("handled", deposit, { message: "only ether", location });
  sequencer.emit("transaction", {}, { ...call, method: 99, args: [] });
  sequencer.emit("transaction", {}, by({ x: 1n, y: 2n }));
  const args = [
    ["to", "0x10000000.."],
    ["amount", "5"],
    ["isBase", "true"],
  ];
  const place = "exchange.ts:12:5";
  expect(calls).toEqual([
    { kind: "method", name: "transfer", args },
    { kind: "method", name: "transfer", args, failure: { reason: "the balance is too small", place } },
    {
      kind: "deposit",
      name: "deposit",
      args: [
        ["asset", "3"],
        ["amount", "7"],
        ["recipient", "9"],
      ],
      failure: { reason: "only ether", place },
    },
    { kind: "method", name: "method 99", args: [] },
    { kind: "every", name: "transfer", args },
  ]);
});
