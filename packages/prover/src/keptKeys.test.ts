import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fieldToHex } from "@frond/foundation";
import { expect, test } from "vitest";
import { keyOfBytes } from "./circuits/keyOfBytes.ts";
import { keepKeys } from "./keepKeys.ts";
import { KEPT_KEYS, readKey, writeKey } from "./keyCache.ts";
import { readPacked } from "./packedFile.ts";
import type { ReferenceString, Target } from "./types.ts";

type Pinned = { readonly digest: string; readonly gates: number; readonly dyadic: number; readonly keyHash: string };

const root = new URL("../../../", import.meta.url);
const locks = [
  "packages/circuits/circuits.lock.json",
  ...readdirSync(new URL("apps", root)).map((name) => `apps/${name}/circuits.lock.json`),
];

function pinnedCircuits(): Pinned[] {
  return locks.flatMap((lock) => {
    try {
      return Object.values(JSON.parse(readFileSync(new URL(lock, root), "utf8")) as Record<string, Pinned>);
    } catch (error) {
      // An application without circuits of its own.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw error;
    }
  });
}

test("the key of every pinned circuit comes along, is the pinned one, and no other does", async () => {
  const kept = new Map<string, Pinned>();
  for (const file of readdirSync(KEPT_KEYS)) {
    const [digest, target] = file.split("-") as [string, Target];
    const { header, body } = (await readPacked<{ gates: number; dyadic: number }>(join(KEPT_KEYS, file)))!;
    const { gates, dyadic } = header;
    // The hash follows from the bytes, whatever the header says.
    kept.set(digest, { digest, gates, dyadic, keyHash: fieldToHex(keyOfBytes(target, body).hash) });
  }
  const pinned = pinnedCircuits().map(({ digest, ...rest }) => ({ ...rest, digest: digest.slice(0, 32) }));
  expect(pinned.length).toBeGreaterThan(20);
  const byDigest = (a: Pinned, b: Pinned) => a.digest.localeCompare(b.digest);
  expect([...kept.values()].sort(byDigest)).toEqual(pinned.sort(byDigest));
});

test("keys of circuits that are no more are removed", async () => {
  const directory = mkdtempSync(join(tmpdir(), "frond-test-"));
  const referenceString = { id: "a".repeat(64) } as ReferenceString;
  const circuit = (digest: string) => ({
    ...{ digest: digest.repeat(64), target: "recursive" as const, gates: 3, dyadic: 4 },
    key: { bytes: Uint8Array.of(7), fields: [5n], hash: 6n },
  });
  try {
    const [former, next] = [circuit("1"), circuit("2")];
    await keepKeys({ referenceString, circuits: [former], digests: [former.digest], directory });
    await writeKey({ ...former, referenceString: { ...referenceString, id: "b".repeat(64) } }, former, directory);
    expect(await readKey({ ...former, referenceString }, directory)).toMatchObject({ gates: 3, key: { hash: 6n } });
    await keepKeys({ referenceString, circuits: [next], digests: [next.digest], directory });
    expect(readdirSync(directory)).toEqual([`${"2".repeat(32)}-recursive-${"a".repeat(16)}.key`]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
