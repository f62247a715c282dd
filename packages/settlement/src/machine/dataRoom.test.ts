import { BLOB_CHUNKS } from "@frond/protocol";
import { expect, it } from "vitest";
import { machineTree } from "../testing/machineTree.ts";
import { unknown } from "./conduct.ts";
import { CHUNKS_OF_BLOCKS, chunksOf, isHalfFull, problemOfRoom, SEGMENTS_OF_BLOCKS } from "./dataRoom.ts";

type Tree = ReturnType<typeof machineTree>;

/** A block of so many chunks, the trailer's included. */
const ofChunks = (chunks: number) => ({
  epoch: 1,
  publicWords: Array<bigint>((chunks - 1) * 3).fill(1n),
  consumed: [],
  produced: [],
});

/** Puts a block of a layer into the epoch, whatever room there is; several with `count`. */
function put(t: Tree, name: string, chunks: number, count = 1): void {
  const layer = t.layer(name);
  for (let i = 0; i < count; i++) {
    const number = layer.blocks.size + 1;
    layer.blocks.set(number, { block: { number, ...ofChunks(chunks) } as never });
  }
}

const problem = (t: Tree, name: string, chunks: number) => problemOfRoom(t.tree, t.layer(name), ofChunks(chunks));

it("a segment has a block's words and its moves of assets, three to a chunk each, and a trailer", () => {
  const move = { asset: 1 };
  const block = { publicWords: [1n, 2n, 3n, 4n], consumed: [{ message: move }, { message: { asset: 0 } }] };
  expect(chunksOf({ ...block, produced: [move, move, move] } as never)).toBe(2 + 2 + 1);
  expect(chunksOf(ofChunks(9))).toBe(9);
});

it("places are left for what moves records without blocks", () => {
  expect(BLOB_CHUNKS - CHUNKS_OF_BLOCKS).toBe(105);
});

it("a layer that is alone may use all but what is for strangers", () => {
  const t = machineTree(["a"]);
  const most = Math.floor((CHUNKS_OF_BLOCKS * 3) / 4);
  expect(problem(t, "a", most)).toBeUndefined();
  expect(problem(t, "a", most + 1)).toMatch(/more than the layer's share/);
});

it("whoever needs more leaves the others their part", () => {
  const t = machineTree(["a", "b", "c"]);
  const part = Math.floor(CHUNKS_OF_BLOCKS / 2 / 3);
  const more = Math.floor(CHUNKS_OF_BLOCKS / 4);
  put(t, "a", part + more);
  expect(problem(t, "a", 1)).toMatch(/more than the layer's share/);
  for (const name of ["b", "c"]) {
    expect(problem(t, name, part)).toBeUndefined();
    expect(problem(t, name, part + 1)).toMatch(/more than the layer's share/);
  }
});

it("while the epoch ends, whoever consumes what was sent may use all that is left, and others keep their part", () => {
  const t = machineTree(["a", "b", "c"]);
  const part = Math.floor(CHUNKS_OF_BLOCKS / 2 / 3);
  put(t, "a", CHUNKS_OF_BLOCKS - 2 * part);
  expect(problem(t, "b", part + 1)).toMatch(/more than the layer's share/);
  t.tree.epoch = { ...t.tree.epoch, stage: "sealing" } as never;
  expect(problem(t, "b", 2 * part)).toBeUndefined();
  expect(problem(t, "b", 2 * part + 1)).toMatch(/more than the layer's share/);
  put(t, "b", 2 * part);
  expect(problem(t, "c", part)).toBeUndefined();
  expect(problem(t, "c", part + 1)).toMatch(/more than the layer's share/);
});

it("segments have the same bounds: many small blocks leave others theirs", () => {
  const t = machineTree(["a", "b"]);
  put(t, "a", 1, (SEGMENTS_OF_BLOCKS * 2) / 4);
  expect(problem(t, "a", 1)).toMatch(/more than the layer's share/);
  put(t, "b", 1, SEGMENTS_OF_BLOCKS / 4 - 1);
  expect(problem(t, "b", 1)).toBeUndefined();
});

it("layers that are not believed have a quarter together, and take nothing from others", () => {
  const t = machineTree(["a"]);
  for (const name of ["x", "y"]) t.add(name, unknown);
  const quarter = Math.floor(CHUNKS_OF_BLOCKS / 4);
  put(t, "x", quarter - 1);
  expect(problem(t, "y", 1)).toBeUndefined();
  expect(problem(t, "y", 2)).toMatch(/that are not believed/);
  put(t, "y", 400);
  expect(problem(t, "a", CHUNKS_OF_BLOCKS / 2)).toBeUndefined();
});

it("an epoch is half full by chunks or by segments, of all layers together", () => {
  const t = machineTree(["a", "b"]);
  put(t, "a", CHUNKS_OF_BLOCKS / 2 - 1);
  expect(isHalfFull(t.tree, 1)).toBe(false);
  put(t, "b", 1);
  expect(isHalfFull(t.tree, 1)).toBe(true);
  const many = machineTree(["a", "b"]);
  for (const name of ["a", "b"]) put(many, name, 1, SEGMENTS_OF_BLOCKS / 4);
  expect(isHalfFull(many.tree, 1)).toBe(true);
  expect(isHalfFull(many.tree, 2)).toBe(false);
});
