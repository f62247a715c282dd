import { type Field, FrondError, fieldToHex } from "@frond/foundation";

/** What L1 tells of a deployment's layers can't be a tree, or is another's. */
export class GenesisError extends FrondError {
  constructor(problem: string) {
    super({
      code: "follower/genesis",
      data: { problem },
      message: `The layers that the deployment names on L1 are no tree: ${problem}. Check the address of the settlement contract and the chain.`,
    });
  }
}

/** The segments of an epoch can't be applied to the tree that the follower has. */
export class SegmentOrderError extends FrondError {
  constructor(epoch: number, problem: string) {
    super({
      code: "follower/segment-order",
      data: { epoch, problem },
      message: `The data of epoch ${epoch} does not follow the tree: ${problem}. L1 has proven that it does, so the data directory or the data is another's: follow anew with another --data directory.`,
    });
  }
}

/** The tree that the data of an epoch leads to has another root than L1. */
export class RootMismatchError extends FrondError {
  constructor({ epoch, expected, actual }: { epoch: number; expected: Field; actual: Field }) {
    super({
      code: "follower/root",
      data: { epoch, expected: expected.toString(), actual: actual.toString() },
      message: `After epoch ${epoch} the tree has another root than on L1. Nothing of the epoch was kept: update Frond, or follow anew with another --data directory.`,
    });
  }
}

/** The data directory follows another deployment. */
export class FollowerIdentityError extends FrondError {
  constructor(data: { path: string; expected: string; actual: string }) {
    super({
      code: "follower/identity",
      data,
      message: `The data at ${data.path} is of another deployment or version (${data.actual}, expected ${data.expected}). Choose another --data directory.`,
    });
  }
}

/** L1 has undone epochs that it had called final. */
export class UndoneTooDeepError extends FrondError {
  constructor(afterEpoch: number, finalEpoch: number) {
    super({
      code: "follower/undone-too-deep",
      data: { afterEpoch, finalEpoch },
      message: `L1 has undone epoch ${afterEpoch + 1}, and epochs up to ${finalEpoch} were final. Follow anew with another --data directory, from an L1 that you trust.`,
    });
  }
}

/** Nobody who was asked has the blob of an epoch. A retry may help. */
export class BlobMissingError extends FrondError {
  constructor(data: { epoch: number; versionedHash: string; answers: readonly string[] }) {
    super({
      code: "follower/blob-missing",
      data,
      message: `The blob ${data.versionedHash} of epoch ${data.epoch} is missing: ${data.answers.join("; ")}. Beacon nodes have blobs for 18 days; for an older one name a beacon node that keeps all (--beacon) or another follower (--from-follower).`,
    });
  }
}

/** L1 tells of an epoch that does not follow the one before. */
export class EpochOrderError extends FrondError {
  constructor(data: { epoch: number; expected: number; problem: string }) {
    super({
      code: "follower/epoch-order",
      data,
      message: `L1 tells of epoch ${data.epoch} where epoch ${data.expected} follows: ${data.problem}. Check that all addresses of --l1 are of one chain, and try again.`,
    });
  }
}

/** The tree has no layer of this id. */
export class LayerUnknownError extends FrondError {
  constructor(layerId: Field) {
    super({
      code: "follower/layer-unknown",
      data: { layerId: fieldToHex(layerId) },
      message: `The tree has no layer ${fieldToHex(layerId)} at the last epoch on L1. Look at the ids in \`frond follow\`, or wait for the epoch that registers it.`,
    });
  }
}

/** Why a layer's entries are not there. */
type Standstill = { readonly kind: string; readonly epoch: number; readonly reason: string };

/** The entries of a layer are not those of the last epoch. Its record is. */
export class StateNotFollowedError extends FrondError {
  constructor(layerId: Field, { kind, epoch, reason }: Standstill) {
    const next =
      kind === "waiting"
        ? "They come once enough members of its committee answer: name the committee (--committee), and try again."
        : "Nobody can rebuild them from public data: ask the layer's operator.";
    super({
      code: "follower/state-not-followed",
      data: { layerId: fieldToHex(layerId), kind, epoch, reason },
      message: `The entries of layer ${fieldToHex(layerId)} are not known since epoch ${epoch}: ${reason}. ${next}`,
    });
  }
}

/** Only the hash of an entry's values is public. */
export class HiddenEntryError extends FrondError {
  constructor(layerId: Field, index: number) {
    super({
      code: "follower/hidden-entry",
      data: { layerId: fieldToHex(layerId), index },
      message: `The values of entry ${index} of layer ${fieldToHex(layerId)} are not public, and no committee has told them. Follow on with the layer's committee (--committee): they come when enough of its members answer.`,
    });
  }
}

/** Something tried to change what L1 alone changes. */
export class ReadOnlyFollowerError extends FrondError {
  constructor() {
    super({
      code: "follower/read-only",
      message: "What a follower has changes only with epochs on L1. Write to a layer's node instead.",
    });
  }
}

/** The follower was used after it was closed. */
export class FollowerClosedError extends FrondError {
  constructor() {
    super({ code: "follower/closed", message: "The follower is closed. Open it again before using it." });
  }
}
