import type { Field } from "@frond/foundation";
import type { Application, CallFailure, Emitted, Executor } from "@frond/language";
import {
  ACCOUNTS_MAP,
  type BundleLink,
  bounceOf,
  brokenRuleOfProduced,
  entryKey,
  L1_LAYER_ID,
  LAST_TIME,
  linkMessagesOf,
  type Message,
  NO_LINK,
  type UnsignedTransaction,
} from "@frond/protocol";
import { type Keys, keysOf } from "../accounts.ts";
import { VaultExceededError } from "../errors.ts";
import type { LayerState } from "./state.ts";

/** A layer of a world: what stays the same. */
export type Layer = {
  readonly name: string;
  readonly layerId: Field;
  readonly application: Application;
  readonly executor: Executor;
};

/** All of a block: of a call or of a message. */
export type Effect = {
  /** The values of each touched entry afterwards, in the order of their first use. */
  readonly values: ReadonlyMap<Field, readonly Field[]>;
  readonly consumed: readonly Message[];
  readonly produced: readonly Message[];
  readonly emitted: readonly Emitted[];
  readonly transaction?: { readonly unsigned: UnsignedTransaction; readonly keys: Keys };
};

export type Moment = { readonly layerId: Field; readonly time: number; readonly epoch: number };

export type Call = {
  readonly sender: Field;
  readonly encoded: { readonly method: number; readonly args: readonly Field[] };
  readonly fee: bigint;
  readonly link?: BundleLink;
};

/**
 * What a call did, or why it failed. `refused` is the block that nobody should be able to prove, if the application
 * refused the call, and not a rule of all layers.
 */
export type Tried =
  | { readonly ok: true; readonly effect: Effect }
  | { readonly ok: false; readonly failure: CallFailure; readonly refused?: Effect };

type Around = {
  readonly state: LayerState;
  readonly moment: Moment;
  readonly feeRecipient: Field;
  /** Whether a layer is there to be sent to. */
  isReachable(layerId: Field): boolean;
};

/**
 * Runs a method as a transaction, with the rules that a sequencer has for all applications. Changes nothing.
 * @throws {@link UnknownAccountError}, {@link VaultExceededError}
 */
export function tryCall(layer: Layer, call: Call, around: Around): Tried {
  const { state, moment, feeRecipient } = around;
  const { sender, encoded, fee, link = NO_LINK } = call;
  const { program } = layer.application;
  const keys = keysOf(sender);
  if (fee > 0n && !program.hasFee) return refusal("the application takes no fees");
  const account = entryKey(ACCOUNTS_MAP, [sender]);
  const get = readerOf(layer, state);
  const [nonce = 0n, ...rest] = get(account);
  // The method sees a nonce that counts its own transaction already.
  const counted = [nonce + 1n, ...rest];
  const outcome = layer.executor.runMethod({
    ...encoded,
    context: { ...moment, sender, fee, feeRecipient },
    state: { get: (key) => (key === account ? counted : get(key)) },
  });
  const unsigned = { ...moment, ...encoded, nonce: Number(nonce), maxFee: fee, expiry: LAST_TIME, link };
  const { consumed, produced } = linkMessagesOf({ ...unsigned, publicKey: keys.publicKey });
  const values = new Map([[account, counted as readonly Field[]]]);
  for (const key of outcome.touched) if (key !== account) values.set(key, get(key));
  const made = { values, consumed: consumed === undefined ? [] : [consumed], transaction: { unsigned, keys } };
  const links = produced === undefined ? [] : [produced];
  if (!outcome.ok) {
    const refused = { ...made, produced: links, emitted: [] };
    return { ok: false, failure: outcome.error, refused };
  }
  for (const [key, after] of outcome.writes) values.set(key, after);
  const broken = problemOf(outcome.sent, around);
  if (broken !== undefined) return refusal(broken);
  const effect = { ...made, produced: [...outcome.sent, ...links], emitted: outcome.emitted };
  requireMoney(layer, state, effect);
  return { ok: true, effect };
}

/**
 * Runs the handler of a message, which bounces if the handler fails and the message is no bounce. Changes nothing.
 * @throws {@link VaultExceededError}
 */
export function handleMessage(
  layer: Layer,
  message: Message,
  { state, moment }: Pick<Around, "state" | "moment">,
): { readonly effect: Effect; readonly failure: CallFailure | undefined } {
  const get = readerOf(layer, state);
  const outcome = layer.executor.runHandler({ message, context: moment, state: { get } });
  const values = new Map([...outcome.touched].map((key) => [key, get(key)]));
  if (outcome.ok) {
    for (const [key, after] of outcome.writes) values.set(key, after);
    const effect = { values, consumed: [message], produced: outcome.sent, emitted: outcome.emitted };
    requireMoney(layer, state, effect);
    return { effect, failure: undefined };
  }
  const bounce = bounceOf(message, moment);
  const produced = bounce === undefined ? [] : [bounce];
  return { effect: { values, consumed: [message], produced, emitted: [] }, failure: outcome.error };
}

/** How a block moves the vault of its layer, by asset. */
export function vaultMoves({ consumed, produced }: Effect): ReadonlyMap<number, bigint> {
  const moves = new Map<number, bigint>();
  const move = (asset: number, amount: bigint) => moves.set(asset, (moves.get(asset) ?? 0n) + amount);
  for (const { asset, amount } of consumed) if (asset !== 0) move(asset, amount);
  for (const { asset, amount } of produced) if (asset !== 0) move(asset, -amount);
  return moves;
}

export function readerOf({ application }: Layer, { entries }: LayerState): (key: Field) => readonly Field[] {
  const zeros = new Array<Field>(application.program.entryWidth).fill(0n);
  return (key) => entries.get(key) ?? zeros;
}

function refusal(message: string): Tried {
  return { ok: false, failure: { message } };
}

/** Why a sequencer refuses a transaction for what it sends. */
function problemOf(sent: readonly Message[], { moment, isReachable }: Around): string | undefined {
  for (const message of sent) {
    const broken = brokenRuleOfProduced(message, moment);
    if (broken !== undefined) return broken.problem;
    const { to, amount } = message;
    if (to === L1_LAYER_ID && amount === 0n) return "it sends nothing to L1";
    if (to !== L1_LAYER_ID && !isReachable(to)) return `it sends to the layer ${to}, and the world has none of this id`;
  }
  return undefined;
}

function requireMoney({ name }: Layer, { vault }: LayerState, effect: Effect): void {
  for (const [asset, moved] of vaultMoves(effect)) {
    const held = (vault.get(asset) ?? 0n) + moved;
    if (held < 0n) throw new VaultExceededError({ layer: name, asset, missing: -held });
  }
}
