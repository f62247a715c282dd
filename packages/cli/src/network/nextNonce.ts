import { type FollowerStore, openState } from "@frond/follower";
import { type Field, FrondError, fieldToHex, publicKeyOf } from "@frond/foundation";
import { ACCOUNTS_MAP, addressOf, entryKey } from "@frond/protocol";
import { TransportError } from "@frond/sdk";
import * as z from "zod";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";
import { ask, askLayer } from "./ask.ts";
import { openFollowed } from "./openFollowed.ts";

/** The options that say where the nonce of an account is known. */
export type NonceFlags = { nonce?: string; from?: string; fromFollower: readonly string[] };

export type NonceQuestion = {
  readonly secret: bigint;
  readonly layerId: Field;
  /** Of the layer in the data directory's network; undefined if that does not list it. */
  readonly name: string | undefined;
  readonly chainId: number;
  readonly settlement: string;
};

/**
 * The next nonce of an account: as it is given, or in what --from has followed, or as a follower says, or the layer's
 * node, or what was followed in the data directory.
 * @throws UsageError if nobody knows it
 */
export async function nextNonce(
  settings: Settings,
  { nonce, from, fromFollower }: NonceFlags,
  question: NonceQuestion,
): Promise<number> {
  if (nonce !== undefined) {
    if (/^\d{1,10}$/.test(nonce)) return Number(nonce);
    throw new UsageError(`${nonce} is no nonce. Give a whole number.`, { nonce });
  }
  const address = addressOf(publicKeyOf(question.secret));
  if (from !== undefined) return await nonceFollowed(settings, { from, address }, question);
  const asked = await nonceAsked(settings, { fromFollower, address }, question);
  return asked ?? (await nonceFollowed(settings, { address }, question));
}

const accountSchema = z.looseObject({ nonce: z.number() });

/** Undefined if nobody answers. */
async function nonceAsked(
  settings: Settings,
  { fromFollower, address }: { readonly fromFollower: readonly string[]; readonly address: Field },
  { layerId, name }: NonceQuestion,
): Promise<number | undefined> {
  const [method, params] = ["frond_getAccount", { address: fieldToHex(address) }] as const;
  const nodes = [
    ...fromFollower.map((url) => () => ask(`${url.replace(/\/$/, "")}/layers/${fieldToHex(layerId)}`, method, params)),
    ...(name === undefined ? [] : [() => askLayer(settings, name, { method, params })]),
  ];
  for (const node of nodes) {
    try {
      return accountSchema.parse(await node()).nonce;
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
    }
  }
  return undefined;
}

async function nonceFollowed(
  settings: Settings,
  { from, address }: { readonly from?: string; readonly address: Field },
  { layerId, chainId, settlement }: NonceQuestion,
): Promise<number> {
  const store = openFollowed(settings, { from, chainId, settlement });
  if (store === undefined) {
    throw new UsageError(
      "Neither a node nor a follower answers, and nothing was followed here, so the account's next nonce is not " +
        "known. Give it with --nonce, ask a follower with --from-follower, or follow L1 with `frond follow --once`.",
    );
  }
  try {
    return nonceIn(store, { layerId, address });
  } catch (cause) {
    if (!(cause instanceof FrondError)) throw cause;
    throw new UsageError(
      `What was followed does not have the account's next nonce: ${cause.message} Or give it with --nonce.`,
      { layer: fieldToHex(layerId), reason: cause.code },
      cause,
    );
  } finally {
    await store.close();
  }
}

/** @throws LayerUnknownError, StateNotFollowedError, UsageError */
function nonceIn(store: FollowerStore, { layerId, address }: { layerId: Field; address: Field }): number {
  const key = entryKey(ACCOUNTS_MAP, [address]);
  const { leaf } = openState(store, layerId).open(key);
  if (leaf.key !== key) return 0;
  if (leaf.values !== undefined) return Number(leaf.values[0]);
  throw new UsageError("its entry is not public.", { layer: fieldToHex(layerId) });
}
