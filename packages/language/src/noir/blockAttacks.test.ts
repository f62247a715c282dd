import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  type BlockWitness,
  type Message,
  MessageKind,
  messagesHash,
  signTransaction,
} from "@frond/protocol";
import type { InputMap } from "@noir-lang/types";
import { beforeAll, describe, expect, test } from "vitest";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { ledger } from "../testing/ledger.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf, TransactionFailedError } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { heedlessInputs } from "./heedlessInputs.ts";
import { traceBlock } from "./traceBlock.ts";

const { program } = ledger;
const SIZE: BlockSize = { name: "test", transactions: 4, entries: 10, inserts: 4, consumed: 3, produced: 3 };
const addressFor = (secret: bigint) => addressOf(publicKeyOf(secret));

const call = (secret: bigint, method: number, ...args: bigint[]): TestCall => ({
  secret,
  method,
  args: [...args, 0n, 0n, 0n].slice(0, program.argumentFields),
});
const transfer = (secret: bigint, to: bigint, amount: bigint) => call(secret, 0, addressFor(to), amount);
const deposit = (secret: bigint, asset = 1): Message => ({
  from: 0n,
  to: 7n,
  time: 0,
  kind: MessageKind.deposit,
  asset,
  amount: 1000n,
  recipient: addressFor(secret),
  payload: 0xabn,
});

/** The second block of a layer, with existing and new entries, a handled and a bounced message, and a withdrawal. */
function createBlock(): BlockWitness {
  const layer = createTestLayer(program);
  layer.block({
    size: SIZE.name,
    consumed: [deposit(1n), deposit(2n), deposit(4n)],
    calls: [transfer(1n, 2n, 1n), transfer(4n, 1n, 5n)],
  });
  return layer.block({
    size: SIZE.name,
    consumed: [deposit(1n), deposit(3n, 9)],
    calls: [
      transfer(1n, 5n, 10n),
      transfer(2n, 6n, 7n),
      call(1n, 2, 20n, 0x1234n, 1n),
      call(2n, 1, 2n ** 100n, 2n ** 120n, 2n ** 119n),
    ],
  });
}

let circuit: TestCircuit;
let witness: BlockWitness;
let valid: Inputs;

// The inputs as an attacker edits them.
// biome-ignore lint/suspicious/noExplicitAny: the shape is that of the generated circuit
type Inputs = any;

beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
  witness = createBlock();
  valid = blockInputs({ program, size: SIZE, witness });
}, 300_000);

function tampered(change: (inputs: Inputs) => void): InputMap {
  const inputs = structuredClone(valid);
  change(inputs);
  return inputs;
}

const hex = (value: bigint) => `0x${value.toString(16)}`;

test("a valid block is accepted", async () => {
  expect(witness.transactions).toHaveLength(4);
  expect(witness.produced.map(({ kind }) => kind)).toEqual([MessageKind.bounce, MessageKind.withdrawal]);
  expect(witness.witnessSet.entries.length).toBeGreaterThan(1);
  expect(witness.witnessSet.inserts.length).toBeGreaterThan(1);
  expect(await circuit.failure(valid)).toBeUndefined();
});

test("an empty block is accepted", async () => {
  const empty = createTestLayer(program).block({ size: SIZE.name });
  expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: empty }))).toBeUndefined();
});

/** Each attack changes one field of a valid block, and names the constraint that must catch the change. */
const attacks: Record<string, { change: (inputs: Inputs) => void; caught: RegExp }> = {
  "another layer": {
    change: (i) => {
      i.layer_id = "0x8";
    },
    caught: /addressed to another layer|wrong signature/,
  },
  "another time": {
    change: (i) => {
      i.time = "0x3";
    },
    caught: /other messages|Cannot satisfy|wrong signature/,
  },
  "another state before": {
    change: (i) => {
      i.state_root_in = "0x1";
    },
    caught: /starts from another state/,
  },
  "another state after": {
    change: (i) => {
      i.state_root_out = "0x1";
    },
    caught: /ends in another state/,
  },
  "other data": {
    change: (i) => {
      i.data_hash = "0x1";
    },
    caught: /other data/,
  },
  "other messages": {
    change: (i) => {
      i.messages_hash = "0x1";
    },
    caught: /other messages/,
  },
  "a wrong signature": {
    change: (i) => {
      i.transactions[0].signature.s_low = i.transactions[1].signature.s_low;
    },
    caught: /wrong signature/,
  },
  "another r.x": {
    change: (i) => {
      i.transactions[0].signature.r_x = i.transactions[1].signature.r_x;
    },
    caught: /wrong signature/,
  },
  "another argument": {
    change: (i) => {
      i.transactions[0].args[1] = "0xb";
    },
    caught: /wrong signature/,
  },
  "another nonce than signed": {
    change: (i) => {
      i.transactions[0].nonce = "0x7";
    },
    caught: /wrong signature/,
  },
  "another method": {
    change: (i) => {
      i.transactions[0].method = "0x1";
    },
    caught: /wrong signature/,
  },
  "a method that does not exist": {
    change: (i) => {
      i.transactions[0].method = "0x9";
    },
    caught: /no such method|wrong signature/,
  },
  "a later expiry than signed": {
    change: (i) => {
      i.transactions[0].expiry = "0xffff";
    },
    caught: /wrong signature/,
  },
  "another fee than signed": {
    change: (i) => {
      i.transactions[0].max_fee = "0x1";
    },
    caught: /wrong signature/,
  },
  "another public key": {
    change(i) {
      i.transactions[0].public_key_x = i.transactions[1].public_key_x;
      i.transactions[0].public_key_y = i.transactions[1].public_key_y;
    },
    caught: /wrong signature|not the one that is opened/,
  },
  "a public key off the curve": {
    change: (i) => {
      i.transactions[0].public_key_y = "0x5";
    },
    caught: /not on the curve|wrong signature/,
  },
  "a transaction left out": {
    change: (i) => {
      i.transactions_used[3] = "0x0";
    },
    caught: /./,
  },
  "a place that is half used": {
    change: (i) => {
      i.transactions_used[3] = "0x2";
    },
    caught: /./,
  },
  "two transactions swapped": {
    change(i) {
      [i.transactions[0], i.transactions[2]] = [i.transactions[2], i.transactions[0]];
      [i.method_traces[0], i.method_traces[2]] = [i.method_traces[2], i.method_traces[0]];
    },
    caught: /not the next place/,
  },
  "an entry taken from another place": {
    change: (i) => {
      i.method_traces[0].places[0] = i.method_traces[1].places[0];
    },
    caught: /not the one that is opened|wrong signature/,
  },
  "an opened entry passed over": {
    change: (i) => {
      i.method_traces[0].places[2] = SIZE.entries;
    },
    caught: /not the one that is opened/,
  },
  "an entry opened that is not asked for": {
    change: (i) => {
      i.method_traces[3].places[2] = 0;
    },
    caught: /not the one that is opened/,
  },
  "the witness set in another order": {
    change(i) {
      const { entries } = i.witness_set;
      [entries[0], entries[1]] = [entries[1], entries[0]];
      for (const trace of [...i.method_traces, ...i.handler_traces]) {
        trace.places = trace.places.map((place: number) => (place === 0 ? 1 : place === 1 ? 0 : place));
      }
    },
    caught: /Cannot satisfy|witness set|other data|range|bit/i,
  },
  "an entry twice in the witness set": {
    change: (i) => {
      i.witness_set.entries[witness.witnessSet.entries.length] = i.witness_set.entries[0];
    },
    caught: /./,
  },
  "a gap in the witness set": {
    change(i) {
      const { entries } = i.witness_set;
      const last = witness.witnessSet.entries.length - 1;
      [entries[last], entries[last + 1]] = [entries[last + 1], entries[last]];
      for (const trace of [...i.method_traces, ...i.handler_traces]) {
        trace.places = trace.places.map((place: number) => (place === last ? last + 1 : place));
      }
    },
    caught: /a gap|other data/,
  },
  "a value that is not in the state": {
    change: (i) => {
      i.witness_set.entries[0].before[1] = "0xffffff";
    },
    caught: /not in the state|other data|wrong signature|entry/,
  },
  "a wrong sibling": {
    change: (i) => {
      i.witness_set.entries[0].siblings[5][1] = "0x7";
    },
    caught: /not in the state/,
  },
  "an insert at another place": {
    change: (i) => {
      i.witness_set.leaf_count = "0x63";
    },
    caught: /another state/,
  },
  "a wrong low leaf": {
    change: (i) => {
      i.witness_set.inserts[0].low = i.witness_set.inserts[1].low;
    },
    caught: /low leaf|not absent|not in the state/,
  },
  "a low leaf that is not the next below": {
    change: (i) => {
      i.witness_set.inserts[0].low.next_key = "0x1";
    },
    caught: /not absent/,
  },
  "forged absence: an entry that exists is inserted": {
    change: (i) => {
      i.witness_set.inserts[0].key = i.witness_set.entries[0].key;
    },
    caught: /low leaf|not absent|not the one|not in the state/,
  },
  "a message produced but not sent": {
    change(i) {
      i.produced[2] = { ...i.produced[1] };
      const { layerId, time } = witness;
      const extra = witness.produced[1]!;
      i.messages_hash = hex(messagesHash([...witness.produced, { ...extra, from: layerId, time }], witness.consumed));
    },
    caught: /not as many as were sent/,
  },
  "a message sent but not produced": {
    change(i) {
      i.produced[1].used = "0x0";
      i.messages_hash = hex(messagesHash(witness.produced.slice(0, 1), witness.consumed));
    },
    caught: /not as many as were sent/,
  },
  "a message sent with another amount": {
    change(i) {
      i.produced[1].amount = "0xffff";
      const [bounce, withdrawal] = witness.produced;
      i.messages_hash = hex(messagesHash([bounce!, { ...withdrawal!, amount: 0xffffn }], witness.consumed));
    },
    caught: /otherwise than produced/,
  },
  "a message sent to someone else": {
    change(i) {
      i.produced[1].recipient = "0x666";
      const [bounce, withdrawal] = witness.produced;
      i.messages_hash = hex(messagesHash([bounce!, { ...withdrawal!, recipient: 0x666n }], witness.consumed));
    },
    caught: /otherwise than produced/,
  },
  "a message at another place of the list": {
    change: (i) => {
      i.method_traces[2].outbox_places[0] = 0;
    },
    caught: /not the next place/,
  },
  "a message consumed but not handled": {
    change: (i) => {
      i.consumed[1].used = "0x0";
    },
    caught: /./,
  },
  "a message handled with another amount than the list says": {
    change: (i) => {
      i.consumed[0].message.amount = "0xffff";
    },
    caught: /other messages|other data/,
  },
  "a message for another layer": {
    change: (i) => {
      i.consumed[0].message.to = "0x9";
    },
    caught: /addressed to another layer/,
  },
  "a message from the future": {
    change: (i) => {
      i.consumed[0].message.time = "0x2";
    },
    caught: /./,
  },
  "a message of a kind that blocks don't consume": {
    change: (i) => {
      i.consumed[1].message.kind = "0x7";
    },
    caught: /not of a kind/,
  },
  "a bounce withheld": {
    change(i) {
      i.produced[0] = i.produced[1];
      i.produced[1] = { ...i.produced[2] };
    },
    caught: /./,
  },
};

describe("changes of one thing are refused", () => {
  for (const [name, { change, caught }] of Object.entries(attacks)) {
    test(name, async () => {
      expect(await circuit.failure(tampered(change))).toMatch(caught);
    });
  }
});

describe("hints can't change the outcome", () => {
  const kinds = ["bits", "hints"] as const;
  test.each(kinds)("%s", async (kind) => {
    for (const traces of ["method_traces", "handler_traces"] as const) {
      for (const [index, trace] of valid[traces].entries()) {
        for (const [position, value] of trace[kind].entries()) {
          const flipped = hex(1n - BigInt(value) < 0n ? 0n : 1n - BigInt(value));
          const inputs = tampered((i) => {
            i[traces][index][kind][position] = flipped;
          });
          const failure = await circuit.failure(inputs);
          // A hint that the called procedure does not use may have any value.
          if (failure === undefined) expect(isUnused(traces, index, kind, position)).toBe(true);
        }
      }
    }
  });

  test.each(["fits", "quotient", "remainder"] as const)("%s of a division", async (part) => {
    for (const delta of [1n, -1n]) {
      const value = BigInt(valid.method_traces[3].quotients[0][part]) + delta;
      if (value < 0n) continue;
      const inputs = tampered((i) => {
        i.method_traces[3].quotients[0][part] = hex(value);
      });
      expect(await circuit.failure(inputs)).toBeDefined();
    }
  });

  function isUnused(
    traces: "method_traces" | "handler_traces",
    index: number,
    kind: "bits" | "hints",
    position: number,
  ) {
    const lowered = loweredOf(program);
    if (traces === "handler_traces") {
      return index >= witness.consumed.length || position >= lowered.handlers.procedures[0]!.uses[kind];
    }
    const transaction = witness.transactions[index];
    return transaction === undefined || position >= lowered.methods.procedures[transaction.method]!.uses[kind];
  }
});

describe("a transaction that does not succeed has no proof", () => {
  const failing: Record<string, TestCall> = {
    "more than the balance": transfer(2n, 1n, 5000n),
    "more than the balance, by an assertion": call(2n, 2, 5000n, 1n, 1n),
    "division by zero": call(1n, 1, 1n, 1n, 0n),
    "a quotient that does not fit": call(1n, 1, 2n ** 127n, 2n ** 127n, 3n),
    "a quotient of just 2^128": call(1n, 1, 2n ** 127n, 2n, 1n),
  };

  test.each(Object.entries(failing))("%s", async (_, bad) => {
    const layer = createTestLayer(program);
    layer.block({ size: SIZE.name, consumed: [deposit(1n), deposit(2n)], calls: [transfer(1n, 2n, 1n)] });
    const { failed } = layer.attempt({ size: SIZE.name, calls: [bad] });
    expect(() => blockInputs({ program, size: SIZE, witness: failed! })).toThrow(TransactionFailedError);
    const inputs: Inputs = heedlessInputs({ program, size: SIZE, witness: failed! });
    expect(await circuit.failure(inputs)).toMatch(/its method fails|not the one that is opened/);
    // Denying the failure does not help either: each attack clears one of its bits, or claims that a quotient fits.
    for (const [position, bit] of inputs.method_traces[0].bits.entries()) {
      if (bit === "0x1") inputs.method_traces[0].bits[position] = "0x0";
    }
    for (const quotient of inputs.method_traces[0].quotients) quotient.fits = "0x1";
    expect(await circuit.failure(inputs)).toBeDefined();
  });

  const resigned: Record<string, Partial<Parameters<typeof signTransaction>[0]>> = {
    "a nonce used before": { nonce: 0 },
    "a nonce that has no next one": { nonce: 2 ** 32 - 1 },
    "an expiry in the past": { expiry: 1 },
    "a signature for another layer": { layerId: 8n },
    "an argument out of range": { args: [addressFor(2n), 2n ** 128n, 0n].slice(0, program.argumentFields) },
  };

  /** Whether a block is refused whose only transaction, the second of its account, is signed with `change`. */
  const failureWith = async (change: Partial<Parameters<typeof signTransaction>[0]>): Promise<string | undefined> => {
    const layer = createTestLayer(program);
    layer.block({ size: SIZE.name, consumed: [deposit(1n)], calls: [transfer(1n, 2n, 1n)] });
    const block = layer.block({ size: SIZE.name, calls: [transfer(1n, 2n, 1n)] });
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: block }))).toBeUndefined();
    const [transaction] = block.transactions;
    const signed = { ...signTransaction({ ...transaction!, ...change }, 1n) };
    const bad = { ...block, transactions: [signed] };
    const trace = traceBlock(loweredOf(program), bad);
    return await circuit.failure(encodeBlock(loweredOf(program), { size: SIZE, witness: bad, trace }));
  };

  test.each(Object.entries(resigned))("%s", async (_, change) => {
    expect(await failureWith(change)).toBeDefined();
  });

  test("a nonce may be greater than the account's, which then passes those between", async () => {
    const layer = createTestLayer(program);
    layer.block({ size: SIZE.name, consumed: [deposit(1n)], calls: [transfer(1n, 2n, 1n)] });
    const passing = layer.block({ size: SIZE.name, calls: [{ ...transfer(1n, 2n, 1n), nonce: 7 }] });
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: passing }))).toBeUndefined();
    const next = layer.block({ size: SIZE.name, calls: [transfer(1n, 2n, 1n)] });
    expect(next.transactions[0]?.nonce).toBe(8);
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: next }))).toBeUndefined();
    const passed = layer.block({ size: SIZE.name, calls: [{ ...transfer(1n, 2n, 1n), nonce: 5 }] });
    expect(await circuit.failure(blockInputs({ program, size: SIZE, witness: passed }))).toBeDefined();
  });
});
