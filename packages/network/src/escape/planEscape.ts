import { type L1, readClaimPaid, readEscaped } from "@frond/contracts";
import { type FollowerStore, openState } from "@frond/follower";
import type { Field } from "@frond/foundation";
import { type Application, genesisEntries, payoutsOfExit } from "@frond/language";
import {
  claimIdOf,
  genesisStateRoot,
  type Payout,
  type StateReader,
  type UnsignedExit,
  withHeldValues,
} from "@frond/protocol";
import { ClaimPaidError, OtherApplicationError, VaultEmptyError } from "./errors.ts";
import { escapePath } from "./escapePath.ts";
import { requireLeavable } from "./requireLeavable.ts";

/** What an exit pays of an asset, and how much of it L1 would credit: less if the layer's vault has no more left. */
export type PlannedPayout = Payout & { readonly credited: bigint };

/** A layer that is left, as a follower has it. */
export type FollowedPlace = {
  readonly store: Pick<FollowerStore, "layers" | "states" | "rowsOf">;
  readonly layerId: Field;
  readonly application: Pick<Application, "name" | "program" | "state" | "genesis">;
  /** Values of entries that an owner holds, for those that nobody else tells; none if it is left out. */
  readonly held?: readonly (readonly Field[])[];
};

/** An exit of an account, before it is signed. */
export type PlannedExit = Omit<UnsignedExit, "layerId" | "recipient"> & { readonly account: Field };

/**
 * Checks all that can be checked of an escape without a proof, and says what L1 would credit. The application's keys
 * are compared by `proveEscape`; here only the size of its entries is.
 * @throws LayerNotFrozenError, FollowerBehindError, FollowedRootError, ClaimPaidError, VaultEmptyError,
 *   OtherApplicationError, ExitFailedError, LayerUnknownError, StateNotFollowedError
 */
export async function planEscape(
  l1: Pick<L1, "publicClient" | "settlement">,
  place: FollowedPlace,
  planned: PlannedExit,
): Promise<PlannedPayout[]> {
  const { store, layerId } = place;
  const path = escapePath(store.layers, layerId);
  requireEntryWidth(place);
  await requireLeavable(l1, path);
  const claimId = claimIdOf({ layerId, ...planned }, planned.account);
  if (await readClaimPaid(l1, { layer: layerId, claimId })) throw new ClaimPaidError({ layerId, claimId });
  const payouts = exitPayouts(place, planned);
  const left = new Map<number, bigint>();
  const credited: PlannedPayout[] = [];
  for (const { asset, amount } of payouts) {
    const before = left.get(asset) ?? (await leftInVault(l1, { layerId, asset, vault: path.at(-1)!.vault.get(asset) }));
    let paid = amount;
    if (paid > before) paid = before;
    left.set(asset, before - paid);
    credited.push({ asset, amount, credited: paid });
  }
  if (credited.every(({ credited }) => credited === 0n)) throw new VaultEmptyError(layerId);
  return credited;
}

/** What an exit pays on the layer's state as it is followed. @throws ExitFailedError, StateNotFollowedError */
export function exitPayouts(place: FollowedPlace, planned: PlannedExit): readonly Payout[] {
  const { layerId, application } = place;
  return payoutsOfExit(application.program, { layerId, ...planned, state: openLeftState(place) });
}

/** The state that is left, with what its owner holds of it. @throws LayerUnknownError, StateNotFollowedError */
export function openLeftState({ store, layerId, held = [] }: Omit<FollowedPlace, "application">): StateReader {
  return withHeldValues(openState(store as FollowerStore, layerId), held);
}

async function leftInVault(
  l1: Pick<L1, "publicClient" | "settlement">,
  { layerId, asset, vault }: { readonly layerId: Field; readonly asset: number; readonly vault: bigint },
): Promise<bigint> {
  const before = await readEscaped(l1, { layer: layerId, asset: BigInt(asset) });
  return vault > before ? vault - before : 0n;
}

/** An application of entries of another size can't be the layer's. @throws OtherApplicationError */
export function requireEntryWidth({ store, layerId, application }: FollowedPlace): void {
  const { config } = escapePath(store.layers, layerId).at(-1)!;
  const { name, program } = application;
  const genesis = genesisEntries(application);
  if (config.genesisStateRoot !== genesisStateRoot(program.entryWidth, genesis)) throw new OtherApplicationError(name);
}
