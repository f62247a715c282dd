import { createExecutor, encodeArguments, entryKeyOf } from "@frond/language";
import { bench } from "vitest";
import { exchange } from "./exchange.ts";

const executor = createExecutor(exchange.program);
const zeros = new Array<bigint>(exchange.program.entryWidth).fill(0n);
const entries = new Map([[entryKeyOf(exchange, "pool"), [10n ** 24n, 10n ** 24n, 10n ** 24n, 0n]]]);
for (let owner = 1n; owner <= 1000n; owner++) {
  entries.set(entryKeyOf(exchange, "accounts", owner), [0n, 10n ** 30n, 10n ** 30n, 0n]);
}
const state = { get: (key: bigint) => entries.get(key) ?? zeros };
const call = encodeArguments(exchange, "swap", { amountIn: 10n ** 18n, minimumOut: 1, sellBase: true });
let turn = 0n;

bench("swap, executed and applied, keys warm", () => {
  turn = (turn % 1000n) + 1n;
  const outcome = executor.runMethod({ ...call, context: { sender: turn, layerId: 7n, time: 1, epoch: 1 }, state });
  if (!outcome.ok) throw new Error(outcome.error.message);
  for (const [key, values] of outcome.writes) entries.set(key, values);
});
