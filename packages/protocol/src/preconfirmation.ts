import {
  compress,
  type Field,
  type Point,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { COUNTER_BITS, TIME_BITS } from "./constants.ts";
import { pack } from "./packing.ts";
import { DOMAINS } from "./tables/domains.ts";
import { PACKINGS } from "./tables/packings.ts";

/** A sequencer's signed promise: the transaction has been executed and will be at this place. */
export type Preconfirmation = {
  readonly layerId: Field;
  readonly transactionHash: Field;
  readonly time: number;
  readonly epoch: number;
  readonly block: number;
  /** Among the block's transactions, from 0. */
  readonly position: number;
  /**
   * Promises made in one moment share one signature, over the root of a 4-ary Merkle tree of their hashes: `index` and
   * `siblings` lead there.
   */
  readonly index: number;
  readonly siblings: readonly (readonly Field[])[];
  readonly signature: Signature;
};

/** What is promised to one transaction. */
export type Promised = Pick<Preconfirmation, "layerId" | "transactionHash" | "time" | "epoch" | "block" | "position">;

/** Signs promises made in one moment by one signature over the root of their tree. */
export function signPreconfirmations(promises: readonly Promised[], secret: bigint): Preconfirmation[] {
  const levels = treeLevels(promises.map(leafOf));
  const root = levels.at(-1)![0]!;
  const publicKey = publicKeyFor(secret);
  const { signature } = signChallenge(secret, (r) => challengeOf({ r, publicKey, root }));
  return promises.map((promised, index) => ({ ...promised, index, siblings: siblingsOf(levels, index), signature }));
}

/** Whether the sequencer with this public key signed exactly this promise. */
export function verifyPreconfirmation(preconfirmation: Preconfirmation, sequencerKey: Point): boolean {
  const { time, epoch, block, position } = preconfirmation;
  const isWithin = (part: number, limit: number) => Number.isInteger(part) && part >= 0 && part < limit;
  if (!isWithin(time, 2 ** TIME_BITS) || ![epoch, block, position].every((part) => isWithin(part, 2 ** COUNTER_BITS)))
    return false;
  let node = leafOf(preconfirmation);
  let index = preconfirmation.index;
  for (const siblings of preconfirmation.siblings) {
    if (siblings.length !== 3) return false;
    const place = index % 4;
    const [a, b, c, d] = [...siblings.slice(0, place), node, ...siblings.slice(place)];
    node = compress(a!, b!, c!, d!);
    index = Math.floor(index / 4);
  }
  if (index !== 0) return false;
  const { signature } = preconfirmation;
  const challenge = challengeOf({ r: signature.r, publicKey: sequencerKey, root: node });
  return verifyMany([{ publicKey: sequencerKey, challenge, signature }])[0] === true;
}

/** Three fields, so that a promise costs one permutation: a sequencer makes thousands a second. */
const leafOf = ({ layerId, transactionHash, time, epoch, block, position }: Promised): Field =>
  poseidon2Hash([
    DOMAINS.promise.first + pack(PACKINGS.promisedPlace, { position, block, epoch, time }, refusePlace),
    layerId,
    transactionHash,
  ]);

const refusePlace = (part: string, value: string, bits: number): RangeError =>
  new RangeError(
    `A promised ${part} is ${value}, which is not an unsigned integer of ${bits} bits. Seal the layer before it counts that far.`,
  );

const challengeOf = ({ r, publicKey, root }: { r: Point; publicKey: Point; root: Field }): Field =>
  poseidon2Hash([DOMAINS.preconfirmation.first, r.x, publicKey.x, publicKey.y, root]);

/** Bottom level first; a level that 4 does not divide is filled with zeros. One leaf alone is the root. */
function treeLevels(leaves: readonly Field[]): Field[][] {
  const levels = [[...leaves]];
  while (levels.at(-1)!.length > 1) {
    const below = levels.at(-1)!;
    while (below.length % 4 !== 0) below.push(0n);
    const level: Field[] = [];
    for (let i = 0; i < below.length; i += 4)
      level.push(compress(below[i]!, below[i + 1]!, below[i + 2]!, below[i + 3]!));
    levels.push(level);
  }
  return levels;
}

const siblingsOf = (levels: readonly (readonly Field[])[], index: number): Field[][] =>
  levels.slice(0, -1).map((level, depth) => {
    const place = Math.floor(index / 4 ** depth);
    const first = place - (place % 4);
    return level.slice(first, first + 4).filter((_, i) => first + i !== place);
  });

let known: { secret: bigint; publicKey: Point } | undefined;

/** A sequencer has one key; deriving it costs a scalar multiplication. */
function publicKeyFor(secret: bigint): Point {
  if (known?.secret !== secret) known = { secret, publicKey: publicKeyOf(secret) };
  return known.publicKey;
}
