import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import type { BundleRecord } from "./bundleRecord.ts";
import { createBundles } from "./bundles.ts";
import { unknown } from "./conduct.ts";
import { receiveDropped } from "./receiveDropped.ts";

const record = (id: bigint, status: BundleRecord["status"] = "preconfirmed", of: Partial<BundleRecord> = {}) => ({
  ...{ id, layers: [1n, 2n], hashes: [10n * id, 10n * id + 1n], sessions: [0, 0] },
  ...{ epoch: 1, status, leftOut: 0, ...of },
});

it("bundles are found by their layers as far as they have a status, and by legs of the layers", () => {
  const bundles = createBundles();
  const [one, two] = [record(1n), record(2n, "settled")];
  for (const bundle of [one, two]) bundles.put(bundle);
  expect([...bundles.of(1n, "preconfirmed")]).toEqual([one]);
  expect([...bundles.of(2n, "settled")]).toEqual([two]);
  expect([...bundles.of(3n, "settled")]).toEqual([]);
  expect([bundles.withLeg(1n, 10n), bundles.withLeg(2n, 10n)]).toEqual([one, undefined]);
});

it("a bundle takes the place of what had its id, in all of that", () => {
  const bundles = createBundles();
  bundles.put(record(1n));
  const next = record(1n, "failed", { layers: [1n, 3n], hashes: [10n, 77n] });
  bundles.put(next);
  expect([...bundles.values()]).toEqual([next]);
  expect([1n, 2n, 3n].map((layerId) => [...bundles.of(layerId, "preconfirmed")])).toEqual([[], [], []]);
  expect([1n, 2n, 3n].map((layerId) => [...bundles.of(layerId, "failed")])).toEqual([[next], [], [next]]);
  expect([bundles.withLeg(1n, 10n), bundles.withLeg(2n, 11n)]).toEqual([next, undefined]);
  bundles.remove(1n);
  expect([bundles.get(1n), bundles.withLeg(3n, 77n), [...bundles.of(3n, "failed")]]).toEqual([
    undefined,
    undefined,
    [],
  ]);
});

it("bundles may be put again while somebody goes through them", () => {
  const bundles = createBundles();
  for (const id of [1n, 2n]) bundles.put(record(id));
  const seen: bigint[] = [];
  const putAgain = (bundle: BundleRecord) => {
    seen.push(bundle.id);
    if (seen.length < 10) bundles.put({ ...bundle, epoch: 2 });
  };
  for (const bundle of bundles.values()) putAgain(bundle);
  for (const bundle of bundles.of(1n, "preconfirmed")) putAgain(bundle);
  expect(seen).toEqual([1n, 2n, 1n, 2n]);
});

it("a stranger's report of no leg, or of legs that nobody knows, looks at no bundle of others", () => {
  const t = machineTree(["a", "b"]);
  t.add("stranger", unknown);
  t.connect("stranger");
  for (let id = 1n; id <= 1_000n; id++) t.bundle(id, ["a", "b"]);
  const { values, of } = t.tree.bundles;
  let looks = 0;
  t.tree.bundles.values = () => {
    looks += 1;
    return values();
  };
  t.tree.bundles.of = (layerId, status) => {
    looks += [...of(layerId, status)].length;
    return of(layerId, status);
  };
  receiveDropped(t.tree, t.layer("stranger"), { legs: [] });
  receiveDropped(t.tree, t.layer("stranger"), { legs: [{ hash: 5n, code: "gone", message: "It is gone." }] });
  expect(looks).toBe(0);
});
