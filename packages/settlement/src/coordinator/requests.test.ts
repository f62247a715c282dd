import { expect, it } from "vitest";
import type { CoordinatorFrame } from "../link/frames.ts";
import { machineTree } from "../testing/machineTree.ts";
import { createRequests, LayerSilentError } from "./requests.ts";

const TIMEOUT = 300;
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A layer that is asked for its leg, and a clock that a test turns. */
function asking() {
  const layer = machineTree(["a"]).layer("a");
  const sent: CoordinatorFrame[] = [];
  layer.peer = { send: (frame) => void sent.push(frame), close() {}, probe() {} };
  let turns: ((isOver: boolean) => void)[] = [];
  let written: Promise<void> = Promise.resolve();
  const requests = createRequests({
    until: () => new Promise((resolve) => turns.push(resolve)),
    flushed: () => written,
  });
  const state: { outcome: unknown } = { outcome: undefined };
  const question = { type: "commit", session: 0, hash: 1n, transaction: {} as never } as const;
  requests.ask(layer, question, TIMEOUT).then(
    (answer) => (state.outcome = answer),
    (error) => (state.outcome = error),
  );
  return {
    state,
    sent,
    layer,
    requests,
    async turn(count = 1) {
      for (let i = 0; i < count; i++) {
        const due = turns;
        turns = [];
        for (const pass of due) pass(false);
        await settled();
      }
    },
    writes(until: Promise<void>) {
      written = until;
    },
  };
}

it("a layer that does not answer is silent after its turns", async () => {
  const { state, turn } = asking();
  await turn(2);
  expect(state.outcome).toBeUndefined();
  await turn(1);
  expect(state.outcome).toBeInstanceOf(LayerSilentError);
});

it("turns in which the coordinator itself is behind take no time of the layer", async () => {
  const { state, turn, writes, requests, layer, sent } = asking();
  let catchUp = () => {};
  writes(new Promise((resolve) => (catchUp = resolve)));
  await turn(50);
  expect(state.outcome).toBeUndefined();
  catchUp();
  await settled();
  await turn(1);
  const { id } = sent[0] as Extract<CoordinatorFrame, { type: "commit" }>;
  requests.answer(layer, { type: "answer", id });
  await settled();
  expect(state.outcome).toEqual({ type: "answer", id });
});

it("an answer of another layer is none, and a layer that goes away is silent at once", async () => {
  const { state, requests, layer, sent } = asking();
  const { id } = sent[0] as Extract<CoordinatorFrame, { type: "commit" }>;
  requests.answer(machineTree(["b"]).layer("b"), { type: "answer", id });
  await settled();
  expect(state.outcome).toBeUndefined();
  requests.gone(layer);
  await settled();
  expect(state.outcome).toBeInstanceOf(LayerSilentError);
});
