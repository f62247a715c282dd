import type { Field } from "@frond/foundation";
import { isLink, linkMessage, type Message } from "@frond/protocol";
import type { BlockRecord } from "@frond/store";
import type { BundleRecord } from "./bundleRecord.ts";

/**
 * The links that some blocks of one layer consume and produce, by the ids of their bundles. A block is found to have a
 * leg by the leg's links and by nothing else: the links are in the statement that the layer signs and that the
 * aggregate compares with the links of the other legs. What a block says beside that (`BlockRecord.transactions`) binds
 * nobody.
 */
export type Links = {
  readonly consumed: ReadonlyMap<Field, readonly Message[]>;
  readonly produced: ReadonlyMap<Field, readonly Message[]>;
};

type Leg = { readonly bundle: BundleRecord; readonly leg: number };

export function linksIn(blocks: Iterable<BlockRecord>): Links {
  const consumed = new Map<Field, Message[]>();
  const produced = new Map<Field, Message[]>();
  for (const block of blocks) {
    for (const { message } of block.consumed) note(consumed, message);
    for (const message of block.produced) note(produced, message);
  }
  return { consumed, produced };
}

/** The ids of bundles that are named by links. Anybody may name any bundle. */
export function bundlesNamed({ consumed, produced }: Links): Set<Field> {
  return new Set([...consumed.keys(), ...produced.keys()]);
}

/** Whether the blocks have all links of a leg of their layer, so that its neighbours can settle with them. */
export function hasLeg(links: Links, of: Leg): boolean {
  return sidesOf(links, of).every((isThere) => isThere);
}

/** Whether the blocks have one link of a leg of their layer, at least. */
export function hasPartOfLeg(links: Links, of: Leg): boolean {
  return sidesOf(links, of).some((isThere) => isThere);
}

/** For each link of a leg whether it is there. */
function sidesOf({ consumed, produced }: Links, { bundle, leg }: Leg): boolean[] {
  const { id, layers } = bundle;
  const own = layers[leg]!;
  const [previous, next] = [layers[leg - 1], layers[leg + 1]];
  return [
    ...(previous === undefined ? [] : [isIn(consumed, bundle, { from: previous, to: own, index: leg - 1 })]),
    ...(next === undefined ? [] : [isIn(produced, bundle, { from: own, to: next, index: leg })]),
  ];

  function isIn(
    side: Links["consumed"],
    { signer }: BundleRecord,
    { from, to, index }: { readonly from: Field; readonly to: Field; readonly index: number },
  ): boolean {
    return (side.get(id) ?? []).some((found) =>
      isSame(found, linkMessage(from, to, { id, index, signer: signer ?? found.payload })),
    );
  }
}

function note(side: Map<Field, Message[]>, message: Message): void {
  if (!isLink(message.kind)) return;
  const known = side.get(message.recipient);
  if (known === undefined) side.set(message.recipient, [message]);
  else known.push(message);
}

function isSame(a: Message, b: Message): boolean {
  return (Object.keys(b) as (keyof Message)[]).every((field) => a[field] === b[field]);
}
