import { type COLOURS, describeKind, KINDS } from "@frond/bricks/kinds";
import { entryKey } from "@frond/protocol";
import type { ReactNode } from "react";
import { useWallet } from "../bridge/wallet.tsx";
import { useCalls, useEntries } from "../network/layers.ts";
import { AccountLink } from "../parts/links.tsx";
import type { PictureProps } from "./types.ts";

/** The number of the map with an account's bricks. */
const BRICKS_MAP = 1;

/** The bricks of an account, as stacks in a yard: the wallet's own, or of who has called last. */
export default function BricksPicture(props: PictureProps): ReactNode {
  const { connected } = useWallet();
  const calls = useCalls(props.layer);
  const owner = connected?.address ?? calls.data?.[0]?.sender;
  if (owner === undefined) return <p className="quiet">Nobody has called this layer in its last blocks.</p>;
  return <Yard key={String(owner)} {...props} owner={owner} />;
}

function Yard({ layer, owner, onCall }: PictureProps & { readonly owner: bigint }): ReactNode {
  const keys = Array.from({ length: KINDS }, (_, kind) => entryKey(BRICKS_MAP, [owner, BigInt(kind)]));
  const entries = useEntries(layer, keys);
  const counts = keys.map((key) => entries.get(key)?.[0] ?? 0n);
  const buy = (kind: number) =>
    onCall({ layerId: layer.layerId, method: "buy", args: { kind: String(kind), count: "1" } });
  return (
    <>
      <BrickYard counts={counts} onKind={buy} />
      <p className="quiet">
        The bricks of <AccountLink address={owner} />.
      </p>
    </>
  );
}

/** Plots along a side of the yard: a material has two rows of eight colours. */
const SIDE = 8;
const [WIDTH, DEPTH, HEIGHT] = [24, 12, 9];
/** Of a stack, as it is drawn; the number beside it says how many there are. */
const MOST_DRAWN = 12;

/** The picture alone: a stack for each kind of brick, isometric. */
export function BrickYard(props: { readonly counts: readonly bigint[]; onKind(kind: number): void }): ReactNode {
  const { counts, onKind } = props;
  const owned = counts.flatMap((count, kind) => (count === 0n ? [] : [`${count} of ${nameOf(kind)}`]));
  const summary = owned.length === 0 ? "No bricks." : `Bricks: ${owned.join(", ")}.`;
  const top = MOST_DRAWN * HEIGHT;
  const box = [-SIDE * WIDTH, -top, 2 * SIDE * WIDTH, 2 * SIDE * DEPTH + top + HEIGHT];
  return (
    <figure>
      <svg className="yard" role="img" aria-label={summary} viewBox={box.join(" ")}>
        {counts.map((count, kind) => {
          const [row, column] = [Math.floor(kind / SIDE), kind % SIDE];
          const at = `translate(${(column - row) * WIDTH} ${(column + row) * DEPTH})`;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: as above
            <g key={kind} transform={at} onClick={() => onKind(kind)} data-kind={kind}>
              <title>{`${nameOf(kind)}: ${count}. Click to buy one.`}</title>
              <polygon className="plot" points={`0,0 ${WIDTH},${DEPTH} 0,${2 * DEPTH} ${-WIDTH},${DEPTH}`} />
              <Stack kind={kind} count={count} />
            </g>
          );
        })}
      </svg>
      <figcaption>{summary} Click a place to buy a brick of its kind.</figcaption>
    </figure>
  );
}

const nameOf = (kind: number) => `${describeKind(kind).colour} ${describeKind(kind).material.name}`;

/** How colours are called on the web where they have another name there. */
const WEB_COLOURS: Readonly<Partial<Record<(typeof COLOURS)[number], string>>> = { amber: "#ffbf00" };

function Stack({ kind, count }: { readonly kind: number; readonly count: bigint }): ReactNode {
  const drawn = Math.min(MOST_DRAWN, Number(count));
  const { colour, material } = describeKind(kind);
  const fill = WEB_COLOURS[colour] ?? colour;
  const left = `${-WIDTH},${DEPTH} 0,${2 * DEPTH} 0,${2 * DEPTH - HEIGHT} ${-WIDTH},${DEPTH - HEIGHT}`;
  const right = `${WIDTH},${DEPTH} 0,${2 * DEPTH} 0,${2 * DEPTH - HEIGHT} ${WIDTH},${DEPTH - HEIGHT}`;
  const lid = `0,${-HEIGHT} ${WIDTH},${DEPTH - HEIGHT} 0,${2 * DEPTH - HEIGHT} ${-WIDTH},${DEPTH - HEIGHT}`;
  return (
    <>
      {Array.from({ length: drawn }, (_, i) => (
        <g key={i} className={`brick ${material.name}`} transform={`translate(0 ${-i * HEIGHT})`} fill={fill}>
          <polygon points={left} />
          <polygon className="shade" points={right} />
          <polygon points={lid} />
        </g>
      ))}
      {count > BigInt(MOST_DRAWN) && (
        <text textAnchor="middle" y={-drawn * HEIGHT}>
          {String(count)}
        </text>
      )}
    </>
  );
}
