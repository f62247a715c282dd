import { expect, test } from "vitest";
import { isBoundedReading, readingSchema } from "./readLayerOne.ts";

test.each(["eth_sendTransaction", "eth_sendRawTransaction", "eth_sign", "anvil_setBalance", "eth_accounts"])(
  "L1 is not asked for %s",
  (method) => {
    expect(readingSchema.safeParse({ method, params: [] }).success).toBe(false);
  },
);

test.each<[string, object, boolean]>([
  ["a range", { fromBlock: "0x0", toBlock: "0x270f" }, true],
  ["a longer range", { fromBlock: "0x0", toBlock: "0x2710" }, false],
  ["no end", { fromBlock: "0x0" }, false],
  ["names of blocks", { fromBlock: "earliest", toBlock: "latest" }, false],
])("logs are asked for of %s: %s", (_, range, isBounded) => {
  expect(isBoundedReading({ method: "eth_getLogs", params: [range as never] })).toBe(isBounded);
});
