import { fieldToHex } from "@frond/foundation";
import { inTreeOrder } from "@frond/protocol";
import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useNetwork } from "../network/live.ts";
import type { Layer } from "../network/schemas.ts";
import { Field } from "../parts/Field.tsx";
import type { FilledCall } from "../pictures/types.ts";
import { Balances } from "../views/AccountView.tsx";
import { CallForm } from "./CallForm.tsx";
import { ClaimForm } from "./ClaimForm.tsx";
import { Account, Connect } from "./Connect.tsx";
import { DepositForm } from "./DepositForm.tsx";
import { TakeBackForm } from "./TakeBackForm.tsx";
import { useWallet } from "./wallet.tsx";

/** From a wallet to any layer, and back. */
export function BridgeView(): ReactNode {
  const { connected } = useWallet();
  return (
    <>
      <h1>Bridge</h1>
      <p>
        A layer takes no transactions of yours? <Link to="/bridge/leave">Leave it</Link> by L1 alone.
      </p>
      {connected === undefined ? <Connect /> : <Bridge />}
    </>
  );
}

function Bridge(): ReactNode {
  const { connected } = useWallet();
  const call = useLocation({ select: ({ state }) => state.call });
  const [chosen, setChosen] = useState<string | undefined>(call && fieldToHex(call.layerId));
  const layers = inTreeOrder(useNetwork().data?.layers ?? []);
  const layer = layers.find(({ layer }) => fieldToHex(layer.layerId) === chosen)?.layer ?? layers[0]?.layer;
  return (
    <>
      <Account />
      <Balances address={connected!.address} />
      <Field name="Layer">
        {(id) => (
          <select
            id={id}
            value={layer && fieldToHex(layer.layerId)}
            onChange={(event) => setChosen(event.target.value)}
          >
            {layers.map(({ layer, level }) => (
              <option key={fieldToHex(layer.layerId)} value={fieldToHex(layer.layerId)}>
                {`L${level} ${layer.name}`}
              </option>
            ))}
          </select>
        )}
      </Field>
      {layer && <Forms key={fieldToHex(layer.layerId)} layer={layer} call={call} />}
      <ClaimForm />
      <TakeBackForm />
    </>
  );
}

function Forms({ layer, call }: { readonly layer: Layer; readonly call: FilledCall | undefined }): ReactNode {
  return (
    <>
      <DepositForm layer={layer} />
      <CallForm layer={layer} filled={call?.layerId === layer.layerId ? call : undefined} />
    </>
  );
}
