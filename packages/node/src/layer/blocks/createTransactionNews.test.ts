import { publicKeyOf } from "@frond/foundation";
import { addressOf, type Preconfirmation, type Transaction } from "@frond/protocol";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createTransactionNews, type TransactionNews } from "./createTransactionNews.ts";

const publicKey = publicKeyOf(7n);

/** The n-th transaction, as the sequencer says that it has promised it. */
const promised = (n: number): [Preconfirmation, Transaction] => [
  { transactionHash: BigInt(n), block: 3 } as Preconfirmation,
  { publicKey, method: 1, args: [BigInt(n)], nonce: n } as unknown as Transaction,
];

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open({ hasListeners = true } = {}) {
  const told: { readonly transactions: readonly TransactionNews[]; readonly missed: number }[] = [];
  const news = createTransactionNews({ hasListeners: () => hasListeners, publish: (event) => told.push(event) });
  return { news, told };
}

it("tells what was promised in a while at once, in its order", () => {
  const { news, told } = open();
  for (const n of [0, 1]) news.add(...promised(n));
  vi.advanceTimersByTime(100);
  news.add(...promised(2));
  expect(told).toEqual([]);
  vi.advanceTimersByTime(150);
  const expected = [0, 1, 2].map((n) => ({
    ...{ block: 3, hash: BigInt(n), sender: addressOf(publicKey), method: 1, args: [BigInt(n)], nonce: n },
    ...{ isForced: false, bundle: 0n },
  }));
  expect(told).toEqual([{ transactions: expected, missed: 0 }]);
  vi.advanceTimersByTime(1_000);
  expect(told).toHaveLength(1);
});

it("tells the newest of many, and how many it leaves out", () => {
  const { news, told } = open();
  for (let n = 0; n < 1_000; n++) news.add(...promised(n));
  vi.advanceTimersByTime(250);
  expect(told.map(({ transactions, missed }) => [transactions.length, transactions.at(-1)!.hash, missed])).toEqual([
    [32, 999n, 968],
  ]);
  news.add(...promised(1_000));
  vi.advanceTimersByTime(250);
  expect(told[1]).toMatchObject({ transactions: [{ hash: 1_000n }], missed: 0 });
});

it("keeps nothing while nobody listens, and tells nothing after its end", () => {
  const unheard = open({ hasListeners: false });
  unheard.news.add(...promised(0));
  const closed = open();
  closed.news.add(...promised(0));
  closed.news.close();
  vi.advanceTimersByTime(1_000);
  expect([unheard.told, closed.told]).toEqual([[], []]);
});
