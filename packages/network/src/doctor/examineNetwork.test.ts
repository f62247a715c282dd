import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockKeysTree, genesisOfTree } from "@frond/circuits";
import { type Anvil, type Deployment, deploySettlement, startAnvil } from "@frond/contracts";
import { layerIdOfConfig, layerRoot, toJson } from "@frond/protocol";
import type { PreparedCircuit, Prover } from "@frond/prover";
import { createPublicClient, http, type PublicClient, stringToHex } from "viem";
import { afterAll, beforeAll, expect, it } from "vitest";
import { knownLayerOf, type LayerFile } from "../directory/layerFile.ts";
import { localAccount, walletAt } from "../layerOne/wallets.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { type ExamineOptions, examineNetwork } from "./examineNetwork.ts";

const KEY = 1_000n;
let anvil: Anvil;
let cacheDirectory: string;
let publicClient: PublicClient;
let deployment: Deployment;
let layer: LayerFile;
/** A layer that L1 does not tell of. */
let later: LayerFile;

/** A verifier that takes every proof, and calls a library as generated ones do. */
const sourceOf = (name: string) => `// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;
library Lib { function isRight(uint256 x) external pure returns (bool) { return x != ${name.length}; } }
contract Verifier {
  function verify(bytes calldata, bytes32[] calldata inputs) external pure returns (bool) {
    return Lib.isRight(inputs.length);
  }
}`;

/** Stands in for minutes of compiling and keying: every circuit has one key, and a verifier named after it. */
function standIn(key: bigint, nameOf = (name: string) => name): ExamineOptions["prover"] {
  return {
    referenceString: undefined as unknown as Prover["referenceString"],
    prepare: async ({ name }) => ({ name, digest: name, key: { hash: key } }) as unknown as PreparedCircuit,
    solidityVerifier: async ({ name }) => sourceOf(nameOf(name)),
  };
}

beforeAll(async () => {
  anvil = await startAnvil({});
  cacheDirectory = mkdtempSync(join(tmpdir(), "frond-doctor-"));
  publicClient = createPublicClient({ transport: http(anvil.url), pollingInterval: 50 }) as PublicClient;
  const base = testLayerFile();
  const sizes = base.sizes.slice(0, 1);
  const keys = await import("../proving/prepareCircuits.ts").then(({ prepareLayerCircuits, blockKeysOf }) =>
    import("@frond/exchange").then(async ({ exchange }) =>
      blockKeysOf(
        await prepareLayerCircuits(standIn(KEY) as Prover, { application: exchange, sizes, data: "rollup" }, () => {}),
      ),
    ),
  );
  const config = { ...base.config, parentId: 0n, blockKeysRoot: blockKeysTree(keys).root };
  layer = { ...base, sizes, blockKeys: keys, config, layerId: layerIdOfConfig(config) };
  later = { ...layer, layerId: layer.layerId + 1n };
  deployment = await deploy([layer.layerId]);
});
afterAll(async () => {
  await anvil.stop();
  rmSync(cacheDirectory, { recursive: true });
});

/** A deployment whose contract takes these layers for those of its tree, which has one. */
async function deploy(layers: readonly bigint[]): Promise<Deployment> {
  return await deploySettlement({
    wallet: await walletAt(anvil.url, localAccount(0)),
    publicClient,
    verifierSource: sourceOf("settlement"),
    escapeVerifierSource: sourceOf("escape"),
    genesisOf: () => ({
      root: layerRoot(genesisOfTree([layer]).record),
      layers,
      parents: layers.map(() => 0n),
      description: stringToHex(toJson([knownLayerOf(layer)])),
    }),
    referenceStringKind: "development",
    cacheDirectory,
  });
}

async function verdicts(changes: Partial<ExamineOptions> = {}): Promise<Record<string, string>> {
  const { address: settlement, deploymentBlock } = deployment;
  const found = await examineNetwork({
    ...{ publicClient, settlement, deploymentBlock, layers: [layer], prover: standIn(KEY), cacheDirectory },
    ...{ onStep: () => {}, ...changes },
  });
  return Object.fromEntries(found.map(({ subject, verdict }) => [subject, verdict]));
}

const allSame = {
  genesis: "same",
  "config of exchange": "same",
  "beginning of exchange": "same",
  "keys of exchange": "same",
  "verifier of epochs": "same",
  "verifier of escapes": "same",
  "what is trusted": "unchecked",
};

it("finds a genesis that L1 does not have, and one with a layer that is not in the tree", async () => {
  const noGenesis = { ...allSame, genesis: "different", "config of exchange": "unchecked" };
  expect(await verdicts({ deploymentBlock: deployment.deploymentBlock - 1n })).toEqual(noGenesis);
  const { address: settlement, deploymentBlock } = await deploy([layer.layerId, later.layerId]);
  expect(await verdicts({ settlement, deploymentBlock })).toEqual({ ...allSame, genesis: "different" });
});

it("says of what is as its source has it that it is the same", async () => {
  expect(await verdicts()).toEqual(allSame);
});

it.each<[string, () => Partial<ExamineOptions>, object]>([
  ["keys from another source", () => ({ prover: standIn(KEY + 1n) }), { "keys of exchange": "different" }],
  [
    "keys that the config does not have",
    () => ({ layers: [{ ...layer, blockKeys: [5n] }] }),
    { "keys of exchange": "different" },
  ],
  [
    "another config than that on L1",
    () => ({ layers: [{ ...layer, config: { ...layer.config, owner: 9n } }] }),
    { "config of exchange": "different" },
  ],
  [
    "another beginning than the application's",
    () => ({ layers: [{ ...layer, config: { ...layer.config, genesisStateRoot: 9n } }] }),
    { "config of exchange": "different", "beginning of exchange": "different" },
  ],
  [
    "another verifier than that on L1, in a library alone",
    () => ({ prover: standIn(KEY, (name) => (name === "escape" ? "another" : name)) }),
    { "verifier of escapes": "different" },
  ],
  [
    "no keys of a layer whose application nobody names",
    () => ({ layers: [{ ...layer, application: undefined }] }),
    { "beginning of exchange": "unchecked", "keys of exchange": "unchecked" },
  ],
  [
    "keys from source of a layer that only L1 tells of",
    () => ({ layers: [{ ...layer, blockKeys: undefined }], prover: standIn(KEY + 1n) }),
    { "keys of exchange": "different" },
  ],
  [
    "nothing wrong in other keys of a layer whose sizes nobody tells",
    () => ({ layers: [{ ...layer, sizes: undefined }], prover: standIn(KEY + 1n) }),
    { "keys of exchange": "unchecked" },
  ],
  [
    "no config of a layer that was added later, unless it was followed",
    () => ({ layers: [later, { ...later, name: "followed", isFollowed: true }] }),
    {
      "config of exchange": "unchecked",
      "config of followed": "same",
      "beginning of followed": "same",
      "keys of followed": "same",
    },
  ],
  [
    "nothing that takes keys, if asked to be quick",
    () => ({ prover: undefined }),
    { "keys of exchange": "unchecked", "verifier of epochs": "unchecked", "verifier of escapes": "unchecked" },
  ],
])("finds %s", async (_, changes, found) => {
  expect(await verdicts(changes())).toEqual({ ...allSame, ...found });
});
