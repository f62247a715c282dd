import fc from "fast-check";
import { type Application, application } from "../application.ts";
import { type CallInterface, callInterface, isCarried, layoutOf } from "../calls.ts";
import type { CallMessage, FeeContext, MethodContext, ReceivedMessage } from "../context.ts";
import { DefinitionError } from "../errors.ts";
import type { Events } from "../eventDefinitions.ts";
import type { Program } from "../ir.ts";
import { assert, constant, hash, select, when } from "../operations.ts";
import { ARGUMENT_BITS, bitsOf } from "../packedCall.ts";
import { scalarBits } from "../scalarBits.ts";
import { account, cell, type MapDeclaration, map, type State, type StateDeclaration } from "../state.ts";
import { isTracedValue } from "../tracedValue.ts";
import {
  type ArrayType,
  address,
  array,
  bool,
  enumeration,
  ethereumAddress,
  type Fields,
  field,
  type IntegerType,
  i8,
  i16,
  i32,
  i64,
  i128,
  isScalar,
  type SignedType,
  type StructType,
  type Type,
  typeName,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../types.ts";
import type { ValueOf } from "../valueOf.ts";
import type { BoolValue, Int, ScalarValue, Uint } from "../values.ts";

const INTEGERS = [u8, u16, u32, u64, u128] as const;
const SIGNED = [i8, i16, i32, i64, i128] as const;
const PHASE = enumeration("open", "closed", "settled");
const SCALARS = [...INTEGERS, field, bool, address, ethereumAddress, ...SIGNED, PHASE] as const;
/** The length of the arrays that are indexed. */
const LENGTH = 3;
const MAX_DEPTH = 2;

/** Random decisions, read in order. At the end of the tape, every decision is the first choice. Shrinks well. */
type Tape = {
  below(limit: number): number;
  pick<T>(choices: readonly T[]): T;
  /** The same function, which makes the same decisions whenever it is called: a procedure is traced twice. */
  repeatable<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void;
};

function createTape(decisions: readonly number[]): Tape {
  let position = 0;
  let furthest = 0;
  function below(limit: number): number {
    if (position >= decisions.length) return 0;
    const decision = decisions[position++]!;
    furthest = Math.max(furthest, position);
    return decision % limit;
  }
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    repeatable(run) {
      let start: number | undefined;
      return (...args) => {
        start ??= furthest;
        position = start;
        run(...args);
      };
    },
  };
}

/**
 * Well-formed programs, made through the public API: all widths, checked arithmetic, maps, aliases, keys from state,
 * guards, sends and handlers.
 */
export function arbitraryProgram(): fc.Arbitrary<Program> {
  return fc
    .array(fc.nat({ max: 65535 }), { minLength: 40, maxLength: 400, size: "max" })
    .map((decisions) => buildRandomApplication(decisions).program);
}

/** Builds the application that a list of decisions describes. Its methods may be kept from sending to other layers. */
export function buildRandomApplication(
  decisions: readonly number[],
  { sendsToLayers = true }: { readonly sendsToLayers?: boolean } = {},
): Application {
  const tape = createTape(decisions);
  const state = randomState(tape);
  const events = Object.fromEntries(
    Array.from({ length: tape.below(3) }, (_, i) => [`event${i}`, randomFields(tape, "field", 4)]),
  );
  const hasFee = tape.below(2) === 0;
  // The targets include calls of other applications and of this one, whose messages may bounce.
  const targets = Array.from({ length: tape.below(3) }, (_, i) => randomInterface(tape, `call${i}`));
  const methods: Record<string, { args: Fields; run: (context: never, args: never) => void }> = {};
  for (let i = 0; i <= tape.below(3); i++) {
    methods[`method${i}`] = {
      args: randomFields(tape, "argument", 4),
      run: tape.repeatable((context: MethodContext<unknown>, args: Readonly<Record<string, ScalarValue>>) =>
        randomBody(
          {
            tape,
            context: (sendsToLayers ? context : { ...context, send() {}, call() {} }) as Emitting,
            ...{ state, events, targets },
          },
          [...Object.values(args), context.sender],
        ),
      ),
    };
  }
  const handler = (context: never, message: ReceivedMessage) =>
    randomBody({ tape, context, state, events, targets }, [
      message.from,
      message.messageTime,
      message.kind,
      message.asset,
      message.amount,
      message.recipient,
      message.payload,
    ]);
  const run = (context: never, args: Readonly<Record<string, ScalarValue>>, message: CallMessage) =>
    randomBody({ tape, context, state, events, targets }, [
      message.from,
      message.asset,
      message.amount,
      message.recipient,
      ...Object.values(args),
    ]);
  const calls = Object.fromEntries(
    targets.filter(() => tape.below(2) === 0).map(({ name, args }) => [name, { args, run: tape.repeatable(run) }]),
  );
  const bounced = Object.fromEntries(
    targets.filter(() => tape.below(2) === 0).map((of) => [of.name, { of, run: tape.repeatable(run) }]),
  );
  const receive = {
    ...(tape.below(2) === 0 ? { deposit: tape.repeatable(handler) } : {}),
    ...(tape.below(2) === 0 ? { call: tape.repeatable(handler) } : {}),
    ...(tape.below(3) === 0 ? { bounce: tape.repeatable(handler) } : {}),
  };
  const fee = tape.repeatable((context: FeeContext<unknown>) => randomFee(tape, context, state));
  const define = (others: object) =>
    application({
      name: "random",
      state,
      events,
      methods: methods as never,
      receive: { ...receive, ...others } as never,
      calls: calls as never,
      bounced: bounced as never,
      ...(hasFee ? { fee: fee as never } : {}),
    });
  try {
    return define({});
  } catch (error) {
    // A definition that lets money bounce to nobody is refused.
    if (!(error instanceof DefinitionError && /its bounce has no handler/.test(error.message))) throw error;
    return define({ bounce() {} });
  }
}

function randomFields(tape: Tape, name: string, most: number): Fields {
  return Object.fromEntries(
    Array.from({ length: 1 + tape.below(most) }, (_, i) => [`${name}${i}`, tape.pick(SCALARS)]),
  );
}

function randomInterface(tape: Tape, name: string): CallInterface {
  const args: Record<string, Type> = {};
  for (const [argument, type] of Object.entries(randomFields(tape, "argument", 4))) {
    const wider = { ...args, [argument]: type };
    const { packed } = layoutOf(wider);
    const carried = Object.values(wider).filter((other) => isScalar(other) && isCarried(other));
    if (carried.length < 2 && bitsOf(packed.map(({ type }) => type)) <= ARGUMENT_BITS) args[argument] = type;
  }
  return callInterface({ name, args });
}

function randomState(tape: Tape): StateDeclaration {
  const state: Record<string, MapDeclaration> = { accounts: account(randomFields(tape, "field", 3)) };
  for (let i = 0; i < tape.below(3); i++)
    state[`map${i}`] = map(randomFields(tape, "key", 2), randomFields(tape, "field", 3));
  if (tape.below(2) === 0) state.cell = cell(randomFields(tape, "field", 3));
  state.lists = map(u8, array(u16, LENGTH));
  return state;
}

type Emitting = MethodContext<unknown> & { readonly emit: Readonly<Record<string, (fields: object) => void>> };

type Body = {
  readonly tape: Tape;
  readonly context: Emitting;
  readonly state: StateDeclaration;
  readonly events: Events;
  readonly targets: readonly CallInterface[];
  /** The usable values, by type. */
  readonly values: ScalarValue[];
  readonly slots: RandomSlot[];
  readonly depth: number;
};

/**
 * A typical fee in most cases: it takes money from the sender's account and adds it to another account. Then any steps
 * except messages.
 */
function randomFee(tape: Tape, context: FeeContext<unknown>, state: StateDeclaration): void {
  const { layerId, time, epoch, sender, fee, feeRecipient } = context;
  const accounts = (context.state as { accounts: { at(key: unknown): Omit<RandomSlot, "types"> } }).accounts;
  const types = (state.accounts!.value as StructType).fields;
  const slots = [feeRecipient, sender].map((key) => ({ ...pickMembers(accounts.at(key)), types }));
  const values = [layerId, time, epoch, sender, fee, feeRecipient];
  randomSteps(
    { tape, context: context as never, state, events: {}, targets: [], values, slots, depth: 0 },
    1 + tape.below(4),
  );
}

type RandomSlot = { get(): Readonly<Record<string, ScalarValue>>; set(value: unknown): void; readonly types: Fields };

type Surroundings = Pick<Body, "tape" | "context" | "state" | "events" | "targets">;

function randomBody(surroundings: Surroundings, values: ScalarValue[]): void {
  const { context, tape } = surroundings;
  const common = [context.layerId, context.time, context.epoch];
  randomSteps({ ...surroundings, values: [...common, ...values], slots: [], depth: 0 }, 2 + tape.below(14));
}

function randomSteps(body: Body, count: number): void {
  for (let i = 0; i < count; i++) randomStep(body);
}

function randomStep(body: Body): void {
  const { tape, values, slots, depth, context } = body;
  const sends = "send" in context;
  const steps: (() => void)[] = [
    () => void values.push(randomInteger(body)),
    () => void values.push(randomInteger(body)),
    () => void values.push(randomCondition(body)),
    () => void values.push(randomSigned(body)),
    () => void values.push(randomSigned(body)),
    () => void values.push(randomElement(body)),
    () => void values.push(randomFieldValue(body)),
    () => void slots.push(randomSlot(body)),
    () => void values.push(...Object.values(pickSlot(body).get())),
    () => writeSlot(body),
    () => writeSlot(body),
    () => values.push(randomSelect(body)),
    () => randomWhen(body),
    // An assertion on random values would nearly always fail, so most assertions are made to hold if the arithmetic
    // before them held.
    () =>
      assert(
        tape.below(3) === 0 ? randomCondition(body) : randomCondition(body).or(takeUint(body).atLeast(0)),
        "a random check",
      ),
    () =>
      sends &&
      context.send({
        to: take(body, field),
        asset: take(body, u32),
        amount: take(body, u128),
        recipient: take(body, address),
        payload: take(body, field),
      }),
    () => sends && randomCall(body),
    () => sends && randomEmit(body),
    () =>
      sends &&
      context.withdraw({
        asset: take(body, u32),
        amount: take(body, u128),
        recipient: take(body, ethereumAddress),
      }),
  ];
  const step = tape.pick(steps);
  if (step === steps[12] && depth >= MAX_DEPTH) return;
  step();
}

function randomCall(body: Body): void {
  const { context, tape, targets } = body;
  if (targets.length === 0) return;
  const target = tape.pick(targets);
  context.call(target, {
    to: take(body, field),
    args: takeFields(body, target.args) as never,
    asset: take(body, u32),
    amount: take(body, u128),
    ...(layoutOf(target.args).carried === undefined ? { recipient: take(body, address) } : {}),
  });
}

function randomEmit(body: Body): void {
  const { context, tape, events } = body;
  if (Object.keys(events).length === 0) return;
  const name = tape.pick(Object.keys(events));
  context.emit[name]!(takeFields(body, events[name]!));
}

function randomWhen(body: Body): void {
  const inside = () => ({ ...body, values: [...body.values], slots: [...body.slots], depth: body.depth + 1 });
  let cases = when(randomCondition(body), () => randomSteps(inside(), 1 + body.tape.below(5)));
  for (let i = body.tape.below(3); i > 0; i--) {
    cases = cases.elseWhen(randomCondition(body), () => randomSteps(inside(), 1 + body.tape.below(3)));
  }
  if (body.tape.below(2) === 0) cases.otherwise(() => randomSteps(inside(), 1 + body.tape.below(4)));
}

/** A value of a type: an existing value or a literal. Small literals make keys coincide and arithmetic succeed. */
function take<T extends Type>(body: Body, type: T): ValueOf<T> {
  const { tape, values } = body;
  const fitting = values.filter((value) => typeName(value.type) === typeName(type));
  if (fitting.length > 0 && tape.below(4) !== 0) return tape.pick(fitting) as ValueOf<T>;
  return constant(type, randomLiteral(tape, type) as never) as ValueOf<T>;
}

function randomLiteral(tape: Tape, type: Type): bigint | boolean | string {
  if (type.kind === "bool") return tape.below(2) === 1;
  if (type.kind === "enumeration") return tape.pick(type.members);
  if (type.kind === "signed") {
    const half = 1n << BigInt(type.bits - 1);
    return tape.pick([0n, 1n, -1n, 2n, -3n, BigInt(tape.below(256)) - 128n, half - 1n, -half, 1n - half]);
  }
  const bits = isScalar(type) ? scalarBits(type) : undefined;
  const largest = bits === undefined ? 1n << 200n : (1n << BigInt(bits)) - 1n;
  return tape.pick([0n, 1n, 2n, 3n, BigInt(tape.below(256)), largest, largest - 1n, largest >> 1n]);
}

function takeUint(body: Body): Uint {
  return take<IntegerType>(body, body.tape.pick(INTEGERS));
}

function randomInteger(body: Body): Uint {
  const { tape } = body;
  const type = tape.pick<IntegerType>(INTEGERS) as typeof u8;
  const a = take(body, type);
  const b = take(body, type);
  const makers: (() => Uint)[] = [
    () => a.add(b),
    () => a.subtract(b),
    () => a.multiply(b),
    () => a.divide(b),
    () => a.remainder(b),
    () => a.mulDiv(b, take(body, type)),
    () => takeUint(body).to(type),
    () => take(body, bool).to(type),
    () => take(body, field).to(type),
    // Arithmetic that can't fail, so that calls run to the end.
    () => select(a.lessThan(b), b, a),
    () => a.remainder(17).add(3),
    () => a.mulDiv(b, b.divide(2).add(1).divide(2).add(1)),
    () => a.bitAnd(b),
    () => a.bitOr(b),
    () => a.bitXor(b),
    () => a.bitNot(),
    () => a.shiftLeft(tape.below(type.bits)),
    () => a.shiftRight(tape.below(type.bits)),
    () => take<SignedType>(body, tape.pick(SIGNED)).to(type),
    () => take(body, { ...type, kind: "signed" } as typeof i8).abs(),
    () => take(body, PHASE).to(type),
  ];
  return tape.pick(makers)();
}

function takeSigned<T>(body: Body, combine: (a: Int<8>, b: Int<8>) => T): T {
  const type = body.tape.pick<SignedType>(SIGNED) as typeof i8;
  return combine(take(body, type), take(body, type));
}

function randomSigned(body: Body): ScalarValue {
  const { tape } = body;
  const type = tape.pick<SignedType>(SIGNED) as typeof i8;
  const a = take(body, type);
  const b = take(body, type);
  return tape.pick<() => ScalarValue>([
    () => a.add(b),
    () => a.subtract(b),
    () => a.multiply(b),
    () => a.divide(b),
    () => a.remainder(b),
    () => a.mulDiv(b, take(body, type)),
    () => a.negate(),
    () => takeUint(body).to(type),
    () => take<SignedType>(body, tape.pick(SIGNED)).to(type),
    () => take(body, field).to(type),
    () => take(body, bool).to(type),
    // Arithmetic that can't fail.
    () => a.divide(3).add(b.divide(3)),
    () => select(a.lessThan(b), a, b),
    () => a.remainder(11).multiply(-7),
  ])();
}

/** Reads or writes an element of an array, at an index that is mostly in range. */
function randomElement(body: Body): ScalarValue {
  const { tape } = body;
  const list = (body.context.state as State<{ lists: MapDeclaration<typeof u8, ArrayType<typeof u16>> }>).lists.at(
    take(body, u8),
  );
  const index = tape.below(4) === 0 ? take(body, u8) : takeUint(body).remainder(LENGTH);
  if (tape.below(2) === 0 && "send" in body.context) list.at(index).set(take(body, u16));
  return tape.below(2) === 0 ? list.at(index).get() : list.get().with(index, take(body, u16)).at(index);
}

function randomCondition(body: Body): BoolValue {
  const { tape } = body;
  const type = tape.pick<IntegerType>(INTEGERS) as typeof u8;
  const a = take(body, type);
  const b = take(body, type);
  const flag = take(body, bool);
  return tape.pick<() => BoolValue>([
    () => a.lessThan(b),
    () => a.greaterThan(b),
    () => a.atMost(b),
    () => a.atLeast(b),
    () => a.equals(b),
    () => flag.not(),
    () => flag.and(take(body, bool)),
    () => flag.or(take(body, bool)),
    () => flag.equals(take(body, bool)),
    () => take(body, field).equals(take(body, field)),
    () => take(body, field).lessThan(take(body, field)),
    () => take(body, PHASE).equals(take(body, PHASE)),
    () => take(body, PHASE).lessThan("settled"),
    () => take<SignedType>(body, tape.pick(SIGNED)).isNegative(),
    () => takeSigned(body, (x, y) => x.lessThan(y)),
    () => takeSigned(body, (x, y) => x.equals(y)),
    () => take(body, address).equals(take(body, address)),
    () => take(body, ethereumAddress).equals(take(body, ethereumAddress)),
  ])();
}

function randomFieldValue(body: Body): ScalarValue {
  const { tape } = body;
  const a = take(body, field);
  const b = take(body, field);
  return tape.pick<() => ScalarValue>([
    () => a.add(b),
    () => a.subtract(b),
    () => a.multiply(b),
    () => takeUint(body).to(field),
    () => take(body, bool).to(field),
    () => take(body, address).to(field),
    () => takeUint(body).to(field).to(address),
    () => take(body, ethereumAddress).to(field),
    () => takeUint(body).to(field).to(ethereumAddress),
    () => a.to(ethereumAddress),
    () => take<SignedType>(body, tape.pick(SIGNED)).to(field),
    () => hash(a, take(body, tape.pick(SCALARS))),
  ])();
}

function randomSelect(body: Body): ScalarValue {
  const type = body.tape.pick(SCALARS);
  return select(randomCondition(body), take(body, type) as Uint, take(body, type) as Uint);
}

/**
 * Opens an entry. The keys come from all values, including values that were read, so two handles often name one entry.
 */
function randomSlot(body: Body): RandomSlot {
  const { tape, state } = body;
  const name = tape.pick(Object.keys(state).filter((one) => state[one]!.value.kind === "struct"));
  const { keys, value } = state[name]!;
  const types = value.kind === "struct" ? value.fields : {};
  const handle = (body.context.state as Record<string, unknown>)[name] as {
    at(key: unknown): Omit<RandomSlot, "types">;
  };
  if (keys === undefined) return { ...pickMembers(handle as never), types };
  const key =
    "kind" in keys && typeof keys.kind === "string" ? take<Type>(body, keys as Type) : takeFields(body, keys as Fields);
  return { ...pickMembers(handle.at(key)), types };
}

function pickMembers({ get, set }: Omit<RandomSlot, "types">): Omit<RandomSlot, "types"> {
  return { get, set };
}

function pickSlot(body: Body): RandomSlot {
  if (body.slots.length > 0 && body.tape.below(3) !== 0) return body.tape.pick(body.slots);
  const slot = randomSlot(body);
  body.slots.push(slot);
  return slot;
}

function writeSlot(body: Body): void {
  const slot = pickSlot(body);
  slot.set(takeFields(body, slot.types));
}

function takeFields(body: Body, types: Fields): Record<string, ScalarValue> {
  const values = Object.entries(types).map(([name, type]) => [name, take<Type>(body, type) as ScalarValue] as const);
  return Object.fromEntries(values.filter(([, value]) => isTracedValue(value)));
}
