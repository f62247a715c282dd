import { expect, it } from "vitest";
import { createVerifier } from "../intake/verifySignatures.ts";
import { ALICE, call, note } from "../testing.ts";
import { createWorkerVerifier } from "./workers.ts";

it("checks signatures in several threads, and answers in order", async () => {
  const transactions = Array.from({ length: 50 }, (_, nonce) => note(nonce, 1n));
  transactions[7] = { ...transactions[7]!, nonce: 8 };
  transactions[49] = call(ALICE, { method: "transfer", args: [1n, 1n], nonce: 1, maxFee: 3n });
  const expected = await createVerifier().verify(transactions);
  expect(expected.map((verified) => verified === undefined).filter(Boolean)).toHaveLength(1);
  for (const workers of [1, 3]) {
    const verifier = createWorkerVerifier({ workers });
    expect(await verifier.verify(transactions)).toEqual(expected);
    expect(await verifier.verify(transactions.slice(0, 3))).toEqual(expected.slice(0, 3));
    expect(await verifier.verify([])).toEqual([]);
    await verifier.close();
  }
});

it("says why a thread failed, without the stack, which is the cause's", async () => {
  const verifier = createWorkerVerifier();
  const failure = verifier.verify([undefined as never]);
  await expect(failure).rejects.toMatchObject({
    code: "sequencer/worker",
    cause: { stack: expect.stringMatching(/\n +at /) },
  });
  await expect(failure).rejects.toThrow(/^The thread that does "verify" failed: [^\n]+\. Look at the node's log/);
  await verifier.close();
});
