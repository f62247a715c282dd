import { type L1, readClaimPaid } from "@frond/contracts";
import type { Field } from "@frond/foundation";
import { ExitFailedError } from "@frond/language";
import { claimIdOf, type Payout } from "@frond/protocol";
import { exitPayouts, type FollowedPlace, requireEntryWidth } from "./planEscape.ts";

/** What an exit of an application would pay an account. */
export type ExitPreview = { readonly name: string } & (
  | { readonly kind: "pays"; readonly payouts: readonly Payout[] }
  /** L1 has paid this claim. */
  | { readonly kind: "paid" }
  | { readonly kind: "nothing"; readonly reason: string }
  /** What it pays depends on its arguments. */
  | { readonly kind: "arguments" }
);

/**
 * The exits of a layer's application, and what each pays to an account that needs no arguments.
 * @throws OtherApplicationError, LayerUnknownError, StateNotFollowedError
 */
export async function previewExits(
  l1: Pick<L1, "publicClient" | "settlement">,
  place: FollowedPlace,
  account: Field,
): Promise<ExitPreview[]> {
  requireEntryWidth(place);
  const { layerId } = place;
  const { exits, exitArguments } = place.application.program;
  const args = new Array<Field>(exitArguments).fill(0n);
  return await Promise.all(
    exits.map(async ({ name, parameters }, exit): Promise<ExitPreview> => {
      if (parameters.length > 0) return { name, kind: "arguments" };
      const claimId = claimIdOf({ layerId, exit, args }, account);
      if (await readClaimPaid(l1, { layer: layerId, claimId })) return { name, kind: "paid" };
      try {
        return { name, kind: "pays", payouts: exitPayouts(place, { exit, args, account }) };
      } catch (error) {
        if (!(error instanceof ExitFailedError)) throw error;
        return { name, kind: "nothing", reason: String(error.data.reason) };
      }
    }),
  );
}
