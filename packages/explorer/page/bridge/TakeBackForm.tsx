import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatAmount } from "../format.ts";
import { InputError } from "../parseInput.ts";
import { Field } from "../parts/Field.tsx";
import { Problem } from "../parts/Problem.tsx";
import { assetName } from "./assetOf.ts";
import { creditKey } from "./ClaimForm.tsx";
import { submitted } from "./submitted.ts";
import { useLayerOne } from "./useLayerOne.ts";
import { useWallet } from "./wallet.tsx";

/** Has a deposit credited on L1 that no layer took in time, or whose layer is frozen. Asks L1 alone. */
export function TakeBackForm(): ReactNode {
  const { connected } = useWallet();
  const claims = useLayerOne()?.claims;
  const queries = useQueryClient();
  const takeBack = useMutation({
    mutationFn: (text: string) => claims!.takeBack(hashOf(text)),
    onSuccess: () => queries.invalidateQueries({ queryKey: creditKey(connected?.account) }),
  });
  return (
    <form
      aria-label="Take a deposit back"
      onSubmit={(event) => {
        takeBack.mutate(submitted(event)("hash"));
      }}
    >
      <h2>Take a deposit back</h2>
      <p>A deposit that no layer took in time, or whose layer is frozen, is credited on L1. Claim it then.</p>
      <Field name="Transaction of the deposit on L1">
        {(id) => <input id={id} name="hash" required placeholder="0x.." autoComplete="off" />}
      </Field>
      <button type="submit" disabled={claims === undefined || takeBack.isPending}>
        Take back
      </button>
      {takeBack.isPending && <p role="status">The wallet asks you, and L1 takes the transaction.</p>}
      {takeBack.data && (
        <p role="status">
          L1 has credited{" "}
          {takeBack.data.map(({ asset, amount }) => `${formatAmount(amount)} of ${assetName(asset)}`).join(" and ")}.
        </p>
      )}
      <Problem error={takeBack.error} />
    </form>
  );
}

/** @throws InputError */
function hashOf(text: string): `0x${string}` {
  const hash = text.trim();
  if (/^0x[0-9a-fA-F]{64}$/.test(hash)) return hash as `0x${string}`;
  throw new InputError(`${JSON.stringify(hash)} is no transaction of L1. Write 0x and 64 hex digits.`);
}
