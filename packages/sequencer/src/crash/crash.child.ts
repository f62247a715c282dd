import { writeSync } from "node:fs";
import { type Field, FrondError, sleep } from "@frond/foundation";
import { dataRulesOf } from "@frond/language";
import { entryKey, type Transaction } from "@frond/protocol";
import { openStore } from "@frond/store";
import {
  addressOfSecret,
  bob,
  call,
  depositAt,
  identity,
  ledger,
  OTHER,
  SECRET,
  SENDERS,
  startOn,
} from "../testing.ts";
import { createWorkerSealer } from "../threads/workers.ts";

/*
 * The process that crash.test.ts kills: sends transactions and deposits as fast as they are answered, seals and ends
 * epochs, and writes a line for everything acknowledged. In the mode "set back" it is also set back again and again.
 */

const [, , path, mode] = process.argv;
const storeOptions = { path: path!, identity };
const store = openStore(storeOptions);
const sequencer = startOn(
  store,
  { blockMilliseconds: 15, messageDelayMilliseconds: 5 },
  { sealer: createWorkerSealer(storeOptions, { secret: SECRET, data: dataRulesOf(ledger.program) }) },
);
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);
say({ ready: true });
sequencer.on("block", ({ time, stateRootAfter, messagesHash }) =>
  say({ time, statement: `${stateRootAfter} ${messagesHash}` }),
);

const recent: Field[] = [];

async function send(transaction: Transaction): Promise<void> {
  const { transactionHash, block, time, epoch, position } = await sequencer.submit(transaction);
  recent.unshift(transactionHash);
  recent.length = Math.min(recent.length, 20);
  say({ hash: transactionHash.toString(), block, time, epoch, position });
}

/** A set-back may drop what was sent before, and reject what waits. Whoever is refused gives way to the others. */
async function unlessSetBack(work: Promise<unknown>): Promise<void> {
  await work.catch((error) => {
    if (mode !== "set back" || !(error instanceof FrondError)) throw error;
    return sleep(5);
  });
}

/** Notes, payments to another layer, and now and then a transfer of a deposit: set back, it has to wait for that. */
function nextOf(secret: bigint, nonce: number): Transaction {
  const values = sequencer.read(entryKey(0, [addressOfSecret(secret)]));
  if (nonce % 4 === 3) return call(secret, { method: "pay", args: [OTHER, 0n], nonce });
  if (nonce % 4 === 1 && (values?.[1] ?? 0n) > 3n) return call(secret, { method: "transfer", args: [bob, 1n], nonce });
  return call(secret, { method: "note", args: [BigInt(nonce % 50) + secret * 1000n, BigInt(nonce)], nonce });
}

async function sendForEver(secret: bigint): Promise<void> {
  for (;;) {
    const first = sequencer.nextNonce(addressOfSecret(secret));
    const transactions = [0, 1, 2].map((i) => nextOf(secret, first + i));
    await Promise.all(transactions.map((transaction) => unlessSetBack(send(transaction))));
  }
}

async function depositForEver(): Promise<void> {
  for (;;) {
    // A set-back takes the position back, so it is asked for when none is under way: this waits for it.
    await unlessSetBack(sequencer.consume([]));
    const position = (sequencer.cursor("l1") ?? -1) + 1;
    const deposits = [0, 1, 2].map((i) => depositAt(position + i));
    await unlessSetBack(sequencer.consume(deposits).then(() => say({ deposit: position + 2 })));
    if (position % 4 === 0) say({ closed: (await sequencer.closeEpoch()).epoch });
  }
}

async function setBackForEver(): Promise<void> {
  for (;;) {
    await sleep(Math.random() * 60);
    const through = Math.max(0, store.lastBlockNumber() - Math.floor(Math.random() * 6));
    const session = sequencer.session + 1;
    const epoch = Math.max(sequencer.epoch, store.block(through)?.epoch ?? 1);
    const drop = recent.slice(0, 1).map((hash) => ({ hash, code: "test/dropped", message: "It was chosen." }));
    await sequencer.setBack({ through, epoch, session, drop });
    say({ session });
  }
}

await Promise.all([...SENDERS.map(sendForEver), depositForEver(), ...(mode === "set back" ? [setBackForEver()] : [])]);
