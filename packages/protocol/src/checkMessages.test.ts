import { describe, expect, it } from "vitest";
import { brokenRuleOfConsumed, brokenRuleOfProduced } from "./checkMessages.ts";
import type { Message } from "./message.ts";
import { MessageKind } from "./tables/messageKinds.ts";

const LAYER = { layerId: 7n, time: 10 };
const plain = { kind: MessageKind.call, asset: 65_535, amount: (1n << 128n) - 1n, recipient: 0n, payload: 0n };
const produced: Message = { ...plain, from: 7n, to: 8n, time: 10 };
const consumed: Message = { ...plain, from: 8n, to: 7n, time: 9 };
const link = { kind: MessageKind.bundle, asset: 0, time: 0 };

const common = [
  { rule: "message-kind", change: { kind: 128 as MessageKind } },
  { rule: "message-asset", change: { asset: 65_536 } },
  { rule: "message-asset", change: { asset: -1 } },
  { rule: "message-amount", change: { amount: 1n << 128n } },
  { rule: "message-amount", change: { amount: -1n } },
  { rule: "bundle", change: { ...link, asset: 1 } },
  { rule: "bundle", change: { ...link, time: 9 } },
] as const;

describe("a message that a block produces", () => {
  it.each([
    ...common,
    { rule: undefined, change: {} },
    { rule: undefined, change: link },
    { rule: "message-layer", change: { from: 8n } },
    { rule: "message-time", change: { time: 9 } },
    { rule: "message-time", change: { time: 11 } },
    { rule: undefined, change: { to: 0n, recipient: (1n << 160n) - 1n } },
    { rule: "recipient", change: { to: 0n, recipient: 1n << 160n } },
    { rule: undefined, change: { recipient: 1n << 160n } },
    ...["deposit", "freeze", "forced", "upgrade", "registered"].map((name) => {
      const kind = MessageKind[name as keyof typeof MessageKind];
      return { rule: "message-sender", change: { kind, asset: 0, ...(name === "registered" && { time: 0 }) } };
    }),
  ])("breaks $rule with $change", ({ rule, change }) => {
    expect(brokenRuleOfProduced({ ...produced, ...change }, LAYER)?.rule).toBe(rule);
  });
});

describe("a message that a block consumes", () => {
  it.each([
    ...common,
    { rule: undefined, change: {} },
    { rule: undefined, change: link },
    { rule: "message-layer", change: { to: 8n } },
    { rule: "message-time", change: { time: 10 } },
    { rule: undefined, change: { from: 0n, time: 0 } },
    { rule: "message-sender", change: { kind: MessageKind.deposit } },
    { rule: "message-sender", change: { kind: MessageKind.freeze, asset: 0 } },
    { rule: "message-sender", change: { kind: MessageKind.forced, asset: 0 } },
    { rule: undefined, change: { from: 0n, time: 0, kind: MessageKind.deposit } },
    { rule: undefined, change: { from: 0n, time: 0, kind: MessageKind.forced, asset: 0 } },
  ])("breaks $rule with $change", ({ rule, change }) => {
    expect(brokenRuleOfConsumed({ ...consumed, ...change }, LAYER)?.rule).toBe(rule);
  });
});
