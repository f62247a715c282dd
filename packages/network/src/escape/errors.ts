import { type Field, FrondError, fieldToHex } from "@frond/foundation";
import { formatTime } from "@frond/protocol";

/** The application at hand is not the one that the layer ran last. */
export class OtherApplicationError extends FrondError {
  constructor(name: string) {
    super({
      code: "network/other-application",
      data: { application: name },
      message: `The layer does not allow the exits of this version of ${name}. Use the version, the block sizes and the reference string that the layer was registered or upgraded with.`,
    });
  }
}

/** Nothing leaves a layer that goes on. */
export class LayerNotFrozenError extends FrondError {
  constructor({
    layerId,
    demandedAt,
    retirableFrom,
  }: {
    readonly layerId: Field;
    /** When its freeze was demanded; undefined if it was not. */
    readonly demandedAt: bigint | undefined;
    readonly retirableFrom: number;
  }) {
    const layer = fieldToHex(layerId);
    const retire = `or retire the deployment with \`frond retire\` if nothing settles until ${formatTime(retirableFrom)}`;
    const next =
      demandedAt === undefined
        ? `Withdraw as long as it takes your transactions. If it does not, force one with \`frond force --layer ${layer}\`, freeze the layer for it with \`frond freeze --layer ${layer}\`, ${retire}.`
        : `Its freeze was demanded at ${formatTime(Number(demandedAt))}: wait for the epoch that carries the freeze and try again, ${retire}.`;
    super({
      code: "network/layer-not-frozen",
      data: { layerId: layer, demandedAt: demandedAt === undefined ? null : Number(demandedAt), retirableFrom },
      message: `Layer ${layer} is not frozen, so L1 pays no escape from it. ${next}`,
    });
  }
}

/** What is followed ends before the freeze, or before the last epoch of a deployment that is retired. */
export class FollowerBehindError extends FrondError {
  constructor(layerId: Field) {
    super({
      code: "network/follower-behind",
      data: { layerId: fieldToHex(layerId) },
      message: `Layer ${fieldToHex(layerId)} is frozen on L1, but not yet in what was followed. Follow L1 to its last epoch with \`frond follow --once\`, or leave out --from.`,
    });
  }
}

/** The tree that is followed is not the one on L1. */
export class FollowedRootError extends FrondError {
  constructor(root: Field) {
    super({
      code: "network/followed-root",
      data: { root: fieldToHex(root) },
      message: `L1 has never had the root ${fieldToHex(root)} of the tree that was followed. Check --l1 and --settlement, or follow anew with another directory.`,
    });
  }
}

/** An account has left with this already. */
export class ClaimPaidError extends FrondError {
  constructor({ layerId, claimId }: { readonly layerId: Field; readonly claimId: Field }) {
    super({
      code: "network/claim-paid",
      data: { layerId: fieldToHex(layerId), claimId: fieldToHex(claimId) },
      message:
        "L1 has paid this exit of the account, and pays each one once. Take the credit with `frond claim`, or take another exit or other arguments.",
    });
  }
}

/** Other escapes have got everything that the exit would pay. */
export class VaultEmptyError extends FrondError {
  constructor(layerId: Field) {
    super({
      code: "network/vault-empty",
      data: { layerId: fieldToHex(layerId) },
      message: `The vault of layer ${fieldToHex(layerId)} has nothing left of what the exit pays: others have left with it, or the layer owed more than it held. Take an exit that pays another asset.`,
    });
  }
}

/** Why L1 would refuse to freeze a layer. */
export type FreezeProblem =
  | "unknown-layer"
  | "frozen"
  | "demanded"
  | "not-forced"
  | "other-layer"
  | "nothing-waits"
  | "used"
  | "early";

/** L1 does not freeze a layer, or not yet. `data.problem` says which. */
export class FreezeRefusedError extends FrondError {
  readonly problem: FreezeProblem;

  constructor(problem: FreezeProblem, message: string, data: Readonly<Record<string, unknown>> = {}) {
    super({ code: "network/freeze-refused", message, data: { problem, ...data } });
    this.problem = problem;
  }
}

/** A deployment whose epochs settle, or settled not long ago. */
export class NotYetRetirableError extends FrondError {
  constructor({ from, now }: { readonly from: number; readonly now: number }) {
    super({
      code: "network/not-yet-retirable",
      data: { from, now },
      message: `The deployment can be retired from ${formatTime(from)} on, if no epoch settles until then; on L1 it is ${formatTime(now)}. Try again then, or leave one layer with \`frond force\` and \`frond freeze\`.`,
    });
  }
}

/** There is no more to end. */
export class AlreadyRetiredError extends FrondError {
  constructor() {
    super({
      code: "network/already-retired",
      message: "The deployment is retired already, and every layer counts as frozen. Leave with `frond escape`.",
    });
  }
}
