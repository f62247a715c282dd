import { exchange } from "@frond/exchange";
import { publicKeyOf } from "@frond/foundation";
import { blockSizes } from "@frond/language";
import { DataAvailability, genesisStateRoot, layerIdOfConfig } from "@frond/protocol";
import { defaultLimits } from "@frond/sequencer";
import type { LayerFile } from "../directory/layerFile.ts";

/** The file of a layer of the exchange without circuits, which can run and not be proven. */
export function testLayerFile(changes: Partial<LayerFile> = {}): LayerFile {
  const config = {
    parentId: 1n,
    index: 0n,
    blockKeysRoot: 0n,
    sequencerKey: publicKeyOf(5n),
    genesisStateRoot: genesisStateRoot(exchange.program.entryWidth),
    dataAvailability: DataAvailability.rollup,
    committeeRoot: 0n,
    committeeThreshold: 0,
    owner: 0n,
  };
  return {
    version: 1,
    name: "exchange",
    application: "exchange",
    parent: null,
    layerId: layerIdOfConfig(config),
    config,
    blockKeys: [],
    sizes: [...blockSizes],
    circuits: [],
    sequencerSecret: 5n,
    blockMilliseconds: 1_000,
    messageDelayMilliseconds: 10,
    every: null,
    feeRule: { kind: "free" },
    limits: { ...defaultLimits },
    committee: null,
    port: 0,
    chainId: 31337,
    settlement: `0x${"11".repeat(20)}`,
    referenceString: "development",
    ...changes,
  };
}
