import { DataAvailability, type DataMode, type LayerConfig } from "@frond/protocol";

/** Where the data of a layer's blocks goes. */
export function dataModeOf({ dataAvailability }: Pick<LayerConfig, "dataAvailability">): DataMode {
  const modes = Object.keys(DataAvailability) as DataMode[];
  return modes.find((mode) => DataAvailability[mode] === dataAvailability)!;
}
