import { poseidon2Hash, publicKeyOf } from "@frond/foundation";
import { expect, test } from "vitest";
import {
  createLayerConfig,
  deploymentIdOf,
  genesisRecord,
  isTrunk,
  type LayerRecord,
  layerConfigHash,
  layerIdOf,
  layerRoot,
} from "./layerRecord.ts";

const sequencerKey = publicKeyOf(9n);
const config = createLayerConfig({
  parentId: 0n,
  index: deploymentIdOf(31337n, "0x5FbDB2315678afecb367f032d93F642f64180aa3"),
  blockKeysRoot: 3n,
  sequencerKey,
  genesisStateRoot: 4n,
});

test("hashes are over the fields in the order of docs/protocol-tables.md", () => {
  expect(config).toMatchObject({ dataAvailability: 0, committeeRoot: 0n, committeeThreshold: 0 });
  expect(layerConfigHash(config)).toBe(
    poseidon2Hash([0n, config.index, 3n, sequencerKey.x, sequencerKey.y, 4n, 0n, 0n, 0n, 0n]),
  );
  const record: LayerRecord = {
    layerId: 1n,
    configHash: 2n,
    stateRoot: 3n,
    time: 4,
    childrenRoot: 5n,
    vaultRoot: 6n,
    flags: 7n,
  };
  expect(layerRoot(record)).toBe(poseidon2Hash([1n, 2n, 3n, 4n, 5n, 6n, 7n]));
  expect(layerIdOf(1n, 2n)).toBe(poseidon2Hash([1n, 2n]));
});

test("an address names the same deployment however its letters are written", () => {
  expect(deploymentIdOf(31337n, "0x5fbdb2315678afecb367f032d93f642f64180aa3")).toBe(config.index);
  expect(deploymentIdOf(1n, "0x5fbdb2315678afecb367f032d93f642f64180aa3")).not.toBe(config.index);
});

test("a trunk's first record", () => {
  expect(isTrunk(config)).toBe(true);
  const record = genesisRecord(config);
  expect({ ...record, root: layerRoot(record) }).toMatchInlineSnapshot(`
    {
      "childrenRoot": 19390014820408017477952508252238975208937215447164506434399445617253075693952n,
      "configHash": 4792762052740736491962951766694798788181275405674545220249400481871605453656n,
      "flags": 0n,
      "layerId": 14692312289079032372329469777011887511600053254553762247752562818254681794795n,
      "root": 14421047996857699458796558288167648305580540807239094609553109506832337755768n,
      "stateRoot": 4n,
      "time": 0,
      "vaultRoot": 1003084786316825367398224042789524708592293404317093705861247893016643282141n,
    }
  `);
});
