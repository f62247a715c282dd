import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { takeLock } from "@frond/foundation/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { layerNames, readLayerFile } from "./layerFile.ts";
import {
  type NetworkFile,
  type NetworkLayer,
  readNetworkFile,
  updateNetworkFile,
  writeNetworkFile,
} from "./networkFile.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "frond-network-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const layer = (name: string, parent: string | null): NetworkLayer => ({
  name,
  application: "exchange",
  parent,
  layerId: `0x${"01".repeat(32)}`,
  url: "",
});

const network = (...layers: NetworkLayer[]): NetworkFile => ({
  version: 3,
  referenceString: "development",
  chainId: 31337,
  l1Url: "",
  isLocal: true,
  coordinatorUrl: "",
  settlement: `0x${"11".repeat(20)}`,
  verifier: `0x${"11".repeat(20)}`,
  deploymentBlock: 0,
  tokens: [],
  layers,
});

it("is changed by one at a time, from what is in it then", async () => {
  writeNetworkFile(directory, network(layer("trunk", null)));
  const add = (name: string) =>
    updateNetworkFile(directory, (now) => ({ ...now, layers: [...now.layers, layer(name, "trunk")] }));
  const lock = takeLock(join(directory, "network.json.lock"))!;
  const adding = [add("a"), add("b")];
  writeNetworkFile(directory, network(layer("trunk", null), layer("other", "trunk")));
  lock.release();
  await Promise.all(adding);
  expect(
    readNetworkFile(directory)!
      .layers.map(({ name }) => name)
      .sort(),
  ).toEqual(["a", "b", "other", "trunk"]);
});

it.each([
  ["none", [layer("a", "b"), layer("b", "a")]],
  ["two", [layer("a", null), layer("b", null)]],
])("with %s of a trunk is damaged", (_, layers) => {
  writeNetworkFile(directory, network(...layers));
  expect(() => readNetworkFile(directory)).toThrow(
    `${join(directory, "network.json")} cannot be read: there has to be one trunk. Restore the file from a copy, ` +
      "or allow this user to read it; or name another directory with --data.",
  );
});

it("does not mind files that other programs leave among the layers", () => {
  mkdirSync(join(directory, "layers"));
  writeFileSync(join(directory, "layers", ".DS_Store"), "");
  expect(layerNames(directory)).toEqual([".DS_Store"]);
  expect(readLayerFile(directory, ".DS_Store")).toBeUndefined();
});
