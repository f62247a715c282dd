import type { Field } from "@frond/foundation";
import { FLAG_FROZEN, PACKINGS, shiftOf } from "@frond/protocol";
import { type L1, readSettled } from "../actions.ts";
import { type Escaped, type EscapeStatement, submitEscape } from "../submitEscape.ts";
import type { StandInProver } from "./standInProver.ts";
import { refusal } from "./tokens.ts";

/** What an account gets of an asset, and how much of the asset the layer's vault has. */
export type Share = { readonly asset: number; readonly amount: bigint; readonly vault: bigint };

/** Escapes under the root of now, of a layer that is frozen there unless `changes` say otherwise. */
export function escapesOf(l1: L1, prover: StandInProver) {
  const statementOf = async (
    claim: { readonly layer: Field; readonly claimId: Field; readonly shares: readonly Share[] },
    changes: Partial<EscapeStatement> = {},
  ): Promise<EscapeStatement> => {
    const { root } = await readSettled(l1);
    const [first, second, third, fourth] = [0, 1, 2, 3].map((i) => claim.shares[i]);
    return {
      root,
      layerId: claim.layer,
      flags: FLAG_FROZEN,
      claimId: claim.claimId,
      recipient: BigInt(l1.wallet.account.address),
      payout1: packShare(first),
      payout2: packShare(second),
      payout3: packShare(third),
      payout4: packShare(fourth),
      vault1: first?.vault ?? 0n,
      vault2: second?.vault ?? 0n,
      vault3: third?.vault ?? 0n,
      vault4: fourth?.vault ?? 0n,
      ...changes,
    };
  };
  const prove = (statement: EscapeStatement) => prover.prove(Object.values(statement));
  const leave = async (...given: Parameters<typeof statementOf>): Promise<Escaped> => {
    const statement = await statementOf(...given);
    return await submitEscape(l1, { statement, proof: await prove(statement) });
  };
  return {
    statementOf,
    prove,
    leave,
    refusalOf: (...given: Parameters<typeof statementOf>): Promise<string> => refusal(leave(...given)),
  };
}

function packShare(share: Share | undefined): Field {
  if (share === undefined) return 0n;
  return BigInt(share.asset) + (share.amount << BigInt(shiftOf(PACKINGS.payout, "amount")));
}
