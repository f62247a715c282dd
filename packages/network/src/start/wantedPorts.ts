import type { NetworkConfig } from "../configuration/types.ts";
import { layerDirectory, layerNames, readLayerFile } from "../directory/layerFile.ts";
import { runningOwner } from "../directory/lockDirectory.ts";
import type { WantedPort } from "./requireFreePorts.ts";

/**
 * The ports that `frond start` listens at: the coordinator's, those of the layers that are described, and those of
 * layers that were added later.
 */
export function wantedPorts(options: {
  readonly config: NetworkConfig;
  readonly dataDirectory: string;
  readonly host: string;
  readonly port: number;
  readonly coordinatorPort: number;
  readonly without: readonly string[];
}): WantedPort[] {
  const { config, dataDirectory, host } = options;
  const names = new Set(config.layers.map(({ name }) => name));
  const added = layerNames(dataDirectory).flatMap((name) =>
    names.has(name) ? [] : (readLayerFile(dataDirectory, name) ?? []),
  );
  const isHere = ({ name }: { readonly name: string }) =>
    !options.without.includes(name) && runningOwner(layerDirectory(dataDirectory, name)) === undefined;
  return [
    { host, port: options.coordinatorPort, what: "the coordinator", option: "--coordinator-port" },
    ...config.layers.filter(isHere).map(({ name, parent, port = 0 }): WantedPort => {
      const isDefault = parent === undefined && port === 0;
      const option = isDefault ? "--port" : `the \`port\` of ${name} in the network's description`;
      return { host, port: isDefault ? options.port : port, what: `layer ${name}`, option };
    }),
    ...added.filter(isHere).map(({ name, port }): WantedPort => {
      const option = `the \`port\` in ${layerDirectory(dataDirectory, name)}/layer.json`;
      return { host, port, what: `layer ${name}`, option };
    }),
  ];
}
