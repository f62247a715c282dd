import { FIELD_MODULUS, type Field } from "@frond/foundation";
import { beforeAll, describe, expect, test } from "vitest";
import { application } from "../application.ts";
import { createExecutor } from "../executor/createExecutor.ts";
import { assert, constant, select, when } from "../operations.ts";
import { account, cell, type State } from "../state.ts";
import { type Claim, createProcedureCircuit, type ProcedureCircuit } from "../testing/procedureCircuit.ts";
import { array, bool, enumeration, field, i8, i16, i128, u8, u128 } from "../types.ts";
import type { ValueOf } from "../valueOf.ts";

const PHASE = enumeration("open", "closed", "settled");
const state = {
  accounts: account({}),
  results: cell({ small: i8, wide: i128, flag: bool, byte: u8, big: u128, phase: PHASE, list: array(u8, 3) }),
};
const args = {
  a: i8,
  b: i8,
  c: i8,
  d: i128,
  e: i128,
  f: field,
  j: field,
  g: u128,
  m: u128,
  h: u8,
  k: u8,
  p: PHASE,
  q: PHASE,
};
type Operands = { [N in keyof typeof args]: ValueOf<(typeof args)[N]> };
type Results = State<typeof state>["results"];
type Run = (results: Results, operands: Operands) => void;

/** One method for each operation, with the edges of its operands. */
const operations: { readonly [name: string]: Run } = {
  addSmall: (results, { a, b }) => results.small.set(a.add(b)),
  subtractSmall: (results, { a, b }) => results.small.set(a.subtract(b)),
  multiplySmall: (results, { a, b }) => results.small.set(a.multiply(b)),
  tripleSmall: (results, { a }) => results.small.set(a.multiply(-3)),
  leastTimes: (results, { a }) => results.small.set(a.multiply(-128)),
  divideSmall: (results, { a, b }) => results.small.set(a.divide(b)),
  thirdSmall: (results, { a }) => results.small.set(a.divide(-3)),
  turnSmall: (results, { a }) => results.small.set(a.divide(-1)),
  remainderSmall: (results, { a, b }) => results.small.set(a.remainder(b)),
  remainderOfSeven: (results, { a }) => results.small.set(a.remainder(-7)),
  mulDivSmall: (results, { a, b, c }) => results.small.set(a.mulDiv(b, c)),
  negateSmall: (results, { a }) => results.small.set(a.negate()),
  absSmall: (results, { a }) => results.byte.set(a.abs()),
  lessSmall: (results, { a, b }) => results.flag.set(a.lessThan(b)),
  equalSmall: (results, { a, b }) => results.flag.set(a.equals(b)),
  isNegative: (results, { a }) => results.flag.set(a.isNegative()),
  keepSmall: (results, { a }) => results.small.set(a),
  byteOfSmall: (results, { a }) => results.byte.set(a.to(u8)),
  smallOfSum: (results, { a, b }) => results.small.set(a.to(i16).multiply(b.to(i16)).to(i8)),
  smallOfField: (results, { f }) => results.small.set(f.to(i8)),
  wideOfField: (results, { f }) => results.wide.set(f.to(i128)),
  fieldAndBack: (results, { a }) => results.small.set(a.to(field).to(i8)),
  smallOfBig: (results, { g }) => results.small.set(g.to(i8)),
  addWide: (results, { d, e }) => results.wide.set(d.add(e)),
  subtractWide: (results, { d, e }) => results.wide.set(d.subtract(e)),
  multiplyWide: (results, { d, e }) => results.wide.set(d.multiply(e)),
  tripleWide: (results, { d }) => results.wide.set(d.multiply(-3)),
  divideWide: (results, { d, e }) => results.wide.set(d.divide(e)),
  remainderWide: (results, { d, e }) => results.wide.set(d.remainder(e)),
  absWide: (results, { d }) => results.big.set(d.abs()),
  lessWide: (results, { d, e }) => results.flag.set(d.lessThan(e)),
  bigOfWide: (results, { d }) => results.big.set(d.to(u128)),
  smallOfWide: (results, { d }) => results.small.set(d.to(i8)),
  andBytes: (results, { h, k }) => results.byte.set(h.bitAnd(k)),
  orBytes: (results, { h, k }) => results.byte.set(h.bitOr(k)),
  xorBytes: (results, { h, k }) => results.byte.set(h.bitXor(k)),
  maskByte: (results, { h }) => results.byte.set(h.bitAnd(0x5a)),
  notByte: (results, { h }) => results.byte.set(h.bitNot()),
  shiftByte: (results, { h }) => results.byte.set(h.shiftLeft(3)),
  lowerByte: (results, { h }) => results.byte.set(h.shiftRight(3)),
  andBig: (results, { g, m }) => results.big.set(g.bitAnd(m)),
  xorBig: (results, { g, m }) => results.big.set(g.bitXor(m)),
  setBit: (results, { g }) => results.big.set(g.bitOr(1n << 127n)),
  shiftBig: (results, { g }) => results.big.set(g.shiftLeft(1)),
  shiftBigFar: (results, { g }) => results.big.set(g.shiftLeft(64)),
  shiftBigFarther: (results, { g }) => results.big.set(g.shiftLeft(65)),
  shiftBigAway: (results, { g }) => results.big.set(g.shiftLeft(127)),
  lowerBig: (results, { g }) => results.big.set(g.shiftRight(127)),
  lessField: (results, { f, j }) => results.flag.set(f.lessThan(j)),
  lessThanConstant: (results, { f }) => results.flag.set(f.lessThan(1n << 128n)),
  equalPhase: (results, { p, q }) => results.flag.set(p.equals(q)),
  beforePhase: (results, { p, q }) => results.flag.set(p.lessThan(q)),
  phaseOfByte: (results, { h }) => results.phase.set(h.to(PHASE)),
  byteOfPhase: (results, { p }) => results.byte.set(p.to(u8)),
  choosePhase: (results, { p, q }) => results.phase.set(select(p.equals("closed"), q, "settled")),
  element: (results, { h, k }) => results.byte.set(constant(array(u8, 3), [10, h, 30]).at(k)),
  replacedElement: (results, { h, k }) => results.list.set(constant(array(u8, 3), [10, 20, 30]).with(k, h)),
  storedElement: (results, { h, k }) => results.list.at(k).set(h),
  cases: (results, { h }) =>
    when(h.equals(0), () => results.byte.set(1))
      .elseWhen(h.lessThan(3), () => results.byte.set(2))
      .elseWhen(h.lessThan(128), () => assert(h.equals(127), "no other"))
      .otherwise(() => results.byte.set(3)),
};

const { program } = application({
  name: "signed",
  state,
  methods: Object.fromEntries(
    Object.entries(operations).map(([name, run]) => [
      name,
      { args, run: ({ state }: { state: { results: Results } }, values: Operands) => run(state.results, values) },
    ]),
  ) as never,
});

const names = Object.keys(operations);
const executor = createExecutor(program);
const EMPTY = new Array<Field>(program.entryWidth).fill(0n);

let circuit: ProcedureCircuit;
beforeAll(async () => {
  circuit = await createProcedureCircuit(program);
}, 300_000);

/** What the executor makes of a call. */
function claimOf(method: number, values: readonly Field[]): Claim {
  const context = { layerId: 7n, time: 1, epoch: 1, sender: 1n };
  const outcome = executor.runMethod({ method, args: values, context, state: { get: () => EMPTY } });
  if (!outcome.ok) return "failure";
  return { written: [...outcome.writes.values()][0] ?? EMPTY };
}

const SMALL = [-128n, -127n, -1n, 0n, 2n, 127n];
const LEAST = -(1n << 127n);
const WIDE = [LEAST, -129n, -1n, 0n, 127n, 1n << 64n, -LEAST - 1n];
const FIELDS = [0n, 127n, 128n, -128n, -129n, -LEAST - 1n, LEAST, LEAST - 1n, FIELD_MODULUS / 2n];
const encoded = (bits: number, value: bigint) => BigInt.asUintN(bits, value);
const element = (value: bigint) => ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;

const BIG = [0n, 1n, 3n << 126n, (1n << 64n) - 1n, (1n << 128n) - 1n];
const BYTES = [0n, 2n, 3n, 0x5bn, 127n, 255n];
/** The values with which each operand is tried. */
const EDGES: { readonly [N in keyof typeof args]: readonly Field[] } = {
  ...{ a: SMALL.map((value) => encoded(8, value)), b: SMALL.map((value) => encoded(8, value)) },
  ...{ c: [-1n, 0n, 5n].map((value) => encoded(8, value)) },
  ...{ d: WIDE.map((value) => encoded(128, value)), e: WIDE.map((value) => encoded(128, value)) },
  ...{ f: FIELDS.map(element), j: FIELDS.map(element), g: BIG, m: BIG, h: BYTES, k: BYTES },
  ...{ p: [0n, 1n, 2n], q: [0n, 1n, 2n] },
};

/** The calls of an operation: all combinations of the edges of the operands that it takes. */
function callsOf(name: string): Field[][] {
  const taken = /\(results, \{([^}]*)\}\)/.exec(operations[name]!.toString())![1]!;
  const operands = new Set(taken.split(",").map((operand) => operand.trim()));
  return Object.entries(EDGES).reduce<Field[][]>(
    (calls, [operand, edges]) =>
      calls.flatMap((call) => (operands.has(operand) ? edges : [0n]).map((value) => [...call, value])),
    [[]],
  );
}

describe.each(names)("%s", (name) => {
  const method = names.indexOf(name);
  test("does in the circuit what the executor does, at all edges", { timeout: 120_000 }, async () => {
    let succeeded = 0;
    for (const call of callsOf(name)) {
      const claim = claimOf(method, call);
      if (claim !== "failure") succeeded++;
      expect(await circuit.failure(method, circuit.run(method, call), { claim }), `${call}`).toBeUndefined();
    }
    expect(succeeded).toBeGreaterThan(0);
  });

  test("has no other result, whatever is claimed of its hints", { timeout: 240_000 }, async () => {
    const calls = callsOf(name);
    // Some of the calls, to save time.
    for (const call of calls.filter((_, i) => i % 11 === 3 || (calls.length < 20 && i % 2 === 0))) {
      const honest = circuit.run(method, call);
      for (const [position, bit] of honest.bits.entries()) {
        const bits = honest.bits.with(position, 1n - bit);
        expect(await circuit.failure(method, { ...honest, bits }), `bit ${position} of ${call}`).toBeDefined();
      }
      for (const [position, hint] of honest.hints.entries()) {
        for (const lie of [hint + 1n, hint - 1n, element(-hint) + 1n, (FIELD_MODULUS >> 126n) + 1n]) {
          const hints = honest.hints.with(position, element(lie));
          expect(await circuit.failure(method, { ...honest, hints }), `hint ${position} of ${call}`).toBeDefined();
        }
      }
    }
  });
});

describe("an argument is one of the members of its enumeration", () => {
  const keepPhase = names.indexOf("byteOfPhase");
  const call = (p: bigint) => callsOf("byteOfPhase")[0]!.map((value, i) => (Object.keys(args)[i] === "p" ? p : value));

  test.each([2n, 3n, 4n, 7n, FIELD_MODULUS - 1n])("%i", async (p) => {
    const failure = await circuit.failure(keepPhase, circuit.run(keepPhase, call(p)));
    if (p < 3n) expect(failure).toBeUndefined();
    else expect(failure).toMatch(/call to assert_max_bit_size/);
    expect(claimOf(keepPhase, call(p)) === "failure").toBe(p >= 3n);
  });
});

/** Operations whose hints are bits alone, so that another result takes one or two wrong bits. */
const BY_BITS = [
  ...["addSmall", "subtractWide", "negateSmall", "absSmall", "lessSmall", "isNegative", "byteOfSmall", "fieldAndBack"],
  ...["smallOfBig", "smallOfWide", "andBytes", "maskByte", "phaseOfByte", "element"],
];

/** The bits with one of them wrong, and if there are few with two. */
function wrongBits(bits: readonly Field[]): Field[][] {
  const flipped = (from: readonly Field[], position: number) => from.with(position, 1n - from[position]!);
  const single = bits.map((_, position) => flipped(bits, position));
  if (bits.length > 6) return single;
  return [...single, ...single.flatMap((one, i) => one.flatMap((_, j) => (j > i ? [flipped(one, j)] : [])))];
}

test.each(BY_BITS)(
  "%s: without any one of its range checks, wrong bits are accepted",
  { timeout: 120_000 },
  async (name) => {
    const method = names.indexOf(name);
    const all = Array.from({ length: circuit.rangesOf(method) }, (_, i) => i);
    const needed = new Set<number>();
    for (const call of callsOf(name)) {
      const honest = circuit.run(method, call);
      for (const without of all) {
        for (const bits of needed.has(without) ? [] : wrongBits(honest.bits)) {
          if ((await circuit.failure(method, { ...honest, bits }, { without })) !== undefined) continue;
          needed.add(without);
          break;
        }
      }
      if (needed.size === all.length) break;
    }
    expect([...needed].sort()).toEqual(all);
  },
);
