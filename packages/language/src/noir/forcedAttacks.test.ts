import { librarySources } from "@frond/circuits";
import { FIELD_MODULUS } from "@frond/foundation";
import { type BlockWitness, type ForcedTransaction, forcedMessage, MessageKind, messagesHash } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, describe, expect, test } from "vitest";
import { createLedgerLayer, FORCED_SIZE, forceTransfer, invalidTransfers, transfer } from "../testing/forcedLedger.ts";
import { ledger } from "../testing/ledger.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

/*
 * A prover that would rather not execute what L1 demands, or would execute what nobody signed. It chooses every hint;
 * the messages that the block consumes are those of L1.
 */

const { program } = ledger;

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;

let circuit: TestCircuit;
let valid: Inputs;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: FORCED_SIZE }));
  valid = inputsOf([forceTransfer(), forceTransfer({ method: 1, args: [7n, 9n, 4n], nonce: 1 })]);
}, 300_000);

function witnessOf(forced: readonly ForcedTransaction[]): BlockWitness {
  return createLedgerLayer().block({ size: FORCED_SIZE.name, forced });
}

function inputsOf(forced: readonly ForcedTransaction[]): Inputs {
  return blockInputs({ program, size: FORCED_SIZE, witness: witnessOf(forced) });
}

function tampered(change: (inputs: Inputs) => void, from: Inputs = valid): InputMap {
  const inputs = structuredClone(from);
  change(inputs);
  return inputs;
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

/** Demands other transactions of a block than it executes: its words and its messages are theirs, the rest stays. */
function demanding(forced: readonly ForcedTransaction[], from: Inputs): InputMap {
  const others = inputsOf(forced);
  return tampered((inputs) => {
    inputs.forced = others.forced;
    inputs.consumed = others.consumed;
    inputs.messages_hash = hex(messagesHash([], forced.map(forcedMessage)));
  }, from);
}

test("the block that the attacks start from is accepted", async () => {
  expect(await circuit.failure(valid)).toBeUndefined();
});

const OTHER_OUTCOME = /not the one that is opened|other data|ends in another state|assert_max_bit_size|division:/;

describe("an invalid one is not executed", () => {
  test.each(Object.entries(invalidTransfers()))("%s", async (_, invalid) => {
    expect(await circuit.failure(demanding([invalid], inputsOf([forceTransfer()])))).toMatch(OTHER_OUTCOME);
  });
});

describe("a valid one is not declared invalid", () => {
  test.each(Object.entries(invalidTransfers()))("as if it were invalid: %s", async (_, invalid) => {
    expect(await circuit.failure(demanding([forceTransfer()], inputsOf([invalid])))).toMatch(OTHER_OUTCOME);
  });
});

test("a valid one is not passed off as one with another number of arguments", async () => {
  const inputs = inputsOf([{ ...forceTransfer(), args: [] }]);
  expect(await circuit.failure(inputs)).toBeUndefined();
  const hash = messagesHash([], [forcedMessage(forceTransfer())]);
  expect(await circuit.failure({ ...inputs, messages_hash: hex(hash) })).toMatch(/other messages/);
});

/** Each changes hints of a valid block, and names the constraint that must catch the change. */
const attacks: Record<string, { change: (inputs: Inputs) => void; caught: RegExp }> = {
  "other arguments than L1 published": {
    change: (i) => {
      i.forced[0].args[1] = "0xb";
    },
    caught: /another transaction than L1's/,
  },
  "another key": {
    change: (i) => {
      i.forced[0].public_key_y = "0x5";
    },
    caught: /another transaction than L1's/,
  },
  "another packed word, of an earlier expiry": {
    change: (i) => {
      i.forced[0].packed = "0x0";
    },
    caught: /another transaction than L1's/,
  },
  "another x of r": {
    change: (i) => {
      i.forced[0].r_x = "0x0";
    },
    caught: /another transaction than L1's/,
  },
  "another low half of s": {
    change: (i) => {
      i.forced[0].s_low = "0x0";
    },
    caught: /another transaction than L1's/,
  },
  "another high half of s": {
    change: (i) => {
      i.forced[0].s_high = "0x0";
    },
    caught: /another transaction than L1's/,
  },
  "another number of arguments in the message": {
    change: (i) => {
      i.consumed[0].message.amount = "0x2";
    },
    caught: /not the one that is opened|other messages/,
  },
  "another payload": {
    change: (i) => {
      i.consumed[0].message.payload = "0x2";
    },
    caught: /another transaction than L1's/,
  },
  "a message of another kind": {
    change: (i) => {
      i.consumed[0].message.kind = `0x${MessageKind.deposit}`;
    },
    caught: /forced: the message is of another kind/,
  },
  "a message of another layer": {
    change: (i) => {
      i.consumed[0].message.from = "0x8";
    },
    caught: /forced: the message is not from L1/,
  },
  "a message to another layer": {
    change: (i) => {
      i.consumed[0].message.to = "0x8";
    },
    caught: /forced: addressed to another layer/,
  },
  "a message that is not taken": {
    change: (i) => {
      i.consumed[1].used = "0x0";
    },
    caught: /assert_max_bit_size/,
  },
  "the first of two that is not taken": {
    change: (i) => {
      i.consumed[0].used = "0x0";
    },
    caught: /consumed: a gap|not the one that is opened/,
  },
  "a message that is half taken": {
    change: (i) => {
      i.consumed[0].used = "0x2";
    },
    caught: /neither 0 nor 1/,
  },
  "two in another order": {
    change(i) {
      i.forced.reverse();
      i.consumed.reverse();
      i.forced_traces.reverse();
    },
    caught: /./,
  },
  "the account not opened": {
    change: (i) => {
      i.forced_traces[0].places[0] = FORCED_SIZE.entries;
    },
    caught: /assert_max_bit_size|not the one that is opened/,
  },
  "another account opened": {
    change: (i) => {
      i.forced_traces[0].places[0] = i.forced_traces[0].places[2];
    },
    caught: /./,
  },
  "a difference that underflows": {
    change: (i) => {
      i.forced_traces[0].bits[0] = "0x1";
    },
    caught: /assert_max_bit_size/,
  },
  "a quotient that does not fit": {
    change: (i) => {
      i.forced_traces[1].quotients[0] = { fits: "0x0", quotient: "0x0", remainder: "0x0" };
    },
    caught: /assert_max_bit_size/,
  },
  "a nonce that is not counted": {
    change: (i) => {
      i.data_hash = inputsOf([forceTransfer(transfer(2n, 1001n))]).data_hash;
    },
    caught: /other data/,
  },
};

test.each(Object.keys(attacks))("%s", async (name) => {
  const { change, caught } = attacks[name]!;
  expect(await circuit.failure(tampered(change))).toMatch(caught);
});

/** Hints of the library in place of its own, with which a valid transaction would look invalid, or the reverse. */
describe("with hints of the prover's choice", () => {
  const split = (parts: string) => `parts_hint(low: Field) -> (Field, Field, Field, Field) {
    let (method, nonce, expiry, fee) = (${parts});
    (method, nonce, expiry, fee)
}`;
  const blind = (point: string) => `blind_hint(_challenge: Field) -> EmbeddedCurvePoint {
    ${point}
}`;
  const inverse = inverseOf(256n);
  const cases: Record<string, { hint: string; caught: RegExp }> = {
    "the parts of another word": { hint: split("3, 0, 0, low * 0"), caught: /the parts do not make the word/ },
    "a method that is the whole word": { hint: split("low, 0, 0, 0"), caught: /assert_max_bit_size/ },
    "a nonce of many bits": { hint: split(`0, low * ${hex(inverse)}, 0, 0`), caught: /assert_max_bit_size/ },
    "an expiry of many bits": { hint: split(`0, 0, low * ${hex(inverseOf(2n ** 40n))}, 0`), caught: /assert_max_bit/ },
    "a fee of many bits": { hint: split(`0, 0, 0, low * ${hex(inverseOf(2n ** 88n))}`), caught: /assert_max_bit/ },
    "a blind off the curve": {
      hint: blind("EmbeddedCurvePoint { x: 1, y: 1 }"),
      caught: /the blind is not on the curve/,
    },
    "no blind": { hint: blind("EmbeddedCurvePoint { x: 0, y: 0 }"), caught: /the blind is not on the curve/ },
    "a blind that is the key's opposite": {
      hint: blind("let key = EmbeddedCurvePoint::generator(); EmbeddedCurvePoint { x: key.x, y: 0 - key.y }"),
      caught: /./,
    },
  };

  test.each(Object.entries(cases))("%s", { timeout: 100_000 }, async (_, { hint, caught }) => {
    const source = blockCircuit({ program, size: FORCED_SIZE });
    const files: Record<string, string> = { ...source.files, ...librarySources() };
    files["lib/src/forced_hints.nr"] = withHint(files["lib/src/forced_hints.nr"]!, hint);
    const dishonest = await createTestCircuit({ files });
    // Secret 1 has the generator as its key.
    expect(await dishonest.failure(valid)).toMatch(caught);
  });
});

/** The source with another function in place of that of the same name. */
function withHint(source: string, hint: string): string {
  const head = `unconstrained fn ${hint.slice(0, hint.indexOf("("))}(`;
  const start = source.indexOf(head);
  const end = source.indexOf("\n}", start) + 2;
  expect(start).toBeGreaterThan(0);
  return `${source.slice(0, start)}unconstrained fn ${hint}${source.slice(end)}`;
}

/** 1 / x in the field. */
function inverseOf(x: bigint): bigint {
  let [result, base, exponent] = [1n, x, FIELD_MODULUS - 2n];
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD_MODULUS;
    base = (base * base) % FIELD_MODULUS;
  }
  return result;
}
