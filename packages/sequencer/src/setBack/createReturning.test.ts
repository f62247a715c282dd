import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Attempt, createReturning } from "./createReturning.ts";
import { judgeFailure } from "./judgeFailure.ts";
import type { ReturningItem } from "./line.ts";

describe("what becomes of a returning transaction that fails", () => {
  it.each([
    ["sequencer/execution-failed", "waits"],
    ["sequencer/destination-offline", "waits-for-room"],
    ["sequencer/bundle-waits", "waits-for-room"],
    ["sequencer/bundle-gone", "waits"],
    ["sequencer/transaction-too-large", "waits"],
    ["sequencer/must-wait", "waits-for-room"],
    ["sequencer/epoch-list-full", "waits-for-room"],
    ["sequencer/nonce-too-low", "dropped"],
    ["sequencer/expired", "dropped"],
  ] as const)("%s: %s", (code, verdict) => {
    expect(judgeFailure(code)).toBe(verdict);
  });
});

const ALICE = 1n;
const BOB = 2n;

/** A line over a state in which every nonce is used that was executed, and what is in `failing` fails. */
function lineOver(failing: Map<bigint, string>, nonces = new Map<bigint, number>()) {
  const tried: bigint[] = [];
  const line = createReturning<ReturningItem>({
    execute({ hash, account, nonce }): Attempt {
      tried.push(hash);
      const next = nonces.get(account) ?? 0;
      const code = nonce < next ? "sequencer/nonce-too-low" : failing.get(hash);
      if (code !== undefined) return { ok: false, reason: { code, message: `${code} of ${hash}.` } };
      nonces.set(account, nonce + 1);
      return { ok: true };
    },
  });
  const tryAll = () => {
    tried.length = 0;
    for (const _ of line.tries());
    const { executed, dropped } = line.takeDeparted();
    return {
      tried: [...tried],
      executed: executed.map(({ hash }) => hash),
      dropped: dropped.map(({ item, reason }) => [item.hash, reason.code]),
    };
  };
  return { line, nonces, tryAll };
}

const item = (hash: bigint, account: bigint, nonce: number, more: Partial<ReturningItem> = {}): ReturningItem => ({
  hash,
  account,
  nonce,
  time: Number(hash),
  isLeg: false,
  ...more,
});

describe("the line of returning transactions", () => {
  it("tries the first of each account in the order of times, and goes on until nothing moves", () => {
    const failing = new Map([[2n, "sequencer/execution-failed"]]);
    const { line, tryAll } = lineOver(failing);
    line.restart([item(4n, BOB, 1), item(1n, ALICE, 0), item(3n, BOB, 0), item(2n, ALICE, 1), item(5n, ALICE, 2)]);
    expect(tryAll()).toEqual({ tried: [1n, 2n, 3n, 4n, 2n], executed: [1n, 3n, 4n], dropped: [] });
    expect([line.count, line.failing, line.noncesOf(ALICE)]).toEqual([2, 2, [1, 2]]);
    expect(line.reasonOf(2n)).toEqual({
      code: "sequencer/execution-failed",
      message: "sequencer/execution-failed of 2.",
    });
    expect(line.reasonOf(5n)?.message).toBe(
      "The transaction follows nonce 1 of its account, which waits itself: sequencer/execution-failed of 2.",
    );
    expect(tryAll()).toEqual({ tried: [2n], executed: [], dropped: [] });
    failing.clear();
    expect(tryAll()).toEqual({ tried: [2n, 5n], executed: [2n, 5n], dropped: [] });
    expect([line.count, line.failing, line.reasonOf(2n)]).toEqual([0, undefined, undefined]);
  });

  it("gives up the first that fails, up to the time, one at a time, and only if it fails still", () => {
    const failing = new Map([1n, 2n, 3n].map((hash) => [hash, "sequencer/execution-failed"]));
    const { line, tryAll } = lineOver(failing);
    line.restart([item(1n, ALICE, 0), item(2n, BOB, 0), item(3n, 7n, 0)]);
    line.giveUp(9);
    // Not tried yet.
    expect(line.takeDeparted()).toEqual({ executed: [], dropped: [] });
    tryAll();
    line.giveUp(0);
    expect(line.takeDeparted().dropped).toEqual([]);
    line.giveUp(2);
    expect(line.takeDeparted().dropped.map(({ item: { hash } }) => hash)).toEqual([1n]);
    failing.delete(2n);
    line.giveUp(2);
    expect(line.takeDeparted()).toMatchObject({ executed: [{ hash: 2n }], dropped: [] });
    line.giveUp(2);
    expect([line.count, line.failing]).toEqual([1, 3]);
  });

  it("executes what follows a dropped one in its account, legs of bundles too", () => {
    const failing = new Map([[1n, "sequencer/execution-failed"]]);
    const { line, nonces, tryAll } = lineOver(failing);
    line.restart([item(1n, ALICE, 0), item(2n, ALICE, 1), item(3n, ALICE, 2, { isLeg: true })]);
    expect(tryAll()).toEqual({ tried: [1n], executed: [], dropped: [] });
    line.giveUp(1);
    expect(tryAll()).toEqual({ tried: [2n, 3n], executed: [2n, 3n], dropped: [[1n, "sequencer/execution-failed"]] });
    expect([line.count, line.waiting, nonces.get(ALICE)]).toEqual([0, undefined, 3]);
  });

  it("drops what can never be executed again", () => {
    const { line, tryAll } = lineOver(new Map([[2n, "sequencer/expired"]]), new Map([[ALICE, 1]]));
    line.restart([item(1n, ALICE, 0), item(2n, BOB, 0)]);
    expect(tryAll().dropped).toEqual([
      [1n, "sequencer/nonce-too-low"],
      [2n, "sequencer/expired"],
    ]);
  });

  it("gives nothing up that waits for what passes by itself", () => {
    const { line, tryAll } = lineOver(new Map([[1n, "sequencer/must-wait"]]));
    line.restart([item(1n, ALICE, 0)]);
    tryAll();
    line.giveUp(9);
    expect([line.count, line.failing, tryAll().dropped]).toEqual([1, undefined, []]);
  });
});

/* A ledger in a few lines: accounts that pay each other, and money from several sources, each in its order. */

type Payment = ReturningItem & { readonly to: bigint; readonly amount: number };
type Arrival = { readonly source: number; readonly account: bigint; readonly amount: number };
type Event = Arrival | Payment;

const ACCOUNTS = [1n, 2n, 3n, 4n];

function createLedger() {
  const arrivals: Arrival[][] = [[], [], []];
  const promised = new Map<bigint, Payment>();
  const dropped = new Map<bigint, string>();
  let history: Event[] = [];
  let hashes = 0n;
  const isPayment = (event: Event): event is Payment => "hash" in event;
  const balanceOf = (account: bigint): number =>
    history.reduce((sum, event) => {
      if (!isPayment(event)) return event.account === account ? sum + event.amount : sum;
      return sum + (event.to === account ? event.amount : 0) - (event.account === account ? event.amount : 0);
    }, 0);
  const nonceOf = (account: bigint): number =>
    history.reduce((next, event) => (isPayment(event) && event.account === account ? event.nonce + 1 : next), 0);
  const handled = (source: number): number =>
    history.filter((event) => !isPayment(event) && event.source === source).length;

  const execute = (payment: Payment): Attempt => {
    const next = nonceOf(payment.account);
    const refuse = (code: string): Attempt => ({ ok: false, reason: { code: `sequencer/${code}`, message: code } });
    if (payment.nonce < next) return refuse("nonce-too-low");
    if (balanceOf(payment.account) < payment.amount) return refuse("execution-failed");
    history.push(payment);
    return { ok: true };
  };
  const line = createReturning<Payment>({ execute });
  const noteDropped = () => {
    for (const { item: payment, reason } of line.takeDeparted().dropped) {
      expect(dropped.has(payment.hash)).toBe(false);
      dropped.set(payment.hash, reason.code);
    }
  };

  return {
    line,
    promised,
    dropped,
    history: () => history,
    payments: () => history.filter(isPayment),
    arrive: (arrival: Arrival) => void arrivals[arrival.source]!.push(arrival),
    /** Handles the next arrival of a source; false if there is none. */
    handle(source: number): boolean {
      const arrival = arrivals[source]![handled(source)];
      if (arrival !== undefined) history.push(arrival);
      return arrival !== undefined;
    },
    send(account: bigint, { to, amount }: { to: bigint; amount: number }): void {
      if (line.noncesOf(account).length > 0) return;
      const nonce = nonceOf(account);
      const payment = { hash: ++hashes, account, nonce, time: history.length, isLeg: false, to, amount };
      if (execute(payment).ok) promised.set(payment.hash, payment);
    },
    /** Tries so many times at most. */
    tryAgain(times: number): void {
      const tries = line.tries();
      for (let left = times; left > 0 && !tries.next().done; left--);
      noteDropped();
    },
    setBack(through: number, dropEvery: number): void {
      const removed = history.slice(through).filter(isPayment);
      history = history.slice(0, through);
      const returning = [...line.items, ...removed];
      for (const payment of returning)
        if (dropEvery > 0 && Number(payment.hash) % dropEvery === 0) dropped.set(payment.hash, "chosen");
      // New objects, as from a store.
      line.restart(returning.filter(({ hash }) => !dropped.has(hash)).map((payment) => ({ ...payment })));
    },
    giveUp(time: number): void {
      line.giveUp(time);
      noteDropped();
    },
  };
}

type Ledger = ReturnType<typeof createLedger>;

const account = fc.constantFrom(...ACCOUNTS);
const source = fc.nat({ max: 2 });
const arrive = fc.record({
  kind: fc.constant("arrive" as const),
  source,
  account,
  amount: fc.integer({ min: 1, max: 9 }),
});
const send = fc.record({
  kind: fc.constant("send" as const),
  account,
  to: account,
  amount: fc.integer({ min: 1, max: 9 }),
});
const step = fc.oneof(
  { weight: 4, arbitrary: arrive },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("handle" as const), source }) },
  { weight: 8, arbitrary: send },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("try" as const), times: fc.nat({ max: 6 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("set back" as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  },
);
const steps = fc.array(step, { minLength: 40, maxLength: 120, size: "max" });
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function take(ledger: Ledger, next: Step, dropEvery: number): void {
  if (next.kind === "arrive") ledger.arrive(next);
  if (next.kind === "handle") ledger.handle(next.source);
  if (next.kind === "send") ledger.send(next.account, next);
  if (next.kind === "try") ledger.tryAgain(next.times);
  if (next.kind === "set back") ledger.setBack(Math.floor(next.share * (ledger.history().length + 1)), dropEvery);
}

/** Everything arrives; then nothing that still fails can ever be executed. */
function bringToRest(ledger: Ledger): void {
  for (const source of [0, 1, 2]) while (ledger.handle(source)) ledger.tryAgain(3);
  ledger.tryAgain(Number.POSITIVE_INFINITY);
  while (ledger.line.count > 0) {
    ledger.giveUp(ledger.line.failing!);
    ledger.tryAgain(Number.POSITIVE_INFINITY);
  }
}

function expectAllAccountedFor({ promised, dropped, payments }: Ledger): void {
  const executed = payments().map(({ hash }) => hash);
  expect(new Set(executed).size).toBe(executed.length);
  for (const hash of promised.keys())
    expect([hash, executed.includes(hash) !== dropped.has(hash)]).toEqual([hash, true]);
  for (const account of ACCOUNTS) {
    const nonces = payments()
      .filter((payment) => payment.account === account)
      .map(({ nonce }) => nonce);
    expect(nonces).toEqual([...new Set(nonces)].sort((a, b) => a - b));
  }
}

const RUNS = 1_000;

describe("a ledger that is set back again and again", () => {
  it("executes everything that was promised, each account in its order, and drops nothing", () => {
    let waited = 0;
    fc.assert(
      fc.property(steps, (taken) => {
        const ledger = createLedger();
        for (const next of taken) take(ledger, next, 0);
        waited += ledger.line.count;
        bringToRest(ledger);
        expectAllAccountedFor(ledger);
        expect([...ledger.dropped]).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    expect(waited).toBeGreaterThan(RUNS);
  });

  it("loses nothing and executes nothing twice when some are left out for a cause", () => {
    let dropped = 0;
    fc.assert(
      fc.property(steps, fc.integer({ min: 2, max: 9 }), (taken, dropEvery) => {
        const ledger = createLedger();
        for (const next of taken) take(ledger, next, dropEvery);
        bringToRest(ledger);
        expectAllAccountedFor(ledger);
        dropped += ledger.dropped.size;
      }),
      { numRuns: RUNS },
    );
    expect(dropped).toBeGreaterThan(RUNS / 2);
  });
});
