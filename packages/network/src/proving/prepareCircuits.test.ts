import { AGGREGATE_ARITIES, type CircuitSource } from "@frond/circuits";
import { poseidon2Hash } from "@frond/foundation";
import { account, application, blockSizes, u64, u128 } from "@frond/language";
import type { PreparedCircuit, Prover, Target } from "@frond/prover";
import { expect, test } from "vitest";
import { blockKeysOf, prepareCircuits, prepareLayerCircuits } from "./prepareCircuits.ts";

/** Names circuits instead of compiling them, which takes minutes. */
const prover = {
  prepare: async ({ name }: CircuitSource, target: Target) =>
    ({ name, target, key: { hash: poseidon2Hash([...Buffer.from(name)].map(BigInt)) } }) as unknown as PreparedCircuit,
} as Prover;

const withoutExits = application({ name: "closed", state: { accounts: account({ balance: u64 }) }, methods: {} });
const withExits = application({
  name: "open",
  state: { accounts: account({ balance: u64 }) },
  methods: {},
  exits: {
    all: {
      args: {},
      run: ({ state, account, pay }) => pay({ asset: 1, amount: state.accounts.at(account).balance.get().to(u128) }),
    },
  },
});

test("a layer allows the keys of its blocks by size, then that of its exits", async () => {
  const circuits = await prepareLayerCircuits(prover, { application: withExits, sizes: blockSizes }, () => {});
  const names = [...circuits.blocks.values(), circuits.exit!].map(({ name }) => name);
  expect(names).toEqual([...blockSizes.map(({ name }) => `open-${name}`), "open-exit"]);
  expect(circuits.exit!.target).toBe("recursive");
  expect(blockKeysOf(circuits)).toEqual([...circuits.blocks.values(), circuits.exit!].map(({ key }) => key.hash));
});

test("a layer without exits allows the keys of its blocks alone", async () => {
  const circuits = await prepareLayerCircuits(prover, { application: withoutExits, sizes: blockSizes }, () => {});
  expect(circuits.exit).toBeUndefined();
  expect(blockKeysOf(circuits)).toHaveLength(blockSizes.length);
});

test("the circuit of escapes is one that L1 verifies, as the settlement is", async () => {
  const steps: string[] = [];
  const circuits = await prepareCircuits(prover, withExits, (step) => steps.push(step));
  expect(circuits.escape).toMatchObject({ name: "escape", target: "evm" });
  expect(circuits.settlement.target).toBe("evm");
  expect(steps).toEqual([
    ...blockSizes.map(({ name }) => `open: block circuit ${name}`),
    "open: block circuit forced",
    "open: exit circuit",
    ...AGGREGATE_ARITIES.map((arity) => `aggregate circuit ${arity}`),
    ...["settlement circuit", "escape circuit"],
  ]);
});
