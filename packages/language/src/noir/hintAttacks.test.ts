import { librarySources } from "@frond/circuits";
import { FIELD_MODULUS, fieldToHex } from "@frond/foundation";
import { type BlockSize, type Message, MessageKind } from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, expect, test } from "vitest";
import { application } from "../application.ts";
import { account, cell } from "../state.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { array, bool, u8, u16, u64, u128 } from "../types.ts";
import { hintSizes, loweredNoir } from "./applicationNoir.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import type { Run } from "./run.ts";
import { traceBlock } from "./traceBlock.ts";

/* Every hint that arithmetic takes is tried with values that a shift by k bits makes small: those near p / 2^k. */

/** The largest factor that is multiplied without a division. */
const WIDE = (1n << 119n) + 12345n;

const CLOSE = 1n << 63n;

/**
 * One method, so that one circuit holds every sort of hint. No operation uses the result of another: the hints of the
 * other would have to be changed as well.
 */
const { program } = application({
  name: "arithmetic",
  state: {
    accounts: account({}),
    results: cell({ a: array(u8, 4), b: array(u16, 4), c: array(u64, 8), d: array(u128, 8), e: array(bool, 2) }),
  },
  methods: {
    all: {
      args: { a: u8, b: u16, c: u64, d: u128 },
      run({ state }, { a, b, c, d }) {
        const { results } = state;
        results.a.set([a.multiply(1), a.multiply(3), a.multiply(a), a.divide(3)]);
        results.b.set([b.multiply(2), b.multiply(1000), b.multiply(b), b.remainder(1000)]);
        const products = ([0, 1, 2, 3, 4, 127] as const).map((factor) => c.multiply(factor));
        results.c.set([...products, c.multiply(c), c.divide(7)]);
        const wide = [0, 1, 2, 3, 4, 127, WIDE].map((factor) => d.multiply(factor));
        results.d.set([...wide, d.remainder(WIDE)]);
        results.e.set([c.lessThan(CLOSE), d.lessThan(WIDE)]);
      },
    },
  },
});

const lowered = loweredOf(program);
const { shape, procedures } = lowered.methods;
const sizes = hintSizes(shape);
const procedure = procedures[0]!;

const MANIFEST = `[package]\nname = "test"\ntype = "bin"\nauthors = []\n[dependencies]\nfrond = { path = "../lib" }\n`;
/** The procedure alone, with the check of its hints: no hint but the right one may pass, whatever comes of it. */
const MAIN = `mod application;
use application::{ARGUMENTS, BITS, ENTRY_WIDTH};
use frond::block::{Context, MethodContext};
use frond::integer::Quotient;
use frond::procedure::Call;
fn main(
    args: [Field; ARGUMENTS],
    bits: [Field; ${sizes.bits}],
    hints: [Field; ${sizes.hints}],
    quotients: [Quotient; ${sizes.divisions}],
) {
    let places = [0; ${shape.entries}];
    let call = Call { places, entries: [[0; ENTRY_WIDTH]; ${shape.entries}], bits, hints, quotients };
    let context = MethodContext { block: Context::new(7, 1, 1, 0), sender: 1, fee: 0 };
    let effects = application::execute(1, 0, args, context, call);
    effects.check::<${[sizes.bits, sizes.hints, sizes.divisions, "BITS"].join(", ")}>(call);
}
`;

let circuit: TestCircuit;
beforeAll(async () => {
  const files = {
    ...librarySources(),
    "bin/Nargo.toml": MANIFEST,
    "bin/src/main.nr": MAIN,
    "bin/src/application.nr": loweredNoir(lowered),
  };
  circuit = await createTestCircuit({ files });
}, 300_000);

/** The hints of an honest prover. */
function honestRun(args: readonly bigint[]): Run {
  const entry = new Array<bigint>(program.entryWidth).fill(0n);
  const run: Run = {
    context: {},
    args,
    ...{ values: [], entries: [], keys: [], bits: [], hints: [], quotients: [], sent: [], failures: [] },
    entryAt: () => [...entry],
  };
  procedure.evaluate(run);
  return run;
}

type Hints = Pick<Run, "args" | "bits" | "hints" | "quotients">;

function inputsOf({ args, bits, hints, quotients }: Hints): InputMap {
  return {
    args: args.map(fieldToHex),
    bits: Array.from({ length: sizes.bits }, (_, i) => fieldToHex(bits[i] ?? 0n)),
    hints: hints.map(fieldToHex),
    quotients: Array.from({ length: sizes.divisions }, (_, i) => {
      const { fits, quotient, remainder } = quotients[i] ?? { fits: 0n, quotient: 0n, remainder: 0n };
      return { fits: fieldToHex(fits), quotient: fieldToHex(quotient), remainder: fieldToHex(remainder) };
    }),
  };
}

/** The smallest numbers that, times 2^k, are small again; those of more than 134 bits are left out, to save time. */
const TRIED = Array.from({ length: 134 }, (_, k) => (FIELD_MODULUS >> BigInt(k + 120)) + 1n);

test("only the right hint passes, whatever a shift makes of the others", async () => {
  // Operands whose products stay in their range with another high limb.
  const run = honestRun([0x4fn, 0x4fffn, 1n << 62n, 1n << 126n]);
  expect(await circuit.failure(inputsOf(run))).toBeUndefined();
  expect(run.hints.length).toBe(shape.hints);
  const accepted: string[] = [];
  for (const [position, right] of run.hints.entries()) {
    for (const hint of [...TRIED, 0n, right + 1n]) {
      if (hint === right) continue;
      const failure = await circuit.failure(inputsOf({ ...run, hints: run.hints.with(position, hint) }));
      if (failure === undefined) accepted.push(`hint ${position}: ${hint} instead of ${right}`);
    }
  }
  expect(accepted).toEqual([]);
}, 600_000);

test("a comparison's bit is no fraction that makes a difference zero", async () => {
  const [c, d] = [1n << 62n, 1n << 126n];
  const run = honestRun([0x4fn, 0x4fffn, c, d]);
  expect(run.bits).toEqual([1n, 0n]);
  // What is ranged is the difference and the bit, times 2^64 or 2^128.
  const fractions = [divided(CLOSE - c, 1n << 64n), divided(FIELD_MODULUS + WIDE - d, 1n << 128n)];
  for (const [position, fraction] of fractions.entries()) {
    const failure = await circuit.failure(inputsOf({ ...run, bits: run.bits.with(position, fraction) }));
    expect(failure).toMatch(/bit: neither 0 nor 1/);
  }
});

/** x / y in the field. */
function divided(x: bigint, y: bigint): bigint {
  let result = x;
  for (let base = y, exponent = FIELD_MODULUS - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % FIELD_MODULUS;
    base = (base * base) % FIELD_MODULUS;
  }
  return result;
}

test("a message that the application accepts can't be bounced by another high limb of a product", async () => {
  const size: BlockSize = { name: "test", transactions: 1, entries: 4, inserts: 2, consumed: 1, produced: 1 };
  const points = application({
    name: "points",
    state: { accounts: account({ ether: u128, points: u64 }) },
    methods: { noop: { args: {}, run() {} } },
    receive: {
      deposit({ state }, { amount, recipient }) {
        const gained = amount.to(u64).multiply(2);
        state.accounts.at(recipient).points.update((before) => before.add(gained));
      },
    },
  }).program;
  const block = await createTestCircuit(blockCircuit({ program: points, size }));
  const deposit: Message = {
    ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, amount: (1n << 63n) - 1n },
    ...{ recipient: 0xabcn, payload: 0xabn },
  };
  const bounce = { ...deposit, from: 7n, to: 0n, time: 1, kind: MessageKind.bounce, recipient: 0xabn, payload: 0xabcn };
  const honest = createTestLayer(points).block({ size: size.name, consumed: [deposit] });
  expect(honest.produced).toEqual([]);
  expect(await block.failure(blockInputs({ program: points, size, witness: honest }))).toBeUndefined();

  const witness = { ...createTestLayer(points).block({ size: size.name }), consumed: [deposit], produced: [bounce] };
  const trace = traceBlock(loweredOf(points), witness);
  const { keys, hints, ...handler } = trace.handlers[0]!;
  for (const hint of [...hints, (FIELD_MODULUS >> 126n) + 1n]) {
    // The handler has failed, if the hint is believed, and opens nothing.
    const forged = { ...handler, keys: keys.map(() => 0n), hints: [hint], outboxPlaces: [0] };
    const inputs = { ...trace, handlers: [forged], sentByHandlers: 1, sent: 1 };
    expect(await block.failure(encodeBlock(loweredOf(points), { size, witness, trace: inputs }))).toBeDefined();
  }
}, 300_000);
