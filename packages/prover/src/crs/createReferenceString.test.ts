import { mkdirSync, mkdtempSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bn254 } from "@noble/curves/bn254";
import { describe, expect, test } from "vitest";
import { shippedBb } from "../bb/shippedBb.ts";
import { temporaryDirectory } from "../testing/temporaryDirectory.ts";
import type { Progress } from "../types.ts";
import { DEVELOPMENT_ANCHORS, DEVELOPMENT_TAU, IGNITION_ANCHORS } from "./anchors.ts";
import { createReferenceString } from "./createReferenceString.ts";

const POINTS = 2 ** 16 + 1;
const root = temporaryDirectory();

function create(directory: string, onProgress?: (progress: Progress) => void) {
  return createReferenceString({ kind: "development", directory, points: POINTS, onProgress });
}

describe("development", () => {
  test("is made with progress, once, and found afterwards", async () => {
    const seen: Progress[] = [];
    const made = await create(root, (progress) => seen.push(progress));
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions[0]).toBe(0);
    expect(fractions.at(-1)).toBe(1);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));

    const again = await create(root, () => expect.unreachable("it was made again"));
    expect(again).toEqual(made);
    expect(made.id).toMatch(/^[0-9a-f]{64}$/);
    expect(readdirSync(join(root, "crs"))).toEqual([`development-${POINTS}`]);
  });

  test("holds the powers of the published tau, and the anchors are its first", async () => {
    const { directory } = await create(root);
    const file = readFileSync(join(directory, "bn254_g1.dat"));
    const hex = (...coordinates: bigint[]) => coordinates.map((value) => value.toString(16).padStart(64, "0")).join("");
    for (const i of [0, 1, 2, 3, 32_767, 32_768, 32_769, POINTS - 1]) {
      const power = bn254.fields.Fr.pow(BigInt(DEVELOPMENT_TAU), BigInt(i));
      const { x, y } = bn254.G1.ProjectivePoint.BASE.multiply(power).toAffine();
      expect(file.subarray(i * 64, (i + 1) * 64).toString("hex")).toBe(hex(x, y));
    }
    expect(file.subarray(64, 128).toString("hex")).toBe(DEVELOPMENT_ANCHORS.g1);

    const { x, y } = bn254.G2.ProjectivePoint.BASE.multiply(BigInt(DEVELOPMENT_TAU)).toAffine();
    expect(hex(x.c0, x.c1, y.c0, y.c1)).toBe(DEVELOPMENT_ANCHORS.g2);
  });

  test.each([
    [
      "a changed byte",
      "bn254_g1.dat",
      (path: string) => writeFileSync(path, readFileSync(path).fill(1, 1_000_000, 1_000_001)),
    ],
    ["a file cut short", "bn254_g1.dat", (path: string) => truncateSync(path, 1_000)],
    ["a changed point in G2", "bn254_g2.dat", (path: string) => writeFileSync(path, Buffer.alloc(128))],
  ])("notices %s and makes the file again", async (_, name, damage) => {
    const { directory } = await create(root);
    const path = join(directory, name);
    const before = readFileSync(path);
    damage(path);
    await create(root);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("is made once by two that want it at the same time, and past the lock of one that died", async () => {
    const directory = mkdtempSync(join(root, "both-"));
    mkdirSync(join(directory, "crs"));
    // No process has this number: it is above Linux's greatest.
    writeFileSync(join(directory, "crs", `development-${POINTS}.lock`), "4194305");
    let starts = 0;
    const count = ({ fraction }: Progress) => {
      if (fraction === 0) starts++;
    };
    const [one, two] = await Promise.all([create(directory, count), create(directory, count)]);
    expect(one).toEqual(two);
    expect(starts).toBe(1);
  });

  test("comes in known sizes only", async () => {
    await expect(
      createReferenceString({ kind: "development", directory: root, points: 100 }),
    ).rejects.toMatchInlineSnapshot(
      `[ReferenceStringError: There is no development reference string of 100 points. Choose one of 65537, 4194305.]`,
    );
  });
});

describe("ignition", () => {
  const POINTS_NEEDED = 2 ** 22 + 1;
  const generator = `${"1".padStart(64, "0")}${"2".padStart(64, "0")}`;

  function place(g1: string, bytes: number, g2: string): string {
    const directory = mkdtempSync(join(root, "ignition-"));
    writeFileSync(join(directory, "bn254_g1.dat"), Buffer.from(g1, "hex"));
    truncateSync(join(directory, "bn254_g1.dat"), bytes);
    writeFileSync(join(directory, "bn254_g2.dat"), Buffer.from(g2, "hex"));
    return directory;
  }
  const find = (ignitionDirectory: string) =>
    createReferenceString({ kind: "ignition", directory: root, ignitionDirectory });

  test("that is not there gives an error that names its place", async () => {
    await expect(find("/nowhere")).rejects.toMatchInlineSnapshot(
      `[ReferenceStringError: The reference string /nowhere/bn254_g1.dat is not there. Put bn254_g1.dat (uncompressed, at least 2^22 + 1 points) and bn254_g2.dat of Aztec's Ignition reference string into that directory.]`,
    );
  });

  test("is used with the shipped bb", async () => {
    const directory = place(generator + IGNITION_ANCHORS.g1, POINTS_NEEDED * 64, IGNITION_ANCHORS.g2);
    expect(await find(directory)).toMatchObject({
      kind: "ignition",
      directory,
      points: POINTS_NEEDED,
      bbPath: shippedBb(),
    });
  });

  test.each([
    ["too short", generator + IGNITION_ANCHORS.g1, 1_000 * 64, IGNITION_ANCHORS.g2],
    ["of another tau in G1", generator + DEVELOPMENT_ANCHORS.g1, POINTS_NEEDED * 64, IGNITION_ANCHORS.g2],
    ["of another tau in G2", generator + IGNITION_ANCHORS.g1, POINTS_NEEDED * 64, DEVELOPMENT_ANCHORS.g2],
  ])("that is %s is refused", async (_, g1, bytes, g2) => {
    await expect(find(place(g1, bytes, g2))).rejects.toMatchObject({ code: "REFERENCE_STRING" });
  });
});
