import { type BlockSize, type DataMode, type HandledKindName, handledKindNames, MessageKind } from "@frond/protocol";
import type { ExitType } from "./applicationInterface.ts";
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
import { type Events, eventDefinitions, type NoEvents } from "./eventDefinitions.ts";
import { requireFewEmits } from "./events.ts";
import { assetsOfExit, type ExitDefinition, requireExits, traceExit } from "./exits.ts";
import type { GenesisOf } from "./genesisOf.ts";
import type { Emission, Handler, Procedure, Program, SourceLocation } from "./ir.ts";
import { callerLocation } from "./location.ts";
import { unknownName } from "./names.ts";
import { defaultSizes } from "./noir/blockSizes.ts";
import { packedArgument } from "./packedArgument.ts";
import { requireBounces } from "./requireBounces.ts";
import { noteModule } from "./requireInstrumented.ts";
import type { Returned } from "./returnedType.ts";
import { type Maps, mapDefinition, mapsOf, type State, type StateDeclaration } from "./state.ts";
import { stateHandles } from "./stateHandles.ts";
import { emit, inFeeScope, record, type Trace } from "./trace.ts";
import { runProcedure, tracedArguments, withLocation } from "./tracedProcedure.ts";
import { buildTree, type Fields, field, flattenType, struct } from "./types.ts";
import { validateDefinition } from "./validateDefinition.ts";
import type { ValueOf } from "./valueOf.ts";
import { scalarValue } from "./values.ts";
import { requireSmallViews, traceView, type ViewDefinition } from "./views.ts";

registerHooks();

/**
 * A method, the target of a transaction. `run` is traced once. It reads and writes the state through traced values, and
 * returns nothing.
 */
export type MethodDefinition<S extends StateDeclaration, A extends Fields, E extends Events = NoEvents> = {
  readonly args: A;
  run(context: MethodContext<State<S>, E>, args: { readonly [N in keyof A]: ValueOf<A[N]> }): void;
};

export type HandlerDefinition<S extends StateDeclaration, E extends Events = NoEvents> = (
  context: CommonContext<State<S>, E>,
  message: ReceivedMessage,
) => void;

/**
 * A handler of calls from other layers. If `run` fails, or the message packs no valid arguments, the message bounces.
 */
export type CallDefinition<S extends StateDeclaration, A extends Fields, E extends Events = NoEvents> = {
  readonly args: A;
  run(
    context: CommonContext<State<S>, E>,
    args: { readonly [N in keyof A]: ValueOf<A[N]> },
    message: CallMessage,
  ): void;
};

/** A handler of bounced calls of this application. `of` names the call. */
export type BouncedDefinition<S extends StateDeclaration, A extends Fields, E extends Events = NoEvents> = {
  readonly of: CallInterface<A>;
  run(
    context: CommonContext<State<S>, E>,
    args: { readonly [N in keyof A]: ValueOf<A[N]> },
    message: CallMessage,
  ): void;
};

type NamedFields = { readonly [name: string]: Fields };
/** The calls of an application that declares none. */
type NoNames = Record<never, Fields>;
type NamedReturned = { readonly [name: string]: Returned };
type NoReturned = Record<never, Returned>;

export type FeeDefinition<S extends StateDeclaration> = (context: FeeContext<State<S>>) => void;

export type ApplicationDefinition<
  S extends StateDeclaration,
  M extends NamedFields,
  C extends NamedFields = NoNames,
  B extends NamedFields = NoNames,
  X extends NamedFields = NoNames,
  E extends Events = NoEvents,
  V extends NamedFields = NoNames,
  R extends NamedReturned = NoReturned,
> = {
  readonly name: string;
  readonly state: S;
  /** What a layer begins with, so that nobody has to be the first to set it. Entries without one are zero. */
  readonly genesis?: GenesisOf<S>;
  /** What methods and handlers emit for those who watch: names and their fields. */
  readonly events?: E;
  readonly methods: { readonly [N in keyof M]: MethodDefinition<S, M[N], E> };
  /** Takes the fee of a transaction, before the transaction's method runs. An application without `fee` has no fees. */
  readonly fee?: FeeDefinition<S>;
  /** The calls that other layers' applications may send: with `context.call(thisApplication.calls.name, { .. })`. */
  readonly calls?: { readonly [N in keyof C]: CallDefinition<S, C[N], E> };
  /** The handlers of calls that this application sent and that bounced. */
  readonly bounced?: { readonly [N in keyof B]: BouncedDefinition<S, B[N], E> };
  /**
   * The handlers of all other messages from other layers and L1, by kind. A message of a kind without a handler
   * bounces.
   */
  readonly receive?: { readonly [N in HandledKindName]?: HandlerDefinition<S, E> };
  /** What accounts can take to L1 by themselves if the layer does not run any more. Without exits, nothing leaves. */
  readonly exits?: { readonly [N in keyof X]: ExitDefinition<S, X[N]> };
  /** What clients can ask about the state: nodes and followers run views, which only read. */
  readonly views?: { readonly [N in keyof V]: ViewDefinition<S, V[N]> } & {
    readonly [N in keyof R]: { readonly returns: R[N] };
  };
  /**
   * Where the data of blocks goes: to Ethereum (`"rollup"`, the default), to a committee (`"validium"`), or entry by
   * entry where a bool of the entry says (`"volition"`, see the option `committee` of the state's declarations).
   */
  readonly data?: DataMode;
  /**
   * The sizes of the blocks of its layers, smallest first, unless a layer has sizes of its own; by default
   * {@link defaultSizes}. Each method and each handler must fit one of them.
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
  E extends Events = Events,
  V extends NamedFields = NamedFields,
  R extends NamedReturned = NamedReturned,
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
  /** The argument types of each exit, and the asset of each of its payouts. */
  readonly exits: { readonly [N in keyof X]: ExitType<X[N]> };
  /** What its layers begin with, as the definition says: see `genesisEntries`. */
  readonly genesis: Readonly<Record<string, unknown>>;
  /** The fields of each event. */
  readonly events: E;
  /** The argument types of each view, and what it returns. */
  readonly views: { readonly [N in keyof V & keyof R]: { readonly args: V[N]; readonly returns: R[N] } };
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
  const E extends Events = NoEvents,
  const V extends NamedFields = NoNames,
  const R extends NamedReturned = NoReturned,
>(definition: ApplicationDefinition<S, M, C, B, X, E, V, R>): Application<S, M, C, X, E, V, R> {
  const location = callerLocation();
  validateDefinition(definition, location);
  const known = definition as unknown as AnyDefinition;
  const program = traceProgram(known, location);
  requireSameProgram(program, traceProgram(known, location));
  requireSameFee(program.methods);
  requireBounces(program);
  requireExits(program);
  requireFewEmits(program);
  requireSmallViews(program);
  const { sizes } = definition;
  requireRoom(program, sizes ?? defaultSizes(program), location);
  const argumentTypes = mapValues(known.methods, ({ args }) => args);
  const application = {
    name: definition.name,
    program,
    state: definition.state,
    methods: argumentTypes as M,
    calls: mapValues(known.calls ?? {}, ({ args }, name) => describeCall(name, args)) as never,
    bounced: mapValues(known.bounced ?? {}, ({ of }) => of),
    exits: Object.fromEntries(
      program.exits.map((exit) => [exit.name, { args: known.exits![exit.name]!.args, assets: assetsOfExit(exit) }]),
    ) as never,
    genesis: known.genesis ?? {},
    events: (known.events ?? {}) as E,
    views: mapValues(known.views ?? {}, ({ args, returns }) => ({ args, returns })) as never,
    ...(sizes === undefined ? {} : { sizes }),
  };
  return noteModule(application, location);
}

type AnyDefinition = ApplicationDefinition<
  StateDeclaration,
  NamedFields,
  NamedFields,
  NamedFields,
  NamedFields,
  Events,
  NamedFields,
  NamedReturned
>;

/** Traces every method and every handler once. */
function traceProgram(definition: AnyDefinition, location: SourceLocation | undefined): Program {
  const maps = mapsOf(definition.state);
  const { fee, events = {} } = definition;
  const methods = Object.entries(definition.methods).map(([name, method]) =>
    traceMethod({ name, method: method as AnyMethod, maps, events, fee, location }),
  );
  const handlers = [
    ...Object.entries(definition.calls ?? {}).map(([name, { args, run }]) =>
      traceCall({ sort: "calls", name, call: describeCall(name, args), run: run as CallRun, maps, events, location }),
    ),
    ...Object.entries(definition.bounced ?? {}).map(([name, { of, run }]) =>
      traceCall({ sort: "bounced", name, call: of, run: run as CallRun, maps, events, location }),
    ),
    ...Object.entries(definition.receive ?? {}).map(([name, handler]) =>
      traceHandler({ name: name as HandledKindName, handler: handler as AnyHandler, maps, events, location }),
    ),
  ];
  const exits = Object.entries(definition.exits ?? {}).map(([name, exit]) => traceExit({ name, exit, maps, location }));
  const views = Object.entries(definition.views ?? {}).map(([name, view]) => traceView({ name, view, maps, location }));
  const definitions = maps.map(([name, map], id) => mapDefinition(name, id, map));
  const { entryWidth } = entryLayout(maps);
  return {
    name: definition.name,
    maps: definitions,
    methods,
    handlers,
    exits,
    events: eventDefinitions(events),
    views,
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

type AnyMethod = MethodDefinition<StateDeclaration, Fields>;
type AnyHandler = HandlerDefinition<StateDeclaration>;
type CallRun = CallDefinition<StateDeclaration, Fields>["run"];

/** The events of a procedure, if it emits any. */
function emitsOf({ emits }: Trace): { readonly emits?: readonly Emission[] } {
  return emits.length === 0 ? {} : { emits };
}

function traceMethod(options: {
  readonly name: string;
  readonly method: MethodDefinition<StateDeclaration, Fields>;
  readonly maps: Maps;
  readonly events: Events;
  readonly location: SourceLocation | undefined;
  readonly fee: FeeDefinition<StateDeclaration> | undefined;
}): Procedure {
  const { name, method, maps, events, fee, location: whole } = options;
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
    const context = methodContext(trace, stateHandles(maps), events);
    const run = () => method.run(context as never, tracedArguments(args, name) as never);
    location = runProcedure(run, what, whole);
  });
  const { instructions } = trace;
  const section = feeSection === undefined ? {} : { feeSection };
  return withLocation({ name, parameters, instructions, ...emitsOf(trace), ...section }, location);
}

function traceHandler(options: {
  readonly name: HandledKindName;
  readonly handler: AnyHandler;
  readonly maps: Maps;
  readonly events: Events;
  readonly location: SourceLocation | undefined;
}): Handler {
  const { name, handler, maps, events, location: whole } = options;
  let location: SourceLocation | undefined;
  if (!handledKindNames.includes(name)) throw unknownName(name, handledKindNames, "`receive`");
  const what = `the handler \`${name}\``;
  const trace = record(what, (trace) => {
    const context = handlerContext(trace, stateHandles(maps), events);
    location = runProcedure(() => handler(context as never, receivedMessage(trace)), what, whole);
  });
  const traced = { name, kind: MessageKind[name], parameters: [], instructions: trace.instructions };
  return withLocation({ ...traced, ...emitsOf(trace) }, location);
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
  readonly events: Events;
  readonly location: SourceLocation | undefined;
}): Handler {
  const { sort, name, call, run, maps, events, location: whole } = options;
  let location: SourceLocation | undefined;
  const isCall = sort === "calls";
  const what = isCall ? `the call \`${name}\`` : `the bounce handler \`${name}\``;
  const { packed } = layoutOf(call.args);
  const trace = record(what, (trace) => {
    const message = callMessage(trace, isCall ? "recipient" : "payload");
    let index = 0;
    const args = buildTree(struct(call.args), (type) => {
      if (!isCarried(type)) return packedArgument(trace, { sent: packed[index]!, index: index++ }, type);
      if (type.kind === "address") return message.recipient;
      const carried = message.recipient.to(field);
      // Any layer can send a wider one: the handler fails, and the message bounces.
      return type.kind === "ethereumAddress" ? carried.to(type) : carried;
    });
    const context = handlerContext(trace, stateHandles(maps), events);
    const handle = () => run(context as never, tracedArguments(args, name) as never, message);
    location = runProcedure(handle, what, whole);
  });
  const kind = MessageKind[isCall ? "call" : "bounce"];
  const { selector } = call;
  const traced = { name, kind, selector, parameters: packed, instructions: trace.instructions };
  return withLocation({ ...traced, ...emitsOf(trace) }, location);
}
