import { describe, expect, test } from "vitest";
import { type Action, type At, pursue, type Wanted } from "./pursue.ts";
import { newStream, noteGiven, noteTaken, RESEND_MILLISECONDS, type Stream } from "./stream.ts";

const taken = (stream: Stream, number: number) => noteTaken(stream, number, 0);

/**
 * A layer that is where it is wanted: in epoch 7 of session 3, all of its 20 blocks and its message 900 are with the
 * coordinator.
 */
const there: At = {
  session: 3,
  epoch: 7,
  block: 20,
  sealed: 12,
  time: 1_000,
  message: 900,
  isHeld: false,
  returning: { count: 0 },
  blocks: taken(newStream(1), 20),
  messages: taken(newStream(0), 900),
  isUploading: false,
  nowMilliseconds: 0,
};
const wanted: Wanted = { session: 3, block: 20, message: 900, epoch: 7, after: 50, time: 40, isHeld: false, drop: [] };

/** Block 21 was given at 1,000 milliseconds, or messages 901 to 903, and nothing has come back. */
const givenBlock = noteGiven(taken(newStream(1), 20), { above: 20, through: 21 }, 1_000);
const givenMessages = noteGiven(taken(newStream(0), 900), { above: 900, through: 903 }, 1_000);
const late = { nowMilliseconds: 1_000 + RESEND_MILLISECONDS };
const returning = { count: 2, waiting: 40, failing: 40 };

type Row = readonly [when: string, at: Partial<At>, wanted: Partial<Wanted>, action: Action];

const rows: readonly Row[] = [
  ["the layer is where it is wanted", {}, {}, { kind: "rest" }],
  ["its session is greater", { session: 4 }, {}, { kind: "ahead" }],
  [
    "its session is greater, and everything else differs too",
    { session: 4, epoch: 6, block: 30 },
    { isHeld: true },
    { kind: "ahead" },
  ],
  [
    "it is set back",
    {},
    { session: 4, block: 18, epoch: 8 },
    { kind: "goBack", session: 4, through: 18, epoch: 8, after: 50, time: 40 },
  ],
  [
    "it has missed several set-backs",
    { session: 1 },
    { block: 5 },
    { kind: "goBack", session: 3, through: 5, epoch: 7, after: 50, time: 40 },
  ],
  [
    "it is set back while it is held in an epoch that ends",
    { isHeld: true, epoch: 6 },
    { session: 4 },
    { kind: "goBack", session: 4, through: 20, epoch: 7, after: 50, time: 40 },
  ],
  ["the epoch ends", {}, { epoch: 8 }, { kind: "closeEpoch", epoch: 7, after: 50 }],
  [
    "it has missed the ends of several epochs, and nothing was missing",
    { epoch: 5 },
    { epoch: 8 },
    { kind: "closeEpoch", epoch: 5, after: 50 },
  ],
  ["the epoch ends while it is held", { isHeld: true }, { epoch: 8 }, { kind: "closeEpoch", epoch: 7, after: 50 }],
  [
    "the epoch ends, and blocks are left to hand over",
    { block: 22 },
    { epoch: 8 },
    { kind: "closeEpoch", epoch: 7, after: 50 },
  ],
  ["the coordinator speaks of the epoch before", { epoch: 8 }, {}, { kind: "rest" }],
  ["it is to be held", {}, { isHeld: true }, { kind: "hold" }],
  ["it is held as wanted", { isHeld: true }, { isHeld: true }, { kind: "rest" }],
  [
    "it is held, and has messages",
    { isHeld: true, message: 950 },
    { isHeld: true },
    { kind: "sendMessages", after: 900 },
  ],
  ["it may go on", { isHeld: true }, {}, { kind: "release" }],
  ["what returns may be given up", { returning }, { giveUp: 40 }, { kind: "giveUp", time: 40 }],
  ["what returns with a lower time may be given up", { returning }, { giveUp: 50 }, { kind: "giveUp", time: 50 }],
  ["what returns has a greater time than what may be given up", { returning }, { giveUp: 39 }, { kind: "rest" }],
  ["what returns waits for a nonce only", { returning: { count: 2 } }, { giveUp: 40 }, { kind: "rest" }],
  ["nothing may be given up", { returning }, {}, { kind: "rest" }],
  ["it has a message", { message: 903 }, {}, { kind: "sendMessages", after: 900 }],
  ["it has a message and a block", { message: 903, block: 21 }, {}, { kind: "sendMessages", after: 900 }],
  [
    "its messages were given a moment ago",
    { message: 903, messages: givenMessages, nowMilliseconds: 1_001 },
    {},
    { kind: "rest" },
  ],
  [
    "some of its messages were given a moment ago",
    { message: 905, messages: givenMessages, nowMilliseconds: 1_001 },
    {},
    { kind: "sendMessages", after: 903 },
  ],
  [
    "its messages were not taken for long",
    { message: 905, messages: givenMessages, ...late },
    {},
    { kind: "sendMessages", after: 900 },
  ],
  ["it has blocks", { block: 23 }, {}, { kind: "handOver", from: 21 }],
  [
    "its committee has signed for one of its blocks",
    { block: 23, signedThrough: 21 },
    {},
    { kind: "handOver", from: 21 },
  ],
  ["its committee has not signed for its blocks", { block: 23, signedThrough: 20 }, {}, { kind: "rest" }],
  ["it has blocks, and one is on its way", { block: 23, isUploading: true }, {}, { kind: "rest" }],
  [
    "it has a message, and a block is on its way",
    { message: 901, isUploading: true },
    {},
    { kind: "sendMessages", after: 900 },
  ],
  [
    "its last block was given a moment ago",
    { block: 21, blocks: givenBlock, nowMilliseconds: 1_001 },
    {},
    { kind: "rest" },
  ],
  [
    "a block was given a moment ago, and there is another",
    { block: 22, blocks: givenBlock, nowMilliseconds: 1_001 },
    {},
    { kind: "handOver", from: 22 },
  ],
  ["a block was not taken for long", { block: 22, blocks: givenBlock, ...late }, {}, { kind: "handOver", from: 21 }],
  ["it is held and has a block", { isHeld: true, block: 21 }, { isHeld: true }, { kind: "handOver", from: 21 }],
  ["the coordinator has more of its blocks than it", { block: 19 }, {}, { kind: "rest" }],
];

test.each(rows)("%s", (_when, at, change, action) => {
  expect(pursue({ ...there, ...at }, { ...wanted, ...change })).toEqual(action);
});

test("not more than eight blocks are given before the first of them is taken", () => {
  let blocks = taken(newStream(1), 20);
  const given: number[] = [];
  for (;;) {
    const action = pursue({ ...there, block: 40, blocks }, wanted);
    if (action.kind !== "handOver") break;
    given.push(action.from);
    blocks = noteGiven(blocks, { above: action.from - 1, through: action.from }, 0);
  }
  expect(given).toEqual([21, 22, 23, 24, 25, 26, 27, 28]);
  blocks = noteTaken(blocks, 21, 10);
  expect(pursue({ ...there, block: 40, blocks }, wanted)).toEqual({ kind: "handOver", from: 29 });
});

/** All that a layer hands over, if it is asked every second and the coordinator takes nothing. */
function givenInVain(seconds: number): { readonly from: number; readonly second: number }[] {
  let blocks = taken(newStream(1), 20);
  const given: { from: number; second: number }[] = [];
  for (let second = 0; second < seconds; second++) {
    for (;;) {
      const nowMilliseconds = 1_000 * second;
      const action = pursue({ ...there, block: 22, blocks, nowMilliseconds }, wanted);
      if (action.kind !== "handOver") break;
      given.push({ from: action.from, second });
      blocks = noteGiven(blocks, { above: action.from - 1, through: action.from }, nowMilliseconds);
    }
  }
  return given;
}

describe("what is not taken", () => {
  test("is given again from the first on, later each time", () => {
    expect(givenInVain(200).map(({ from, second }) => `${from} at ${second}`)).toEqual(
      [0, 5, 15, 35, 75, 135, 195].flatMap((second) => [`21 at ${second}`, `22 at ${second}`]),
    );
  });

  test("is given again soon once something was taken", () => {
    let blocks = noteGiven(taken(newStream(1), 20), { above: 20, through: 22 }, 0);
    blocks = noteGiven(blocks, { above: 20, through: 22 }, 5_000);
    expect(blocks.patienceMilliseconds).toBe(10_000);
    blocks = noteTaken(blocks, 21, 6_000);
    expect(blocks).toEqual({ given: 22, taken: 21, sinceMilliseconds: 6_000, patienceMilliseconds: 5_000 });
  });

  test("waits no longer because more is given", () => {
    let blocks = noteGiven(taken(newStream(1), 20), { above: 20, through: 21 }, 0);
    blocks = noteGiven(blocks, { above: 21, through: 22 }, 4_000);
    expect(pursue({ ...there, block: 22, blocks, nowMilliseconds: 5_000 }, wanted)).toEqual({
      kind: "handOver",
      from: 21,
    });
  });

  test("is given again at once if the coordinator has lost it", () => {
    const blocks = noteTaken(taken(newStream(1), 20), 18, 0);
    expect(pursue({ ...there, blocks }, { ...wanted, block: 18 })).toEqual({ kind: "handOver", from: 19 });
  });
});
