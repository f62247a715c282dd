import { type Field, publicKeyOf } from "@frond/foundation";
import { addressOf, type BlockSize, type Message, MessageKind } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { application, type HandlerDefinition } from "../application.ts";
import type { Program } from "../ir.ts";
import { constant } from "../operations.ts";
import { account } from "../state.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { address, array, field, struct, u8, u128 } from "../types.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";
import { snakeCase } from "./names.ts";

test.each([
  ["amountIn", "amount_in"],
  ["match", "match_"],
])("%s becomes %s", (name, expected) => {
  expect(snakeCase(name)).toBe(expected);
});

test("regression: an array that is a whole entry compiles, though its values are named by numbers", () => {
  expect(snakeCase("0")).toBe("part_0");
});

describe("names of an application can't shadow those of the generated circuit", () => {
  const SIZE: BlockSize = { name: "test", transactions: 1, entries: 4, inserts: 2, consumed: 1, produced: 1 };
  const PAYEE = addressOf(publicKeyOf(2n));

  async function failureOf({ program }: { readonly program: Program }, args: readonly Field[]) {
    const circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
    const consumed = [message];
    const witness = createTestLayer(program).block({
      size: SIZE.name,
      consumed,
      calls: [{ secret: 1n, method: 0, args }],
    });
    expect(witness.transactions).toHaveLength(1);
    return circuit.failure(blockInputs({ program, size: SIZE, witness }));
  }

  const message: Message = {
    ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, amount: 1000n },
    ...{ recipient: addressOf(publicKeyOf(1n)), payload: 0xabn },
  };
  const state = { accounts: account({ balance: u128 }) };
  const receive: { readonly deposit: HandlerDefinition<typeof state> } = {
    deposit: ({ state }, { amount, recipient }) =>
      state.accounts.at(recipient).balance.update((one) => one.add(amount)),
  };

  test("an argument that is called as the comparison of two entries", { timeout: 120_000 }, async () => {
    const shadow = application({
      name: "shadow",
      state,
      receive,
      methods: {
        pay: {
          args: { to: address, same: array(array(u8, 2), 2) },
          run({ state, sender }, { to, same }) {
            state.accounts.at(sender).balance.update((balance) => balance.add(same[0]![1]!.to(u128)));
            state.accounts.at(to).balance.update((balance) => balance.add(same[1]![0]!.to(u128)));
          },
        },
      },
    });
    for (const to of [PAYEE, message.recipient]) expect(await failureOf(shadow, [to, 1n, 2n, 3n, 4n])).toBeUndefined();
  });

  test("an argument that is called as the check of a conversion", { timeout: 120_000 }, async () => {
    const part = { fit: u128 };
    const shadow = application({
      name: "shadow",
      state,
      receive,
      methods: {
        pay: {
          args: { amount: field, fits: array(u8, 8), doesFit: u128, does: struct(part) },
          run({ state, sender }, { amount, fits, doesFit, does }) {
            const sum = fits.reduce((sum, one) => sum.add(one.to(u128)), amount.to(u128));
            state.accounts.at(sender).balance.update((balance) => balance.add(sum).add(doesFit).add(does.fit));
          },
        },
      },
    });
    expect(await failureOf(shadow, [5n, ...Array.from({ length: 10 }, (_, i) => BigInt(i))])).toBeUndefined();
  });

  test("arguments that are called as words of Noir, functions and variables", { timeout: 120_000 }, async () => {
    const words =
      "assert bool break call callData char comptime constrain context continue contract crate dep effects else enum " +
      "expr false field fn for fmtstr global if impl in let loop match mod module mut none pub quote quoted return " +
      "returnData self str struct super trait true type unchecked unconstrained unquote unsafe use where while u8 " +
      "equal fits isEthereumAddress opened sent hash handle execute unpack std accounts sum balance args used";
    const args = Object.fromEntries(words.split(" ").map((word) => [word, u8]));
    const shadow = application({
      name: "shadow",
      state,
      receive,
      methods: {
        pay: {
          args,
          run({ state, sender }, values) {
            const sum = Object.values(values).reduce((sum, one) => sum.add(one.to(u128)), constant(u128, 0));
            state.accounts.at(sender).balance.update((balance) => balance.add(sum));
          },
        },
      },
    });
    expect(
      await failureOf(
        shadow,
        Object.keys(args).map((_, i) => BigInt(i)),
      ),
    ).toBeUndefined();
  });
});
