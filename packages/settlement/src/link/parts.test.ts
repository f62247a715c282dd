import fc from "fast-check";
import { expect, test } from "vitest";
import { createAssembly, fitsMessage, MESSAGE_BYTES, partsOf } from "./parts.ts";

const LIMIT = 2 ** 20;

function join(parts: Iterable<Buffer>, limitBytes = LIMIT) {
  const assembly = createAssembly();
  let last: ReturnType<typeof assembly.add> = { kind: "incomplete" };
  for (const part of parts) {
    last = assembly.add(part, limitBytes);
    if (last.kind === "wrong") return last;
  }
  return last;
}

test("what goes out in parts comes in as it was", () => {
  const texts = fc.tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.integer({ min: 1, max: 20_000 }));
  fc.assert(
    fc.property(texts, ([piece, times]) => {
      const text = piece.repeat(times);
      fc.pre(text.length < LIMIT / 4);
      const parts = [...partsOf(text)];
      expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(MESSAGE_BYTES);
      expect(join(parts)).toEqual({ kind: "complete", text });
    }),
    { numRuns: 100 },
  );
});

test("a text of up to 16 KiB fits in one message", () => {
  expect(fitsMessage("x".repeat(MESSAGE_BYTES))).toBe(true);
  expect(fitsMessage("x".repeat(MESSAGE_BYTES + 1))).toBe(false);
  expect(fitsMessage("€".repeat(MESSAGE_BYTES / 3))).toBe(true);
  expect(fitsMessage("€".repeat(MESSAGE_BYTES / 3 + 1))).toBe(false);
});

test("one frame after the other can be put together", () => {
  const assembly = createAssembly();
  for (const text of ["a".repeat(40_000), "b".repeat(20_000)]) {
    const added = [...partsOf(text)].map((part) => assembly.add(part, LIMIT));
    expect(added.at(-1)).toEqual({ kind: "complete", text });
    expect(assembly.heldBytes).toBe(0);
  }
});

const parts = [...partsOf("x".repeat(50_000))];
function changed(part: Buffer, at: number, value: number) {
  const copy = Buffer.from(part);
  copy.writeUInt32BE(value, at);
  return copy;
}

test.each([
  ["a part that is missing", [parts[0]!, parts[2]!], "part 2 of a frame came where part 1 belongs"],
  ["a part that comes twice", [parts[0]!, parts[0]!], "part 0 of a frame came where part 1 belongs"],
  ["a frame that begins in the middle", [parts[1]!], "part 1 of a frame came where part 0 belongs"],
  ["parts of two sizes", [parts[0]!, changed(parts[1]!, 4, 50_001)], "the parts of a frame don't agree about its size"],
  ["a part that is not full", [parts[0]!.subarray(0, 100)], "a part of a frame has a wrong size"],
  ["a last part that is too long", [changed(parts[0]!, 4, 100)], "a part of a frame has a wrong size"],
  ["a header without content", [parts[0]!.subarray(0, 8)], "a part of a frame is empty"],
  ["too large a frame", [changed(parts[0]!, 4, LIMIT + 1)], "a frame has 1048577 bytes, and 1048576 are allowed"],
])("refuses %s", (_what, wrong, reason) => {
  expect(join(wrong)).toEqual({ kind: "wrong", reason });
});
