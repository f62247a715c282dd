import { blockSizesSchema } from "@frond/protocol";
import { type CallInterface, describeCall, isCallInterface, requireDistinctCalls, validateCall } from "./calls.ts";
import type { Events } from "./eventDefinitions.ts";
import { validateEvents } from "./events.ts";
import type { SourceLocation } from "./ir.ts";
import { unknownName } from "./names.ts";
import type { Returned } from "./returnedType.ts";
import { isType, type MapDeclaration } from "./state.ts";
import { type Fields, struct } from "./types.ts";
import { validateData } from "./validateData.ts";
import { requireDistinct, requireName, validateArguments, validateParts, wrong } from "./validateParts.ts";
import { validateViews } from "./views.ts";

/** The number of a method is one byte in the signed transaction. */
const MAX_METHODS = 256;

type Methods = { readonly [name: string]: { readonly args: Fields; readonly run: unknown } };

type Definition = {
  readonly name: string;
  readonly state: { readonly [name: string]: MapDeclaration };
  readonly methods: Methods;
  readonly fee?: unknown;
  readonly sizes?: unknown;
  readonly data?: unknown;
  readonly genesis?: unknown;
  readonly exits?: Methods;
  readonly events?: Events;
  readonly views?: {
    readonly [name: string]: { readonly args: Fields; readonly returns?: Returned; readonly run: unknown };
  };
  readonly calls?: Methods;
  readonly bounced?: { readonly [name: string]: { readonly of: CallInterface; readonly run: unknown } };
};

/**
 * Checks names and shapes before tracing.
 * @throws {@link DefinitionError} at the first mistake
 */
export function validateDefinition(definition: Definition, location: SourceLocation | undefined): void {
  requireParts(definition, location);
  requireName(definition.name, "The application", { location, pattern: /^[a-z][A-Za-z0-9-]*$/, reserved: [] });
  requireDistinct(Object.keys(definition.state), "entries of the state", location);
  requireDistinct(Object.keys(definition.methods), "methods", location);
  for (const [name, declaration] of Object.entries(definition.state)) {
    requireName(name, "An entry of the state", { location });
    validateDeclaration(name, declaration, location);
  }
  validateFee(definition.fee, location);
  const count = Object.keys(definition.methods).length;
  if (count > MAX_METHODS) {
    throw wrong(
      location,
      `There are ${count} methods.`,
      `Keep to ${MAX_METHODS}: a transaction names its method in one byte.`,
    );
  }
  validateMethods(definition.methods, "method", location);
  requireDistinct(Object.keys(definition.exits ?? {}), "exits", location);
  validateMethods(definition.exits ?? {}, "exit", location);
  validateEvents(definition.events ?? {}, location);
  validateViews(definition.views ?? {}, location);
  validateCalls(definition.calls ?? {}, location);
  validateBounced(definition.bounced ?? {}, location);
  validateSizes(definition.sizes, location);
  validateGenesis(definition.genesis, location);
  validateData(definition, location);
}

function validateMethods(methods: Methods, what: "method" | "exit", location: SourceLocation | undefined): void {
  for (const [name, method] of Object.entries(methods)) {
    requireName(name, what === "exit" ? "An exit" : "A method", { location });
    if (typeof method?.run !== "function" || typeof method.args !== "object") {
      throw wrong(
        location,
        `The ${what} \`${name}\` is incomplete.`,
        "Write `{ args: { amount: u128 }, run(context, args) { ... } }`.",
      );
    }
    validateArguments(method.args, `the ${what} \`${name}\``, location);
  }
}

const PARTS = [
  ...["name", "state", "events", "methods", "fee", "calls", "bounced", "receive", "exits", "views"],
  ...["data", "sizes", "genesis"],
];

/** Checks the names of the definition itself: a misspelt `receive` would be a handler that never runs. */
function requireParts(definition: Definition, location: SourceLocation | undefined): void {
  if (typeof definition !== "object" || definition === null) {
    throw wrong(location, "The definition is not an object.", "Write `application({ name, state, methods })`.");
  }
  const unknown = Object.keys(definition).find((name) => !PARTS.includes(name));
  if (unknown !== undefined) throw unknownName(unknown, PARTS, "the definition of an application");
  for (const part of ["state", "methods"] as const) {
    if (typeof definition[part] === "object" && definition[part] !== null) continue;
    throw wrong(
      location,
      `The application has no \`${part}\`.`,
      part === "state"
        ? "Write `state: { accounts: account({ balance: u128 }) }`, or `state: {}` for an application without a state."
        : "Write `methods: { pay: { args: { amount: u128 }, run(context, args) { ... } } }`, or `methods: {}`.",
    );
  }
  for (const part of ["methods", "calls", "bounced", "exits", "views"] as const) {
    for (const [name, method] of Object.entries(definition[part] ?? {})) {
      const known = part === "bounced" ? ["of", "run"] : ["args", ...(part === "views" ? ["returns"] : []), "run"];
      const other = Object.keys(method ?? {}).find((key) => !known.includes(key));
      if (other !== undefined) throw unknownName(other, known, `\`${part}.${name}\``);
    }
  }
}

function validateCalls(calls: NonNullable<Definition["calls"]>, location: SourceLocation | undefined): void {
  requireDistinct(Object.keys(calls), "calls", location);
  for (const [name, call] of Object.entries(calls)) {
    if (typeof call?.run !== "function" || typeof call.args !== "object") {
      throw wrong(
        location,
        `The call \`${name}\` is incomplete.`,
        "Write `{ args: { minimumOut: u128 }, run(context, args, message) { ... } }`.",
      );
    }
    validateCall(name, call.args, location);
  }
  const interfaces = Object.entries(calls).map(([name, { args }]) => describeCall(name, args));
  requireDistinctCalls(interfaces, location);
}

function validateBounced(bounced: NonNullable<Definition["bounced"]>, location: SourceLocation | undefined): void {
  requireDistinct(Object.keys(bounced), "handlers of bounces", location);
  for (const [name, handler] of Object.entries(bounced)) {
    requireName(name, "A handler of a bounce", { location });
    if (typeof handler?.run !== "function" || !isCallInterface(handler.of)) {
      throw wrong(
        location,
        `\`bounced.${name}\` is incomplete.`,
        "Write `{ of: exchange.calls.swap, run(context, args, message) { ... } }`, with the call that you send.",
      );
    }
  }
  requireDistinctCalls(
    Object.values(bounced).map(({ of }) => of),
    location,
  );
}

function validateSizes(sizes: unknown, location: SourceLocation | undefined): void {
  if (sizes === undefined) return;
  const issue = blockSizesSchema.safeParse(sizes).error?.issues[0];
  if (issue === undefined) return;
  throw wrong(location, `\`${["sizes", ...issue.path].join(".")}\` is wrong.`, issue.message);
}

function validateGenesis(genesis: unknown, location: SourceLocation | undefined): void {
  if (genesis === undefined || (typeof genesis === "object" && genesis !== null)) return;
  throw wrong(location, "`genesis` is not an object.", "Write `genesis: { owner: 0x12n }`, with entries of the state.");
}

function validateFee(fee: unknown, location: SourceLocation | undefined): void {
  if (fee === undefined || typeof fee === "function") return;
  throw wrong(location, "`fee` is not a function.", "Write `fee({ state, sender, fee, feeRecipient }) { ... }`.");
}

function validateDeclaration(name: string, declaration: MapDeclaration, location: SourceLocation | undefined): void {
  const isAccount = declaration?.kind === "account";
  if (declaration?.kind !== "cell" && declaration?.kind !== "map" && !isAccount) {
    throw wrong(
      location,
      `\`${name}\` is not an entry of a state.`,
      "Write `cell(type)`, `map(keys, type)` or `account({ ... })`.",
    );
  }
  if (isAccount !== (name === "accounts")) {
    throw wrong(
      location,
      isAccount
        ? `The accounts are declared under the name \`${name}\`.`
        : "`accounts` is declared as something else than the accounts.",
      "Write `accounts: account({ ... })`, and another name for other maps.",
    );
  }
  if (declaration.keys !== undefined) {
    const keys = declaration.keys;
    validateParts(isType(keys) ? keys : struct(keys), `the keys of \`${name}\``, location);
    if (!isType(keys) && Object.keys(keys).length === 0) {
      throw wrong(location, `The map \`${name}\` has no keys.`, "Write `cell(type)` for a single entry.");
    }
  }
  validateParts(declaration.value, `\`${name}\``, location);
}
