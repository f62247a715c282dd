import { type Message, MessageKind } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { application } from "./application.ts";
import type { MethodContext } from "./context.ts";
import { describeMessage, encodeCall } from "./describeMessage.ts";
import { decodeArguments, decodeEntry, encodeArguments } from "./encode.ts";
import { DefinitionError } from "./errors.ts";
import { createExecutor } from "./executor/createExecutor.ts";
import { outlet } from "./fixtures/outlet.ts";
import { createInterpreter } from "./testing/createInterpreter.ts";
import { ethereumAddress, type StructType, u128 } from "./types.ts";
import type { ValueOf } from "./valueOf.ts";

const LAST_ADDRESS = 2n ** 160n - 1n;
const WIDE = 2n ** 160n;
const CONTEXT = { layerId: 7n, time: 5, epoch: 2 };
const state = { get: () => [0n, 0n, 0n] };
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

const failed = (what: string) => ({
  ok: false,
  error: {
    message: `the ${what} is not an Ethereum address: it has more than 160 bits`,
    location: { file: expect.stringMatching(/outlet\.ts$/) },
  },
});

describe("a recipient on L1 of more than 160 bits", () => {
  test("fails a withdrawal", () => {
    expect(run(0, 1n, LAST_ADDRESS, 1n).ok).toBe(true);
    expect(run(0, 1n, WIDE, 1n)).toMatchObject(failed("value"));
    expect(run(1, WIDE)).toMatchObject(failed("value"));
  });

  test("fails a call that is sent to L1", () => {
    expect(run(2, 1n, 0n, LAST_ADDRESS).ok).toBe(true);
    expect(run(2, 1n, 0n, WIDE)).toMatchObject(failed("recipient"));
  });

  test("fails a handler, before it opens anything more", () => {
    expect(handle(LAST_ADDRESS, 0n).ok).toBe(true);
    expect(handle(WIDE, 0n)).toMatchObject({ ...failed("value"), touched: new Set() });
    expect(handle(WIDE, 1n)).toMatchObject({ ...failed("recipient"), touched: new Set() });
  });

  test("is none of L1's business in a withdrawal that is not made, and on another layer", () => {
    expect(run(0, 1n, WIDE, 0n)).toMatchObject({ ok: true, sent: [] });
    expect(run(2, 1n, 9n, WIDE).ok).toBe(true);
    expect(handle(WIDE, 10n).ok).toBe(true);
  });
});

describe("the type ethereumAddress", () => {
  const PAY = { to: ethereumAddress };

  test("is of arguments and of the state, and has 160 bits", () => {
    const { program } = outlet;
    const pay = program.methods.findIndex(({ name }) => name === "pay");
    expect(run(pay, 1n, LAST_ADDRESS)).toMatchObject({ ok: true, sent: [{ to: 0n, recipient: LAST_ADDRESS }] });
    expect(encodeArguments(outlet, "pay", { recipient: "0xabc" }).args[0]).toBe(0xabcn);
    expect(encodeArguments(outlet, "pay", { recipient: LAST_ADDRESS }).args[0]).toBe(LAST_ADDRESS);
    expect(() => encodeArguments(outlet, "pay", { recipient: WIDE })).toThrowErrorMatchingInlineSnapshot(
      `[EncodingError: pay.recipient: 0x0000000000000000000000010000000000000000000000000000000000000000 has more than 160 bits, so it is no Ethereum address. Give 0x and 40 hex digits.]`,
    );
    expect(() => decodeArguments(outlet, pay, [WIDE])).toThrow("has more than 160 bits");
    expect(decodeEntry(outlet, "accounts", [7n, 0n, LAST_ADDRESS])).toEqual({ calls: 0n, payout: LAST_ADDRESS });
  });

  /** What is wrong with a method that uses its context and its argument in this way. */
  function refusal(use: (context: MethodContext<never>, args: ValueOf<StructType<typeof PAY>>) => void): unknown {
    const define = () =>
      application({
        name: "recipients",
        state: {},
        methods: { pay: { args: PAY, run: (context, given) => use(context as never, given) } },
      });
    expect(define).toThrow(DefinitionError);
    try {
      return define();
    } catch (error) {
      const { location, data } = error as DefinitionError;
      expect(location?.file).toMatch(/ethereumAddress\.test\.ts$/);
      return data.problem;
    }
  }

  test("takes no account of a layer, as what withdraws takes none", () => {
    const recipients = {
      sender: ({ withdraw, sender }: MethodContext<never>) =>
        withdraw({ asset: 1, amount: 1, recipient: sender as never }),
      id: ({ withdraw, layerId }: MethodContext<never>) =>
        withdraw({ asset: 1, amount: 1, recipient: layerId as never }),
      nobody: ({ withdraw }: MethodContext<never>) => withdraw({ asset: 1, amount: 1 } as never),
      wide: ({ withdraw }: MethodContext<never>) => withdraw({ asset: 1, amount: 1, recipient: WIDE }),
    };
    expect(Object.values(recipients).map(refusal)).toMatchInlineSnapshot(`
      [
        "Expected an ethereumAddress, got an address.",
        "Expected an ethereumAddress, got a field.",
        "The message of \`withdraw\` has no \`recipient\`.",
        "1461501637330902918203684832716283019655932542976 is not an ethereumAddress.",
      ]
    `);
    expect(refusal(({ sender }, { to }) => void sender.equals(to as never))).toContain("Expected an address");
  });

  test("travels in a call, whose handler fails for a wider one", () => {
    const { program, calls } = application({
      name: "payer",
      state: {},
      methods: {},
      calls: {
        pay: {
          args: { to: ethereumAddress, count: u128 },
          run: ({ withdraw }, { to, count }) => withdraw({ asset: 1, amount: count, recipient: to }),
        },
      },
    });
    const payer = createExecutor(program);
    const message = { from: 9n, to: 7n, time: 1, kind: MessageKind.call, asset: 1, amount: 5n };
    const sent = { ...message, ...encodeCall(calls.pay, { to: LAST_ADDRESS, count: 3n }) };
    const interface_ = { calls, bounced: {} };
    expect(describeMessage(interface_, sent)).toEqual({ name: "pay", args: { to: LAST_ADDRESS, count: 3n } });
    expect(payer.runHandler({ message: sent, context: CONTEXT, state })).toMatchObject({
      ok: true,
      sent: [{ recipient: LAST_ADDRESS }],
    });
    const wide = { ...sent, recipient: WIDE };
    expect(describeMessage(interface_, wide)).toBeUndefined();
    expect(payer.runHandler({ message: wide, context: CONTEXT, state })).toMatchObject({ ok: false });
  });
});
