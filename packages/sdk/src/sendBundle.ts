import { type Field, fieldToHex } from "@frond/foundation";
import { linkBundle, type Preconfirmation, type Transaction } from "@frond/protocol";
import type { BundleStatus, CoordinatorApi } from "./coordinatorApi.ts";
import { BundleFailedError, BundleUncertainError, TransportError } from "./errors.ts";
import type { LayerAccount } from "./layerAccount.ts";
import {
  DEFAULT_TIMEOUT_SECONDS,
  pollStatus,
  type SentTransaction,
  sentTransaction,
  type WaitOptions,
} from "./sentTransaction.ts";
import { canSignAgain, type PendingCall, type Turn } from "./submitter.ts";

/** A call that `client.prepare` made and that is not sent yet: a leg of a bundle. */
export type PreparedCall = { readonly account: LayerAccount; readonly call: PendingCall };

/** A bundle that every layer has executed and promised. */
export type SentBundle = {
  readonly id: Field;
  /** In the order of the legs. Each preconfirmation was checked against the layer's key. */
  readonly legs: readonly SentTransaction[];
  status(): Promise<BundleStatus>;
  /**
   * Resolves when all legs have settled on L1, in one epoch.
   * @throws BundleFailedError when the bundle was undone, and with SettlementTimeoutError after `timeoutSeconds`
   * (default 900)
   */
  settled(options?: WaitOptions): Promise<BundleStatus>;
};

const MAXIMUM_ATTEMPTS = 5;

/**
 * Signs the legs of a bundle together, and has the coordinator execute all of them or none. The accounts' other calls
 * wait meanwhile, so that each leg gets the next nonce of its account.
 * @throws {@link BundleFailedError} when a leg fails; the error names the leg and the reason
 * @throws BundleError when the legs are no bundle: two legs on one layer, or legs of two accounts
 * @throws {@link BundleUncertainError} when the connection breaks before the coordinator answers
 */
export async function sendBundle(coordinator: CoordinatorApi, legs: readonly PreparedCall[]): Promise<SentBundle> {
  // Legs that are no bundle fail before any account waits for a turn.
  linkBundle(legs.map(({ account, call }) => account.toLeg(call, 0)));
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptBundle(coordinator, legs);
    } catch (error) {
      const call = error instanceof BundleFailedError ? legs[error.leg]?.call : undefined;
      const isStale = call !== undefined && canSignAgain((error as BundleFailedError).code, call);
      if (!isStale || attempt === MAXIMUM_ATTEMPTS) throw error;
    }
  }
}

async function attemptBundle(coordinator: CoordinatorApi, legs: readonly PreparedCall[]): Promise<SentBundle> {
  const turns = await takeTurns(legs.map(({ account }) => account));
  let isUsed: boolean | undefined;
  try {
    const transactions = signLegs(legs, turns);
    const preconfirmations = await send(coordinator, transactions);
    const sent = legs.map(({ account }, i) =>
      sentTransaction(account, { transaction: transactions[i]!, preconfirmation: preconfirmations[i]! }),
    );
    isUsed = true;
    return sentBundle(coordinator, transactions[0]!.link.id, sent);
  } finally {
    for (const turn of turns) turn.done(isUsed);
  }
}

function signLegs(legs: readonly PreparedCall[], turns: readonly Turn[]): Transaction[] {
  const linked = linkBundle(legs.map(({ account, call }, i) => account.toLeg(call, turns[i]!.nonce)));
  return linked.map((leg, i) => legs[i]!.account.signLeg(leg));
}

/** Takes the turns in the order of the layers' ids, so that two bundles of one client can't deadlock. */
async function takeTurns(accounts: readonly LayerAccount[]): Promise<Turn[]> {
  const order = [...accounts].sort((a, b) => (a.layer.layerId < b.layer.layerId ? -1 : 1));
  const turns = new Map<LayerAccount, Turn>();
  try {
    for (const account of order) turns.set(account, await account.takeTurn());
  } catch (error) {
    for (const turn of turns.values()) turn.done(false);
    throw error;
  }
  return accounts.map((account) => turns.get(account)!);
}

async function send(coordinator: CoordinatorApi, transactions: readonly Transaction[]): Promise<Preconfirmation[]> {
  try {
    return await coordinator.sendBundle(transactions);
  } catch (error) {
    if (error instanceof TransportError) throw new BundleUncertainError(fieldToHex(transactions[0]!.link.id), error);
    throw error;
  }
}

function sentBundle(coordinator: CoordinatorApi, id: Field, legs: readonly SentTransaction[]): SentBundle {
  const status = () => coordinator.getBundle(id);
  return {
    id,
    legs,
    status,
    settled: async ({ timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = {}) =>
      await pollStatus(`Bundle ${fieldToHex(id)}`, timeoutSeconds, async () => {
        const now = await status();
        if (now.status === "failed") {
          const { leg = 0, reason = "the coordinator does not say why." } = now;
          throw new BundleFailedError({
            leg,
            layer: fieldToHex(legs[leg]?.transaction.layerId ?? 0n),
            code: "sdk/bundle-undone",
            reason,
          });
        }
        return now;
      }),
  };
}
