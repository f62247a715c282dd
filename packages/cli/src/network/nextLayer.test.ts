import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicKeyToText } from "@frond/committee";
import { testCommittee } from "@frond/committee/testing";
import { publicKeyOf } from "@frond/foundation";
import { dataModeOf } from "@frond/network/configuration";
import { testLayerFile } from "@frond/network/testing";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Settings } from "../settings.ts";
import { nextDescription, nextLayer } from "./nextLayer.ts";

/** A validium by its description: its application says nothing of that. */
function validium() {
  const { config, committee } = testCommittee(3, 2);
  const given = testLayerFile();
  const { dataAvailability, committeeRoot, committeeThreshold } = config;
  const members = committee.members.map((member, i) => ({ ...member, url: `http://member-${i}.example:4050` }));
  return testLayerFile({
    config: { ...given.config, dataAvailability, committeeRoot, committeeThreshold, owner: 7n },
    committee: { members, threshold: 2 },
  });
}

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), "frond-next-"));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

const settings = (): Settings =>
  ({ dataDirectory, cacheDirectory: dataDirectory, json: true, debug: false }) as Settings;

it("another sequencer's key changes nothing else of a validium", async () => {
  const file = validium();
  const { next } = await nextLayer(settings(), file, { changes: { isSequencerNew: true }, onProgress() {} });
  const sequencerKey = publicKeyOf(next.sequencerSecret);
  expect(next.sequencerSecret).not.toBe(file.sequencerSecret);
  expect(next).toEqual({ ...file, sequencerSecret: next.sequencerSecret, config: { ...file.config, sequencerKey } });
  expect(dataModeOf(next.config)).toBe("validium");
});

it("another application leaves the data where it goes, and a rollup has no committee", () => {
  const file = validium();
  const members = file.committee!.members.map(({ url, publicKey }) => ({ url, publicKey: publicKeyToText(publicKey) }));
  const committee = { members, threshold: 2 };
  const changes = { isSequencerNew: false };
  expect(nextDescription(file, { ...changes, application: "desk" })).toEqual({
    application: "desk",
    data: "validium",
    committee,
  });
  expect(nextDescription(file, { ...changes, data: "rollup" })).toEqual({
    application: "exchange",
    data: "rollup",
    sizes: file.sizes,
  });
  expect(nextDescription(file, { ...changes, data: "volition" })).toMatchObject({ data: "volition", committee });
});
