import { expect, it } from "vitest";
import type { LayerState } from "../machine/layerState.ts";
import { createSilentLayers } from "./silentLayers.ts";

function start() {
  let now = 0;
  const layer = {} as LayerState;
  const silent = createSilentLayers({ passed: () => now });
  const wait = (milliseconds: number) => {
    now += milliseconds;
  };
  return {
    wait,
    silence: (askedAt = now) => silent.noteSilence(layer, askedAt),
    answer: (times: number) => {
      for (let i = 0; i < times; i++) silent.noteAnswer(layer);
    },
    isPaused: () => silent.isPaused(layer),
  };
}

it("a layer that is silent three times takes part in no bundle for 30 seconds, and then again after each silence", () => {
  const layer = start();
  for (const isPaused of [false, false, true]) {
    layer.wait(1_000);
    layer.silence();
    expect(layer.isPaused()).toBe(isPaused);
  }
  layer.wait(29_999);
  expect(layer.isPaused()).toBe(true);
  layer.wait(1);
  expect(layer.isPaused()).toBe(false);
  layer.silence();
  expect(layer.isPaused()).toBe(true);
});

it("questions that a layer does not answer together are one silence: it may have stood still once", () => {
  const layer = start();
  layer.wait(1_000);
  for (let i = 0; i < 20; i++) layer.silence(i);
  expect(layer.isPaused()).toBe(false);
});

it("eight answers live one silence down, and fewer do not: silence every second time pays for nobody", () => {
  const silences = (answers: number) => {
    const layer = start();
    let count = 0;
    for (; !layer.isPaused() && count < 20; count++) {
      layer.wait(1_000);
      layer.silence();
      layer.answer(answers);
    }
    return count;
  };
  expect([0, 7, 8].map(silences)).toEqual([3, 3, 20]);
});
