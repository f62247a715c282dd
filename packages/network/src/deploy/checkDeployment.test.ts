import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyToText } from "@frond/committee";
import { publicKeyOf } from "@frond/foundation";
import { committeeRoot, DataAvailability } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resolveNetwork } from "../configuration/loadConfig.ts";
import type { LayerOptions } from "../configuration/types.ts";
import { writeLayerFile } from "../directory/layerFile.ts";
import type { NetworkFile } from "../directory/networkFile.ts";
import { openCommittees } from "../members/openCommittees.ts";
import { checkDeployment } from "./checkDeployment.ts";
import { type CircuitsOfLayers, describeTree } from "./describeTree.ts";

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-deployment-"));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

const settlement = `0x${"11".repeat(20)}` as const;
const place = { chainId: 31_337, settlement, referenceString: "development" as const };
const circuits = new Map([
  ["exchange", { blocks: new Map([["small", { digest: "d", key: { hash: 7n } }]]), exit: undefined }],
]) as unknown as CircuitsOfLayers;
const secrets = new Map([["exchange", 5n]]);

async function describe(options: Partial<LayerOptions>) {
  const layers = { exchange: { application: "exchange", ...options } };
  const config = await resolveNetwork({ layers }, { name: "frond.config.ts", directory: "/" });
  const committees = openCommittees(config.layers, dataDirectory);
  return { config, circuits, committees, dataDirectory };
}

/** Deploys what is described, and starts again with what is described then. */
async function startAgain(before: Partial<LayerOptions>, after: Partial<LayerOptions>) {
  const first = await describe(before);
  const files = describeTree(first.config, circuits, { secrets, committees: first.committees, ...place });
  for (const file of files) writeLayerFile(dataDirectory, file);
  return checkDeployment(place as unknown as NetworkFile, await describe(after));
}

const member = (secret: bigint, url = `http://member-${secret}.example`) => ({
  url,
  publicKey: publicKeyToText(publicKeyOf(secret)),
});
const validium = (...members: ReturnType<typeof member>[]): Partial<LayerOptions> => ({
  data: "validium",
  committee: { members, threshold: 2 },
});

it("a layer's config has where its data goes, and who holds it", async () => {
  const { layers } = await startAgain(validium(member(1n), member(2n)), validium(member(1n), member(2n)));
  expect(layers[0]!.config).toMatchObject({
    dataAvailability: DataAvailability.validium,
    committeeRoot: committeeRoot([publicKeyOf(1n), publicKeyOf(2n)]),
    committeeThreshold: 2,
  });
});

it("local members keep their keys from start to start", async () => {
  const local: Partial<LayerOptions> = { data: "validium", committee: { local: 3, threshold: 2 } };
  const { layers } = await startAgain(local, local);
  expect(layers[0]!.committee?.members).toHaveLength(3);
});

it("a member's address may change", async () => {
  const moved = validium(member(1n), member(2n, "http://elsewhere.example"));
  const { layers } = await startAgain(validium(member(1n), member(2n)), moved);
  expect(layers[0]!.committee?.members[1]?.url).toBe("http://elsewhere.example");
});

it("neither the data's place nor the committee may change", async () => {
  const before = validium(member(1n), member(2n));
  await expect(startAgain(before, {})).rejects.toThrow(/data of layer exchange/);
  await expect(startAgain({}, before)).rejects.toThrow(/data of layer exchange/);
  await expect(startAgain(before, validium(member(2n), member(1n)))).rejects.toThrow(/committee of layer exchange/);
  const third = validium(member(1n), member(2n), member(3n));
  await expect(startAgain(before, third)).rejects.toThrow(/committee of layer exchange/);
});
