import { publicKeyOf } from "@frond/foundation";
import { createLayerConfig } from "@frond/protocol";
import { expect, it } from "vitest";
import { patientWords } from "./patientWords.ts";

it("asks a silent committee again after five times as long as it was waited for, and others meanwhile", async () => {
  let now = 0;
  const asked: [layerId: bigint, now: number][] = [];
  const answers = new Map([[2n, [5n]]]);
  const words = patientWords(
    async ({ layerId }) => {
      asked.push([layerId, now]);
      now += 10;
      return answers.get(layerId);
    },
    () => now,
  );
  const config = createLayerConfig({
    ...{ parentId: 0n, index: 1n, blockKeysRoot: 3n, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n },
  });
  const ask = (layerId: bigint) => words({ layerId, epoch: 1, time: 1, stateRoot: 1n, config });
  expect(await ask(1n)).toBeUndefined();
  expect(await ask(1n)).toBeUndefined();
  expect(await ask(2n)).toEqual([5n]);
  answers.set(1n, [6n]);
  now = 59;
  expect(await ask(1n)).toBeUndefined();
  now = 60;
  expect(await ask(1n)).toEqual([6n]);
  expect(await ask(1n)).toEqual([6n]);
  expect(asked).toEqual([
    [1n, 0],
    [2n, 10],
    [1n, 60],
    [1n, 70],
  ]);
});
