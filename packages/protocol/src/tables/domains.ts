/** Numbers that one kind of hash has for itself: `count` of them from `first` on. */
export type Domain = { readonly first: bigint; readonly count: bigint; readonly about: string };

/**
 * Every domain of a Poseidon2 hash: a constant among its inputs that no other kind of hash has. Those that the circuits
 * need become constants of Noir. Hashes without a domain are listed in docs/protocol.md 2.
 */
export const DOMAINS = {
  entryKey: {
    first: 1n << 64n,
    count: 1n << 32n,
    about: "First input of an entry's key, the map's number added.",
  },
  messagePoint: {
    first: 1n << 65n,
    count: 1n,
    about: "Last element of the permutation that makes a message's point.",
  },
  preconfirmation: {
    first: 1n << 66n,
    count: 1n,
    about: "First input of the challenge of a sequencer's signature over a tree of promises.",
  },
  blockSignature: {
    first: 1n << 67n,
    count: 1n,
    about: "First input of what a sequencer signs for a block, and of the signature's challenge.",
  },
  bundle: {
    first: 1n << 68n,
    count: 1n,
    about: "First input of a bundle's id.",
  },
  hello: {
    first: 1n << 69n,
    count: 1n,
    about: "First input of the challenge by which a layer's sequencer shows the coordinator who it is.",
  },
  layerDescription: {
    first: 1n << 75n,
    count: 1n,
    about: "First input of the challenge of a sequencer's signature over its layer's description.",
  },
  committeeSignature: {
    first: 1n << 70n,
    count: 1n,
    about: "First input of what a member of a committee signs for a block, and of the signature's challenge.",
  },
  exitSignature: {
    first: 1n << 71n,
    count: 1n,
    about: "First input of what an account signs to leave, and of the signature's challenge.",
  },
  segmentPoint: {
    first: 1n << 72n,
    count: 1n << 16n,
    about: "Last element of the permutation that makes a segment's point, the number of its chunks added.",
  },
  exit: {
    first: 1n << 73n,
    count: 1n << 32n,
    about: "First input of a claim's id, the number of the exit added.",
  },
  holding: {
    first: 1n << 74n,
    count: 1n,
    about: "First input of the challenge by which an account's owner says to hold the values of its entry.",
  },
  promise: {
    first: 1n << 160n,
    count: 1n << 144n,
    about: "First input of a promise's hash, the packed place of the transaction added.",
  },
} as const satisfies { readonly [name: string]: Domain };

export const ENTRY_KEY_DOMAIN: bigint = DOMAINS.entryKey.first;
export const POINT_DOMAIN: bigint = DOMAINS.messagePoint.first;
export const SEGMENT_POINT_DOMAIN: bigint = DOMAINS.segmentPoint.first;
export const COMMITTEE_SIGNATURE_DOMAIN: bigint = DOMAINS.committeeSignature.first;
export const EXIT_DOMAIN: bigint = DOMAINS.exit.first;
export const EXIT_SIGNATURE_DOMAIN: bigint = DOMAINS.exitSignature.first;
export const HOLDING_DOMAIN: bigint = DOMAINS.holding.first;

/**
 * The EIP-712 domain of the message from which a wallet's layer key is derived, before the deployment is added. It is
 * hashed by the wallet, with keccak256.
 */
export const LAYER_KEY_DOMAIN = { name: "Frond", version: "1" } as const;
