import {
  checkProvenExit,
  type Left,
  type ProvenExit,
  type ProvenPayout,
  readProvenExit,
  readSignedExit,
  type SignedExit,
  submitProvenExit,
} from "@frond/sdk/leave";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { formatAmount } from "../../format.ts";
import { useAccess } from "../../network/access.ts";
import { readDeployment } from "../../network/trust.ts";
import { InputError } from "../../parseInput.ts";
import { Field } from "../../parts/Field.tsx";
import { Hex } from "../../parts/links.tsx";
import { Problem } from "../../parts/Problem.tsx";
import { Table } from "../../parts/Table.tsx";
import { assetName } from "../assetOf.ts";
import { creditKey } from "../ClaimForm.tsx";
import { useLayerOne } from "../useLayerOne.ts";
import { useWallet } from "../wallet.tsx";
import { textOf } from "./textOf.ts";

type Checked = { readonly exit: SignedExit; readonly proven: ProvenExit; readonly payouts: readonly ProvenPayout[] };

/** Takes the proof of a signed exit back, says what L1 would credit, and sends it. */
export function ProofForm(props: { readonly layerId: bigint; readonly signed: SignedExit | undefined }): ReactNode {
  const { layerId, signed } = props;
  const access = useAccess();
  const check = useMutation({
    async mutationFn(form: HTMLFormElement): Promise<Checked> {
      const files = new FormData(form);
      const exit = await signedIn(files.get("signed"), signed);
      if (exit.layerId !== layerId) throw new InputError("The signed exit is of another layer. Choose that layer.");
      const proven = readProvenExit(await textOf(files.get("proof")));
      const { settlement } = await readDeployment(access);
      const payouts = await checkProvenExit({ publicClient: access.l1, settlement }, { exit, proven });
      return { exit, proven, payouts };
    },
  });
  return (
    <section aria-label="Proof">
      <h2>2. Send the proof to L1</h2>
      <form
        aria-label="Check the proof"
        onSubmit={(event) => {
          event.preventDefault();
          check.mutate(event.currentTarget);
        }}
      >
        <Field name="Proof" hint="proof.json">
          {(id) => <input id={id} name="proof" type="file" accept=".json,application/json" required />}
        </Field>
        <Field
          name="Signed exit"
          hint={signed === undefined ? "exit.json" : "exit.json, unless it was signed just now"}
        >
          {(id) => (
            <input id={id} name="signed" type="file" accept=".json,application/json" required={signed === undefined} />
          )}
        </Field>
        <button type="submit" disabled={check.isPending}>
          Check
        </button>
        <Problem error={check.error} />
      </form>
      {check.data && <Payouts key={check.submittedAt} {...check.data} />}
    </section>
  );
}

/** What L1 would credit now, and what it has credited. */
function Payouts({ exit, proven, payouts }: Checked): ReactNode {
  const { connected } = useWallet();
  const layerOne = useLayerOne();
  const queries = useQueryClient();
  const send = useMutation({
    mutationFn: async () => await submitProvenExit(await layerOne!.open("leave"), { exit, proven }),
    onSuccess: () => queries.invalidateQueries({ queryKey: creditKey(connected?.account) }),
  });
  const rows = payouts.map(({ asset, amount, credited }, i) => ({
    key: String(i),
    cells: [assetName(asset), formatAmount(amount), formatAmount(credited)],
    className: credited < amount ? "failed" : undefined,
  }));
  return (
    <>
      <Table caption="What the exit pays" columns={["asset", "worth", "credited"]} rows={rows} />
      <p>
        The credit goes to <code>{recipientOf(exit)}</code>.
      </p>
      {payouts.some(({ amount, credited }) => credited < amount) && (
        <p className="problem" role="alert">
          The layer's vault has less left than the exit is worth, because others have left before. The exit is paid
          once: the rest is lost. The vault only shrinks, so that waiting pays nothing more.
        </p>
      )}
      <button
        type="button"
        disabled={layerOne === undefined || send.isPending || send.isSuccess}
        onClick={() => send.mutate()}
      >
        Send to L1
      </button>
      {send.isPending && <p role="status">The wallet asks you, and L1 takes the transaction.</p>}
      {send.data && (
        <p role="status">
          {leftText(send.data)} <Hex text={send.data.hash} />. Claim it below.
        </p>
      )}
      <Problem error={send.error} />
    </>
  );
}

function leftText({ credited, lost }: Left): string {
  const shown = (amounts: Left["lost"]) =>
    amounts.map(({ asset, amount }) => `${formatAmount(amount)} of ${assetName(asset)}`).join(" and ");
  const rest = lost.length === 0 ? "" : ` ${shown(lost)} was not in the vault.`;
  return `L1 has credited ${shown(credited)}.${rest} Transaction`;
}

function recipientOf({ recipient }: SignedExit): string {
  return `0x${recipient.toString(16).padStart(40, "0")}`;
}

async function signedIn(file: FormDataEntryValue | null, signed: SignedExit | undefined): Promise<SignedExit> {
  if (file instanceof File && file.size > 0) return readSignedExit(await textOf(file));
  if (signed === undefined) throw new InputError("Choose the file exit.json, or sign the exit again.");
  return signed;
}
