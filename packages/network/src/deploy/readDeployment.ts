import { isLocalChain, settlementAbi } from "@frond/contracts";
import { readGenesis } from "@frond/follower";
import { fieldToHex } from "@frond/foundation";
import { blockSizesSchema, fieldSchema, fromJson, layerConfigSchema, NAME_PATTERN } from "@frond/protocol";
import type { KnownLayer } from "@frond/settlement";
import type { Address } from "viem";
import * as z from "zod";
import type { NetworkFile, NetworkLayer } from "../directory/networkFile.ts";
import { findDeploymentBlock } from "../follower/findDeploymentBlock.ts";
import type { LayerOneChain } from "../layerOne/openLayerOne.ts";
import { readTokens } from "./readTokens.ts";

const layersSchema = z
  .array(
    z.looseObject({
      name: z.string().regex(NAME_PATTERN),
      layerId: fieldSchema,
      config: layerConfigSchema,
      blockKeys: z.array(fieldSchema),
      application: z.string(),
      sizes: blockSizesSchema,
      circuits: z.array(z.looseObject({ size: z.string(), digest: z.string(), keyHash: fieldSchema })),
    }),
  )
  .min(1);

export type ReadDeployment = { readonly network: NetworkFile; readonly genesis: readonly KnownLayer[] };

/**
 * Reads from L1 what a network is that was deployed elsewhere: the layers that it began with, where its contracts are,
 * and which tokens they know.
 * @throws InputError if there is no contract, GenesisError if its layers can't be read
 */
export async function readDeployment(
  l1: Pick<LayerOneChain, "publicClient" | "chain" | "url">,
  { settlement, fromBlock }: { readonly settlement: Address; readonly fromBlock?: number },
): Promise<ReadDeployment> {
  const { publicClient, chain, url } = l1;
  const deploymentBlock =
    fromBlock === undefined ? await findDeploymentBlock(publicClient, settlement) : BigInt(fromBlock);
  const { description } = await readGenesis({ publicClient, settlement, deploymentBlock });
  const genesis: readonly KnownLayer[] = fromJson(layersSchema, description);
  const at = { address: settlement, abi: settlementAbi } as const;
  const [verifier, isDevelopment] = await Promise.all([
    publicClient.readContract({ ...at, functionName: "verifier" }),
    publicClient.readContract({ ...at, functionName: "developmentReferenceString" }),
  ]);
  const network: NetworkFile = {
    version: 3,
    referenceString: isDevelopment ? "development" : "ignition",
    chainId: chain.id,
    l1Url: url,
    isLocal: isLocalChain(chain.id),
    coordinatorUrl: "",
    settlement,
    verifier,
    deploymentBlock: Number(deploymentBlock),
    tokens: await readTokens({ publicClient, settlement }),
    layers: genesis.map((layer) => networkLayerOf(genesis, layer)),
  };
  return { network, genesis };
}

function networkLayerOf(all: readonly KnownLayer[], { name, application, layerId, config }: KnownLayer): NetworkLayer {
  const parent = all.find((other) => other.layerId === config.parentId)?.name ?? null;
  return { name, application, parent, layerId: fieldToHex(layerId), url: "" };
}
