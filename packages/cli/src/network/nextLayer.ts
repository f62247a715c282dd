import { type Committee, publicKeyToText } from "@frond/committee";
import { publicKeyOf, randomSecret, silentLogger } from "@frond/foundation";
import { programChanges } from "@frond/language/loading";
import { loadApplication } from "@frond/network/applications";
import { ConfigError, checkLayer, dataModeOf } from "@frond/network/configuration";
import { type LayerFile, readOutlineFile } from "@frond/network/directory";
import { committeeRoot, type DataMode, layerConfigHash } from "@frond/protocol";
import { UsageError } from "../errors.ts";
import type { Settings } from "../settings.ts";

/** What is to change of a layer. */
export type LayerChanges = {
  readonly application?: string;
  readonly sizes?: unknown;
  readonly data?: DataMode;
  readonly committee?: unknown;
  readonly owner?: bigint;
  readonly isSequencerNew: boolean;
};

export type NextLayer = {
  readonly next: LayerFile;
  /** What the new application changes of the present one, a line each. */
  readonly changes: readonly string[];
};

/**
 * What a layer is to become: its file with the changes in it. Circuits are compiled and keyed only if they can be
 * others.
 * @throws ConfigError, UsageError
 */
export async function nextLayer(
  settings: Settings,
  file: LayerFile,
  { changes, onProgress }: { readonly changes: LayerChanges; readonly onProgress: (step: { step: string }) => void },
): Promise<NextLayer> {
  const { name } = file;
  const source = { name: "The upgraded layer", directory: process.cwd() };
  const { layer: definition, mistakes } = await checkLayer(name, nextDescription(file, changes), source);
  if (definition === undefined) throw new ConfigError(source.name, mistakes);
  const { committee } = definition;
  if (committee !== undefined && !("members" in committee))
    throw new UsageError("Local members are run by `frond start` alone. Name members with their addresses.", { name });
  const isProgramSame = changes.application === undefined && changes.sizes === undefined && changes.data === undefined;
  const keyed = isProgramSame ? file : await keyedFile(settings, { file, definition, committee, onProgress });
  const sequencerSecret = changes.isSequencerNew ? randomSecret() : file.sequencerSecret;
  const next: LayerFile = {
    ...keyed,
    sequencerSecret,
    committee: committee === undefined ? null : { members: [...committee.members], threshold: committee.threshold },
    config: {
      ...keyed.config,
      ...committeeConfig(committee),
      sequencerKey: publicKeyOf(sequencerSecret),
      owner: changes.owner ?? file.config.owner,
    },
  };
  requireChange(file, next);
  return { next, changes: await changesOf(settings, file, next) };
}

/** The layer as a network's description would have it: what is not to change is as it is. */
export function nextDescription(file: LayerFile, changes: LayerChanges): Record<string, unknown> {
  const { application = file.application, sizes, data = dataModeOf(file.config) } = changes;
  return {
    application,
    data,
    ...(file.parent === null ? {} : { parent: file.parent }),
    // Another application may need other ones than those that are there.
    ...(sizes !== undefined || changes.application === undefined ? { sizes: sizes ?? file.sizes } : {}),
    ...committeeOption(file, { ...changes, data }),
  };
}

function committeeOption(file: LayerFile, { committee, data }: Pick<LayerChanges, "committee" | "data">): object {
  if (committee !== undefined) return { committee };
  if (file.committee === null || data === "rollup") return {};
  const members = file.committee.members.map(({ url, publicKey }) => ({ url, publicKey: publicKeyToText(publicKey) }));
  return { committee: { members, threshold: file.committee.threshold } };
}

function committeeConfig(committee: Committee | undefined) {
  if (committee === undefined) return { committeeRoot: 0n, committeeThreshold: 0 };
  const { members, threshold } = committee;
  return { committeeRoot: committeeRoot(members.map(({ publicKey }) => publicKey)), committeeThreshold: threshold };
}

type Keyed = {
  readonly file: LayerFile;
  readonly definition: NonNullable<Awaited<ReturnType<typeof checkLayer>>["layer"]>;
  readonly committee: Committee | undefined;
  readonly onProgress: (step: { step: string }) => void;
};

/** The layer's file with the circuits of another application, other sizes, or another data mode. */
async function keyedFile(
  { cacheDirectory }: Settings,
  { file, definition, committee, onProgress }: Keyed,
): Promise<LayerFile> {
  // The prover comes with it, which a change of keys alone does not need.
  const { describeLayer, openProver, prepareLayerCircuits } = await import("@frond/network");
  const { referenceString, chainId, sequencerSecret } = file;
  const { prover } = await openProver({ referenceString, cacheDirectory, logger: silentLogger, onProgress });
  try {
    const circuits = await prepareLayerCircuits(prover, definition, (step) => onProgress({ step }));
    const { parentId, index } = file.config;
    const described = describeLayer({
      ...{ definition: { ...definition, level: 0 }, parentId, index, circuits, committee, sequencerSecret },
      ...{ chainId, settlement: file.settlement as `0x${string}`, referenceString },
    });
    const { application, sizes, blockKeys, circuits: references, config } = described;
    return { ...file, application, sizes, blockKeys, circuits: references, config };
  } finally {
    await prover.close();
  }
}

function requireChange(file: LayerFile, next: LayerFile): void {
  const { name } = file;
  if (next.config.genesisStateRoot !== file.config.genesisStateRoot)
    throw new UsageError(
      `The entries of the new application have another number of values than those of ${name} on L1, or its \`genesis\` is another, so it can't go on with its state. Keep both, or add another layer.`,
      { name },
    );
  if (layerConfigHash(next.config) === layerConfigHash(file.config))
    throw new UsageError(
      `Nothing would change of the layer ${name}. Name what is to change: --application, --sizes, --data-mode, --committee, --owner or --new-sequencer.`,
      { name },
    );
}

async function changesOf({ dataDirectory }: Settings, file: LayerFile, next: LayerFile): Promise<readonly string[]> {
  const outline = readOutlineFile(dataDirectory, file.name);
  if (outline === undefined) return [];
  return programChanges(outline, (await loadApplication(next.application, dataDirectory)).program);
}
