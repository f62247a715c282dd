import {
  bytesToInteger,
  type Field,
  poseidon2Hash,
  publicKeyOf,
  type Signature,
  signChallenge,
  verifyMany,
} from "@frond/foundation";
import { DOMAINS, layerConfigHash, toJson } from "@frond/protocol";
import { sha256 } from "@noble/hashes/sha2.js";
import type { KnownLayer } from "../tree/knownLayer.ts";

/**
 * A layer as it describes itself, signed by the sequencer that its config names. The config does not bind which
 * circuits and sizes the layer's blocks have, nor its name: without the signature anybody could say something else of
 * the layer.
 */
export type SignedLayer = KnownLayer & { readonly signature: Signature };

export function signLayer(layer: KnownLayer, secret: bigint): SignedLayer {
  const key = publicKeyOf(secret);
  const digest = digestOf(layer);
  const { signature } = signChallenge(secret, ({ x }) => challengeOf({ r: x, key, digest }));
  return { ...layer, signature };
}

/** Whether a layer's description is signed by the sequencer that its config names. */
export function isSignedLayer({ signature, ...layer }: SignedLayer): boolean {
  const key = layer.config.sequencerKey;
  const challenge = challengeOf({ r: signature.r.x, key, digest: digestOf(layer) });
  return verifyMany([{ publicKey: key, challenge, signature }])[0] === true;
}

type Challenged = { readonly r: Field; readonly key: { readonly x: Field; readonly y: Field }; readonly digest: Field };

function challengeOf({ r, key, digest }: Challenged): Field {
  return poseidon2Hash([DOMAINS.layerDescription.first, r, key.x, key.y, digest]);
}

/** The first 31 bytes of SHA-256 over the description as JSON. */
function digestOf({ name, layerId, config, blockKeys, application, sizes, circuits }: KnownLayer): Field {
  const described = [name, layerId, layerConfigHash(config), blockKeys, application, sizes, circuits];
  return bytesToInteger(sha256(new TextEncoder().encode(toJson(inOrder(described)))).subarray(0, 31));
}

/** Objects as lists of their fields, by name: whoever reads one may put the fields in another order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).filter(([, part]) => part !== undefined);
  return fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, inOrder(part)]);
}
