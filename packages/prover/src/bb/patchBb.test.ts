import { statSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEVELOPMENT_ANCHORS, IGNITION_ANCHORS } from "../crs/anchors.ts";
import { temporaryDirectory } from "../testing/temporaryDirectory.ts";
import { developmentBb, replaceAnchors } from "./patchBb.ts";
import { shippedBb } from "./shippedBb.ts";
import { replaceVerifierAnchors } from "./verifierAnchors.ts";

const directory = temporaryDirectory();
const g1 = Buffer.from(IGNITION_ANCHORS.g1, "hex");
const g2 = Buffer.from(IGNITION_ANCHORS.g2, "hex");

describe("bb with the development anchors", () => {
  test("differs from the shipped one in the anchors only, and leaves it as it was", async () => {
    const shipped = await readFile(shippedBb());
    const { path } = await developmentBb(directory);
    const patched = await readFile(path);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(patched.includes(g2)).toBe(false);
    for (const group of ["g1", "g2"] as const) {
      const anchor = Buffer.from(IGNITION_ANCHORS[group], "hex");
      const at = patched.indexOf(Buffer.from(DEVELOPMENT_ANCHORS[group], "hex"));
      expect(at).toBe(shipped.indexOf(anchor));
      anchor.copy(patched, at);
    }
    expect(patched.equals(shipped)).toBe(true);
    expect((await readFile(shippedBb())).equals(shipped)).toBe(true);
  });

  test("is made again when the copy is damaged", async () => {
    const { path, hash } = await developmentBb(directory);
    const before = await readFile(path);
    writeFileSync(path, before.subarray(1));
    expect(await developmentBb(directory)).toEqual({ path, hash });
    expect((await readFile(path)).equals(before)).toBe(true);
  });

  test("is refused when an anchor is not there exactly once", async () => {
    expect(() => replaceAnchors(g1, "bb")).toThrowErrorMatchingInlineSnapshot(
      `[TrustAnchorError: The trust anchor tau * G2 occurs 0 times in bb, and must occur exactly once. Install the pinned version of @aztec/bb.js with \`npm ci\`.]`,
    );
    expect(() => replaceAnchors(Buffer.concat([g1, g2, g1]), "bb")).toThrow("tau * G1 occurs 2 times");
    expect(() => replaceAnchors(Buffer.concat([g1.subarray(1), g2]), "bb")).toThrow("tau * G1 occurs 0 times");
    const other = join(directory, "other-bb");
    writeFileSync(other, "not bb");
    await expect(developmentBb(directory, other)).rejects.toMatchObject({
      code: "TRUST_ANCHOR",
      data: { where: other },
    });
  });
});

describe("a Solidity verifier with the development anchors", () => {
  const words = (hex: string) => hex.match(/.{64}/g)!.map((word) => `0x${word}`);
  const source = words(IGNITION_ANCHORS.g2).join(",\n");

  test("has the four words replaced", () => {
    expect(replaceVerifierAnchors(source, "settlement")).toBe(words(DEVELOPMENT_ANCHORS.g2).join(",\n"));
  });

  test("is refused when a word is missing or there twice", () => {
    expect(() => replaceVerifierAnchors(source.replace("0x260e", "0x260f"), "settlement")).toThrow(
      "occurs 0 times in the verifier of settlement",
    );
    expect(() => replaceVerifierAnchors(`${source} ${words(IGNITION_ANCHORS.g2)[3]}`, "settlement")).toThrow(
      "occurs 2 times",
    );
  });
});
