import type { NetworkStatus } from "@frond/sdk";
import { expect, it } from "vitest";
import { findProblems } from "./findProblems.ts";

const layer = { name: "desk", status: "online", ahead: 0, quarantineSeconds: 0 };
const well = {
  epoch: { open: 2, proving: null, settled: 1, stage: "open", done: 0, total: 0, blocked: null },
  layers: [layer],
  queue: { waiting: 0, running: 0, failed: 0, workers: 1 },
};
const codesOf = (changes: object) =>
  findProblems({ ...well, ...changes } as unknown as NetworkStatus).map(({ code }) => code);
const layerCodes = (changes: object) => codesOf({ layers: [{ ...layer, ...changes }] });
const queueCodes = (changes: object) => codesOf({ queue: { ...well.queue, ...changes } });

it("finds nothing where all is well, or only busy", () => {
  expect(codesOf({})).toEqual([]);
  expect(queueCodes({ waiting: 4, running: 1 })).toEqual([]);
  expect(layerCodes({ ahead: 900 })).toEqual([]);
});

it.each([
  [layerCodes({ status: "offline" }), "layer-offline"],
  [layerCodes({ status: "quarantined", quarantineSeconds: 9 }), "layer-quarantined"],
  [layerCodes({ status: "frozen" }), "layer-frozen"],
  [layerCodes({ ahead: 60_000 }), "layer-ahead"],
  [queueCodes({ waiting: 1, workers: 0 }), "no-worker"],
  [queueCodes({ waiting: 1 }), "worker-too-small"],
  [queueCodes({ failed: 1 }), "proofs-failed"],
  [codesOf({ epoch: { ...well.epoch, blocked: "L1 asks for more." } }), "settlement-blocked"],
])("finds %j: %s", (codes, code) => {
  expect(codes).toEqual([code]);
});

it("says what is wrong and what to do, with the layer's name", () => {
  const network = { ...well, layers: [{ ...layer, status: "quarantined", quarantineSeconds: 9 }] };
  expect(findProblems(network as unknown as NetworkStatus)).toEqual([
    {
      code: "layer-quarantined",
      layer: "desk",
      problem: "desk is in quarantine, for 9 s more: others were set back because of it.",
      next: "It comes back by itself. Read the reason in the coordinator's log, or the quarantine will be longer next time.",
    },
  ]);
});
