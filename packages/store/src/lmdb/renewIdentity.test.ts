import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openStore } from "./openStore.ts";
import { renewIdentity } from "./renewIdentity.ts";

let path: string;
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), "frond-identity-"));
});
afterEach(() => rmSync(path, { recursive: true }));

const identity = { layerId: 1n, application: "bank", programDigest: "1", entryWidth: 2 };
const next = { ...identity, application: "bank2", programDigest: "2" };

async function open(given = identity): Promise<void> {
  await openStore({ path, identity: given }).close();
}

it("a store goes on under another version of its application only once it is renewed", async () => {
  await open();
  await expect(open(next)).rejects.toMatchObject({ code: "store/identity" });
  await renewIdentity(path, next);
  await open(next);
  await expect(open()).rejects.toMatchObject({ code: "store/identity" });
});

it.each([
  ["another layer's", { ...next, layerId: 2n }],
  ["one with entries of another width", { ...next, entryWidth: 3 }],
])("a store does not become %s", async (_, other) => {
  await open();
  await expect(renewIdentity(path, other)).rejects.toMatchObject({ code: "store/identity" });
  await open();
});

it("a store that is not there is not made", async () => {
  await renewIdentity(join(path, "none"), next);
  await open(identity);
});
