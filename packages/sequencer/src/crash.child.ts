import { writeSync } from "node:fs";
import { entryKey, type Transaction } from "@frond/protocol";
import { openStore } from "@frond/store";
import { createSequencer } from "./createSequencer.ts";
import { addressOfSecret, call, deposit, identity, LAYER, ledger, sizes } from "./testing.ts";
import { createWorkerSealer } from "./workers.ts";

/*
 * The process that crash.test.ts kills: sends transactions and deposits as fast as they are answered, seals and ends epochs, and writes a line for everything acknowledged.
 */

const place = { path: process.argv[2]!, identity };
const store = openStore(place);
const sequencer = createSequencer(
  { program: ledger.program, layerId: LAYER, sizes, secret: 5n, blockTime: 15 },
  { store, sealer: createWorkerSealer(place, { secret: 5n }) },
);
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
say({ ready: true });

const SENDERS = [21n, 22n, 23n];

const send = async (transaction: Transaction): Promise<void> => {
  const { transactionHash, block, slot, epoch, position } = await sequencer.submit(transaction);
  say({ hash: transactionHash.toString(), block, slot, epoch, position });
};

const sendForEver = async (secret: bigint): Promise<void> => {
  for (;;) {
    const first = Number(sequencer.read(entryKey(0, [addressOfSecret(secret)]))?.[0] ?? 0n);
    const transactions = [0, 1, 2].map((i) => {
      const nonce = first + i;
      return nonce % 4 === 3
        ? call(secret, { method: "withdraw", args: [secret, 0n], nonce })
        : call(secret, { method: "note", args: [BigInt(nonce % 50) + secret * 1000n, BigInt(nonce)], nonce });
    });
    await Promise.all(transactions.map(send));
  }
};

const depositForEver = async (): Promise<void> => {
  for (;;) {
    const position = (sequencer.cursor("l1") ?? -1) + 1;
    await sequencer.consume([0, 1, 2].map((i) => deposit(addressOfSecret(21n), 1n, position + i)));
    say({ position: position + 2 });
    if (position % 4 === 0) say({ closed: (await sequencer.closeEpoch()).epoch });
  }
};

await Promise.all([...SENDERS.map(sendForEver), depositForEver()]);
