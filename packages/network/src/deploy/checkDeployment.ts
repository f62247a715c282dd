import { fieldToHex } from "@frond/foundation";
import { type LayerFile, layerNames, readLayerFile } from "../directory/layerFile.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import { NetworkMismatchError } from "../errors.ts";
import { dataModeOf } from "./dataModeOf.ts";
import type { DeployTreeOptions } from "./deployTree.ts";
import { describeTree } from "./describeTree.ts";

export type CheckDeploymentOptions = Pick<DeployTreeOptions, "config" | "circuits" | "committees"> & {
  readonly dataDirectory: string;
};

/**
 * Checks that the network in the data directory is the one described: same applications, keys, places and fees. What L1
 * has of it is checked before (`checkLayerOne`). Gives the files of the layers that the genesis root holds, and those
 * that were added later.
 */
export function checkDeployment(
  network: NetworkFile,
  { config, circuits, committees, dataDirectory }: CheckDeploymentOptions,
): { layers: LayerFile[]; added: LayerFile[] } {
  const requireSame = (what: string, expected: string, actual: string) => {
    if (expected !== actual) throw new NetworkMismatchError(what, { expected, actual });
  };
  const files = layerNames(dataDirectory).flatMap((name) => readLayerFile(dataDirectory, name) ?? []);
  const genesis = config.layers.map(({ name }) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined)
      throw new NetworkMismatchError("set of layers", { expected: `a layer ${name}`, actual: "none" });
    return file;
  });
  const place = {
    chainId: network.chainId,
    settlement: network.settlement,
    referenceString: network.referenceString,
  };
  const secrets = new Map(genesis.map(({ name, sequencerSecret }) => [name, sequencerSecret]));
  const expected = describeTree(config, circuits, { secrets, committees, ...place });
  for (const [i, file] of genesis.entries()) {
    const wanted = expected[i]!;
    requireSame(`application of layer ${file.name}`, wanted.application, file.application);
    requireSame(`sizes of the blocks of layer ${file.name}`, textOf(wanted.sizes), textOf(file.sizes));
    requireSame(
      `block circuits of layer ${file.name}`,
      wanted.blockKeys.map(fieldToHex).join(" "),
      file.blockKeys.map(fieldToHex).join(" "),
    );
    requireSame(`data of layer ${file.name}`, dataModeOf(wanted.config), dataModeOf(file.config));
    requireSame(`committee of layer ${file.name}`, committeeText(wanted), committeeText(file));
    requireSame(`owner of layer ${file.name}`, ownerText(wanted), ownerText(file));
    requireSame(`place of layer ${file.name} in the tree`, fieldToHex(wanted.layerId), fieldToHex(file.layerId));
  }
  // How a layer is run may change from start to start; what it is may not.
  const layers = genesis.map((file, i) => {
    const { blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, committee, port } = expected[i]!;
    return { ...file, blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, committee, port };
  });
  const names = new Set(layers.map(({ name }) => name));
  return { layers, added: files.filter(({ name }) => !names.has(name)) };
}

/** What the config names of a committee: at which addresses its members answer may change. */
function committeeText({ config: { committeeRoot, committeeThreshold } }: LayerFile): string {
  return `${committeeThreshold} signatures of ${fieldToHex(committeeRoot)}`;
}

function ownerText({ config: { owner } }: LayerFile): string {
  return owner === 0n ? "nobody" : `0x${owner.toString(16).padStart(40, "0")}`;
}

/** Sizes as one text; two lists of sizes have one text only if they are the same. */
function textOf(sizes: LayerFile["sizes"]): string {
  return sizes.map((size) => JSON.stringify(size)).join(", ");
}
