import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatAmount } from "../format.ts";
import { useNetwork } from "../network/live.ts";
import { Field } from "../parts/Field.tsx";
import { Hex } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { assetOf } from "./assetOf.ts";
import { submitted } from "./submitted.ts";
import { useLayerOne } from "./useLayerOne.ts";
import { useWallet } from "./wallet.tsx";

/** Under which the credit of an account of L1 is kept. */
export const creditKey = (account: string | undefined) => ["client", account, "credit"];

/** Takes on L1 what was withdrawn from any layer, once its epoch has settled, or credited by an exit. Asks L1 alone. */
export function ClaimForm(): ReactNode {
  const { connected } = useWallet();
  const claims = useLayerOne()?.claims;
  const queries = useQueryClient();
  const settled = useNetwork().data?.epoch.settled;
  const queryKey = creditKey(connected?.account);
  const credit = useQuery({
    queryKey: [...queryKey, settled],
    queryFn: () => claims!.credit("ether"),
    enabled: claims !== undefined,
    placeholderData: (before) => before,
  });
  const claim = useMutation({
    mutationFn: (token: string) => claims!.claim(assetOf(token)),
    onSuccess: () => queries.invalidateQueries({ queryKey }),
  });
  return (
    <form
      aria-label="Claim"
      onSubmit={(event) => {
        claim.mutate(submitted(event)("token"));
      }}
    >
      <h2>Claim on L1</h2>
      <p>
        <output aria-label="Ether to claim">{credit.data === undefined ? "–" : formatAmount(credit.data)}</output> of
        ether can be claimed. What was withdrawn is there once its epoch has settled.
      </p>
      <Field name="Token, or nothing for ether" hint="address, or number of the asset">
        {(id) => <input id={id} name="token" placeholder="0x.." autoComplete="off" />}
      </Field>
      <button type="submit" disabled={claims === undefined || claim.isPending}>
        Claim
      </button>
      {claim.isPending && <p role="status">The wallet asks you, and L1 takes the transaction.</p>}
      {claim.data && (
        <p role="status">
          Claimed {formatAmount(claim.data.paid)} in <Hex text={claim.data.hash} />.
        </p>
      )}
      <Problem error={credit.error ?? claim.error} />
    </form>
  );
}
