import { type Field, FrondError, type Point } from "@frond/foundation";
import { decodeArguments, describeMessage, formatLocation, type SourceLocation } from "@frond/language";
import type { NodeHooks } from "@frond/node";
import { type Message, MessageKind, type Transaction } from "@frond/protocol";
import type { AnyApplication } from "../applications/anyApplication.ts";

/**
 * A call of a layer as it happened: of a method by a transaction, of one by the layer's own node (`every`), or of a
 * handler by a message. Plain data.
 */
export type ObservedCall = {
  readonly kind: "method" | "every" | "deposit" | "call" | "bounce" | "forced";
  readonly name: string;
  /** As text, in the order of the definition. */
  readonly args: readonly (readonly [name: string, value: string])[];
  /** Why it failed, if it did, and at which line of the application. */
  readonly failure?: { readonly reason: string; readonly place?: string };
};

/** Tells of every call of a layer: transactions once they are promised or refused, messages once they are handled. */
export function observeCalls(application: AnyApplication, onCall: (call: ObservedCall) => void): NodeHooks {
  let ownKey: Point | undefined;
  const kindOf = ({ publicKey }: Transaction) =>
    publicKey.x === ownKey?.x && publicKey.y === ownKey.y ? ("every" as const) : ("method" as const);
  const called = (transaction: Transaction): ObservedCall => ({
    ...methodCall(application, transaction),
    kind: kindOf(transaction),
  });
  return {
    name: "calls",
    async start({ sequencer, layer }) {
      ownKey = layer.config.sequencerKey;
      sequencer.on("transaction", (_promise, transaction) => onCall(called(transaction)));
      sequencer.on("handled", (message, failure) => {
        const handled = messageCall(application, message);
        if (handled !== undefined) onCall({ ...handled, ...failureOf(failure?.message, failure?.location) });
      });
    },
    onRefused(transaction, reason) {
      const { data = {} } = reason instanceof FrondError ? reason : {};
      const { reason: problem, location } = data as { reason?: string; location?: SourceLocation };
      const text = problem ?? (reason instanceof Error ? reason.message : String(reason));
      onCall({ ...called(transaction), ...failureOf(text, location) });
    },
    async close() {},
  };
}

function failureOf(reason: string | undefined, location: SourceLocation | undefined): Pick<ObservedCall, "failure"> {
  if (reason === undefined) return {};
  return { failure: { reason, ...(location === undefined ? {} : { place: formatLocation(location) }) } };
}

/** Whoever sends a transaction may send one of no method, or with arguments of other types. */
function methodCall(application: AnyApplication, { method, args }: Transaction): Pick<ObservedCall, "name" | "args"> {
  try {
    const { name, args: decoded } = decodeArguments(application, method, args);
    return { name, args: textOf(decoded) };
  } catch {
    return { name: application.program.methods[method]?.name ?? `method ${method}`, args: [] };
  }
}

const KINDS = new Map<number, ObservedCall["kind"]>([
  [MessageKind.deposit, "deposit"],
  [MessageKind.call, "call"],
  [MessageKind.bounce, "bounce"],
  [MessageKind.forced, "forced"],
]);

/** A message of another kind is no call. */
function messageCall(application: AnyApplication, message: Message): ObservedCall | undefined {
  const kind = KINDS.get(message.kind);
  if (kind === undefined) return undefined;
  const { asset, amount, recipient } = message;
  const described = describeMessage(application, message);
  const money: [string, string][] =
    amount === 0n
      ? []
      : [
          ["asset", String(asset)],
          ["amount", String(amount)],
        ];
  if (described !== undefined) return { kind, name: described.name, args: [...textOf(described.args), ...money] };
  return { kind, name: kind, args: [...money, ["recipient", shown(recipient)]] };
}

function textOf(args: Readonly<Record<string, unknown>>): [string, string][] {
  return Object.entries(args).map(([name, value]) => [name, shown(value)]);
}

/** Above this a number is an address, and nobody reads its digits. */
const LONGEST_NUMBER = 2n ** 128n;

function shown(value: unknown): string {
  const text = (part: Field) => (part < LONGEST_NUMBER ? String(part) : `0x${part.toString(16).slice(0, 8)}..`);
  if (typeof value === "bigint") return text(value);
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_, part) => (typeof part === "bigint" ? text(part) : part));
}
