import { fieldToHex } from "@frond/foundation";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { shortHex } from "../format.ts";
import { useLayerName } from "../network/live.ts";

/** A layer by its name; L1 has a page of its own. */
export function LayerLink({ layerId }: { readonly layerId: bigint }): ReactNode {
  const name = useLayerName()(layerId);
  if (layerId === 0n) return <Link to="/l1">{name}</Link>;
  return (
    <Link to="/layers/$layer" params={{ layer: fieldToHex(layerId) }}>
      {name}
    </Link>
  );
}

export function BlockLink(props: { readonly layerId: bigint; readonly number: number }): ReactNode {
  const params = { layer: fieldToHex(props.layerId), block: String(props.number) };
  return (
    <Link to="/layers/$layer/blocks/$block" params={params}>
      {props.number}
    </Link>
  );
}

export function TransactionLink({ layerId, hash }: { readonly layerId: bigint; readonly hash: bigint }): ReactNode {
  const text = fieldToHex(hash);
  return (
    <Link to="/layers/$layer/transactions/$hash" params={{ layer: fieldToHex(layerId), hash: text }} title={text}>
      <code className="short">{shortHex(text)}</code>
    </Link>
  );
}

export function AccountLink({ address }: { readonly address: bigint }): ReactNode {
  const text = fieldToHex(address);
  return (
    <Link to="/accounts/$address" params={{ address: text }} title={text}>
      <code className="short">{shortHex(text)}</code>
    </Link>
  );
}

export function BundleLink({ id }: { readonly id: bigint }): ReactNode {
  const text = fieldToHex(id);
  return (
    <Link to="/bundles/$id" params={{ id: text }} title={text}>
      <code className="short">{shortHex(text)}</code>
    </Link>
  );
}

export function EpochLink({ epoch }: { readonly epoch: number }): ReactNode {
  return (
    <Link to="/epochs/$epoch" params={{ epoch: String(epoch) }}>
      {epoch}
    </Link>
  );
}

/** A long hex text that has no page. */
export function Hex({ text }: { readonly text: string }): ReactNode {
  return (
    <code className="short" title={text}>
      {shortHex(text)}
    </code>
  );
}
