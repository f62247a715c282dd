import type { BlockSize } from "@frond/protocol";
import { describe, expect, it } from "vitest";
import { sizeFor, type Usage } from "./openBlock.ts";

const SMALL: BlockSize = { name: "small", transactions: 4, entries: 12, inserts: 5, consumed: 2, produced: 3 };
const LARGE: BlockSize = { name: "large", transactions: 8, entries: 24, inserts: 10, consumed: 4, produced: 6 };
/** All that the small one holds. */
const FULL = { transactions: 4, existing: 7, inserts: 5, consumed: 2, produced: 3 } satisfies Usage;

describe("the size of a block", () => {
  it("is the smallest that holds all that the block uses", () => {
    expect(sizeFor([SMALL, LARGE], FULL)).toBe(SMALL);
    const none = { transactions: 0, existing: 0, inserts: 0, consumed: 0, produced: 0 };
    expect(sizeFor([SMALL, LARGE], none)).toBe(SMALL);
  });

  it.each(Object.keys(FULL) as (keyof typeof FULL)[])(
    "is another one, or none, if there is one of %s too many",
    (part) => {
      const usage = { ...FULL, [part]: FULL[part] + 1 };
      expect(sizeFor([SMALL, LARGE], usage)).toBe(LARGE);
      expect(sizeFor([SMALL], usage)).toBeUndefined();
    },
  );
});
