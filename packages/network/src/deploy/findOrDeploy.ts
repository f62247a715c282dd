import { outlineOf } from "@frond/language/loading";
import { type LayerFile, writeLayerFile } from "../directory/layerFile.ts";
import { type NetworkFile, readNetworkFile, writeNetworkFile } from "../directory/networkFile.ts";
import { writeOutlineFile } from "../directory/outlineFile.ts";
import { writeCommitteeFile } from "../members/committeeFile.ts";
import type { Step } from "../proving/openProver.ts";
import { checkDeployment } from "./checkDeployment.ts";
import { type DeployTreeOptions, deployTree } from "./deployTree.ts";
import { networkLayerOf } from "./describeTree.ts";

/** A network with contracts on L1: its file, the layers that its genesis root holds, and those added later. */
export type Deployment = {
  readonly network: NetworkFile;
  readonly genesis: readonly LayerFile[];
  readonly added: readonly LayerFile[];
};

/** The network of the data directory, checked; or a new one, whose files are written. */
export async function findOrDeploy(
  options: DeployTreeOptions & { readonly dataDirectory: string },
  onProgress: (step: Step) => void,
): Promise<Deployment> {
  const { dataDirectory } = options;
  const known = readNetworkFile(dataDirectory);
  if (known !== undefined) {
    const { layers, added } = checkDeployment(known, options);
    writeFiles(options, layers);
    return { network: { ...known, layers: [...layers, ...added].map(networkLayerOf) }, genesis: layers, added };
  }
  onProgress({ step: "contracts" });
  const { network, layers } = await deployTree(options);
  await options.l1.safeBlock(); // A file that names contracts which a killed L1 forgot would be of no use.
  writeFiles(options, layers);
  writeNetworkFile(dataDirectory, network);
  return { network, genesis: layers, added: [] };
}

/** The files of layers, each with the outline of its application. */
function writeFiles(
  { config, dataDirectory }: Pick<DeployTreeOptions, "config"> & { readonly dataDirectory: string },
  layers: readonly LayerFile[],
): void {
  const programs = new Map(config.layers.map(({ name, application }) => [name, application.program]));
  for (const layer of layers) {
    writeLayerFile(dataDirectory, layer);
    writeCommitteeFile(dataDirectory, layer);
    writeOutlineFile(dataDirectory, layer.name, outlineOf(programs.get(layer.name)!));
  }
}
