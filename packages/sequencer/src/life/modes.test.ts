import { describe, expect, it } from "vitest";
import { type Circumstances, type Mode, modeOf, PERMISSIONS, permissionsOf } from "./modes.ts";

const nothing: Circumstances = {
  hasFailed: false,
  isClosing: false,
  isReplaying: false,
  isSettingBack: false,
  isHolding: false,
};

describe("the mode of a sequencer", () => {
  it.each<[Mode, Partial<Circumstances>]>([
    ["running", {}],
    ["replaying", { isReplaying: true }],
    ["holding", { isHolding: true }],
    ["setting back", { isSettingBack: true }],
    ["setting back", { isSettingBack: true, isHolding: true }],
    ["draining", { isClosing: true }],
    ["refusing", { isClosing: true, isHolding: true }],
    ["refusing", { isClosing: true, isSettingBack: true }],
    ["failed", { hasFailed: true, isClosing: true, isSettingBack: true, isHolding: true }],
  ])("is %s with %o", (mode, circumstances) => {
    expect(modeOf({ ...nothing, ...circumstances })).toBe(mode);
  });
});

describe("what a sequencer may do", () => {
  const room = { isBehind: false, isOutOfBlocks: false, isAhead: false };
  it("is what the table says, with room", () => {
    for (const mode of Object.keys(PERMISSIONS) as Mode[]) expect(permissionsOf(mode, room)).toEqual(PERMISSIONS[mode]);
  });

  it.each<[Mode, Partial<typeof room>, object]>([
    ["running", { isBehind: true }, { transactions: "wait", messages: false, returning: false, timer: true }],
    ["running", { isOutOfBlocks: true }, { transactions: "wait", messages: true, returning: false, timer: true }],
    ["running", { isAhead: true }, { transactions: "wait", messages: false, returning: false, timer: true }],
    ["holding", { isAhead: true }, { transactions: "wait", messages: false, returning: false, timer: true }],
    ["holding", { isBehind: true }, { transactions: "wait", messages: false, returning: false, timer: true }],
    ["draining", { isBehind: true, isOutOfBlocks: true }, { transactions: "wait" }],
    ["draining", { isOutOfBlocks: true }, { transactions: "refuse" }],
    ["draining", { isAhead: true }, { transactions: "refuse" }],
    ["failed", { isBehind: true, isOutOfBlocks: true }, { transactions: "refuse" }],
  ])("%s with %o is %o", (mode, missing, permissions) => {
    expect(permissionsOf(mode, { ...room, ...missing })).toMatchObject(permissions);
  });
});
