import { sleep } from "@frond/foundation";
import { LAST_TIME, MAX_DRIFT_MILLISECONDS, type Transaction, transactionHash } from "@frond/protocol";
import { type BlockRecord, type IncomingMessage, memoryStore } from "@frond/store";
import fc from "fast-check";
import { expect, it } from "vitest";
import { ALICE, balanceOf, bob, call, deposit, identity, manualClock, payment, startOn } from "../testing.ts";
import type { Sequencer } from "../types.ts";
import { createNetworkTime } from "./createNetworkTime.ts";

const [SECOND, HOUR] = [1_000, 3_600_000];
const NOON = 1_800_000_000_000;
const SLACK_MILLISECONDS = 500;

/** What happens to a layer, its machine, and its coordinator. Numbers are milliseconds unless their name says more. */
type Step =
  | { readonly kind: "pass" | "setWallClock" | "setNetworkTime"; readonly by: number }
  | { readonly kind: "tell"; readonly late: number }
  | { readonly kind: "pay"; readonly ahead: number }
  | { readonly kind: "submit" | "deposit" | "seal" | "endEpoch" | "setBack" | "restart" };

const jump = fc.oneof(fc.integer({ min: -HOUR * 3, max: HOUR * 3 }), fc.integer({ min: -3 * SECOND, max: 3 * SECOND }));
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant("pass" as const), by: fc.oneof(fc.nat(300), fc.nat(3 * SECOND), fc.nat(HOUR)) }),
    fc.record({ kind: fc.constantFrom("setWallClock" as const, "setNetworkTime" as const), by: jump }),
    fc.record({ kind: fc.constant("tell" as const), late: fc.nat(SECOND) }),
    fc.record({ kind: fc.constant("pay" as const), ahead: fc.integer({ min: -HOUR, max: MAX_DRIFT_MILLISECONDS }) }),
    fc.record({ kind: fc.constantFrom("submit" as const, "deposit" as const, "seal" as const) }),
    fc.record({ kind: fc.constantFrom("endEpoch" as const, "setBack" as const, "restart" as const) }),
  ),
  { minLength: 10, maxLength: 40 },
);

async function turns(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise(setImmediate);
}

/** A layer, with the little of a coordinator that gives epochs their windows. */
function startWorld() {
  const store = memoryStore(identity);
  const clock = manualClock();
  clock.set(NOON);
  const transactions: Transaction[] = [];
  const messages: IncomingMessage[] = [];
  /** Every block that was ever sealed; those of set-backs, too. */
  const sealed: BlockRecord[] = [];
  /** Until when each epoch lasts, by its number. */
  const untils = [0];
  let network = NOON;
  let deposits = 0;
  let lastLetter = 0;
  let session = 0;
  let sequencer: Sequencer;
  let layerTime: ReturnType<typeof createNetworkTime>;

  const now = (): number => network + clock.passed();
  const start = (): void => {
    layerTime = createNetworkTime({ waitMilliseconds: 0 }, { clock });
    sequencer = startOn(store, { blockMilliseconds: SECOND }, { clock });
    sequencer.on("block", (block) => sealed.push(block));
  };
  const tell = (late = 0): void => {
    sequencer.setTime(now() - late);
    layerTime.tell(now() - late);
  };
  const submit = (transaction: Transaction): void => void sequencer.submit(transaction).catch(() => {});
  const deliver = (incoming: readonly IncomingMessage[]): void => void sequencer.consume(incoming).catch(() => {});
  const give = (incoming: IncomingMessage): void => {
    messages.push(incoming);
    deliver([incoming]);
  };
  const giveDeposit = (): void => give(deposit(bob, 1n, deposits++));
  /** L1 and clients ask again. What layers sent lives in its epoch only. */
  const giveAgain = (): void => {
    deliver(messages.filter(({ message }) => message.from === 0n));
    for (const transaction of transactions) submit(transaction);
  };

  const endEpoch = async (): Promise<void> => {
    const { epoch } = sequencer;
    await sequencer.hold();
    const times = messages.map(({ message }) => message.time);
    // The network's time is never before its epoch (`networkTime` of the coordinator), also after L1 was set back.
    const until = Math.max(now(), untils[epoch - 1]!, sequencer.position().time, ...times) + SLACK_MILLISECONDS;
    untils[epoch] = until;
    // It takes a while until every layer knows, and L1 waits for none.
    clock.advance(HOUR);
    giveDeposit();
    await turns();
    await sequencer.closeEpoch(epoch, until);
  };

  const run: { readonly [K in Step["kind"]]: (step: Extract<Step, { kind: K }>) => unknown } = {
    pass: ({ by }) => clock.advance(by),
    setWallClock: ({ by }) => clock.set(clock.now() + by),
    setNetworkTime({ by }) {
      // A coordinator that starts again knows at least the end of the last epoch.
      network = Math.max(now() + by, untils.at(-1)!) - clock.passed();
    },
    tell: ({ late }) => tell(late),
    submit() {
      const args = [BigInt(transactions.length), 1n] as const;
      transactions.push(call(ALICE, { method: "note", args, nonce: transactions.length, expiry: LAST_TIME }));
      submit(transactions.at(-1)!);
    },
    deposit: giveDeposit,
    pay({ ahead }) {
      lastLetter = Math.max(lastLetter + 1, Math.min(now() + ahead, now() + MAX_DRIFT_MILLISECONDS));
      if (lastLetter <= now() + MAX_DRIFT_MILLISECONDS) give(payment(bob, 1n, lastLetter));
    },
    seal: () => sequencer.seal(),
    endEpoch,
    async setBack() {
      const { epoch, sealed: through } = sequencer.position();
      await sequencer.setBack({ through, epoch, session: ++session, after: untils[epoch - 1]! });
      giveAgain();
    },
    async restart() {
      await sequencer.close();
      start();
      giveAgain();
    },
  };

  start();
  return {
    store,
    clock,
    transactions,
    sealed,
    untils,
    get sequencer() {
      return sequencer;
    },
    get deposits() {
      return deposits;
    },
    /** How late a block may be that the layer opens now. */
    latest: () => Math.max(layerTime.now(), untils[sequencer.epoch - 1]!) + MAX_DRIFT_MILLISECONDS,
    run: async (step: Step) => {
      await run[step.kind](step as never);
      await turns();
    },
    async comeToRest() {
      // The network's time comes up to what the layer has seen of it.
      network = Math.max(now(), sequencer.position().time, lastLetter) - clock.passed();
      giveAgain();
      const isDone = () =>
        sequencer.returning().count === 0 &&
        sequencer.status().inbox === 0 &&
        transactions.every((transaction) => sequencer.promised(transactionHash(transaction)) !== undefined);
      for (let i = 0; i < 100 && !isDone(); i++) {
        tell();
        await turns();
        clock.advance(200);
        await sleep(1);
      }
      await sequencer.seal();
    },
  };
}

function checkBlocks({ sealed, untils, store }: ReturnType<typeof startWorld>): void {
  for (const [i, { time, epoch, consumed }] of sealed.entries()) {
    expect(time).toBeGreaterThan(sealed[i - 1]?.time ?? 0);
    for (const { message } of consumed) expect(time).toBeGreaterThan(message.time);
    expect(time).toBeGreaterThan(untils[epoch - 1]!);
    expect(time).toBeLessThanOrEqual(untils[epoch] ?? LAST_TIME);
  }
  for (let number = 2; number <= store.lastBlockNumber(); number++)
    expect(store.block(number)!.time).toBeGreaterThan(store.block(number - 1)!.time);
}

it("keeps every block in its epoch's window, runs ahead of no network, and loses nothing, whatever clocks do", {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (history) => {
      const world = startWorld();
      let highest = 0;
      for (const step of history) {
        await world.run(step);
        const { time } = world.sequencer.position();
        if (time > highest) expect(time).toBeLessThanOrEqual(world.latest());
        highest = Math.max(highest, time);
        checkBlocks(world);
      }
      await world.comeToRest();
      checkBlocks(world);
      const { sequencer, transactions, deposits } = world;
      expect(transactions.filter((transaction) => !sequencer.promised(transactionHash(transaction)))).toEqual([]);
      expect(sequencer.cursor("l1") ?? -1).toBe(deposits - 1);
      expect(balanceOf(sequencer, bob) ?? 0n).toBeGreaterThanOrEqual(BigInt(deposits));
      expect(sequencer.lastDropped()).toEqual([]);
      await sequencer.close();
    }),
    { numRuns: Number(process.env.FROND_TIME_RUNS ?? 60) },
  );
});
