import { fieldToHex } from "@frond/foundation";
import { inTreeOrder } from "@frond/protocol";
import { useWallets } from "@frond/react";
import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useNetwork } from "../network/live.ts";
import type { Layer } from "../network/schemas.ts";
import { Field } from "../parts/Field.tsx";
import { AccountLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";
import type { FilledCall } from "../pictures/types.ts";
import { Balances } from "../views/AccountView.tsx";
import { CallForm } from "./CallForm.tsx";
import { ClaimForm } from "./ClaimForm.tsx";
import { DepositForm } from "./DepositForm.tsx";
import { useWallet } from "./wallet.tsx";

/** From a wallet to any layer, and back. */
export function BridgeView(): ReactNode {
  const { connected } = useWallet();
  return (
    <>
      <h1>Bridge</h1>
      {connected === undefined ? <Connect /> : <Bridge />}
    </>
  );
}

function Connect(): ReactNode {
  const wallets = useWallets();
  const { connect } = useWallet();
  return (
    <section aria-label="Connect">
      <p>
        The wallet signs a text, twice. From the signature follows the key of your account on the layers, which does not
        leave this page.
      </p>
      {wallets.length === 0 && <p role="status">No wallet has announced itself to this page (EIP-6963).</p>}
      {wallets.map((wallet) => (
        <button
          key={wallet.uuid}
          type="button"
          disabled={connect.isPending}
          onClick={() => connect.mutate(wallet.provider)}
        >
          <img src={wallet.icon} alt="" width={20} height={20} /> Connect {wallet.name}
        </button>
      ))}
      {connect.isPending && <p role="status">The wallet asks you.</p>}
      <Problem error={connect.error} />
    </section>
  );
}

function Bridge(): ReactNode {
  const { connected, disconnect } = useWallet();
  const call = useLocation({ select: ({ state }) => state.call });
  const [chosen, setChosen] = useState<string | undefined>(call && fieldToHex(call.layerId));
  const layers = inTreeOrder(useNetwork().data?.layers ?? []);
  const layer = layers.find(({ layer }) => fieldToHex(layer.layerId) === chosen)?.layer ?? layers[0]?.layer;
  return (
    <>
      <p>
        <code>{connected!.account}</code> on L1 is <AccountLink address={connected!.address} /> on every layer.{" "}
        <button type="button" onClick={disconnect}>
          Disconnect
        </button>
      </p>
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
      <ClaimForm layer={layer} />
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
