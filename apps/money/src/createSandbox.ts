import type { Field } from "@frond/foundation";
import {
  type Application,
  type ArgumentsOf,
  createExecutor,
  decodeEntry,
  decodeView,
  type EntryOf,
  type ExitOutcome,
  encodeArguments,
  encodeExit,
  encodeView,
  entryKeyOf,
  type Fields,
  type Outcome,
  type PlainKeyOf,
  runExit,
  runView,
  type StateDeclaration,
  type ViewCall,
} from "@frond/language";
import { bounceOf, type Message, MessageKind } from "@frond/protocol";

type Methods = { readonly [name: string]: Fields };

/** A layer of a sandbox: an application over a state in memory. */
export type SandboxLayer<
  S extends StateDeclaration = StateDeclaration,
  M extends Methods = Methods,
  X extends Methods = Methods,
> = {
  readonly layerId: Field;
  /** Runs a method as a transaction of `sender` does. The sent messages wait in the outbox. */
  call<const N extends keyof M & string>(sender: Field, method: N, args: ArgumentsOf<M[N]>): Outcome;
  /** Deposits money from L1. If the application refuses the deposit, it bounces to L1. */
  deposit(recipient: Field, asset: number, amount: bigint): Outcome;
  /** Reads an entry in its declared shape; zeros if it was never written. */
  get<const N extends keyof S & string>(
    map: N,
    ...key: PlainKeyOf<S[N]> extends undefined ? [] : [key: PlainKeyOf<S[N]>]
  ): EntryOf<S[N]>;
  /** What a view of the application says now. */
  view(view: string, args: Readonly<Record<string, unknown>>): unknown;
  /** What an account could take out of the layer by an exit. */
  exit<const N extends keyof X & string>(account: Field, exit: N, args: ArgumentsOf<X[N]>): ExitOutcome;
  /** The layer's holdings of an asset, as in the layer's record. */
  vault(asset: number): bigint;
};

/**
 * Several layers in memory, for tests. Methods run at once, messages at their delivery. There are no blocks and no
 * signatures.
 */
export type Sandbox = {
  layer<S extends StateDeclaration, M extends Methods, X extends Methods>(
    application: Application<S, M, Methods, X>,
    layerId: Field,
  ): SandboxLayer<S, M, X>;
  /**
   * Delivers a message that no layer sent, as a layer with its own circuit could. Returns the outcome of its handler.
   */
  forge(message: Message): Outcome;
  /** Delivers all waiting messages, and all messages that their handlers send. Failed messages bounce, as in blocks. */
  deliver(): void;
  /** The messages to L1: withdrawals, and deposits that bounced. */
  readonly withdrawn: readonly Message[];
  /** The time of the next call or delivery, which the test sets. */
  time: number;
  /** Lets time pass: `sandbox.pass(seconds(30))`. */
  pass(milliseconds: number | bigint): void;
};

const L1 = 0n;

export function createSandbox(): Sandbox {
  const layers = new Map<Field, { handle(message: Message): Outcome; pay(asset: number, amount: bigint): void }>();
  const outbox: Message[] = [];
  const withdrawn: Message[] = [];

  const sandbox: Sandbox = {
    time: 1,
    withdrawn,
    pass(milliseconds) {
      sandbox.time += Number(milliseconds);
    },
    layer(application, layerId) {
      const executor = createExecutor(application.program);
      const zeros = new Array<Field>(application.program.entryWidth).fill(0n);
      const entries = new Map<Field, readonly Field[]>();
      const vaults = new Map<number, bigint>();
      const state = { get: (key: Field) => entries.get(key) ?? zeros };
      const context = () => ({ layerId, time: sandbox.time, epoch: 1 });
      function pay(asset: number, amount: bigint) {
        const held = (vaults.get(asset) ?? 0n) + amount;
        if (held < 0n) throw new Error(`Layer ${layerId} sends ${-amount} of asset ${asset}, more than it holds.`);
        vaults.set(asset, held);
      }
      function apply(outcome: Outcome) {
        if (!outcome.ok) return outcome;
        for (const [key, values] of outcome.writes) entries.set(key, values);
        for (const message of outcome.sent) {
          pay(message.asset, -message.amount);
          outbox.push(message);
        }
        return outcome;
      }
      const handle = (message: Message) => apply(executor.runHandler({ message, context: context(), state }));
      layers.set(layerId, { handle, pay });
      return {
        layerId,
        call(sender, method, args) {
          const encoded = encodeArguments(application, method, args);
          return apply(executor.runMethod({ ...encoded, context: { ...context(), sender }, state }));
        },
        deposit(recipient, asset, amount) {
          const [to, payload] = [layerId, DEPOSITOR];
          return receive({ from: L1, to, time: 0, kind: MessageKind.deposit, asset, amount, recipient, payload });
        },
        get: (map, ...key) => decodeEntry(application as never, map, state.get(entryKeyOf(application, map, ...key))),
        view: (name, args) => askView(application, { name, args, context: context(), state }),
        exit(account, exit, args) {
          const encoded = encodeExit(application as never, exit as never, args as never);
          return runExit({ program: application.program, layerId, state, account, ...encoded });
        },
        vault: (asset) => vaults.get(asset) ?? 0n,
      };
    },
    forge: receive,
    deliver() {
      for (let message = outbox.shift(); message !== undefined; message = outbox.shift()) {
        if (message.to === L1) withdrawn.push(message);
        else receive(message);
      }
    },
  };
  return sandbox;

  function receive(message: Message): Outcome {
    const layer = layers.get(message.to);
    if (layer === undefined) throw new Error(`There is no layer ${message.to} in the sandbox.`);
    layer.pay(message.asset, message.amount);
    sandbox.time++;
    const outcome = layer.handle(message);
    const bounce = outcome.ok ? undefined : bounceOf(message, { layerId: message.to, time: sandbox.time });
    if (bounce === undefined) return outcome;
    layer.pay(message.asset, -message.amount);
    outbox.push(bounce);
    return outcome;
  }
}

function askView(
  application: Pick<Application, "program" | "views">,
  {
    name,
    args,
    ...on
  }: { name: string; args: Readonly<Record<string, unknown>> } & Pick<ViewCall, "context" | "state">,
): unknown {
  const { program } = application;
  const view = program.views.findIndex((declared) => declared.name === name);
  const outcome = runView({ program, view, args: encodeView(application, name, args), ...on });
  if (!outcome.ok) throw new Error(outcome.error.message);
  return decodeView(application, name, outcome.values);
}

/** The depositor, who receives refused deposits. */
const DEPOSITOR = 9n;
