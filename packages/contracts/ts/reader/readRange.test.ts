import { RpcRequestError } from "viem";
import { expect, test } from "vitest";
import { LayerOneAnswerError } from "../errors.ts";
import { readRange, startSize } from "./readRange.ts";

const refused = (code: number) =>
  new RpcRequestError({
    body: {},
    url: "http://l1",
    error: { code, message: "query returned more than 10000 results" },
  });
const answerOf = (status: number | undefined) =>
  new LayerOneAnswerError({ url: "http://l1", method: "eth_getLogs", came: "something else", status });

/** Reads `blocks` of a provider that answers for `limit` at most; gives the sizes that were tried. */
async function readAll(blocks: bigint, limit: (asked: number) => bigint, error: Error): Promise<bigint[]> {
  const size = startSize();
  const tried: bigint[] = [];
  for (let left = blocks; left > 0n; ) {
    const { blocks: read } = await readRange(size, left, async (count) => {
      tried.push(count);
      if (count > limit(tried.length)) throw error;
    });
    left -= read;
  }
  return tried;
}

test.each([
  ["an error of JSON-RPC", refused(-32005)],
  ["an error inside another one", new Error("reading events", { cause: refused(-32602) })],
  ["a status of HTTP", answerOf(400)],
  ["silence", answerOf(undefined)],
])("a range that is refused by %s is halved, and not tried again at once", async (_name, error) => {
  const tried = await readAll(20_000n, () => 500n, error);
  expect(tried.slice(0, 6)).toEqual([5_000n, 2_500n, 1_250n, 625n, 312n, 312n]);
  // Each size is refused once, and what is read is read once.
  expect(tried.filter((count) => count > 500n)).toEqual([5_000n, 2_500n, 1_250n, 625n]);
  expect(tried.length).toBe(4 + Math.ceil(20_000 / 312));
});

test("a range grows again when the provider answers for more", async () => {
  const tried = await readAll(400_000n, (asked) => (asked < 50 ? 100n : 5_000n), refused(-32005));
  expect(tried.at(-2)).toBe(5_000n);
});

test("one block that is refused is an error, and so is what has nothing to do with the size", async () => {
  await expect(readAll(10n, () => 0n, refused(-32005))).rejects.toThrow("more than 10000 results");
  const away = new LayerOneAnswerError(
    { url: "http://l1", method: "eth_getLogs", came: "ECONNREFUSED", status: undefined },
    Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  );
  const limit = new RpcRequestError({
    body: {},
    url: "http://l1",
    error: { code: -32007, message: "15/second request limit reached" },
  });
  for (const error of [answerOf(429), answerOf(401), refused(-32601), limit, away]) {
    let count = 0;
    const reading = readRange(startSize(), 10n, async () => {
      count += 1;
      throw error;
    });
    await expect(reading).rejects.toBe(error);
    expect(count).toBe(1);
  }
});
