import { type BlockSize, type DataMode, type HandledKindName, handledKindNames, MessageKind } from "@frond/protocol";
import { registerHooks } from "./branches/registerHooks.ts";
import { type CallInterface, describeCall, isCarried, layoutOf } from "./calls.ts";
import { requireSameFee, requireSameProgram } from "./compareTraces.ts";
import {
  type CallMessage,
  type CommonContext,
  callMessage,
  type FeeContext,
  feeContext,
  handlerContext,
  type MethodContext,
  methodContext,
  type ReceivedMessage,
  receivedMessage,
} from "./context.ts";
import { requireRoom } from "./demand/requireRoom.ts";
import { entryFormats } from "./entryFormats.ts";
import { entryLayout } from "./entryLayout.ts";
import { type ExitDefinition, requireExits, traceExit } from "./exits.ts";
import type { Handler, Procedure, Program, SourceLocation } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { unknownName } from "./names.ts";
import { blockSizes } from "./noir/blockSizes.ts";
import { requireBounces } from "./requireBounces.ts";
import { noteModule } from "./requireInstrumented.ts";
import { type Maps, mapDefinition, mapsOf, type State, type StateDeclaration } from "./state.ts";
import { stateHandles } from "./stateHandles.ts";
import { emit, inFeeScope, record } from "./trace.ts";
import { runProcedure, tracedArguments, withLocation } from "./tracedProcedure.ts";
import { buildTree, type Fields, field, flattenType, struct } from "./types.ts";
import { validateDefinition } from "./validateDefinition.ts";
import type { ValueOf } from "./valueOf.ts";
import { scalarValue } from "./values.ts";

registerHooks();

/**
 * A method, the target of a transaction. `run` is traced once. It reads and writes the state through traced values, and
 * returns nothing.
 */
export type MethodDefinition<S extends StateDeclaration, A extends Fields> = {
  readonly args: A;
  run(context: MethodContext<State<S>>, args: { readonly [N in keyof A]: ValueOf<A[N]> }): void;
};

export type HandlerDefinition<S extends StateDeclaration> = (
  context: CommonContext<State<S>>,
  message: ReceivedMessage,
) => void;

/**
 * A handler of calls from other layers. If `run` fails, or the message packs no valid arguments, the message bounces.
 */
export type CallDefinition<S extends StateDeclaration, A extends Fields> = {
  readonly args: A;
  run(context: CommonContext<State<S>>, args: { readonly [N in keyof A]: ValueOf<A[N]> }, message: CallMessage): void;
};

/** A handler of bounced calls of this application. `of` names the call. */
export type BouncedDefinition<S extends StateDeclaration, A extends Fields> = {
  readonly of: CallInterface<A>;
  run(context: CommonContext<State<S>>, args: { readonly [N in keyof A]: ValueOf<A[N]> }, message: CallMessage): void;
};

type NamedFields = { readonly [name: string]: Fields };
/** The calls of an application that declares none. */
type NoNames = Record<never, Fields>;

export type FeeDefinition<S extends StateDeclaration> = (context: FeeContext<State<S>>) => void;

export type ApplicationDefinition<
  S extends StateDeclaration,
  M extends NamedFields,
  C extends NamedFields = NoNames,
  B extends NamedFields = NoNames,
  X extends NamedFields = NoNames,
> = {
  readonly name: string;
  readonly state: S;
  readonly methods: { readonly [N in keyof M]: MethodDefinition<S, M[N]> };
  /** Takes the fee of a transaction, before the transaction's method runs. An application without `fee` has no fees. */
  readonly fee?: FeeDefinition<S>;
  /** The calls that other layers' applications may send: with `context.call(thisApplication.calls.name, { .. })`. */
  readonly calls?: { readonly [N in keyof C]: CallDefinition<S, C[N]> };
  /** The handlers of calls that this application sent and that bounced. */
  readonly bounced?: { readonly [N in keyof B]: BouncedDefinition<S, B[N]> };
  /**
   * The handlers of all other messages from other layers and L1, by kind. A message of a kind without a handler
   * bounces.
   */
  readonly receive?: { readonly [N in HandledKindName]?: HandlerDefinition<S> };
  /** What accounts can take to L1 by themselves if the layer does not run any more. Without exits, nothing leaves. */
  readonly exits?: { readonly [N in keyof X]: ExitDefinition<S, X[N]> };
  /**
   * Where the data of blocks goes: to Ethereum (`"rollup"`, the default), to a committee (`"validium"`), or entry by
   * entry where a bool of the entry says (`"volition"`, see the option `committee` of the state's declarations).
   */
  readonly data?: DataMode;
  /**
   * The sizes of the blocks of its layers, smallest first, unless a layer has sizes of its own; by default
   * {@link blockSizes}. Each method and each handler must fit one of them.
   */
  readonly sizes?: readonly BlockSize[];
};

/**
 * A traced application. The executor and the circuits are built from `program`. `state` and `methods` carry the types
 * for clients.
 */
export type Application<
  S extends StateDeclaration = StateDeclaration,
  M extends NamedFields = NamedFields,
  C extends NamedFields = NamedFields,
  X extends NamedFields = NamedFields,
> = {
  readonly name: string;
  readonly program: Program;
  readonly state: S;
  /** The argument types of each method. */
  readonly methods: M;
  /** The calls that other applications may send, for `context.call` and for `bounced` in their definitions. */
  readonly calls: { readonly [N in keyof C]: CallInterface<C[N]> };
  /** The calls that this application sends and whose bounces it handles. */
  readonly bounced: { readonly [name: string]: CallInterface };
  /** The argument types of each exit. */
  readonly exits: X;
  /** The block sizes that the definition declares. */
  readonly sizes?: readonly BlockSize[];
};

/**
 * Defines an application: traces every method and every handler, twice, and compares the traces.
 * @throws {@link DefinitionError} at the first mistake; the error names the source line and the code to write instead
 *
 * @example
 * const counter = application({
 * name: "counter",
 * state: { total: cell(u64) },
 * methods: {
 * add: { args: { amount: u64 }, run({ state }, { amount }) { state.total.update((total) => total.add(amount)); } },
 * },
 * });
 */
export function application<
  const S extends StateDeclaration,
  const M extends NamedFields,
  const C extends NamedFields = NoNames,
  const B extends NamedFields = NoNames,
  const X extends NamedFields = NoNames,
>(definition: ApplicationDefinition<S, M, C, B, X>): Application<S, M, C, X> {
  const location = callerLocation();
  validateDefinition(definition, location);
  const known = definition as unknown as AnyDefinition;
  const program = traceProgram(known, location);
  requireSameProgram(program, traceProgram(known, location));
  requireSameFee(program.methods);
  requireBounces(program);
  requireExits(program);
  const { sizes } = definition;
  requireRoom(program, sizes ?? blockSizes, location);
  const argumentTypes = mapValues(known.methods, ({ args }) => args);
  const application = {
    name: definition.name,
    program,
    state: definition.state,
    methods: argumentTypes as M,
    calls: mapValues(known.calls ?? {}, ({ args }, name) => describeCall(name, args)) as never,
    bounced: mapValues(known.bounced ?? {}, ({ of }) => of),
    exits: mapValues(known.exits ?? {}, ({ args }) => args) as X,
    ...(sizes === undefined ? {} : { sizes }),
  };
  return noteModule(application, location);
}

type AnyDefinition = ApplicationDefinition<StateDeclaration, NamedFields, NamedFields, NamedFields, NamedFields>;

/** Traces every method and every handler once. */
function traceProgram(definition: AnyDefinition, location: SourceLocation | undefined): Program {
  const maps = mapsOf(definition.state);
  const { fee } = definition;
  const methods = Object.entries(definition.methods).map(([name, method]) =>
    traceMethod({ name, method, maps, fee, location }),
  );
  const handlers = [
    ...Object.entries(definition.calls ?? {}).map(([name, { args, run }]) =>
      traceCall({ sort: "calls", name, call: describeCall(name, args), run: run as CallRun, maps, location }),
    ),
    ...Object.entries(definition.bounced ?? {}).map(([name, { of, run }]) =>
      traceCall({ sort: "bounced", name, call: of, run: run as CallRun, maps, location }),
    ),
    ...Object.entries(definition.receive ?? {}).map(([name, handler]) =>
      traceHandler({ name: name as HandledKindName, handler, maps, location }),
    ),
  ];
  const exits = Object.entries(definition.exits ?? {}).map(([name, exit]) => traceExit({ name, exit, maps, location }));
  const definitions = maps.map(([name, map], id) => mapDefinition(name, id, map));
  const { entryWidth } = entryLayout(maps);
  return {
    name: definition.name,
    maps: definitions,
    methods,
    handlers,
    exits,
    hasFee: fee !== undefined,
    entryWidth,
    data: definition.data ?? "rollup",
    formats: entryFormats(definitions, entryWidth),
    argumentFields: Math.max(1, ...methods.map(({ parameters }) => parameters.length)),
    exitArguments: Math.max(1, ...exits.map(({ parameters }) => parameters.length)),
  };
}

function mapValues<T, R>(
  values: { readonly [name: string]: T },
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}

type CallRun = CallDefinition<StateDeclaration, Fields>["run"];

function traceMethod(options: {
  readonly name: string;
  readonly method: MethodDefinition<StateDeclaration, Fields>;
  readonly maps: Maps;
  readonly location: SourceLocation | undefined;
  readonly fee: FeeDefinition<StateDeclaration> | undefined;
}): Procedure {
  const { name, method, maps, fee, location: whole } = options;
  let location: SourceLocation | undefined;
  let feeSection: Procedure["feeSection"];
  const what = `the method \`${name}\``;
  const parameters = flattenType(struct(method.args), "");
  const trace = record(what, (trace) => {
    if (fee !== undefined) {
      const run = () => fee(feeContext(trace, stateHandles(maps)) as never);
      const feeLocation = inFeeScope(trace, () => runProcedure(run, "the fee", whole));
      feeSection = withLocation({ instructions: trace.instructions.length }, feeLocation);
    }
    let index = 0;
    const args = buildTree(struct(method.args), (type) =>
      scalarValue(type, emit(trace, { op: "parameter", type, index: index++ })),
    );
    const context = methodContext(trace, stateHandles(maps));
    const run = () => method.run(context as never, tracedArguments(args, name) as never);
    location = runProcedure(run, what, whole);
  });
  const { instructions } = trace;
  const section = feeSection === undefined ? {} : { feeSection };
  return withLocation({ name, parameters, instructions, ...section }, location);
}

function traceHandler(options: {
  readonly name: HandledKindName;
  readonly handler: HandlerDefinition<StateDeclaration>;
  readonly maps: Maps;
  readonly location: SourceLocation | undefined;
}): Handler {
  const { name, handler, maps, location: whole } = options;
  let location: SourceLocation | undefined;
  if (!handledKindNames.includes(name)) throw unknownName(name, handledKindNames, "`receive`");
  const what = `the handler \`${name}\``;
  const trace = record(what, (trace) => {
    const context = handlerContext(trace, stateHandles(maps));
    location = runProcedure(() => handler(context as never, receivedMessage(trace)), what, whole);
  });
  const traced = { name, kind: MessageKind[name], parameters: [], instructions: trace.instructions };
  return withLocation(traced, location);
}

/**
 * Traces the handler of a call or of a call's bounce. The packed arguments become parameters; the carried argument is
 * read from the message.
 */
function traceCall(options: {
  readonly sort: "calls" | "bounced";
  readonly name: string;
  readonly call: CallInterface;
  readonly run: CallRun;
  readonly maps: Maps;
  readonly location: SourceLocation | undefined;
}): Handler {
  const { sort, name, call, run, maps, location: whole } = options;
  let location: SourceLocation | undefined;
  const isCall = sort === "calls";
  const what = isCall ? `the call \`${name}\`` : `the bounce handler \`${name}\``;
  const { packed } = layoutOf(call.args);
  const trace = record(what, (trace) => {
    const message = callMessage(trace, isCall ? "recipient" : "payload");
    let index = 0;
    const args = buildTree(struct(call.args), (type) => {
      if (!isCarried(type)) return scalarValue(type, emit(trace, { op: "parameter", type, index: index++ }));
      if (type.kind === "address") return message.recipient;
      const carried = message.recipient.to(field);
      // Any layer can send a wider one: the handler fails, and the message bounces.
      return type.kind === "ethereumAddress" ? carried.to(type) : carried;
    });
    const context = handlerContext(trace, stateHandles(maps));
    const handle = () => run(context as never, tracedArguments(args, name) as never, message);
    location = runProcedure(handle, what, whole);
  });
  const kind = MessageKind[isCall ? "call" : "bounce"];
  const { selector } = call;
  const traced = { name, kind, selector, parameters: packed, instructions: trace.instructions };
  return withLocation(traced, location);
}
