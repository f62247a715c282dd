import { publicKeyOf } from "@frond/foundation";
import { addressOf, type BlockSize, type Message, MessageKind } from "@frond/protocol";
import { beforeAll, expect, test } from "vitest";
import { application } from "../application.ts";
import { assert, when } from "../operations.ts";
import { account } from "../state.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { createTestCircuit, type TestCircuit } from "../testing/testCircuit.ts";
import { address, u64 } from "../types.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

/* The circuit takes the fee in one place, before all methods: a method that opens an entry sees what the fee wrote. */

const SIZE: BlockSize = { name: "test", transactions: 2, entries: 6, inserts: 3, consumed: 2, produced: 2 };
const [SENDER, RECIPIENT, OTHER] = [1n, 2n, 3n].map((secret) => addressOf(publicKeyOf(secret))) as [
  bigint,
  bigint,
  bigint,
];

const { program } = application({
  name: "fees",
  state: { accounts: account({ balance: u64, earned: u64, given: u64 }) },
  fee({ state, sender, fee, feeRecipient }) {
    when(fee.greaterThan(0), () => {
      state.accounts.at(sender).balance.update((balance) => balance.subtract(fee));
      state.accounts.at(feeRecipient).earned.update((earned) => earned.add(fee));
    });
  },
  methods: {
    /** Writes another field than the fee. */
    give: {
      args: { to: address },
      run({ state }, { to }) {
        state.accounts.at(to).given.update((given) => given.add(1));
      },
    },
    /** Reads what the fee writes. */
    praise: {
      args: { to: address },
      run({ state, sender }, { to }) {
        assert(state.accounts.at(to).earned.get().atLeast(5), "the account has earned nothing");
        state.accounts.at(sender).given.update((given) => given.add(1));
      },
    },
    /** Writes what the fee writes. */
    reset: {
      args: { to: address },
      run({ state }, { to }) {
        state.accounts.at(to).set({ balance: 100, earned: 2, given: 3 });
      },
    },
  },
  receive: {
    deposit({ state }, { amount, recipient }) {
      state.accounts.at(recipient).balance.update((balance) => balance.add(amount.to(u64)));
    },
  },
});

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
}, 300_000);

const deposit: Message = {
  ...{ from: 0n, to: 7n, time: 0, kind: MessageKind.deposit, asset: 1, amount: 1000n },
  ...{ recipient: SENDER, payload: 0xabn },
};

test.each([
  ["an account of its own", OTHER],
  ["the sender's account", SENDER],
  ["the account that gets the fee", RECIPIENT],
])("a method that opens %s sees what the fee wrote, and keeps it", async (_name, to) => {
  for (const feeRecipient of [RECIPIENT, SENDER]) {
    for (const fee of [0n, 5n]) {
      for (const method of [0, 1, 2]) {
        const isRefused = method === 1 && (to !== feeRecipient || fee === 0n);
        const witness = createTestLayer(program).block({
          ...{ size: SIZE.name, consumed: [deposit], feeRecipient },
          calls: [
            { secret: 1n, method, args: [to], fee },
            { secret: 1n, method: 0, args: [OTHER], fee },
          ],
        });
        expect(witness.transactions.length).toBe(isRefused ? 1 : 2);
        expect(await circuit.failure(blockInputs({ program, size: SIZE, witness }))).toBeUndefined();
      }
    }
  }
});
