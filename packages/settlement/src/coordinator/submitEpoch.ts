import { fieldToHex } from "@frond/foundation";
import { EpochUnknownError, RootMismatchError } from "../errors.ts";
import { noteSettled } from "../machine/closeEpoch.ts";
import { put } from "../machine/tree.ts";
import type { SettledEpoch, SettledOnLayerOne, Settling } from "../types.ts";
import type { Core } from "./core.ts";
import { tellSettled } from "./receiveFrame.ts";
import { putLedger, type Submission } from "./records.ts";
import { retrying } from "./retrying.ts";

/** Has L1 accept a proven epoch. An answer of L1 that got lost is recognised. */
export async function submitEpoch(core: Core, submission: Submission, settling: Settling): Promise<void> {
  const { layerOne } = core.dependencies;
  const { epoch } = submission;
  const transaction = await retrying(core, `Submitting epoch ${epoch}`, async () => {
    const onLayerOne = await layerOne.state();
    if (onLayerOne.epoch <= epoch) return await layerOne.settle(settling);
    // An answer that got lost: the transaction was mined all the same. Or somebody else was faster.
    if (onLayerOne.root === submission.rootOut) return await layerOne.settledEpoch(epoch);
    throw new EpochUnknownError({ onLayerOne: onLayerOne.epoch - 1, settled: core.ledger.epoch });
  });
  await requireRoot(core, submission);
  await finishEpoch(core, submission, transaction);
}

async function requireRoot(core: Core, { epoch, rootOut }: Submission): Promise<void> {
  const { root } = await retrying(core, "Reading L1", () => core.dependencies.layerOne.state());
  if (root !== rootOut) throw new RootMismatchError({ epoch, expected: fieldToHex(rootOut), actual: fieldToHex(root) });
}

/** L1 has accepted an epoch. May be done again after a crash. */
export async function finishEpoch(
  core: Core,
  submission: Submission,
  transaction: SettledOnLayerOne | undefined,
): Promise<void> {
  const { epoch, through, deposits, trunk } = submission;
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
    put(core.tree, "coordinator", "submission", undefined);
  });
  // Not before the record can be read: a layer that says now where it is would be told that nothing of it has settled.
  core.ledger = ledger;
  await core.dependencies.onSettled?.(summary);
  await core.journal.change(() => {
    for (const layer of core.tree.layers.values()) tellSettled(core, layer, layer.at?.settled ?? epoch - 1);
  });
  await core.dependencies.prover.forget(epoch);
  core.dependencies.onProgress?.({ epoch, stage: "settled", done: 1, total: 1 });
  core.wake();
}
