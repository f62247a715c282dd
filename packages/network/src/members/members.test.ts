import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectSignatures, committeeFileSchema, readCommitteeWords } from "@frond/committee";
import { testCommittee } from "@frond/committee/testing";
import { createClosing, publicKeyOf, silentLogger } from "@frond/foundation";
import {
  committeeRoot,
  DataAvailability,
  dataChain,
  fromJsonValue,
  layerIdOfConfig,
  problemOfCommittee,
} from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readLayerFile, writeLayerFile } from "../directory/layerFile.ts";
import { readJsonFile } from "../directory/networkFile.ts";
import { testLayerFile } from "../testing/layerFile.ts";
import { COMMITTEE_FILE, readCommitteeFile, writeCommitteeFile } from "./committeeFile.ts";
import { localMemberDirectory, memberSecret } from "./memberFile.ts";
import { openCommittees } from "./openCommittees.ts";
import { startLocalMembers } from "./startLocalMembers.ts";

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "frond-members-"));
});
afterEach(() => rmSync(data, { recursive: true }));

it("a member's key is made once, for its owner's eyes only", () => {
  const directory = join(data, "member");
  const secret = memberSecret(directory);
  expect(memberSecret(directory)).toBe(secret);
  expect(statSync(join(directory, "member.json")).mode & 0o777).toBe(0o600);
  writeFileSync(join(directory, "member.json"), '{"version":1,"secret":"0x0"}');
  expect(() => memberSecret(directory)).toThrow(expect.objectContaining({ code: "network/damaged-file" }));
});

it("a layer's file for its members holds no secret, and is read as it was written", () => {
  const { config, committee } = testCommittee(3, 2);
  const layer = testLayerFile({ config, committee: { members: [...committee.members], threshold: 2 } });
  writeLayerFile(data, layer);
  writeCommitteeFile(data, layer);
  const path = join(data, "layers", layer.name, COMMITTEE_FILE);
  expect(readCommitteeFile(path)).toEqual({ config, committee });
  expect(JSON.stringify(readJsonFile(path))).not.toContain("ecret");
  expect(() => readCommitteeFile(join(data, "gone.json"))).toThrow(/There is no file .*gone.json/);
  writeFileSync(path, "{}");
  expect(() => readCommitteeFile(path)).toThrow(expect.objectContaining({ code: "network/damaged-file" }));
});

it("local members serve their layers, at the addresses that the layers' files name", async () => {
  const definition = { name: "exchange", committee: { local: 3, threshold: 2 } };
  const { members } = openCommittees([definition], data).get("exchange")!;
  const keys = members.map(({ publicKey }) => publicKey);
  expect(keys).toEqual([0, 1, 2].map((i) => publicKeyOf(memberSecret(localMemberDirectory(data, i)))));
  const sequencer = testCommittee(1, 1);
  const config = {
    ...sequencer.config,
    dataAvailability: DataAvailability.validium,
    committeeRoot: committeeRoot(keys),
    committeeThreshold: 2,
  };
  const layerId = layerIdOfConfig(config);
  const layer = testLayerFile({ config, layerId, committee: { members: [...members], threshold: 2 } });
  const closing = createClosing();
  const options = { definitions: [definition], dataDirectory: data, host: "127.0.0.1", logger: silentLogger };
  const door = { allowedOrigins: [], allowedHosts: [] };
  const [known] = await startLocalMembers([layer], { ...options, ...door }, closing.add);
  expect(readLayerFile(data, "exchange")).toEqual(known);
  expect(fromJsonValue(committeeFileSchema, readJsonFile(join(data, "layers/exchange", COMMITTEE_FILE)))).toEqual({
    config,
    committee: known!.committee,
  });
  const committee = known!.committee!;
  const block = sequencer.block(12);
  const signatures = await collectSignatures({ ...committee, block });
  expect(problemOfCommittee(block.statement, signatures, config)).toBeUndefined();
  await closing.close();

  // What they hold is still there at the next start, at other addresses.
  const again = createClosing();
  const [later] = await startLocalMembers([layer], { ...options, ...door }, again.add);
  const committeeHash = dataChain(block.words);
  const read = await readCommitteeWords({ committee: later!.committee!, layerId, committeeHash });
  expect(read.slice(0, block.words.length)).toEqual(block.words);
  await again.close();
});

it("a layer without local members is left as it is", async () => {
  const layer = testLayerFile();
  const options = { dataDirectory: data, host: "127.0.0.1", logger: silentLogger };
  const door = { allowedOrigins: [], allowedHosts: [] };
  const definitions = [{ name: "exchange", committee: undefined }];
  expect(await startLocalMembers([layer], { definitions, ...options, ...door }, () => {})).toEqual([layer]);
});
