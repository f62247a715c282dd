import { publicKeyOf } from "@frond/foundation";
import { describe, expect, test } from "vitest";
import { fromJson, holderSchema, toJson } from "./codec.ts";
import { heldEntryKey, signHolding, verifyHolding } from "./holder.ts";
import { entryKey } from "./indexedTree.ts";
import { addressOf } from "./transaction.ts";

const SECRET = 11n;
const holding = { layerId: 7n, valuesHash: 1234n };
const holder = signHolding(holding, SECRET);

describe("the word of an owner who holds an entry", () => {
  test("is the same each time, and survives JSON", () => {
    expect(signHolding(holding, SECRET)).toEqual(holder);
    expect(fromJson(holderSchema, toJson(holder))).toEqual(holder);
  });

  test("names the account of its key", () => {
    expect(heldEntryKey(holder)).toBe(entryKey(0, [addressOf(publicKeyOf(SECRET))]));
  });

  test("is for one layer, one hash of values and one key", () => {
    expect(verifyHolding(holding, holder)).toBe(true);
    expect(verifyHolding({ ...holding, layerId: 8n }, holder)).toBe(false);
    expect(verifyHolding({ ...holding, valuesHash: 1235n }, holder)).toBe(false);
    expect(verifyHolding(holding, { ...holder, publicKey: publicKeyOf(12n) })).toBe(false);
    expect(verifyHolding(holding, { ...holder, publicKey: { x: 1n, y: 1n } })).toBe(false);
  });
});
