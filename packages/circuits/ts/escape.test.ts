import { type Field, fieldToHex } from "@frond/foundation";
import {
  type ExitStatement,
  exitPublicInputs,
  FixedTree,
  FLAG_FROZEN,
  LAYER_LEVELS,
  LAYER_RECORD,
  layerRoot,
  type Payout,
  payoutPlaces,
  payoutsHash,
  VAULT_DEPTH,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, describe, expect, test } from "vitest";
import { applySteps } from "./applySteps.ts";
import { escapeCircuit } from "./circuitSource.ts";
import {
  EscapeError,
  type EscapeLayer,
  escapeInputs,
  escapeLayerOf,
  escapePublicInputs,
  escapeStatement,
} from "./escapeInputs.ts";
import { genesisSnapshot, type LayerSnapshot, withBalances, withChild } from "./layerSnapshot.ts";
import { recordInput } from "./recordInput.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import {
  AGGREGATE_KEY_HASHES,
  BLOCK_KEYS,
  configOf,
  named,
  signClaim,
  trunk,
  unproven,
  WINDOW,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

/* Each attack changes what the constraint that it names is there for, and as little else as it can. */

const EXIT_KEY = BLOCK_KEYS.at(-1)!;
const RECIPIENT = 0xadan;
const PAYOUTS: readonly Payout[] = [
  { asset: 1, amount: 70n },
  { asset: 9, amount: 5n },
];

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await compileForTest(escapeCircuit());
}, 120_000);

function child(parent: LayerSnapshot, index: number): LayerSnapshot {
  return genesisSnapshot({ config: configOf(parent.record.layerId, BigInt(index)), blockKeys: BLOCK_KEYS });
}

function freeze(layer: LayerSnapshot): LayerSnapshot {
  return { ...layer, record: { ...layer.record, flags: FLAG_FROZEN } };
}

/** The layers from a trunk down to a frozen one that holds some of two assets, at a depth, each beside a sibling. */
function pathOf(levels: number): LayerSnapshot[] {
  const down = [trunk()];
  while (down.length < levels) down.push(child(down.at(-1)!, down.length));
  const balances = new Map([
    [1, 100n],
    [9, 5n],
  ]);
  let below = freeze(withBalances(down.pop()!, balances));
  const path = [below];
  for (const parent of down.toReversed()) {
    const beside = withChild(parent, 0, child(parent, 0));
    below = withChild(beside, Number(below.config.index), below);
    path.unshift(below);
  }
  return path;
}

const path = pathOf(3);
const layer = path.at(-1)!;

function exitOf(changed: Partial<ExitStatement> = {}, payouts = PAYOUTS): Field[] {
  return exitPublicInputs({
    layerId: layer.record.layerId,
    stateRoot: layer.record.stateRoot,
    claimId: named("claim"),
    recipient: RECIPIENT,
    epoch: 0,
    payoutsHash: payoutsHash(payouts),
    unused: 0n,
    ...changed,
  });
}

const claimOf = (changed: Partial<ExitStatement> = {}) => ({ keyHash: EXIT_KEY, publicInputs: exitOf(changed) });
const description = { claim: claimOf(), blockKeys: BLOCK_KEYS, payouts: PAYOUTS, path: path.map(escapeLayerOf) };

function inputsOf(levels = path): InputMap {
  const own = levels.at(-1)!.record;
  const claim = claimOf({ layerId: own.layerId, stateRoot: own.stateRoot });
  return escapeInputs({
    proof: unproven(claim),
    blockKeys: BLOCK_KEYS,
    payouts: PAYOUTS,
    path: levels.map(escapeLayerOf),
  }).inputs;
}

describe("an exit under a root", () => {
  test.each([1, 2, 3, LAYER_LEVELS])("of a layer on level %i", async (levels) => {
    await circuit.run(inputsOf(pathOf(levels)));
  });

  test("states the root, the layer, its flags, what is paid, and what the vault holds", () => {
    const statement = escapeStatement(description);
    expect(statement).toEqual({
      ...{ root: layerRoot(path[0]!.record), layerId: layer.record.layerId, flags: FLAG_FROZEN },
      ...{ claimId: named("claim"), recipient: RECIPIENT },
      ...{ payout1: (70n << 32n) + 1n, payout2: (5n << 32n) + 9n, payout3: 0n, payout4: 0n },
      ...{ vault1: 100n, vault2: 5n, vault3: 0n, vault4: 0n },
    });
    expect(escapePublicInputs(statement)).toHaveLength(13);
  });

  test("is stated by the circuit for a layer that is not frozen, too: L1 looks at the flags", async () => {
    const open = { ...layer, record: { ...layer.record, flags: 0n } };
    await circuit.run(
      inputsOf([withChild(path[0]!, 1, withChild(path[1]!, 2, open)), withChild(path[1]!, 2, open), open]),
    );
  });
});

const hex = fieldToHex;
const other = hex(named("other"));
const inputs = inputsOf();

/** The public inputs of the claim, one of them changed. */
const claimed = (changed: Partial<ExitStatement>) => ["claim.public_inputs", exitOf(changed).map(hex)] as const;

/** Paths in which everything fits but the exit is not the layer's: of another layer of the same tree. */
const sibling = freeze(withBalances(child(path[1]!, 0), new Map([[1, 10n ** 9n]])));

type Changes = readonly (readonly [path: string, value: unknown])[];

const attacks: Record<string, { readonly changes: Changes; readonly caught: string }> = {
  "a block's proof used as an exit": {
    changes: [claimed({ epoch: 3 })],
    caught: "escape: the claim is a block's",
  },
  "the proof of a block that publishes something": {
    changes: [claimed({ unused: named("data hash") })],
    caught: "escape: the claim is not an exit's",
  },
  "a key that the layer does not allow": {
    changes: [["claim.key_hash", hex(0xbadn)]],
    caught: "escape: the layer does not allow this verification key",
  },
  "a key of other block keys": {
    changes: [["path.key_index", 1]],
    caught: "escape: the layer does not allow this verification key",
  },
  "a configuration that is not the record's": {
    changes: [["path.config.sequencer_key_x", other]],
    caught: "escape: the configuration is not the layer's",
  },
  "an exit of another layer": {
    changes: [claimed({ layerId: sibling.record.layerId })],
    caught: "escape: the exit is of another layer",
  },
  "an exit of another state": {
    changes: [claimed({ stateRoot: named("another state") })],
    caught: "escape: the exit is of another state",
  },
  "a root that is another tree's": { changes: [["root", other]], caught: "escape: the layer is not under the root" },
  "another layer stated": {
    changes: [["layer_id", hex(sibling.record.layerId)]],
    caught: "escape: another layer is stated",
  },
  "flags that the record does not have": { changes: [["flags", "0x0"]], caught: "escape: other flags are stated" },
  "another claim stated": { changes: [["claim_id", other]], caught: "escape: another claim is stated" },
  "another recipient stated": { changes: [["recipient", "0xe7e"]], caught: "escape: another recipient is stated" },
  "a recipient that is no address of L1": {
    changes: [["recipient", hex(RECIPIENT + (1n << 160n))], claimed({ recipient: RECIPIENT + (1n << 160n) })],
    caught: "call to assert_max_bit_size",
  },
  "more than the exit pays": {
    changes: [
      ["payout1", hex((99n << 32n) + 1n)],
      ["path.payouts.0.amount", hex(99n)],
    ],
    caught: "escape: the exit pays something else",
  },
  "another payout stated than is spelt": {
    changes: [["payout1", hex((99n << 32n) + 1n)]],
    caught: "escape: another payout is stated",
  },
  "a vault that holds more": {
    changes: [["vault1", hex(10n ** 9n)]],
    caught: "escape: the vault holds another balance",
  },
  "a level left out": {
    changes: [["path.levels.1.used", false]],
    caught: "escape: the layer is not under the root",
  },
  "a level too many": {
    changes: [
      ["path.levels.2.used", true],
      ["root", hex(layerRoot({ ...path[0]!.record, layerId: 0n }))],
      ["path.levels.2.parent", recordInput(LAYER_RECORD, { ...path[0]!.record, layerId: 0n })],
    ],
    caught: "escape: the layer is not the parent's child",
  },
  "a child at another index": {
    changes: [["path.levels.0.index", 3]],
    caught: "escape: the layer is not the parent's child",
  },
  "a path of two layers whose levels are exchanged": {
    changes: [
      ["path.levels.0", (inputs.path as { levels: unknown[] }).levels[1]],
      ["path.levels.1", (inputs.path as { levels: unknown[] }).levels[0]],
    ],
    caught: "escape: the layer is not the parent's child",
  },
};

describe("an attack on one thing is unsatisfiable", () => {
  test.each(Object.entries(attacks))("%s", async (_, { changes, caught }) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(caught);
  });

  test("a record that is not under the root: not frozen, of another layer, with another vault", async () => {
    for (const changed of [
      { stateRoot: named("another state") },
      { vaultRoot: sibling.record.vaultRoot },
      { flags: 0n },
    ]) {
      const record = { ...layer.record, ...changed };
      const changes: Changes = [
        ["path.record", recordInput(LAYER_RECORD, record)],
        ["flags", hex(record.flags)],
        claimed({ stateRoot: record.stateRoot }),
      ];
      await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(
        "escape: the layer is not the parent's child",
      );
    }
  });

  test("another layer's vault", async () => {
    const vault = new FixedTree(VAULT_DEPTH, sibling.vault);
    const changes: Changes = [
      ["vault1", hex(10n ** 9n)],
      ["path.payouts.0.siblings", vault.path(1).map((level) => level.map(hex))],
    ];
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow("escape: the vault holds another balance");
  });

  test("an asset that has no place in a vault, or an amount that reaches over", async () => {
    const [first, second] = payoutPlaces(PAYOUTS) as [Payout, Payout];
    // The word of (1, 70) spelt as asset 2^32 + 1 and amount 69, which is what this exit pays.
    const wide = [{ asset: first.asset + 2 ** 32, amount: first.amount - 1n }, second];
    const changes: Changes = [
      ["path.payouts.0.asset", hex(BigInt(wide[0]!.asset))],
      ["path.payouts.0.amount", hex(wide[0]!.amount)],
      claimed({ payoutsHash: payoutsHash(wide) }),
    ];
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow();
    const huge = [{ asset: 1, amount: 1n << 128n }, second];
    const changesOfHuge: Changes = [
      ["payout1", hex((1n << 160n) + 1n)],
      ["path.payouts.0.amount", hex(1n << 128n)],
      claimed({ payoutsHash: payoutsHash(huge) }),
    ];
    await expect(circuit.run(tamper(inputs, ...changesOfHuge))).rejects.toThrow();
  });
});

describe("the function refuses what the circuit refuses", () => {
  const { path } = description;
  const [trunk, layer] = [path[0]!, path.at(-1)!];
  const upgraded = { ...layer, config: { ...layer.config, owner: 5n } };
  const withLast = (last: EscapeLayer) => [...path.slice(0, -1), last];

  test.each<[string, Partial<Parameters<typeof escapeStatement>[0]>]>([
    ["exit", { claim: claimOf({ epoch: 3 }) }],
    ["exit", { claim: { keyHash: EXIT_KEY, publicInputs: [] } }],
    ["key", { claim: { ...claimOf(), keyHash: 0xbadn } }],
    ["key", { blockKeys: [EXIT_KEY] }],
    ["config", { path: withLast(upgraded) }],
    ["layer", { claim: claimOf({ layerId: 5n }) }],
    ["state", { claim: claimOf({ stateRoot: 5n }) }],
    ["vault", { path: withLast({ ...layer, vault: new FixedTree(VAULT_DEPTH) }) }],
    ["payouts", { payouts: [] }],
    ["path", { path: [] }],
    ["path", { path: path.slice(1) }],
    ["path", { path: [trunk, layer] }],
    ["path", { path: [{ ...trunk, record: { ...trunk.record, childrenRoot: 5n } }, ...path.slice(1)] }],
  ])("%s", (rule, changed) => {
    const attempt = () => escapeStatement({ ...description, ...changed });
    expect(attempt).toThrow(EscapeError);
    expect(attempt).toThrow(expect.objectContaining({ rule }));
  });

  test("with what to do", () => {
    expect(() =>
      escapeStatement({ ...description, claim: claimOf({ stateRoot: 5n }) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[EscapeError: The exit can't leave the tree: the exit is of another state than the layer has. Prove the exit on the layer's state under a root that L1 has had, and give the layers as they are under that root.]`,
    );
  });
});

test("an exit's proof is no block's, even if the layer's sequencer signs it", () => {
  const layer = trunk();
  const { layerId, stateRoot } = layer.record;
  const claim = claimOf({ layerId, stateRoot });
  const step = {
    kind: "block" as const,
    claim,
    signature: signClaim(claim),
    ...{ publicWords: [], committeeHash: 0n, committeeSignatures: [], consumed: [], produced: [] },
  };
  const attempt = () => applySteps({ layer, steps: [step], window: WINDOW, aggregateKeyHashes: AGGREGATE_KEY_HASHES });
  expect(attempt).toThrow(expect.objectContaining({ rule: "epoch" }));
});
