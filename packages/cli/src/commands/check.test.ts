import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it, vi } from "vitest";
import { main } from "../main.ts";

const fixtures = fileURLToPath(new URL("../../../network/src/configuration/fixtures", import.meta.url));

afterEach(() => void vi.restoreAllMocks());

/** What `frond check` prints to stdout, and its exit code. */
async function check(...args: string[]): Promise<{ readonly code: number; readonly text: string }> {
  let text = "";
  vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  return { code: await main(["node", "frond", "check", ...args]), text };
}

it("prints each method with its entries, messages, instructions, gates and share of each size", async () => {
  const { code, text } = await check("exchange");
  expect(code).toBe(0);
  expect(text).toMatch(/^method swap +2 to 3 +0 +\d+ +\d+ +\w+ \d+ %$/m);
  expect(text).toMatch(/^method swap +1\/6 \(entries\) +\d\.\d % +1\/14 \(entries\), 1\/6 \(new entries\) /m);
  expect(text).toMatch(/^handler deposit +1 +0 /m);
  expect(text).toMatch(/^small +16 +16 \(8 new\) +8 \/ 8 +[\d,]+ +[\d,]+ +[\d,]+$/m);
});

it("prints what docs/costs.md shows of the desk", async () => {
  const document = readFileSync(new URL("../../../../docs/costs.md", import.meta.url), "utf8");
  expect(document).toContain((await check("desk")).text);
});

it("gives the same as JSON, by the sizes that the module exports and the size of forced blocks", async () => {
  const { code, text } = await check(`${fixtures}/counter.ts`, "--json");
  expect(code).toBe(0);
  const report = JSON.parse(text);
  expect(report.procedures).toHaveLength(1);
  expect(report.procedures[0]).toMatchObject({
    name: "add",
    kind: "method",
    entries: { least: 2, most: 2 },
    messages: { least: 0, most: 0 },
    shares: [{ size: "tiny", calls: 3, limit: "entries", newCalls: 3, newLimit: "inserts", share: 1 / 3 }],
  });
  expect(report.sizes).toMatchObject([
    { name: "tiny", transactions: 4, isProvable: true },
    { name: "forced", transactions: 0, forced: 4, isProvable: true },
  ]);
});

it("names what a method computes and does not use", async () => {
  const { code, text } = await check(`${fixtures}/forgetful.ts`);
  expect(code).toBe(0);
  const [, lines] = text.split(
    "Computed and not used. What should change the state has to be written with `.set(..)`:\n",
  );
  expect(lines?.trim().split("\n")).toEqual([
    expect.stringMatching(/^rest of the method `pay`, .*forgetful\.ts:15:\d+$/),
    expect.stringMatching(/^ {2}isOwner of the method `pay`, .*forgetful\.ts:16:\d+$/),
  ]);
  const { procedures } = JSON.parse((await check(`${fixtures}/forgetful.ts`, "--json")).text);
  expect(procedures[0].unused).toMatchObject([{ name: "rest", location: { line: 15 } }, { name: "isOwner" }]);
});

it("refuses an application that does not exist with exit code 2", async () => {
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  expect((await check("chess")).code).toBe(2);
});
