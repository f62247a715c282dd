import { type Message, MessageKind } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { outlet } from "./fixtures/outlet.ts";
import { layerOneRecipients } from "./layerOneRecipients.ts";
import { account } from "./state.ts";
import { createInterpreter } from "./testing/createInterpreter.ts";
import { address, field, u128 } from "./types.ts";

const LAST_ADDRESS = 2n ** 160n - 1n;
const WIDE = 2n ** 160n;
const CONTEXT = { layerId: 7n, time: 5, epoch: 2 };
const state = { get: () => [0n, 0n] };
const executor = createExecutor(outlet.program);
const interpret = createInterpreter(outlet.program);

/** Runs a call, and checks that the executor and the interpreter agree. */
function run(method: number, sender: bigint, ...given: bigint[]) {
  const args = [...given, 0n, 0n].slice(0, outlet.program.argumentFields);
  const outcome = executor.runMethod({ method, args, context: { ...CONTEXT, sender }, state });
  const call = { kind: "method", method, args, sender, fee: 0n, feeRecipient: 0n } as const;
  expect(interpret(call, CONTEXT, state).failed === undefined).toBe(outcome.ok);
  return outcome;
}

function handle(recipient: bigint, payload: bigint) {
  const message: Message = {
    from: 9n,
    to: 7n,
    time: 1,
    kind: MessageKind.call,
    asset: 1,
    amount: 5n,
    recipient,
    payload,
  };
  const outcome = executor.runHandler({ message, context: CONTEXT, state });
  expect(interpret({ kind: "message", message }, CONTEXT, state).failed === undefined).toBe(outcome.ok);
  return outcome;
}

const FAILED = {
  ok: false,
  error: {
    message: "the recipient is not an Ethereum address: it has more than 160 bits",
    location: { file: expect.stringMatching(/outlet\.ts$/) },
  },
};

describe("a recipient on L1 of more than 160 bits", () => {
  test("fails a withdrawal", () => {
    expect(run(0, 1n, LAST_ADDRESS, 1n).ok).toBe(true);
    expect(run(0, 1n, WIDE, 1n)).toMatchObject(FAILED);
    expect(run(1, WIDE)).toMatchObject(FAILED);
  });

  test("fails a call that is sent to L1", () => {
    expect(run(2, 1n, 0n, LAST_ADDRESS).ok).toBe(true);
    expect(run(2, 1n, 0n, WIDE)).toMatchObject(FAILED);
  });

  test("fails a handler, before it opens anything more", () => {
    expect(handle(LAST_ADDRESS, 0n).ok).toBe(true);
    for (const payload of [0n, 1n]) expect(handle(WIDE, payload)).toMatchObject({ ...FAILED, touched: new Set() });
  });

  test("is none of L1's business in a withdrawal that is not made, and on another layer", () => {
    expect(run(0, 1n, WIDE, 0n)).toMatchObject({ ok: true, sent: [] });
    expect(run(2, 1n, 9n, WIDE).ok).toBe(true);
    expect(handle(WIDE, 10n).ok).toBe(true);
  });
});

test("arguments that are recipients on L1 whatever happens are known beforehand", () => {
  const { program } = application({
    name: "recipients",
    state: { accounts: account({ balance: u128 }) },
    methods: {
      one: {
        args: { amount: u128, to: address },
        run: ({ withdraw }, { amount, to }) => withdraw({ asset: 1, amount, recipient: to }),
      },
      converted: {
        args: { to: field },
        run({ withdraw, send }, { to }) {
          withdraw({ asset: 1, amount: 1, recipient: to.to(address) });
          send({ to: 0, asset: 1, amount: 1, recipient: to });
        },
      },
    },
  });
  expect(program.methods.map(layerOneRecipients)).toEqual([[1], [0]]);
  expect(outlet.program.methods.map(layerOneRecipients)).toEqual([[], [], []]);
});
