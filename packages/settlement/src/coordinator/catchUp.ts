import { fieldToHex } from "@frond/foundation";
import { layerRoot } from "@frond/protocol";
import { RootMismatchError } from "../errors.ts";
import { reopenEpoch } from "../machine/closeEpoch.ts";
import type { LayerOne } from "../types.ts";
import { adoptForeign } from "./adoptForeign.ts";
import type { Core } from "./core.ts";
import { putLedger } from "./records.ts";
import { settleUndone } from "./settleUndone.ts";
import { finishEpoch } from "./submitEpoch.ts";

/**
 * Settles epochs again that L1 has undone, and takes over epochs that L1 settled while this coordinator was not
 * waiting: an epoch of this coordinator, or epochs of somebody else. The function may be called again at any time.
 * @throws RootMismatchError if L1 has another root than the epochs lead to
 */
export async function catchUp(core: Core): Promise<void> {
  await settleUndone(core);
  const onLayerOne = await core.dependencies.layerOne.state();
  const settled = onLayerOne.epoch - 1;
  if (settled > core.ledger.epoch) {
    const submission = core.records.submission();
    if (submission?.settling.epoch === settled && onLayerOne.root === submission.settling.rootOut)
      await finishEpoch(core, submission, await core.dependencies.layerOne.settledEpoch(settled));
    else if (onLayerOne.root === layerRoot(core.ledger.trunk.record)) await adoptEmptyEpochs(core, onLayerOne);
    else await adoptForeign(core, settled);
  }
  const expected = layerRoot(core.ledger.trunk.record);
  const { number, after } = core.tree.closed ?? core.tree.epoch;
  // Another empty epoch than the one that was taken over: L1 has changed its mind.
  if (onLayerOne.root === expected && number === onLayerOne.epoch && after !== onLayerOne.settledUntil)
    await adoptEmptyEpochs(core, onLayerOne);
  if (onLayerOne.root !== expected) {
    throw new RootMismatchError({
      epoch: settled,
      expected: fieldToHex(expected),
      actual: fieldToHex(onLayerOne.root),
    });
  }
}

/**
 * Takes over empty epochs of another submitter. The blocks that this coordinator had in these epochs are executed again
 * in the next epoch, which begins where L1 says that these ended.
 */
async function adoptEmptyEpochs(
  core: Core,
  { epoch: number, settledUntil: after }: Awaited<ReturnType<LayerOne["state"]>>,
): Promise<void> {
  const settled = number - 1;
  core.logger.warn(
    `Somebody else has settled the epochs up to ${settled}, in which nothing happened; their blocks are made again`,
  );
  core.ledger = { epoch: settled, trunk: core.ledger.trunk };
  await core.journal.change(() => {
    putLedger(core.tree, core.ledger);
    reopenEpoch(core.tree, { number, after });
  });
}
