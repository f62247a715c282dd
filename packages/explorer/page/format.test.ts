import { inTreeOrder } from "@frond/protocol";
import { describe, expect, test } from "vitest";
import { decodeCall } from "./decode.ts";
import { formatAmount, formatSeconds, formatShare, formatValue, kindName, shortHex } from "./format.ts";
import { parseAmount, parseInput } from "./parseInput.ts";

describe("what is shown", () => {
  test("amounts, values, times and shares", () => {
    expect([formatAmount(1_234n), formatAmount(15n * 10n ** 17n), formatAmount(-(10n ** 18n))]).toEqual([
      ...["1,234", "1.5 × 10¹⁸", "-1 × 10¹⁸"],
    ]);
    expect(formatValue(255n, "ethereumAddress")).toBe(`0x${"0".repeat(38)}ff`);
    expect([formatValue(7n, "field"), formatValue("open", "enumeration")]).toEqual(["7", "open"]);
    expect([formatSeconds(59.2), formatSeconds(80), formatSeconds(7_320)]).toEqual([
      "1 min 0 s",
      "1 min 20 s",
      "2 h 2 min",
    ]);
    expect([formatShare(0.256), formatShare(null)]).toEqual(["26 %", "–"]);
    expect([kindName(1), kindName(250)]).toEqual(["deposit", "kind 250"]);
    expect(shortHex(`0x${"ab".repeat(32)}`)).toBe("0xababab..abab");
  });

  const methods = { send: { to: { kind: "address" }, amount: { kind: "integer", bits: 64 } } } as const;
  test("a call by the names of its arguments, and as it stands if they do not fit", () => {
    expect(decodeCall({ methods }, { method: 0, args: [7n, 5n] })).toEqual({
      name: "send",
      args: [
        { name: "to", text: "7", address: 7n },
        { name: "amount", text: "5", address: undefined },
      ],
      problem: undefined,
    });
    expect(decodeCall({ methods }, { method: 3, args: [7n] })).toMatchObject({
      name: "method 3",
      args: [{ text: "7" }],
      problem: expect.stringContaining("3"),
    });
    expect(decodeCall({ methods }, { method: null, args: [7n] }).name).toBe("unreadable call");
    expect(decodeCall(undefined, { method: 0, args: [] }).name).toBe("method 0");
  });

  test("each layer stands below its parent", () => {
    const layers = [
      { layerId: 3n, parentId: 2n },
      { layerId: 1n, parentId: 0n },
      { layerId: 4n, parentId: 1n },
      { layerId: 2n, parentId: 1n },
    ];
    expect(inTreeOrder(layers).map(({ layer, level }) => [layer.layerId, level])).toEqual([
      [1n, 2],
      [4n, 3],
      [2n, 3],
      [3n, 4],
    ]);
  });
});

describe("what a form takes", () => {
  test("amounts in the smallest unit, and in ether", () => {
    expect(["12", "1_000", "0.5ether", "2 ether"].map(parseAmount)).toEqual([
      12n,
      1_000n,
      5n * 10n ** 17n,
      2n * 10n ** 18n,
    ]);
  });

  test.each(["", "1.5", "ether", "1e3", "0.1234567890123456789ether"])("%j is no amount", (text) => {
    expect(() => parseAmount(text)).toThrow(/is no amount|more than 18/);
  });

  test("values by their types, and no address of L1 where one of the layers is meant", () => {
    const address = `0x${"ab".repeat(20)}`;
    expect(parseInput({ kind: "ethereumAddress" }, address)).toBe(BigInt(address));
    expect(parseInput({ kind: "bool" }, "true")).toBe(true);
    expect(parseInput({ kind: "field" }, "0x0f")).toBe(15n);
    expect(() => parseInput({ kind: "address" }, address)).toThrow(/address on L1/);
    expect(() => parseInput({ kind: "ethereumAddress" }, "0x12")).toThrow(/40 hex digits/);
    expect(() => parseInput({ kind: "field" }, "x")).toThrow(/field element/);
  });
});
