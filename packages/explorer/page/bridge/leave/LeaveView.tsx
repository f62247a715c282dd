import { fieldToHex } from "@frond/foundation";
import { inTreeOrder } from "@frond/protocol";
import type { SignedExit } from "@frond/sdk/leave";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useNetwork } from "../../network/live.ts";
import { Field } from "../../parts/Field.tsx";
import { ClaimForm } from "../ClaimForm.tsx";
import { Account, Connect } from "../Connect.tsx";
import { TakeBackForm } from "../TakeBackForm.tsx";
import { useWallet } from "../wallet.tsx";
import { ProofForm } from "./ProofForm.tsx";
import { SignForm } from "./SignForm.tsx";
import { Standing } from "./Standing.tsx";

/** Out of a layer that does not let an account go: by L1 alone, whoever of the network answers or not. */
export function LeaveView(): ReactNode {
  const { connected } = useWallet();
  const [layerId, setLayerId] = useState<bigint>();
  return (
    <>
      <h1>Leave a layer</h1>
      <p>
        As long as a layer takes your transactions, withdraw on the <Link to="/bridge">Bridge</Link>. Once it is frozen,
        you leave it by a proof, and L1 pays you. This page asks L1, and none of the layer's operators has to answer.
      </p>
      <LayerChoice onChange={setLayerId} />
      {layerId !== undefined && <Standing layerId={layerId} />}
      {connected === undefined ? <Connect /> : <Account />}
      {connected !== undefined && layerId !== undefined && (
        <Steps key={`${layerId} ${connected.account}`} layerId={layerId} />
      )}
      {connected !== undefined && (
        <>
          <ClaimForm />
          <TakeBackForm />
        </>
      )}
    </>
  );
}

function Steps({ layerId }: { readonly layerId: bigint }): ReactNode {
  const [signed, setSigned] = useState<SignedExit>();
  return (
    <>
      <SignForm layerId={layerId} onSigned={setSigned} />
      <ProofForm layerId={layerId} signed={signed} />
    </>
  );
}

/** A layer by its name, as far as somebody tells names, or else by its id. */
function LayerChoice({ onChange }: { readonly onChange: (layerId: bigint | undefined) => void }): ReactNode {
  const layers = inTreeOrder(useNetwork().data?.layers ?? []);
  return (
    <Field name="Layer" hint="name, or id with 0x">
      {(id) => (
        <>
          <input
            id={id}
            list={`${id}.layers`}
            placeholder="0x.."
            autoComplete="off"
            onChange={({ target }) => {
              const text = target.value.trim();
              const named = layers.find(({ layer }) => layer.name === text)?.layer.layerId;
              onChange(named ?? (/^0x[0-9a-fA-F]{1,64}$/.test(text) ? BigInt(text) : undefined));
            }}
          />
          <datalist id={`${id}.layers`}>
            {layers.map(({ layer, level }) => (
              <option key={fieldToHex(layer.layerId)} value={layer.name}>
                {`L${level} ${fieldToHex(layer.layerId)}`}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
