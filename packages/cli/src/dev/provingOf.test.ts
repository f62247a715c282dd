import { sleep } from "@frond/foundation";
import { startTestTree } from "@frond/settlement/testing";
import { describe, expect, it } from "vitest";
import { provingWhenIdle } from "./idleQueue.ts";
import { provingOf } from "./provingOf.ts";

const now = () => performance.now();

describe("--prove", () => {
  it.each([
    ["never", { isProven: false }],
    ["always", { isProven: true }],
    ["idle", { isProven: true, openQueue: expect.any(Function) }],
  ])("%s says %o", (when, proving) => {
    expect(provingOf(when, now)).toEqual(proving);
  });

  it("refuses another word", () => {
    expect(() => provingOf("sometimes", now)).toThrow("There is no --prove sometimes. Use never, idle, always.");
  });
});

describe("a network that proves when it is idle", () => {
  const IDLE_MILLISECONDS = 300;

  it("begins no proof while somebody calls, and settles once nobody does", async () => {
    let lastCall = Number.NEGATIVE_INFINITY;
    const tree = await startTestTree({
      proverOf: (standIn) =>
        provingWhenIdle(standIn, { lastCall: () => lastCall, idleMilliseconds: IDLE_MILLISECONDS }),
    });
    try {
      await tree.online();
      tree.deposit("a", 1_000_000n);
      await tree.until(() => tree.balance("a") > 0n, "Alice has money");
      const until = now() + 3 * IDLE_MILLISECONDS;
      for (let secret = 1_000n; now() < until; secret++) {
        lastCall = now();
        await tree.pay("a", secret, 5n);
        await sleep(20);
      }
      expect(tree.layer("a").store.lastBlockNumber()).toBeGreaterThan(0);
      expect(tree.prover.made).toEqual([]);
      const { blocks } = await tree.settle();
      expect(now() - lastCall).toBeGreaterThanOrEqual(IDLE_MILLISECONDS);
      expect(tree.prover.made).toEqual(expect.arrayContaining(["block", "aggregate", "settlement"]));
      expect(blocks).toBeGreaterThan(0);
    } finally {
      await tree.close();
    }
  });

  it("asks for no proof that nobody wants any more", async () => {
    const asked: unknown[] = [];
    const prover = provingWhenIdle({ prove: async (request: unknown) => asked.push(request) } as never, {
      lastCall: now,
      idleMilliseconds: 10,
    });
    const cancel = new AbortController();
    const proof = prover.prove({ signal: cancel.signal } as never);
    cancel.abort("its layer was set back");
    await expect(proof).rejects.toBe("its layer was set back");
    expect(asked).toEqual([]);
  });
});
