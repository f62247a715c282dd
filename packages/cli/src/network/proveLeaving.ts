import { type L1, readReferenceStringKind } from "@frond/contracts";
import { allSizes, defaultSizes } from "@frond/language";
import { escapePath, openLeftState, type ProvenEscape, toldBlockKeys } from "@frond/network/escape";
import { blockSizesSchema, type SignedExit } from "@frond/protocol";
import { sizesOf } from "../commands/layer.ts";
import { UsageError } from "../errors.ts";
import type { Leaving } from "./leaving.ts";
import type { OpenLeftLayer } from "./openLeftLayer.ts";

/** A layer that somebody leaves: who, says the signed exit. */
type LeavingAnyone = Pick<Leaving, "settings" | "left" | "reporter"> & {
  readonly l1: Pick<L1, "publicClient" | "settlement">;
};

/** Takes the keys that somebody has told, if they are the layer's; else those of the circuits, compiled again. */
export async function proveLeaving(
  { settings, l1, left, reporter }: LeavingAnyone,
  { exit, sizes: given }: { readonly exit: SignedExit; readonly sizes: string | undefined },
): Promise<ProvenEscape> {
  // The prover comes with it, which looking at exits does not need.
  const { openProver, proveEscape, prepareLayerCircuits, blockKeysOf, dataModeOf } = await import("@frond/network");
  const { application, store, layerId, told } = left;
  const path = escapePath(store.layers, layerId);
  const { config } = path.at(-1)!;
  const referenceString = await readReferenceStringKind(l1);
  const { cacheDirectory } = settings;
  const { logger, step: onProgress } = reporter;
  const onStep = (step: string) => onProgress({ step });
  const { prover } = await openProver({ referenceString, cacheDirectory, logger, onProgress });
  try {
    const compiled = async () => {
      const sizes = await blockSizesOf(left, given);
      return blockKeysOf(await prepareLayerCircuits(prover, { application, sizes, data: dataModeOf(config) }, onStep));
    };
    const blockKeys = toldBlockKeys(config, told) ?? (await compiled());
    const state = openLeftState(left);
    return await proveEscape(prover, { application, blockKeys, path, state }, { exit, onStep });
  } finally {
    await prover.close();
  }
}

async function blockSizesOf({ application, ownSizes, told }: OpenLeftLayer, given: string | undefined) {
  const known = told.find(({ sizes }) => sizes !== undefined)?.sizes;
  const { program } = application;
  if (given === undefined) return known ?? allSizes(program, ownSizes);
  const { data, error } = blockSizesSchema.safeParse(
    await sizesOf(given, async () => ownSizes ?? defaultSizes(program)),
  );
  if (data !== undefined) return allSizes(program, data);
  throw new UsageError(`--sizes are no block sizes: ${error.issues[0]!.message}. Give names or JSON.`, {
    sizes: given,
  });
}
