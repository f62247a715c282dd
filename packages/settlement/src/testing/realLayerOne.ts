import type { Sender, SenderOptions } from "@frond/contracts";
import { createTestNetwork, type TestNetwork } from "@frond/contracts/testing";
import type { Field } from "@frond/foundation";
import { hexToBytes, type PublicClient } from "viem";
import { createLayerOne } from "../layerOne/createLayerOne.ts";
import { blobsOf } from "./blobsOf.ts";
import { senderOf } from "./senderOf.ts";
import { startTestTree, type TestTree } from "./testTree.ts";

/** A tree on the real contract and a real Ethereum node, whose verifier is of a stand-in circuit. */
export type RealTree = {
  readonly network: TestNetwork;
  /** The coordinator's. */
  readonly sender: Sender;
  readonly tree: TestTree;
  request<T>(method: string, params?: unknown[]): Promise<T>;
  /** Waits for something while L1 makes blocks, as it does without anybody's doing. */
  untilWithBlocks(condition: () => boolean | Promise<boolean>, what: string): Promise<void>;
  close(): Promise<void>;
};

export async function startRealTree(
  options: { readonly confirmations?: bigint; readonly sender?: Partial<SenderOptions> } = {},
): Promise<RealTree> {
  let network: TestNetwork;
  let sender: Sender;
  const tree = await startTestTree({
    async realLayerOne(genesisRoot, layers) {
      network = await createTestNetwork({ root: genesisRoot, layers });
      const { publicClient, deployment } = network;
      sender = senderOf(network, options.sender);
      const layerOne = createLayerOne({
        publicClient,
        sender,
        settlement: deployment.address,
        verifier: deployment.verifier,
        deploymentBlock: deployment.deploymentBlock,
        blobs: blobsOf(publicClient),
        safeBlock: async () => (await publicClient.getBlockNumber({ cacheTime: 0 })) - (options.confirmations ?? 0n),
      });
      const proveSettlement = async (expect: readonly Field[]) =>
        hexToBytes(await network.prover.prove(expect as never));
      return { layerOne, settlement: deployment.address, proveSettlement };
    },
  });
  await tree.online();
  const request = <T>(method: string, params: unknown[] = []) =>
    (network.publicClient as PublicClient).request({ method, params } as never) as Promise<T>;
  return {
    network: network!,
    sender: sender!,
    tree,
    request,
    untilWithBlocks: (condition, what) =>
      tree.until(async () => {
        await request("anvil_mine", ["0x1"]);
        return condition();
      }, what),
    async close() {
      await tree.close();
      await network.close();
    },
  };
}
