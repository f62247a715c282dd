import { FIELD_MODULUS, type Field, poseidon2Hash } from "@frond/foundation";
import { entryKey, type Message, MessageKind } from "@frond/protocol";
import { valueTypes } from "../executor/compileProcedure.ts";
import type { CallContext } from "../executor/createExecutor.ts";
import type { Emitted, StateAccess } from "../executor/session.ts";
import type { Handler, Instruction, Procedure, Program, ScalarType } from "../ir.ts";
import type { RandomCall } from "./arbitraryCall.ts";

/** The interpreter's outcome of a call. `failed` is the position of the first failed instruction. */
export type Interpretation = {
  readonly failed: number | undefined;
  readonly state: ReadonlyMap<Field, readonly Field[]>;
  readonly sent: readonly Message[];
  readonly emitted: readonly Emitted[];
};

/**
 * The reference semantics of a program, written for clarity: it executes one instruction after the other, copies the
 * whole state, and holds every value as a field. The executor and the circuits are tested against it. Arguments must be
 * in range. A message without a handler fails at -1.
 */
export function createInterpreter(program: Program) {
  return (call: RandomCall, context: CallContext, state: StateAccess): Interpretation => {
    if (call.kind === "method") {
      const { sender, fee, feeRecipient } = call;
      const surroundings = { ...contextFields(context), sender, fee, feeRecipient };
      return interpret(program, program.methods[call.method]!, { args: call.args, context, surroundings, state });
    }
    const { message } = call;
    const found = findPlainly(program, message);
    if (found === undefined) return { failed: -1, state: new Map(), sent: [], emitted: [] };
    const surroundings = {
      ...contextFields(context),
      from: message.from,
      messageTime: BigInt(message.time),
      kind: BigInt(message.kind),
      asset: BigInt(message.asset),
      amount: message.amount,
      recipient: message.recipient,
      payload: message.payload,
    };
    return interpret(program, found.handler, { args: found.args, context, surroundings, state });
  };
}

/** Finds the handler with the arguments that pack to the message's value, or else the handler without a selector. */
function findPlainly({ handlers }: Program, message: Message): { handler: Handler; args: Field[] } | undefined {
  const packed = message.kind === MessageKind.bounce ? message.recipient : message.payload;
  const ofKind = handlers.filter(({ kind }) => kind === message.kind);
  for (const handler of ofKind) {
    if (handler.selector === undefined) continue;
    let rest = packed / 2n ** 24n;
    const args = handler.parameters.map(({ type }) => {
      const limit = "bits" in type ? 2n ** BigInt(type.bits) : 2n;
      const arg = rest % limit;
      rest /= limit;
      return arg;
    });
    if (rest === 0n && packed % 2n ** 24n === BigInt(handler.selector)) return { handler, args };
  }
  const handler = ofKind.find(({ selector }) => selector === undefined);
  return handler && { handler, args: [] };
}

function contextFields({ layerId, time, epoch }: CallContext): Record<string, Field> {
  return { layerId, time: BigInt(time), epoch: BigInt(epoch) };
}

type Call = {
  readonly args: readonly Field[];
  readonly context: CallContext;
  readonly surroundings: Readonly<Record<string, Field>>;
  readonly state: StateAccess;
};

class Failure extends Error {}

function interpret(program: Program, procedure: Procedure, call: Call): Interpretation {
  const values: Field[] = [];
  const state = new Map<Field, readonly Field[]>();
  const sent: Message[] = [];
  const types = valueTypes(procedure);
  for (const [id, instruction] of procedure.instructions.entries()) {
    values[id] = 0n;
    if (instruction.guard !== undefined && values[instruction.guard] === 0n) continue;
    try {
      values[id] = step({ program, call, state, sent, types }, instruction, (of) => values[of]!);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return { failed: id, state: new Map(), sent: [], emitted: [] };
    }
  }
  const emitted = (procedure.emits ?? [])
    .filter(({ guard }) => guard === undefined || values[guard] === 1n)
    .map((emission) => ({ event: emission.event, values: emission.values.map((id) => values[id]!) }));
  return { failed: undefined, state, sent, emitted };
}

type Machine = {
  readonly program: Program;
  readonly call: Call;
  readonly state: Map<Field, readonly Field[]>;
  readonly sent: Message[];
  readonly types: readonly (ScalarType | undefined)[];
};

function step(
  { program, call, state, sent, types }: Machine,
  instruction: Instruction,
  v: (id: number) => Field,
): Field {
  switch (instruction.op) {
    case "constant":
      return inRange(instruction.value, instruction.type);
    case "parameter":
      return call.args[instruction.index]!;
    case "context":
      return call.surroundings[instruction.name]!;
    case "open": {
      const key = entryKey(program.maps[instruction.map]!.id, instruction.keys.map(v));
      if (!state.has(key)) state.set(key, call.state.get(key));
      return key;
    }
    case "read":
      return state.get(v(instruction.handle))![instruction.field]!;
    case "write": {
      const key = v(instruction.handle);
      state.set(key, state.get(key)!.with(instruction.field, v(instruction.value)));
      return 0n;
    }
    case "equal":
      return v(instruction.a) === v(instruction.b) ? 1n : 0n;
    case "and":
      return v(instruction.a) & v(instruction.b);
    case "or":
      return v(instruction.a) | v(instruction.b);
    case "not":
      return 1n - v(instruction.a);
    case "select":
      return v(instruction.condition) === 1n ? v(instruction.a) : v(instruction.b);
    case "assert":
      return nonZero(v(instruction.condition));
    case "pack":
      return instruction.parts.reduce(
        (sum, { value, offset }) => sum + v(value) * 2n ** BigInt(offset),
        BigInt(instruction.constant),
      );
    case "hash":
      return poseidon2Hash(instruction.inputs.map(v));
    case "send":
      if (v(instruction.to) === 0n && v(instruction.recipient) >= 2n ** 160n) throw new Failure();
      sent.push({
        from: call.context.layerId,
        to: v(instruction.to),
        time: call.context.time,
        kind: instruction.kind,
        asset: Number(v(instruction.asset)),
        amount: v(instruction.amount),
        recipient: v(instruction.recipient),
        payload: v(instruction.payload),
      });
      return 0n;
    default:
      return compute(instruction, types, v);
  }
}

type Computing = Extract<
  Instruction,
  {
    op:
      | ("add" | "subtract" | "multiply" | "divide" | "remainder" | "mulDiv" | "lessThan" | "convert" | "abs")
      | ("bitAnd" | "bitOr" | "bitXor" | "bitNot" | "shiftLeft");
  }
>;

/** What is computed with numbers and with bits. */
function compute(instruction: Computing, types: readonly (ScalarType | undefined)[], v: (id: number) => Field): Field {
  /** A value as a number: a signed one is held as its two's complement. */
  const n = (id: number) => {
    const type = types[id]!;
    return type.kind === "signed" && v(id) >= 2n ** BigInt(type.bits - 1) ? v(id) - 2n ** BigInt(type.bits) : v(id);
  };
  switch (instruction.op) {
    case "add":
      return checked(n(instruction.a) + n(instruction.b), instruction.type);
    case "subtract":
      return checked(n(instruction.a) - n(instruction.b), instruction.type);
    case "multiply":
      return checked(n(instruction.a) * n(instruction.b), instruction.type);
    case "divide":
      return checked(n(instruction.a) / nonZero(n(instruction.b)), instruction.type);
    case "remainder":
      return checked(n(instruction.a) % nonZero(n(instruction.b)), instruction.type);
    case "mulDiv":
      return checked((n(instruction.a) * n(instruction.b)) / nonZero(n(instruction.c)), instruction.type);
    case "bitAnd":
      return v(instruction.a) & v(instruction.b);
    case "bitOr":
      return v(instruction.a) | v(instruction.b);
    case "bitXor":
      return v(instruction.a) ^ v(instruction.b);
    case "bitNot":
      return 2n ** BigInt(instruction.type.bits) - 1n - v(instruction.a);
    case "shiftLeft":
      return (v(instruction.a) * 2n ** BigInt(instruction.by)) % 2n ** BigInt(instruction.type.bits);
    case "abs":
      return n(instruction.value) < 0n ? -n(instruction.value) : n(instruction.value);
    case "lessThan":
      return n(instruction.a) < n(instruction.b) ? 1n : 0n;
    case "convert":
      return converted(n(instruction.value), types[instruction.value]!, instruction.type);
  }
}

const isField = ({ kind }: ScalarType) => kind === "field" || kind === "address";

function checked(result: bigint, type: ScalarType): Field {
  return isField(type) ? ((result % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS : inRange(result, type);
}

/** The lower half of the field are the positive numbers, the upper half the negative ones, for signed integers. */
function converted(value: bigint, from: ScalarType, to: ScalarType): Field {
  if (to.kind !== "signed" || !isField(from)) return checked(value, to);
  return inRange(value <= FIELD_MODULUS / 2n ? value : value - FIELD_MODULUS, to);
}

/** The field element that represents a number of a type. */
function inRange(value: bigint, type: ScalarType): Field {
  if (type.kind === "signed") {
    const half = 2n ** BigInt(type.bits - 1);
    if (value < -half || value >= half) throw new Failure();
    return value < 0n ? value + 2n * half : value;
  }
  if (value < 0n || value >= limitOf(type)) throw new Failure();
  return value;
}

function limitOf(type: Exclude<ScalarType, { kind: "signed" }>): bigint {
  switch (type.kind) {
    case "integer":
      return 2n ** BigInt(type.bits);
    case "enumeration":
      return BigInt(type.members.length);
    case "bool":
      return 2n;
    case "ethereumAddress":
      return 2n ** 160n;
    default:
      return FIELD_MODULUS;
  }
}

function nonZero(value: Field): Field {
  if (value === 0n) throw new Failure();
  return value;
}
