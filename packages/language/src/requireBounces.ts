import { MessageKind } from "@frond/protocol";
import { DefinitionError } from "./errors.ts";
import type { Handler, Instruction, Operation, Procedure, Program, ValueId } from "./ir.ts";
import { titleOfHandler } from "./outline.ts";

/**
 * Checks that the bounce of every call with money has a handler: a call bounces if it fails on the other layer, and the
 * money of a bounce without a handler belongs to nobody.
 * @throws {@link DefinitionError} at the first call that has none
 */
export function requireBounces({ methods, handlers }: Program): void {
  const bounces = handlers.filter(({ kind }) => kind === MessageKind.bounce);
  for (const method of methods) requireBouncesOf(method, `the method \`${method.name}\``, bounces);
  for (const handler of handlers) requireBouncesOf(handler, titleOfHandler(handler), bounces);
}

function requireBouncesOf({ instructions }: Procedure, title: string, bounces: readonly Handler[]): void {
  for (const instruction of instructions) {
    if (instruction.op !== "send" || !mayBounceWithMoney(instruction, instructions)) continue;
    const payload = instructions[instruction.payload]!;
    const selector = payload.op === "pack" ? payload.constant : undefined;
    const isHandled = bounces.some((bounce) => bounce.selector === undefined || bounce.selector === selector);
    if (isHandled) continue;
    const name = payload.op === "pack" ? payload.label : undefined;
    throw new DefinitionError({
      code: "language/definition",
      location: instruction.location,
      problem:
        `${name === undefined ? "A call" : `The call \`${name}\``} carries money, and its bounce has no handler ` +
        `(in ${title}): if the call fails on the other layer, nobody gets the money.`,
      instead:
        name === undefined
          ? "Write `receive: { bounce({ state }, { asset, amount, payload }) { ... } }`, which gives the money back."
          : `Write \`bounced: { ${name}: { of: ${name}, run({ state }, args, { asset, amount }) { ... } } }\`, ` +
            "which gives the money back.",
    });
  }
}

/** A withdrawal does not bounce, and neither does another message to L1. */
function mayBounceWithMoney(
  { kind, to, amount }: Extract<Operation, { op: "send" }>,
  instructions: readonly Instruction[],
): boolean {
  return kind === MessageKind.call && !isConstantZero(instructions, to) && !isConstantZero(instructions, amount);
}

function isConstantZero(instructions: readonly Instruction[], id: ValueId): boolean {
  const instruction = instructions[id]!;
  return instruction.op === "constant" && instruction.value === 0n;
}
