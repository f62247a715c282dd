import type { Field } from "@frond/foundation";
import {
  type Application,
  type CallFailure,
  decodeEntry,
  decodeEvent,
  decodeView,
  type Emitted,
  encodeArguments,
  encodeExit,
  encodeView,
  entryKeyOf,
  runExit,
  runView,
} from "@frond/language";
import { CallFailedError } from "../errors.ts";
import type { Attempt, CallOf, EventOf, Executed, Leg, WorldLayer } from "../types.ts";
import { type Call, type Effect, type Layer, type Moment, readerOf } from "./effects.ts";
import type { LayerState } from "./state.ts";

/** What a layer asks of its world. */
export type Surroundings = {
  state(): LayerState;
  moment(): Moment;
  execute(method: string, call: Call): Promise<Attempt>;
  deposit(recipient: Field, money: Money): Promise<Attempt>;
};

export type Money = { readonly asset: number; readonly amount: bigint | number; readonly refundTo?: bigint };

/** The typed surface of a layer. */
export function createLayer(layer: Layer, around: Surroundings): WorldLayer {
  const { name, layerId, application } = layer;
  const { program } = application;

  function encode(method: string, args: unknown): Call["encoded"] {
    return encodeArguments(application, method, args as never);
  }
  function attempt({ sender, method, args, fee = 0n }: CallOf<Application>): Promise<Attempt> {
    return around.execute(method, { sender, encoded: encode(method, args), fee });
  }
  return {
    layerId,
    as: (sender, { fee = 0n } = {}) =>
      eachOf(application.methods, (method) => async (args: never) => {
        return orFailed(`${name}.${method}`, await attempt({ sender, method, args, fee }));
      }),
    attempt: async (call) => await attempt(call),
    prepare: eachOf(application.methods, (method) => (args: never): Leg => {
      return { layerId, method, encoded: encode(method, args) };
    }),
    deposit: async (recipient, money) => orFailed(`the deposit to ${name}`, await around.deposit(recipient, money)),
    state: eachOf({ accounts: undefined, ...application.state }, (map) => ({
      get(...key: []) {
        const values = readerOf(
          layer,
          around.state(),
        )(entryKeyOf(application, map, ...(key as readonly never[] as [never])));
        return decodeEntry(application, map, values);
      },
    })),
    views: eachOf(application.views, (view) => (args: Readonly<Record<string, unknown>>) => {
      const number = program.views.findIndex((declared) => declared.name === view);
      const state = { get: readerOf(layer, around.state()) };
      const encoded = encodeView(application, view, args);
      const outcome = runView({ program, view: number, args: encoded, context: around.moment(), state });
      if (!outcome.ok) throw failed(`the view ${name}.${view}`, outcome.error);
      return decodeView(application, view, outcome.values);
    }),
    exits: eachOf(application.exits, (exit) => (account: Field, args: never) => {
      const state = { get: readerOf(layer, around.state()) };
      return runExit({ program, layerId, state, account, ...encodeExit(application as never, exit as never, args) });
    }),
    vault: (asset) => around.state().vault.get(asset) ?? 0n,
  };
}

/** What a block did, in the names of its application. */
export function executedOf({ application }: Layer, { time }: Moment, { produced, emitted }: Effect): Executed {
  return { time, events: eventsOf(application, emitted), sent: produced };
}

export function eventsOf(application: Application, emitted: readonly Emitted[]): EventOf<Application>[] {
  return emitted.map(({ event, values }) => {
    const { name } = application.program.events[event]!;
    return { name, fields: decodeEvent(application, name, values) as never };
  });
}

export function failed(what: string, { message, location }: CallFailure): CallFailedError {
  return new CallFailedError({ what, reason: message, location });
}

function orFailed(what: string, outcome: Attempt): Executed {
  if (!outcome.ok) throw new CallFailedError({ what, ...outcome });
  const { ok: _ok, ...executed } = outcome;
  return executed;
}

/** A property for each name. */
function eachOf(names: object, make: (name: string) => unknown): never {
  return Object.fromEntries(Object.keys(names).map((name) => [name, make(name)])) as never;
}
