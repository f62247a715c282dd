/*
 * The single numbers that TypeScript, Noir and Solidity must agree on (docs/protocol.md); `tables/` holds what is more
 * than a number. Noir and Solidity get theirs from here: `npm run generate`.
 */

/** Levels of the 4-ary trees. */
export const STATE_DEPTH = 14;
export const CHILDREN_DEPTH = 10;
export const VAULT_DEPTH = 8;
export const BLOCK_KEYS_DEPTH = 2;
/** Siblings on one level of a path. */
export const TREE_SIBLINGS = 3;

/** L1 has no record; its layer id is this. */
export const L1_LAYER_ID = 0n;

/** Bit 0 of a record's flags. */
export const FLAG_FROZEN = 1n;

export const DataAvailability = { rollup: 0, validium: 1, volition: 2 } as const;
export type DataAvailability = (typeof DataAvailability)[keyof typeof DataAvailability];
export type DataMode = keyof typeof DataAvailability;

export const ASSET_NONE = 0;
export const ASSET_ETHER = 1;

/** Messages that one block can produce, and as many that it can consume. */
export const MESSAGES_PER_BLOCK = 32;
export const AMOUNT_BITS = 128;
/** Of an address on L1: the recipient of a message to L1 is one. */
export const ETHEREUM_ADDRESS_BITS = 160;
/** Of every epoch and nonce. */
export const COUNTER_BITS = 32;
/** Of every time: milliseconds since 1970. */
export const TIME_BITS = 48;
/** The last time there is. */
export const LAST_TIME = 2 ** TIME_BITS - 1;
/** How far a block may be ahead of the network's time: the coordinator takes nothing later. */
export const MAX_DRIFT_MILLISECONDS = 2_000;

export const ACCOUNTS_MAP = 0;

export const POINT_COUNTER_BITS = 16;
export const POINT_Y_BITS = 252;

export const LIST_CAPACITY = 192;
export const WORDS_PER_ITEM = 4;
export const PRODUCED_BY_L1 = 0;
export const CONSUMED_BY_L1 = 1;

/** Words that data is hashed by at a time. */
export const WORDS_PER_CHUNK = 3;
/** Coefficients of a blob's polynomial. The last one is never used: 3 does not divide it. */
export const BLOB_WORDS = 4096;
export const BLOB_CHUNKS = 1365;
/** Bits of a word that packs several values. */
export const PACKED_WORD_BITS = 253;
/** Bits of the class of a value in the words of an entry. */
export const VALUE_CLASS_BITS = 3;
/** Segments of the data of one epoch. */
export const DATA_SEGMENTS = 384;
/** Bits of the number of a segment's chunks. */
export const CHUNK_COUNT_BITS = 16;
/** The most values an entry has. */
export const MAX_ENTRY_WIDTH = 64;

/** Levels of the tree of a committee's keys, and the most of its signatures that a block can carry. */
export const COMMITTEE_DEPTH = 2;
export const COMMITTEE_SIGNATURES = 8;

/** The most assets that one exit pays. */
export const EXIT_PAYOUTS = 4;
/** The most levels of the tree of layers. */
export const LAYER_LEVELS = 8;

/** Fields of a verification key and of a recursive proof. */
export const VERIFICATION_KEY_FIELDS = 115;
export const PROOF_FIELDS = 410;

export const FIRST_EPOCH = 1;
export const FIRST_TIME = 1;
