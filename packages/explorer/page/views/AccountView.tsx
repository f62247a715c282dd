import { fieldToHex } from "@frond/foundation";
import { inTreeOrder } from "@frond/protocol";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatValue } from "../format.ts";
import { useAccountEntry } from "../network/layers.ts";
import { useNetwork } from "../network/live.ts";
import type { Layer } from "../network/schemas.ts";
import { LayerLink } from "../parts/links.tsx";
import { Problem } from "../parts/Problem.tsx";

/** One account on every layer: its address is the same on all of them. */
export function AccountView(): ReactNode {
  const { address } = useParams({ strict: false });
  return (
    <>
      <h1>Account</h1>
      <p>
        <code>{address}</code>
      </p>
      <Balances address={BigInt(address!)} />
    </>
  );
}

/** What an account has on every layer, live. */
export function Balances({ address }: { readonly address: bigint }): ReactNode {
  const { data } = useNetwork();
  return (
    <table>
      <caption>On every layer</caption>
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col">nonce</th>
          <th scope="col">values</th>
        </tr>
      </thead>
      <tbody>
        {inTreeOrder(data?.layers ?? []).map(({ layer }) => (
          <BalanceRow key={fieldToHex(layer.layerId)} layer={layer} address={address} />
        ))}
      </tbody>
    </table>
  );
}

function BalanceRow({ layer, address }: { readonly layer: Layer; readonly address: bigint }): ReactNode {
  const { data, error } = useAccountEntry(layer, address);
  const values = data?.fields.map(([name, value, kind]) => (
    <span key={name} className="value">
      <span className="quiet">{name}</span> {kind === "bool" ? String(value === 1n) : formatValue(value, kind)}
    </span>
  ));
  return (
    <tr data-layer={layer.name}>
      <td data-label="layer">
        <LayerLink layerId={layer.layerId} />
      </td>
      <td data-label="nonce">{data?.nonce ?? "–"}</td>
      <td data-label="values">
        {data === null && <span className="quiet">nothing was ever written</span>}
        {values}
        {layer.url === "" && <span className="quiet">its node was never seen</span>}
        <Problem error={error} />
      </td>
    </tr>
  );
}
