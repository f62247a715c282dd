import { type Field, fieldToHex } from "@frond/foundation";
import { describeMessage } from "@frond/language";
import {
  ACCOUNTS_MAP,
  brokenRuleOfConsumed,
  entryKey,
  handledKindNames,
  L1_LAYER_ID,
  LAST_TIME,
  linkBundle,
  type Message,
  MessageKind,
} from "@frond/protocol";
import { keysOf } from "../accounts.ts";
import type { Checker } from "../check/createChecker.ts";
import { ImpossibleMessageError } from "../errors.ts";
import type { Attempt, Delivery, Executed, Leg } from "../types.ts";
import { eventsOf, executedOf, failed, type Money } from "./createLayer.ts";
import {
  type Call,
  type Effect,
  handleMessage,
  type Layer,
  type Moment,
  readerOf,
  tryCall,
  vaultMoves,
} from "./effects.ts";
import type { LayerState, WorldState } from "./state.ts";

/** A world that runs. */
export type Engine = {
  state: WorldState;
  readonly layers: ReadonlyMap<Field, Layer>;
  readonly feeRecipient: Field;
  readonly checker: Checker | undefined;
};

/** All blocks of a world are of one epoch. */
const EPOCH = 1;
/** Whom refused deposits go back to on L1, unless the deposit says so. */
const DEPOSITOR = 0xdeadn;

export function stateOf({ state }: Engine, { layerId }: Layer): LayerState {
  return state.layers.get(layerId)!;
}

export function momentOf({ state }: Engine, { layerId }: Layer): Moment {
  return { layerId, time: state.time, epoch: EPOCH };
}

/** Executes a call, or says why it fails. The circuit is asked about either. */
export async function executeCall(engine: Engine, layer: Layer, method: string, call: Call): Promise<Attempt> {
  const what = `${layer.name}.${method}`;
  const tried = tryCall(layer, call, around(engine, layer));
  const moment = momentOf(engine, layer);
  if (!tried.ok) {
    if (tried.refused !== undefined) await seeRefused(engine, layer, what, tried.refused);
    const { message, location } = tried.failure;
    return { ok: false, reason: message, ...(location === undefined ? {} : { location }) };
  }
  await apply(engine, layer, what, tried.effect);
  return { ok: true, ...executedOf(layer, moment, tried.effect) };
}

/** Deposits from L1. A refused deposit goes back there. */
export async function executeDeposit(
  engine: Engine,
  layer: Layer,
  recipient: Field,
  { asset, amount, refundTo = DEPOSITOR }: Money,
): Promise<Attempt> {
  const message: Message = {
    ...{ from: L1_LAYER_ID, to: layer.layerId, time: 0, kind: MessageKind.deposit },
    ...{ asset, amount: BigInt(amount), recipient, payload: refundTo },
  };
  const { effect, failure, moment } = await receive(engine, message, { isNew: true });
  if (failure === undefined) return { ok: true, ...executedOf(layer, moment, effect) };
  const { message: reason, location } = failure;
  return { ok: false, reason, ...(location === undefined ? {} : { location }) };
}

/** Delivers all messages in flight, and those that their handlers send. */
export async function deliverAll(engine: Engine): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  for (let next = engine.state.inFlight.shift(); next !== undefined; next = engine.state.inFlight.shift())
    deliveries.push(await deliver(engine, next, { isNew: false }));
  return deliveries;
}

/** Delivers one message; `isNew` if no layer of the world sent it. @throws {@link ImpossibleMessageError} */
export async function deliver(engine: Engine, message: Message, options: { isNew: boolean }): Promise<Delivery> {
  const { effect, failure, layer } = await receive(engine, message, options);
  const { message: reason = "", location } = failure ?? {};
  return {
    message,
    from: engine.layers.get(message.from)?.name,
    to: layer.name,
    call: describeMessage(layer.application, message),
    failure: failure && { reason, ...(location === undefined ? {} : { location }) },
    events: eventsOf(layer.application, effect.emitted),
  };
}

/** Executes all legs, or none. */
export async function executeBundle(engine: Engine, sender: Field, legs: readonly Leg[]): Promise<Executed[]> {
  const { publicKey } = keysOf(sender);
  const account = entryKey(ACCOUNTS_MAP, [sender]);
  const linked = linkBundle(
    legs.map(({ layerId, method: name, encoded }) => {
      const layer = layerOf(engine, layerId);
      const nonce = Number(readerOf(layer, stateOf(engine, layer))(account)[0]);
      return { layer, name, layerId, ...encoded, encoded, nonce, publicKey, maxFee: 0n, expiry: LAST_TIME };
    }),
  );
  const tried = linked.map(({ layer, name, encoded, link }, index) => {
    const what = `leg ${index} of the bundle, ${layer.name}.${name},`;
    return { layer, what, tried: tryCall(layer, { sender, encoded, fee: 0n, link }, around(engine, layer)) };
  });
  for (const { layer, what, tried: leg } of tried) {
    if (leg.ok) continue;
    if (leg.refused !== undefined) await seeRefused(engine, layer, what, leg.refused);
    throw failed(what, leg.failure);
  }
  const executed: Executed[] = [];
  for (const { layer, what, tried: leg } of tried) {
    if (!leg.ok) continue;
    const moment = momentOf(engine, layer);
    await apply(engine, layer, what, leg.effect);
    executed.push(executedOf(layer, moment, leg.effect));
  }
  return executed;
}

/** Lets a layer handle a message, in a block later than the message. */
async function receive(engine: Engine, message: Message, { isNew }: { isNew: boolean }) {
  const { state } = engine;
  const layer = layerOf(engine, message.to);
  const time = Math.max(state.time, message.time + 1);
  const broken = brokenRuleOfConsumed(message, { layerId: layer.layerId, time });
  const isHandled = handledKindNames.some((name) => MessageKind[name] === message.kind);
  if (broken !== undefined) throw new ImpossibleMessageError(broken.problem);
  if (!isHandled) throw new ImpossibleMessageError(`no handler takes a message of kind ${message.kind}`);
  state.time = time;
  const { asset, amount } = message;
  if (isNew) state.arrived.set(asset, (state.arrived.get(asset) ?? 0n) + amount);
  const moment = momentOf(engine, layer);
  const { effect, failure } = handleMessage(layer, message, { state: stateOf(engine, layer), moment });
  const name = describeMessage(layer.application, message)?.name ?? `of kind ${message.kind}`;
  await apply(engine, layer, `${layer.name}, the message ${name},`, effect);
  return { effect, failure, layer, moment };
}

/** Puts a block's effect into the state at once, then compares it with the circuit. */
async function apply(engine: Engine, layer: Layer, what: string, effect: Effect): Promise<void> {
  const { state, checker, feeRecipient } = engine;
  const { entries, vault } = stateOf(engine, layer);
  const made = { before: checker && new Map(entries), effect, moment: momentOf(engine, layer), feeRecipient };
  for (const [key, values] of effect.values) entries.set(key, values);
  for (const [asset, moved] of vaultMoves(effect)) vault.set(asset, (vault.get(asset) ?? 0n) + moved);
  for (const message of effect.produced) {
    if (message.kind === MessageKind.bundle) continue;
    (message.to === L1_LAYER_ID ? state.withdrawn : state.inFlight).push(message);
  }
  const { before } = made;
  if (before !== undefined) await checker?.accepts(what, layer.application.program, { ...made, before });
}

async function seeRefused(engine: Engine, layer: Layer, what: string, effect: Effect): Promise<void> {
  const { checker, feeRecipient } = engine;
  if (checker === undefined) return;
  const before = new Map(stateOf(engine, layer).entries);
  const made = { before, effect, moment: momentOf(engine, layer), feeRecipient };
  await checker.refuses(what, layer.application.program, made);
}

function around(engine: Engine, layer: Layer): Parameters<typeof tryCall>[2] {
  const { feeRecipient, layers } = engine;
  const [state, moment] = [stateOf(engine, layer), momentOf(engine, layer)];
  return { state, moment, feeRecipient, isReachable: (layerId) => layers.has(layerId) };
}

function layerOf({ layers }: Engine, layerId: Field): Layer {
  const layer = layers.get(layerId);
  if (layer === undefined) throw new ImpossibleMessageError(`there is no layer of the id ${fieldToHex(layerId)}`);
  return layer;
}
