import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { NetworkConfig } from "../configuration/types.ts";
import { writeLayerFile } from "../directory/layerFile.ts";
import { lockDirectory } from "../directory/lockDirectory.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { wantedPorts } from "./wantedPorts.ts";

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-ports-"));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

const layers = [
  { name: "exchange" },
  { name: "desk", parent: "exchange", port: 5001 },
  { name: "orbits", parent: "exchange" },
];
const config = { layers } as unknown as NetworkConfig;
const common = { config, host: "127.0.0.1", port: 4040, coordinatorPort: 4030 };
const portsOf = (without: readonly string[] = []) =>
  wantedPorts({ ...common, dataDirectory, without }).map(({ what, port }) => [what, port]);

it("are those of the coordinator, of the layers, and of layers that were added", () => {
  writeLayerFile(dataDirectory, testLayerFile({ name: "desk", port: 1 }));
  writeLayerFile(dataDirectory, testLayerFile({ name: "added", port: 5002 }));
  expect(portsOf()).toEqual([
    ["the coordinator", 4030],
    ["layer exchange", 4040],
    ["layer desk", 5001],
    ["layer orbits", 0],
    ["layer added", 5002],
  ]);
});

it("are not those of layers that other processes run", () => {
  writeLayerFile(dataDirectory, testLayerFile({ name: "added", port: 5002 }));
  const unlock = lockDirectory(join(dataDirectory, "layers", "added"));
  expect(portsOf(["exchange", "desk"])).toEqual([
    ["the coordinator", 4030],
    ["layer orbits", 0],
  ]);
  unlock();
});

it("name the port of a trunk that has one of its own", () => {
  const own = { layers: [{ name: "exchange", port: 5000 }] } as unknown as NetworkConfig;
  const [, trunk] = wantedPorts({ ...common, config: own, dataDirectory, without: [] });
  expect(trunk).toMatchObject({ port: 5000, option: "the `port` of exchange in the network's description" });
});
