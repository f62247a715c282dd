import type { Field } from "@frond/foundation";
import { formatTime } from "@frond/protocol";
import { EpochRefusedError } from "../errors.ts";
import { countLeftOut, type Exclusion, leaveOut, reopenEpoch } from "../machine/closeEpoch.ts";
import { windowOf } from "../machine/epoch.ts";
import { blocksOfEpoch } from "../machine/layerState.ts";
import { isResting } from "../machine/rest.ts";
import { put } from "../machine/tree.ts";
import type { BlockProofs } from "./blockProofs.ts";
import { chooseBlocks, type Failed, type RecordMoves, recordMovesFor } from "./chooseContent.ts";
import type { Core } from "./core.ts";
import { forgetDemands } from "./followDemands.ts";
import { BlockFailure, proveEpoch } from "./proveEpoch.ts";
import type { Submission } from "./records.ts";
import { submitEpoch } from "./submitEpoch.ts";

/**
 * Proves and settles the closed epoch (docs/protocol.md 4, 6, 7). Blocks that can't be included are left out, and their
 * layers go back to the last included block; the other blocks settle. Resolves when L1 has accepted the epoch, or when
 * none of its blocks can settle, or L1 will never accept it, and the epoch is open again. What was submitted before a
 * restart is submitted again: L1 may have it already, and another choice of blocks would have another root.
 */
export async function settleEpoch(core: Core, proofs: BlockProofs, epoch: number): Promise<void> {
  const submission = submitted(core) ?? (await proveWhatSettles(core, proofs, epoch));
  if (submission === undefined) return;
  try {
    await submitEpoch(core, submission);
  } catch (error) {
    if (!(error instanceof EpochRefusedError)) throw error;
    core.logger.error(error.message);
    await core.journal.change(() => {
      put(core.tree, "coordinator", "submission", undefined);
      reopenEpoch(core.tree);
    });
  }
}

function submitted({ tree, records }: Core): Submission | undefined {
  return tree.closed!.stage === "submitting" ? records.submission() : undefined;
}

/** Resolves with `undefined` when nothing of the epoch can settle. */
async function proveWhatSettles(core: Core, proofs: BlockProofs, epoch: number): Promise<Submission | undefined> {
  const failed = resting(core, proofs, epoch);
  for (;;) {
    const inclusion = chooseBlocks(core, core.tree.closed!, failed);
    if (inclusion.excluded.size > 0) await exclude(core, epoch, inclusion.excluded);
    const closed = core.tree.closed!;
    const { leftOut } = closed;
    const { included } = inclusion;
    const window = windowOf(closed);
    const moves = await recordMovesFor(core, { included, window });
    if (included.size === 0 && isNothing(moves) && !isForTime(core)) {
      core.logger.warn(`Nothing of epoch ${epoch} can settle; it is opened again`);
      forgetDemands(core);
      await core.journal.change(() => {
        countLeftOut(core.tree, leftOut);
        reopenEpoch(core.tree);
      });
      return undefined;
    }
    const content = { window, leftOut, included, ...moves };
    try {
      return await proveEpoch(core, proofs, content);
    } catch (error) {
      if (!(error instanceof BlockFailure)) throw error;
      failed.set(error.layerId, { block: error.block, reason: error.message });
    }
  }
}

/** Whether an epoch is due in which nothing happens: time has to settle. */
function isForTime({ demanded }: Core): boolean {
  return demanded.isIdle || demanded.isOverdue;
}

function isNothing({ registrations, upgrades, freezes }: RecordMoves): boolean {
  return registrations.length + upgrades.size + freezes.length === 0;
}

async function exclude(core: Core, epoch: number, excluded: ReadonlyMap<Field, Exclusion>): Promise<void> {
  for (const [layerId, { block, rule, reason }] of excluded) {
    const { name } = core.tree.layers.get(layerId)!.known;
    core.logger.warn(`Layer ${name} is left out of epoch ${epoch} from block ${block} on`, { rule, reason });
  }
  await core.journal.change(() => leaveOut(core.tree, excluded));
}

/** Blocks of resting layers whose proof was not started, as failed. */
function resting(core: Core, proofs: BlockProofs, epoch: number): Failed {
  const failed: Failed = new Map();
  const now = core.tree.options.time();
  for (const [layerId, layer] of core.tree.layers) {
    if (!isResting(layer, now)) continue;
    const first = blocksOfEpoch(layer, epoch).find(({ number }) => !proofs.has(layer, layer.blocks.get(number)!));
    const until = formatTime(core.clock.time() + layer.rest!.until - now);
    if (first !== undefined)
      failed.set(layerId, {
        block: first.number,
        reason: `a block of the layer could not be proven, and none is tried before ${until}`,
      });
  }
  return failed;
}
