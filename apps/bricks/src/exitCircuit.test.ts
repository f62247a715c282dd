import { publicKeyOf } from "@frond/foundation";
import { type ArgumentsOf, encodeExit, entryKeyOf, exitCircuit, exitInputs } from "@frond/language";
import { createTestCircuit, exitState } from "@frond/language/testing";
import { ETHER, QUOTE } from "@frond/money";
import { addressOf, signExit } from "@frond/protocol";
import { expect, test } from "vitest";
import { bricks } from "./bricks.ts";
import { kindOf } from "./kinds.ts";

const SECRET = 5n;
const OWNER = addressOf(publicKeyOf(SECRET));
const GOLD = BigInt(kindOf("gold", "white"));
const STONE = BigInt(kindOf("stone", "blue"));

const { program } = bricks;
const state = exitState(program, [
  [entryKeyOf(bricks, "accounts", OWNER), [1n, 8n, 9n]],
  [entryKeyOf(bricks, "bricks", { owner: OWNER, kind: GOLD }), [7n]],
  [entryKeyOf(bricks, "sets", 3), [OWNER, 77n, GOLD, 4n, STONE, 3n, 0n, 0n, 255n, 0n]],
]);

test("every exit satisfies its circuit", { timeout: 120_000 }, async () => {
  const circuit = await createTestCircuit(exitCircuit(bricks));
  async function leave<const N extends keyof typeof bricks.exits & string>(
    name: N,
    args: ArgumentsOf<(typeof bricks.exits)[N]["args"]>,
  ) {
    const exit = signExit({ layerId: 7n, ...encodeExit(bricks, name, args), recipient: 0xadan }, SECRET);
    const { inputs, payouts } = exitInputs({ program, exit, state });
    expect(await circuit.failure(inputs)).toBeUndefined();
    return payouts.filter(({ amount }) => amount > 0n);
  }
  expect(await leave("balances", {})).toEqual([
    { asset: ETHER, amount: 8n },
    { asset: QUOTE, amount: 9n },
  ]);
  expect(await leave("bricks", { kind: GOLD })).toEqual([{ asset: ETHER, amount: 7n * 10n ** 15n }]);
  // The last brick of the set is none, whatever its kind.
  expect(await leave("set", { id: 3 })).toEqual([
    { asset: ETHER, amount: 4n * 10n ** 15n },
    { asset: QUOTE, amount: 6n * 10n ** 17n },
  ]);
});
