import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ListSizeError } from "../errors.ts";
import type { Copy } from "./copyRepository.ts";

/** Where the number of messages of a block stands, for TypeScript and for Noir. */
const FILES = ["packages/protocol/src/constants.ts", "packages/circuits/lib/src/constants.nr"];
const SIZE = /(\bMESSAGES_PER_BLOCK\b[^=\n]*= )(\d+)/;

/**
 * Sets how many messages a block of an aggregate has in the copy. Every place of its lists has the same constraints, so
 * that attacks on a few places say as much as on all of them, and run several times faster.
 * @throws ListSizeError if the constant is not where it was
 */
export function sizeLists(copy: Pick<Copy, "root">, messages: number): void {
  for (const file of FILES) {
    const path = join(copy.root, file);
    const text = readFileSync(path, "utf8");
    if (!SIZE.test(text)) throw new ListSizeError(file);
    writeFileSync(
      path,
      text.replace(SIZE, (_, head) => head + messages),
    );
  }
}

/** How many messages a block of an aggregate has. @throws ListSizeError if the constant is not where it was */
export function readListSize(root: string): number {
  const size = SIZE.exec(readFileSync(join(root, FILES[0]!), "utf8"))?.[2];
  if (size === undefined) throw new ListSizeError(FILES[0]!);
  return Number(size);
}
