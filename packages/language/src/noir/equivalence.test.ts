import { publicKeyOf } from "@frond/foundation";
import { addressOf, type BlockSize, BlockSizeError, type BundleLink, type Message, NO_LINK } from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryCall } from "../testing/arbitraryCall.ts";
import { buildRandomApplication } from "../testing/arbitraryProgram.ts";
import { createTestLayer, type TestCall } from "../testing/createTestLayer.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs, loweredOf } from "./blockInputs.ts";
import { encodeBlock } from "./encodeBlock.ts";
import { traceBlock } from "./traceBlock.ts";
import { withoutMissing } from "./withoutMissing.ts";

const SIZE: BlockSize = { name: "test", transactions: 4, entries: 20, inserts: 14, consumed: 6, produced: 32 };
/** The number of consumed messages that are handled, without the links of bundles. */
const HANDLED = 3;
const LINKS: readonly BundleLink[] = [
  NO_LINK,
  { id: 5n, index: 1, previous: 8n, next: 0n },
  { id: 6n, index: 0, previous: 0n, next: 9n },
  { id: 7n, index: 255, previous: 9n, next: 8n },
];
const LAYER = 7n;
const SECRETS = [1n, 2n, 3n];
const SENDERS = SECRETS.map((secret) => addressOf(publicKeyOf(secret)));
/** An account that also sends, so that payer and recipient of a fee may coincide. */
const FEE_RECIPIENT = SENDERS[1]!;
const PROGRAMS = Number(process.env.FROND_RANDOM_PROGRAMS ?? 3);
const FIRST_SEED = Number(process.env.FROND_FIRST_SEED ?? 1);

/** The circuit accepts a block only if it computes the same values, messages and outcomes as the executor. */
describe.each(Array.from({ length: PROGRAMS }, (_, i) => FIRST_SEED + i))("random application %i", (seed) => {
  test("the circuit agrees with the executor", { timeout: 300_000 }, async () => {
    const [decisions] = fc.sample(fc.array(fc.nat({ max: 65535 }), { minLength: 250, maxLength: 400 }), {
      seed,
      numRuns: 1,
    });
    const { program } = buildRandomApplication(decisions!);
    const circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
    let accepted = 0;
    let refused = 0;
    for (let round = 0; round < 6; round++) {
      const layer = createTestLayer(program, LAYER);
      for (let turn = 0; turn < 3; turn++) {
        const { consumed, calls } = sampleCalls(program, { seed: seed * 1000 + round * 10 + turn, time: layer.time });
        const attempt = layer.attempt({ size: SIZE.name, consumed, calls, feeRecipient: FEE_RECIPIENT });
        const { witness, failed } = attempt;
        try {
          expect(await circuit.failure(blockInputs({ program, size: SIZE, witness }))).toBeUndefined();
          accepted += witness.transactions.length;
        } catch (error) {
          // Some blocks of random calls exceed the size. The tree has changed by then, so this layer can't continue.
          if (error instanceof BlockSizeError) break;
          throw error;
        }
        if (failed === undefined) continue;
        // The first refused call, alone on the state after the block. The circuit must refuse the call too.
        const trace = traceBlock(loweredOf(program), failed);
        expect(trace.failures).toHaveLength(1);
        const inputs = encodeBlock(loweredOf(program), {
          size: SIZE,
          witness: failed,
          trace: withoutMissing(trace, failed),
        });
        // A too wide recipient on L1 fails in the check of the messages, which the executor did not make.
        expect(await circuit.failure(inputs)).toMatch(
          /its method fails|not the one that is opened|not the next place|sent (otherwise|to another layer) than/,
        );
        refused++;
        break;
      }
    }
    expect(accepted + refused).toBeGreaterThan(0);
  });
});

function sampleCalls(program: Parameters<typeof arbitraryCall>[0], { seed, time }: { seed: number; time: number }) {
  const arbitrary = arbitraryCall(program, { senders: SENDERS, layerId: LAYER, time, feeRecipient: FEE_RECIPIENT });
  const consumed: Message[] = [];
  const calls: TestCall[] = [];
  for (const call of fc.sample(arbitrary, { seed, numRuns: 7 })) {
    if (call.kind === "message" && consumed.length < HANDLED) consumed.push(call.message);
    if (call.kind === "method" && calls.length < SIZE.transactions) {
      const { sender, method, args, fee } = call;
      calls.push({
        secret: SECRETS[SENDERS.indexOf(sender)]!,
        method,
        args,
        fee,
        link: LINKS[(seed + calls.length) % LINKS.length]!,
      });
    }
  }
  return { consumed, calls };
}
