import { basename } from "node:path";
import { FIELD_MODULUS, type Field, poseidon2Hash } from "@frond/foundation";
import { ETHEREUM_ADDRESS_BITS, entryKey, L1_LAYER_ID } from "@frond/protocol";
import { valueTypes } from "../executor/compileProcedure.ts";
import type { ContextName, Instruction, Procedure, Program, ScalarType, SourceLocation, ValueId } from "../ir.ts";
import { lowerArithmetic } from "./lowerArithmetic.ts";
import { createNames } from "./names.ts";
import type { Run } from "./run.ts";
import type { Slots } from "./slots.ts";

/** A procedure as a function in Noir, together with what computes its hints. */
export type LoweredProcedure = {
  readonly procedure: Procedure;
  /** Name of the function. */
  readonly name: string;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
  /** Lines of its body. */
  readonly body: readonly string[];
  /** How much it uses of what is shared. */
  readonly uses: Uses;
  /** Runs it; fills the run's values, keys, hints, messages and failures. */
  readonly evaluate: (run: Run) => void;
};

export type Uses = {
  readonly bits: number;
  readonly hints: number;
  readonly ranged: number;
  readonly divisions: number;
  readonly sent: number;
};

export type LowerOptions = {
  readonly program: Program;
  readonly slots: Slots;
  /** Width of what is ranged: the application's widest integer. */
  readonly bits: number;
  /** A method must not fail; after a failure a handler opens no more entries. */
  readonly canFail: boolean;
  readonly names: (wish: string) => string;
  /** Source text of a location, if it is known. */
  readonly sourceLine: (location: SourceLocation) => string | undefined;
};

/** What lowering one instruction may add to. */
export type Lowering = {
  readonly bits: number;
  /** Noir expression of a value. */
  expression(id: ValueId): string;
  /** The constant that a value is, if it is one. */
  constantOf(id: ValueId): bigint | undefined;
  emit(line: string): void;
  /** Names the value of an instruction and computes it. */
  define(id: ValueId, options: { wish: string; expression: string; evaluate: (run: Run) => Field }): string;
  /** A hint that is 0 or 1; returns its expression. */
  bit(evaluate: (run: Run) => Field): string;
  hint(evaluate: (run: Run) => Field): string;
  /** The result of a division; returns the expression of the whole. */
  division(
    factors: readonly [string, string, string],
    evaluate: (run: Run) => readonly [Field, Field, Field],
  ): Division;
  /** Demands `0 <= expression < 2^bits` of an integer that is surely within 2^120 times that of zero. */
  range(expression: string, bits: number): void;
  /** Demands `0 <= expression < 2^bits` of anything. */
  rangeHint(expression: string, bits: number): void;
  /** Fails if `expression`, 0 or 1, is 1. */
  fail(id: ValueId, expression: string, evaluate: (run: Run) => boolean): void;
  step(evaluate: (run: Run) => void): void;
};

export type Division = { readonly expression: string; readonly number: number };

const CONTEXT: Record<ContextName, string> = {
  sender: "context.sender",
  fee: "context.fee",
  feeRecipient: "context.block.fee_recipient",
  layerId: "context.block.layer_id",
  slot: "context.block.slot",
  epoch: "context.block.epoch",
  from: "context.message.from",
  messageSlot: "context.message.slot",
  kind: "context.message.kind",
  asset: "context.message.asset",
  amount: "context.message.amount",
  recipient: "context.message.recipient",
  payload: "context.message.payload",
};

export function lowerProcedure(procedure: Procedure, options: LowerOptions): LoweredProcedure {
  const { program, slots, bits, canFail } = options;
  const names = createNames();
  const name = options.names(procedure.name);
  const parameters = procedure.parameters.map((parameter) => names(parameter.name));
  const types = valueTypes(procedure);
  const body: string[] = [];
  const steps: ((run: Run) => void)[] = [];
  const expressions: string[] = [];
  const count = { bits: 0, hints: 0, ranged: 0, divisions: 0, sent: 0 };
  const used = new Set(procedure.instructions.flatMap(operandsOf));
  const writtenMaps = new Set(
    procedure.instructions.flatMap((instruction) =>
      instruction.op === "write" ? [openOf(instruction.handle).map] : [],
    ),
  );
  const entryNames = new Map<number, string>();

  const lowering: Lowering = {
    bits,
    expression: (id) => expressions[id]!,
    constantOf: (id) => {
      const instruction = procedure.instructions[id]!;
      return instruction.op === "constant" ? instruction.value : undefined;
    },
    emit: (line) => void body.push(line),
    define(id, { wish, expression, evaluate }) {
      steps.push((run) => {
        run.values[id] = evaluate(run);
      });
      if (!used.has(id)) {
        expressions[id] = expression;
        return expression;
      }
      const variable = names(wish);
      body.push(`let ${variable} = ${expression};`);
      expressions[id] = variable;
      return variable;
    },
    bit(evaluate) {
      steps.push((run) => void run.bits.push(evaluate(run)));
      return `call.bits[${count.bits++}]`;
    },
    hint(evaluate) {
      steps.push((run) => void run.hints.push(evaluate(run)));
      return `call.hints[${count.hints++}]`;
    },
    division(factors, evaluate) {
      steps.push((run) => {
        const [a, b, c] = evaluate(run);
        const fits = c !== 0n && a * b < c << 128n;
        run.quotients.push({
          fits: fits ? 1n : 0n,
          quotient: fits ? (a * b) / c : 0n,
          remainder: fits ? (a * b) % c : 0n,
        });
      });
      const number = count.divisions++;
      body.push(`effects.divisions[${number}] = [${factors.join(", ")}];`);
      return { expression: `call.quotients[${number}]`, number };
    },
    range(expression, width) {
      body.push(`effects.ranged[${count.ranged++}] = ${scaled(expression, bits - width)};`);
    },
    rangeHint(expression, width) {
      lowering.range(expression, bits);
      if (width < bits) lowering.range(expression, width);
    },
    fail(id, expression, evaluate) {
      const { guard } = procedure.instructions[id]!;
      body.push(`effects.failures += ${guard === undefined ? expression : `${expressions[guard]} * (${expression})`};`);
      steps.push((run) => {
        if ((guard === undefined || run.values[guard] === 1n) && evaluate(run)) run.failures.push(id);
      });
    },
    step: (evaluate) => void steps.push(evaluate),
  };

  openEntries();
  let line = "";
  procedure.instructions.forEach((instruction, id) => {
    const start = body.length;
    lower(instruction, id);
    const comment = instruction.location === undefined ? "" : describe(instruction.location, options);
    if (body.length > start && comment !== "" && comment !== line) {
      body.splice(start, 0, `// ${comment}`);
      line = comment;
    }
  });
  closeEntries();

  return {
    procedure,
    name,
    parameters,
    body,
    uses: count,
    evaluate(run) {
      for (const step of steps) step(run);
    },
  };

  function openOf(handle: ValueId) {
    const instruction = procedure.instructions[handle]!;
    if (instruction.op !== "open") throw new Error(`value ${handle} of ${procedure.name} is not a handle`);
    return instruction;
  }

  /** The entries are read before anything else; where two may be one, `same_..` tells. */
  function openEntries() {
    for (const { slot, map } of slots.opened) {
      const variable = names(program.maps[map]!.name);
      entryNames.set(slot, variable);
      body.push(`let ${writtenMaps.has(map) ? "mut " : ""}${variable} = call.entries[${slot}];`);
    }
    for (const [a, b] of aliases()) {
      body.push(`let ${sameName(a.slot, b.slot)} = equal(call.places[${a.slot}], call.places[${b.slot}]);`);
    }
  }

  /** Pairs of slots that may be the same entry, where that matters. */
  function aliases() {
    return slots.opened.flatMap((a, i) =>
      slots.opened.slice(i + 1).flatMap((b) => (a.map === b.map && writtenMaps.has(a.map) ? [[a, b] as const] : [])),
    );
  }

  function sameName(a: number, b: number): string {
    return a < b ? `same_${a}_${b}` : `same_${b}_${a}`;
  }

  function closeEntries() {
    for (const { slot, map } of slots.opened) {
      const fields = procedure.instructions.flatMap((instruction) =>
        instruction.op === "write" && openOf(instruction.handle).map === map ? [instruction.field] : [],
      );
      for (const field of [...new Set(fields)].sort((a, b) => a - b)) {
        body.push(
          `effects.changes[${slot}][${field}] = ${entryNames.get(slot)}[${field}] - call.entries[${slot}][${field}];`,
        );
      }
    }
  }

  function lower(instruction: Instruction, id: ValueId): void {
    const value = (operand: ValueId) => expressions[operand]!;
    switch (instruction.op) {
      case "constant":
        expressions[id] = literal(instruction.value);
        lowering.step((run) => {
          run.values[id] = instruction.value;
        });
        return;
      case "parameter":
        expressions[id] = parameters[instruction.index]!;
        lowering.step((run) => {
          run.values[id] = run.args[instruction.index]!;
        });
        return;
      case "context":
        expressions[id] = CONTEXT[instruction.name];
        lowering.step((run) => {
          run.values[id] = run.context[instruction.name]!;
        });
        return;
      case "open":
        lowerOpen(instruction, id);
        return;
      case "read": {
        const slot = slots.slotOf.get(instruction.handle)!;
        const { map } = openOf(instruction.handle);
        const wish = program.maps[map]!.fields[instruction.field]?.name ?? "value";
        lowering.define(id, {
          wish,
          expression: `${entryNames.get(slot)}[${instruction.field}]`,
          evaluate: (run) => run.entries[slot]![instruction.field]!,
        });
        return;
      }
      case "write":
        lowerWrite(instruction);
        return;
      case "assert":
        lowering.emit(`// ${JSON.stringify(instruction.message)}`);
        lowering.fail(id, `1 - ${value(instruction.condition)}`, (run) => run.values[instruction.condition] === 0n);
        return;
      case "hash":
        lowering.define(id, {
          wish: "hash_of",
          expression: `hash([${instruction.inputs.map(value).join(", ")}])`,
          evaluate: (run) => poseidon2Hash(instruction.inputs.map((input) => run.values[input]!)),
        });
        return;
      case "pack":
        lowering.define(id, {
          wish: "packed",
          expression: [
            literal(BigInt(instruction.constant)),
            ...instruction.parts.map((part) => scaled(value(part.value), part.offset)),
          ].join(" + "),
          evaluate: (run) =>
            instruction.parts.reduce(
              (sum, part) => sum + (run.values[part.value]! << BigInt(part.offset)),
              BigInt(instruction.constant),
            ),
        });
        return;
      case "send":
        lowerSend(instruction, id);
        return;
      case "equal":
        lowering.define(id, {
          wish: "is_equal",
          expression: `equal(${value(instruction.a)}, ${value(instruction.b)})`,
          evaluate: (run) => (run.values[instruction.a] === run.values[instruction.b] ? 1n : 0n),
        });
        return;
      case "and":
        lowering.define(id, {
          wish: "both",
          expression: `${value(instruction.a)} * ${value(instruction.b)}`,
          evaluate: (run) => run.values[instruction.a]! * run.values[instruction.b]!,
        });
        return;
      case "or":
        lowering.define(id, {
          wish: "either",
          expression: `${value(instruction.a)} + ${value(instruction.b)} - ${value(instruction.a)} * ${value(instruction.b)}`,
          evaluate: (run) => run.values[instruction.a]! | run.values[instruction.b]!,
        });
        return;
      case "not":
        lowering.define(id, {
          wish: "is_not",
          expression: `1 - ${value(instruction.a)}`,
          evaluate: (run) => 1n - run.values[instruction.a]!,
        });
        return;
      case "select":
        lowering.define(id, {
          wish: "selected",
          expression: `${value(instruction.b)} + ${value(instruction.condition)} * (${value(instruction.a)} - ${value(instruction.b)})`,
          evaluate: (run) => run.values[run.values[instruction.condition] === 1n ? instruction.a : instruction.b]!,
        });
        return;
      default:
        lowerArithmetic(lowering, instruction, id, types as (ScalarType | undefined)[]);
        return;
    }
  }

  function lowerOpen(instruction: Extract<Instruction, { op: "open" }>, id: ValueId): void {
    const use = slots.opened.find((candidate) => candidate.instruction === id);
    if (use === undefined) return;
    const { slot, map, isSender, isFeeAccount, constantKeys } = use;
    const { guard } = instruction;
    const conditions = [
      ...(guard === undefined ? [] : [expressions[guard]!]),
      ...(canFail && body.some((text) => text.startsWith("effects.failures")) ? ["equal(effects.failures, 0)"] : []),
    ];
    const condition = conditions.length === 0 ? "1" : conditions.join(" * ");
    const constantKey = constantKeys === undefined ? undefined : entryKey(map, constantKeys);
    if (!isSender) {
      const opened =
        constantKey !== undefined || isFeeAccount
          ? `Opened::cell(${condition}, ${constantKey === undefined ? "context.block.fee_account" : literal(constantKey)})`
          : `Opened::entry(${condition}, ${map}, [${instruction.keys.map((key) => expressions[key]).join(", ")}])`;
      lowering.emit(`effects.opened[${slot}] = ${opened};`);
    }
    lowering.step((run) => {
      const isOpen =
        isSender || ((guard === undefined || run.values[guard] === 1n) && !(canFail && run.failures.length > 0));
      const key = isOpen
        ? (constantKey ??
          entryKey(
            map,
            instruction.keys.map((part) => run.values[part]!),
          ))
        : 0n;
      run.keys[slot] = key;
      run.entries[slot] = run.entryAt(key, map);
    });
  }

  /** A write is seen through every handle that names the same entry. */
  function lowerWrite({ handle, field, value, guard }: Extract<Instruction, { op: "write" }>): void {
    const slot = slots.slotOf.get(handle)!;
    const target = `${entryNames.get(slot)}[${field}]`;
    const next = expressions[value]!;
    lowering.emit(
      guard === undefined ? `${target} = ${next};` : `${target} += ${expressions[guard]} * (${next} - ${target});`,
    );
    for (const [a, b] of aliases()) {
      if (a.slot !== slot && b.slot !== slot) continue;
      const other = `${entryNames.get(a.slot === slot ? b.slot : a.slot)}[${field}]`;
      lowering.emit(`${other} += ${sameName(a.slot, b.slot)} * (${target} - ${other});`);
    }
    lowering.step((run) => {
      if (guard === undefined || run.values[guard] === 1n) run.entries[slot]![field] = run.values[value]!;
    });
  }

  function lowerSend(instruction: Extract<Instruction, { op: "send" }>, id: ValueId): void {
    const { guard } = instruction;
    checkRecipient(instruction, id);
    const parts = ["to", "asset", "amount", "recipient", "payload"] as const;
    const [to, ...others] = parts.map((part) => `${part}: ${expressions[instruction[part]]}`);
    const usedExpression = guard === undefined ? "1" : expressions[guard]!;
    lowering.emit(
      `effects.sent[${count.sent++}] = Sent { ${[`used: ${usedExpression}`, to, `kind: ${instruction.kind}`, ...others].join(", ")} };`,
    );
    lowering.step((run) => {
      const sent = guard === undefined || run.values[guard] === 1n;
      const value = (part: (typeof parts)[number]) => run.values[instruction[part]]!;
      run.sent.push({
        used: sent,
        to: value("to"),
        kind: BigInt(instruction.kind),
        asset: value("asset"),
        amount: value("amount"),
        recipient: value("recipient"),
        payload: value("payload"),
      });
    });
  }

  /**
   * What goes to L1 goes to an Ethereum address. A handler that asks for another fails, and its message bounces. For a
   * method nothing is emitted: the block has no proof with such a message among those that it produces
   * (`block_messages_hash`), which is checked once a message instead of once a call.
   */
  function checkRecipient({ to, recipient, guard }: Extract<Instruction, { op: "send" }>, id: ValueId): void {
    const isLost = (run: Run) =>
      run.values[to] === L1_LAYER_ID && run.values[recipient]! >> BigInt(ETHEREUM_ADDRESS_BITS) !== 0n;
    const [knownTo, knownRecipient] = [lowering.constantOf(to), lowering.constantOf(recipient)];
    if (knownTo !== undefined && knownTo !== L1_LAYER_ID) return;
    if (knownRecipient !== undefined && knownRecipient >> BigInt(ETHEREUM_ADDRESS_BITS) === 0n) return;
    if (!canFail) {
      lowering.step((run) => {
        if ((guard === undefined || run.values[guard] === 1n) && isLost(run)) run.failures.push(id);
      });
      return;
    }
    const isWide = `(1 - is_ethereum_address(${expressions[recipient]}))`;
    lowering.fail(id, knownTo === undefined ? `equal(${expressions[to]}, 0) * ${isWide}` : isWide, isLost);
  }
}

export function literal(value: bigint): string {
  const element = ((value % FIELD_MODULUS) + FIELD_MODULUS) % FIELD_MODULUS;
  return element < 1n << 32n ? element.toString() : `0x${element.toString(16)}`;
}

export function scaled(expression: string, shift: number): string {
  if (shift === 0) return expression;
  return `(${expression}) * ${literal(1n << BigInt(shift))}`;
}

function describe(location: SourceLocation, { sourceLine }: LowerOptions): string {
  const text = sourceLine(location);
  return `${basename(location.file)}:${location.line}${text === undefined ? "" : `  ${text}`}`;
}

/** The values that an instruction uses. */
export function operandsOf(instruction: Instruction): ValueId[] {
  const guard = instruction.guard === undefined ? [] : [instruction.guard];
  const { op } = instruction;
  if (op === "constant" || op === "parameter" || op === "context") return guard;
  if (op === "open") return [...guard, ...instruction.keys];
  if (op === "read") return guard;
  if (op === "write" || op === "convert") return [...guard, instruction.value];
  if (op === "assert") return [...guard, instruction.condition];
  if (op === "hash") return [...guard, ...instruction.inputs];
  if (op === "pack") return [...guard, ...instruction.parts.map(({ value }) => value)];
  if (op === "not") return [...guard, instruction.a];
  if (op === "select") return [...guard, instruction.condition, instruction.a, instruction.b];
  if (op === "mulDiv") return [...guard, instruction.a, instruction.b, instruction.c];
  if (op === "send") {
    const { to, asset, amount, recipient, payload } = instruction;
    return [...guard, to, asset, amount, recipient, payload];
  }
  return [...guard, instruction.a, instruction.b];
}
