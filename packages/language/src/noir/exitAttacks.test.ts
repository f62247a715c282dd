import { FIELD_MODULUS, type Field, fieldToHex, publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  claimIdOf,
  entryKey,
  payoutsHash,
  type SignedExit,
  type StateReader,
  signExit,
  valuesHash,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeExit } from "../encode.ts";
import { exitState } from "../testing/exitState.ts";
import { purse } from "../testing/purse.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { exitCircuit } from "./exitCircuit.ts";
import { ExitFailedError, exitInputs, forcedExitInputs, HiddenEntryError } from "./exitInputs.ts";

/* Each attack changes what the constraint that it names is there for, and as little else as it can. */

const { program } = purse;
const LAYER = 7n;
const [ADA, EVE, NOBODY] = [5n, 6n, 8n];
const RECIPIENT = 0xadan;
const addressOfSecret = (secret: bigint) => addressOf(publicKeyOf(secret));
const accountKey = (secret: bigint) => entryKey(0, [addressOfSecret(secret)]);
const debtKey = entryKey(2, [addressOfSecret(ADA)]);

const entries: [Field, Field[]][] = [
  [accountKey(ADA), [1n, 1000n, 3n]],
  [accountKey(EVE), [1n, 10n, 0n]],
  [entryKey(1, []), [500n, 7n]],
  [debtKey, [100n]],
  [entryKey(3, [addressOfSecret(ADA), 4n]), [8n, 1n]],
];
const state = exitState(program, entries);
/** Another state of the same layer: nobody owes anything, and everybody is rich. */
const other = exitState(program, [
  [accountKey(ADA), [1n, 9999n, 3n]],
  [entryKey(1, []), [500n, 7n]],
]);

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(exitCircuit(purse));
}, 120_000);

function signed(exit: "balance" | "note", args: object = {}, secret = ADA): SignedExit {
  return signExit({ layerId: LAYER, ...encodeExit(purse, exit, args as never), recipient: RECIPIENT }, secret);
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;

/** A change of public inputs alone. */
function stating(changed: { readonly [name: string]: string }) {
  return (inputs: Inputs) => void Object.assign(inputs, changed);
}

/** Whether the circuit refuses the inputs, and why, after `change` has changed them. */
async function attempt(
  change: (inputs: Inputs) => void,
  { exit = signed("balance"), from = state }: { readonly exit?: SignedExit; readonly from?: StateReader } = {},
): Promise<string | undefined> {
  const { inputs } = forcedExitInputs({ program, exit, state: from });
  change(inputs);
  return circuit.failure(inputs);
}

const hex = fieldToHex;

/** The witness of an entry as a leaf that does not hold the key: the low leaf of an absent entry. */
function absentBy(key: Field, from: StateReader = state): InputMap {
  const { index, leaf, siblings } = from.open(key);
  return {
    present: "0x0",
    index: hex(BigInt(index)),
    key: hex(leaf.key),
    next_key: hex(leaf.nextKey),
    values_hash: hex(leaf.valuesHash),
    values: new Array<string>(program.entryWidth).fill("0x0"),
    siblings: siblings.map((level) => level.map(hex)),
  };
}

/** The place of the debt among the entries that the exit opens. */
function placeOf(inputs: Inputs, key: Field): number {
  return inputs.state.entries.findIndex((entry: Inputs) => BigInt(entry.key) === key);
}

describe("an exit as the account signed it is accepted", () => {
  test.each([
    ["balance", {}, ADA],
    ["balance", {}, EVE],
    ["note", { id: 4, isDouble: false }, ADA],
    ["note", { id: 4, isDouble: true }, ADA],
  ] as const)("%s %o", async (exit, args, secret) => {
    const { inputs } = exitInputs({ program, exit: signed(exit, args, secret), state });
    expect(await circuit.failure(inputs)).toBeUndefined();
  });

  test("and says what is paid, in places", () => {
    const { payouts, statement } = exitInputs({ program, exit: signed("note", { id: 4, isDouble: true }), state });
    const nothing = { asset: 0, amount: 0n };
    expect(payouts).toEqual([{ asset: 2, amount: 16n }, nothing, nothing, nothing]);
    expect(statement).toMatchObject({ recipient: RECIPIENT, epoch: 0, unused: 0n, payoutsHash: payoutsHash(payouts) });
  });
});

test("an exit needs the values of what it opens, and of nobody else's entries", async () => {
  const exit = signed("note", { id: 5, isDouble: false }, EVE);
  const hiding = (isHidden: (key: Field) => boolean): StateReader => ({
    ...state,
    open(key) {
      const opening = state.open(key);
      const { leaf } = opening;
      return isHidden(leaf.key) ? { ...opening, leaf: { ...leaf, values: undefined } } : opening;
    },
  });
  const own = hiding((key) => key === accountKey(EVE));
  expect(() => exitInputs({ program, exit: signed("balance", {}, EVE), state: own })).toThrow(HiddenEntryError);
  const debtOfEve = entryKey(2, [addressOfSecret(EVE)]);
  const others = hiding((key) => key === state.open(debtOfEve).leaf.key && key !== accountKey(EVE));
  const { inputs } = exitInputs({ program, exit: signed("balance", {}, EVE), state: others });
  expect(await circuit.failure(inputs)).toBeUndefined();
  expect(() => exitInputs({ program, exit, state: others })).toThrow(ExitFailedError);
});

describe("whose exit it is", () => {
  test("another's account", async () => {
    const exit = { ...signed("balance", {}, EVE), publicKey: publicKeyOf(ADA) };
    expect(await attempt(() => {}, { exit })).toContain("exit: wrong signature");
  });

  test("another recipient than is signed", async () => {
    const inputs = stating({ recipient: hex(0xe7en) });
    expect(await attempt(inputs)).toContain("exit: wrong signature");
  });

  test("another layer's", async () => {
    const exit = { ...signed("balance"), layerId: 8n };
    expect(await attempt(() => {}, { exit })).toContain("exit: wrong signature");
  });

  test("another claim than is signed", async () => {
    const exit = { ...signed("note", { id: 4, isDouble: false }), args: [4n, 1n] };
    expect(await attempt(() => {}, { exit })).toContain("exit: wrong signature");
  });

  test("another claim than is stated", async () => {
    const claimId = claimIdOf(signed("note", { id: 4, isDouble: false }), addressOfSecret(ADA));
    const exit = signed("balance");
    // Signed as it is stated, so that the claim alone is wrong.
    const other = signed("note", { id: 4, isDouble: false });
    const change = (inputs: Inputs) => {
      inputs.claim_id = hex(claimId);
      inputs.exit.signature = (forcedExitInputs({ program, exit: other, state }).inputs as Inputs).exit.signature;
    };
    expect(await attempt(change, { exit })).toContain("exit: another claim than is stated");
  });

  test("a key that is on no curve", async () => {
    const exit = { ...signed("balance"), publicKey: { x: 1n, y: 1n } };
    expect(await attempt(() => {}, { exit })).toContain("exit: public key is not on the curve");
  });
});

describe("which exit it is", () => {
  test("one that there is not", async () => {
    const exit = signExit({ layerId: LAYER, exit: 2, args: [0n, 0n], recipient: RECIPIENT }, ADA);
    expect(await attempt(() => {}, { exit })).toContain("exit: no such exit");
  });

  test("the same once more, with an argument that it does not have", async () => {
    for (const args of [
      [1n, 0n],
      [0n, 1n],
    ]) {
      const exit = signExit({ layerId: LAYER, exit: 0, args, recipient: RECIPIENT }, ADA);
      expect(await attempt(() => {}, { exit })).toContain("exit: an argument too many");
    }
  });

  test("an argument out of its range", async () => {
    for (const args of [
      [4n + (1n << 16n), 0n],
      [4n, 2n],
    ]) {
      const exit = signExit({ layerId: LAYER, exit: 1, args, recipient: RECIPIENT }, ADA);
      expect(await attempt(() => {}, { exit })).toBeDefined();
    }
  });

  test("one whose assertion fails", async () => {
    const doubled = signExit({ layerId: 8n, exit: 1, args: [4n, 1n], recipient: RECIPIENT }, ADA);
    expect(await attempt(() => {}, { exit: doubled })).toContain("exit: not possible");
    expect(() => exitInputs({ program, exit: doubled, state })).toThrow(ExitFailedError);
  });

  test("one that pays nothing", async () => {
    const exit = signed("note", { id: 9, isDouble: false });
    expect(await attempt(() => {}, { exit })).toContain("exit: pays nothing");
    expect(() => exitInputs({ program, exit, state })).toThrowErrorMatchingInlineSnapshot(
      `[ExitFailedError: The exit \`note\` can't be proven: There is nothing to claim. Look at the account's entries in the layer's last state, and take another exit.]`,
    );
    expect(await attempt(() => {}, { exit: signed("balance", {}, NOBODY) })).toContain("exit: pays nothing");
  });

  test("one that is a block as well", async () => {
    expect(await attempt(stating({ epoch: "0x1" }))).toContain("exit: states an epoch");
    expect(await attempt(stating({ unused: "0x1" }))).toContain("exit: states data");
  });
});

describe("what it pays", () => {
  test("other amounts", async () => {
    const change = stating({ payouts_hash: hex(payoutsHash([{ asset: 1, amount: 1_000_000n }])) });
    expect(await attempt(change)).toContain("exit: other payouts than are stated");
  });

  test("more by a quotient that is none", async () => {
    const change = (inputs: Inputs) => {
      inputs.hints.quotients[0].quotient = hex(5000n);
      const payouts = [
        { asset: 1, amount: 900n },
        { asset: 2, amount: 5000n },
      ];
      inputs.payouts_hash = hex(payoutsHash(payouts));
    };
    expect(await attempt(change)).toContain("division: a * b is not quotient * c + remainder");
  });

  test("more by a balance that the state does not have", async () => {
    const change = (inputs: Inputs) => {
      const place = placeOf(inputs, accountKey(ADA));
      inputs.state.entries[place].values[1] = hex(2000n);
      const payouts = [
        { asset: 1, amount: 1900n },
        { asset: 2, amount: 214n },
      ];
      inputs.payouts_hash = hex(payoutsHash(payouts));
    };
    expect(await attempt(change)).toContain("exit entry: not the values of the leaf");
    const changeWithHash = (inputs: Inputs) => {
      change(inputs);
      const entry = inputs.state.entries[placeOf(inputs, accountKey(ADA))];
      entry.values_hash = hex(valuesHash(entry.values.map(BigInt)));
    };
    expect(await attempt(changeWithHash)).toContain("exit entry: not in the state");
  });

  test("more by another state, or by the entries of another", async () => {
    expect(await attempt(stating({ state_root: hex(1n) }), { from: other })).toContain("exit: of another state");
    const { inputs: rich } = forcedExitInputs({ program, exit: signed("balance"), state: other }) as { inputs: Inputs };
    const change = (inputs: Inputs) => {
      inputs.state.entries = rich.state.entries;
      inputs.payouts_hash = rich.payouts_hash;
      inputs.hints = rich.hints;
    };
    expect(await attempt(change)).toContain("exit entry: not in the state");
  });

  test("more by a state of so many leaves", async () => {
    const change = (inputs: Inputs) => void Object.assign(inputs.state, { leaf_count: "0x63" });
    expect(await attempt(change)).toContain("exit: of another state");
  });

  test("another's balance, which is in the state", async () => {
    const exit = signed("balance", {}, EVE);
    const { inputs: ada } = forcedExitInputs({ program, exit: signed("balance"), state }) as { inputs: Inputs };
    const change = (inputs: Inputs) => {
      inputs.state.entries = ada.state.entries;
      inputs.payouts_hash = ada.payouts_hash;
      inputs.hints = ada.hints;
    };
    expect(await attempt(change, { exit })).toContain("exit entry: not the one that is opened");
  });
});

describe("what it leaves out", () => {
  const withoutDebt = [
    { asset: 1, amount: 1000n },
    { asset: 2, amount: 214n },
  ];
  const hiding = (low: InputMap) => (inputs: Inputs) => {
    inputs.state.entries[placeOf(inputs, debtKey)] = low;
    inputs.payouts_hash = hex(payoutsHash(withoutDebt));
  };

  test("an entry that is there, by the leaf below it", async () => {
    const low = absentBy(debtKey - 1n);
    expect(BigInt(low.key as string)).toBeLessThan(debtKey);
    expect(await attempt(hiding(low))).toContain("exit entry: the key is not absent");
  });

  test("an entry that is there, by itself or by a leaf above it", async () => {
    expect(await attempt(hiding(absentBy(debtKey)))).toContain("exit entry: the low leaf's key is not below the key");
    const keys = entries.map(([key]) => key).sort((a, b) => (a < b ? -1 : 1));
    const above = keys.find((key) => key > debtKey);
    if (above !== undefined) {
      expect(await attempt(hiding(absentBy(above)))).toContain("exit entry: the low leaf's key is not below the key");
    }
  });

  test("an entry that is there, by a leaf that is in no state", async () => {
    const low = { ...absentBy(debtKey - 1n), next_key: "0x0" };
    expect(await attempt(hiding(low))).toContain("exit entry: not in the state");
  });

  test("what is present by a half", async () => {
    const change = (inputs: Inputs) => {
      inputs.state.entries[placeOf(inputs, debtKey)].present = hex((FIELD_MODULUS + 1n) / 2n);
      inputs.payouts_hash = hex(payoutsHash([{ asset: 1, amount: 950n }, withoutDebt[1]!]));
    };
    expect(await attempt(change)).toContain("bit: neither 0 nor 1");
  });

  test("a place that is not used has no entry", async () => {
    const exit = signed("note", { id: 4, isDouble: false });
    const change = (inputs: Inputs) => {
      const free = inputs.state.entries.findIndex((entry: Inputs) => entry.present === hex(0n));
      inputs.state.entries[free] = { ...absentBy(1n), key: "0x0", present: "0x1" };
    };
    expect(await attempt(change, { exit })).toContain("exit entry: in a place that is not used");
  });
});
