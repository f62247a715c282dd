import { fieldToHex } from "@frond/foundation";
import { formatTime } from "@frond/protocol";
import { EpochUnknownError, RootMismatchError, WindowMovedError } from "../errors.ts";
import { noteSettled } from "../machine/closeEpoch.ts";
import { put } from "../machine/tree.ts";
import type { SettledEpoch, SettledOnLayerOne, Settling } from "../types.ts";
import type { Core } from "./core.ts";
import { forgetDemands } from "./followDemands.ts";
import { TOLERANCE_MILLISECONDS } from "./networkClock.ts";
import { noteFrozen } from "./noteFrozen.ts";
import { tellSettled } from "./receiveFrame.ts";
import { putLedger, type Submission } from "./records.ts";
import { retrying } from "./retrying.ts";
import { settleUndone } from "./settleUndone.ts";
import { takeUpgrades } from "./upgradeLayer.ts";

/** Has L1 accept a proven epoch. An answer of L1 that got lost is recognised. */
export async function submitEpoch(core: Core, submission: Submission): Promise<void> {
  const { layerOne } = core.dependencies;
  const { settling } = submission;
  const { epoch } = settling;
  await untilLayerOneIsThere(core, settling);
  const submit = async () => {
    await settleUndone(core);
    const onLayerOne = await layerOne.state();
    if (onLayerOne.epoch <= epoch) {
      requireBeginning(core, onLayerOne);
      return await layerOne.settle(settling);
    }
    // An answer that got lost: the transaction was mined all the same. Or somebody else was faster.
    if (onLayerOne.root === settling.rootOut) return await layerOne.settledEpoch(epoch);
    throw new EpochUnknownError({ onLayerOne: onLayerOne.epoch - 1, settled: core.ledger.epoch });
  };
  const transaction = await core.traces.submitting(epoch, () => retrying(core, `Submitting epoch ${epoch}`, submit));
  await requireRoot(core, settling);
  await finishEpoch(core, submission, transaction);
}

/** Milliseconds between two looks at L1's clock. */
const LOOK_MILLISECONDS = 2_000;

/**
 * Waits until L1 accepts the end of an epoch's time. L1's clock may have been set back since the end was chosen, or its
 * last look ahead of it; the epoch stays proven.
 */
async function untilLayerOneIsThere(core: Core, { epoch, until }: { epoch: number; until: number }): Promise<void> {
  try {
    for (;;) {
      core.signal.throwIfAborted();
      const time = await retrying(core, "Reading L1's clock", () => core.dependencies.layerOne.time());
      const ahead = until - time - TOLERANCE_MILLISECONDS;
      if (ahead <= 0) return;
      const reason =
        `Epoch ${epoch} goes until ${formatTime(until)}, which is ahead of L1's clock. ` +
        `L1 takes it in ${Math.ceil(ahead / 1_000)} s`;
      if (core.waiting === undefined) core.logger.warn(reason);
      core.waiting = reason;
      await core.until(() => false, Math.min(ahead, LOOK_MILLISECONDS));
    }
  } finally {
    core.waiting = undefined;
  }
}

/** The epochs before ended where this one begins, or no proof of it is accepted. */
function requireBeginning({ tree }: Core, { settledUntil }: { readonly settledUntil: number }): void {
  const { number: epoch, after } = tree.closed!;
  if (settledUntil !== after) throw new WindowMovedError({ epoch, after, settledUntil });
}

async function requireRoot(core: Core, { epoch, rootOut }: Settling): Promise<void> {
  const { root } = await retrying(core, "Reading L1", () => core.dependencies.layerOne.state());
  if (root !== rootOut) throw new RootMismatchError({ epoch, expected: fieldToHex(rootOut), actual: fieldToHex(root) });
}

/** L1 has accepted an epoch. May be done again after a crash. */
export async function finishEpoch(
  core: Core,
  submission: Submission,
  transaction: SettledOnLayerOne | undefined,
): Promise<void> {
  const { settling, through, trunk } = submission;
  const { epoch } = settling;
  const deposits = settling.deposits.map(({ id }) => id);
  const summary: SettledEpoch = {
    ...submission.summary,
    gasUsed: Number(transaction?.gasUsed ?? 0n),
    verifierGas: Number(transaction?.verifierGas ?? 0n),
    l1Transaction: transaction?.hash ?? "",
  };
  const ledger = { epoch, trunk };
  await core.journal.change(() => {
    noteSettled(core.tree, { epoch, through, deposits, summary });
    putLedger(core.tree, ledger);
    noteFrozen(core, trunk);
    put(core.tree, "coordinator", "submission", undefined);
  });
  // Not before the record can be read: a layer that says now where it is would be told that nothing of it has settled.
  core.ledger = ledger;
  forgetDemands(core);
  await takeUpgrades(core);
  await core.dependencies.onSettled?.(summary);
  await core.journal.change(() => {
    for (const layer of core.tree.layers.values()) tellSettled(core, layer, layer.at?.settled ?? epoch - 1);
  });
  core.traces.endEpoch(epoch, transaction);
  await core.dependencies.prover.forget(epoch);
  core.dependencies.onProgress?.({ epoch, stage: "settled", done: 1, total: 1 });
  core.wake();
}
