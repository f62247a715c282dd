import { writeSync } from "node:fs";
import { signTransaction } from "@frond/protocol";
import { openStore } from "./lmdb/openStore.ts";
import { blockCommit, identity } from "./testing.ts";
import type { LogRecord } from "./types.ts";

/*
 * The process that crash.test.ts kills: it commits blocks and rolls blocks back. All data of session n identifies the
 * session: n transactions are pending, and the log's records have epoch n.
 */

const store = openStore({ path: process.argv[2]!, identity });
const metadata = store.table<number>("metadata");
const transaction = signTransaction({ layerId: 7n, method: 0, args: [], nonce: 0, maxFee: 0n, expiry: 9 }, 5n);
writeSync(1, '{"ready":true}\n');

for (;;) {
  const session = metadata.get("session") ?? 0;
  const opened = (block: number): LogRecord => ({ kind: "open", block, time: block, epoch: session, fee: 0n });
  const last = store.lastBlockNumber();
  if (last > 3 && Math.random() < 0.4) {
    const next = session + 1;
    const transactions = Array.from({ length: next }, (_, i) => ({
      hash: BigInt(i),
      transaction,
      fee: BigInt(next),
      time: i,
    }));
    const through = Math.max(0, last - Math.ceil(Math.random() * 4));
    await store.rollback({
      through,
      pending: { session: next, epoch: next, after: 0, time: last, transactions, dropped: [] },
    });
    writeSync(1, `${JSON.stringify({ session: next })}\n`);
  } else {
    const logThrough = await store.append([opened(last + 1), opened(last + 2)]);
    const keys = new Set(Array.from({ length: 8 }, () => BigInt(Math.ceil(Math.random() * 300)) ** 30n));
    const updates = [...keys].map((key) => ({ key, after: [BigInt(session), BigInt(last)] }));
    await store.commitBlock(blockCommit(store, { number: last + 1, updates, logThrough: logThrough - 1 }));
    writeSync(1, `${JSON.stringify({ session, block: last + 1 })}\n`);
  }
}
