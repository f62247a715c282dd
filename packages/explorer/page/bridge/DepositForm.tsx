import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatAmount } from "../format.ts";
import type { Layer } from "../network/schemas.ts";
import { parseAmount } from "../parseInput.ts";
import { Field } from "../parts/Field.tsx";
import { Hex } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import { tokenOf } from "./assetOf.ts";
import { submitted } from "./submitted.ts";
import { useClient } from "./useClient.ts";

/** Sends ether or a token from L1 to the own account on a layer, at whatever depth. */
export function DepositForm({ layer }: { readonly layer: Layer }): ReactNode {
  const client = useClient(layer);
  const deposit = useMutation({
    async mutationFn(given: { readonly amount: string; readonly token: string }) {
      const amount = parseAmount(given.amount);
      const asset = tokenOf(given.token);
      const { hash, gasUsed } = await client.data!.client.deposit({ asset, amount });
      return { hash, gasUsed, amount };
    },
  });
  return (
    <form
      aria-label="Deposit"
      onSubmit={(event) => {
        const value = submitted(event);
        deposit.mutate({ amount: value("amount"), token: value("token") });
      }}
    >
      <h2>Deposit to {layer.name}</h2>
      <Field name="Amount">
        {(id) => <input id={id} name="amount" defaultValue="1 ether" required inputMode="text" autoComplete="off" />}
      </Field>
      <Field name="Token, or nothing for ether">
        {(id) => <input id={id} name="token" placeholder="0x.." autoComplete="off" />}
      </Field>
      <button type="submit" disabled={client.data === undefined || deposit.isPending}>
        Deposit
      </button>
      {deposit.isPending && <p role="status">The wallet asks you, and L1 takes the transaction.</p>}
      {deposit.data && (
        <p role="status">
          L1 has the deposit of {formatAmount(deposit.data.amount)} in <Hex text={deposit.data.hash} />. It is credited
          as soon as the network has seen it.
        </p>
      )}
      <Problem error={client.error ?? deposit.error} />
    </form>
  );
}
