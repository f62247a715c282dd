import { publicKeyOf } from "@frond/foundation";
import {
  addressOf,
  type BlockSize,
  BlockSizeError,
  type ForcedTransaction,
  forcedOf,
  type Message,
  signTransaction,
} from "@frond/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createExecutor } from "../executor/createExecutor.ts";
import type { Program } from "../ir.ts";
import { arbitraryCall } from "../testing/arbitraryCall.ts";
import { buildRandomApplication } from "../testing/arbitraryProgram.ts";
import { createTestLayer } from "../testing/createTestLayer.ts";
import { createTestCircuit } from "../testing/testCircuit.ts";
import { blockCircuit } from "./blockCircuit.ts";
import { blockInputs } from "./blockInputs.ts";

const SIZE: BlockSize = {
  name: "forced",
  ...{ transactions: 0, forced: 4, entries: 32, inserts: 20, consumed: 0, produced: 32 },
};
const LAYER = 7n;
const SECRETS = [1n, 2n, 3n];
const SENDERS = SECRETS.map((secret) => addressOf(publicKeyOf(secret)));
const PROGRAMS = Number(process.env.FROND_RANDOM_PROGRAMS ?? 3);
const FIRST_SEED = Number(process.env.FROND_FIRST_SEED ?? 3);

/** The circuit accepts a block only if it computes the same values, messages and outcomes as the executor. */
describe.each(Array.from({ length: PROGRAMS }, (_, i) => FIRST_SEED + i))("random application %i", (seed) => {
  test("the circuit of forced transactions agrees with the executor", { timeout: 300_000 }, async () => {
    const [decisions] = fc.sample(fc.array(fc.nat({ max: 65535 }), { minLength: 250, maxLength: 400 }), {
      ...{ seed, numRuns: 1 },
    });
    // What sends to a layer is invalid, and random methods nearly always do: those of odd seeds send to L1 alone.
    const sendsToLayers = seed % 2 === 0;
    const { program } = buildRandomApplication(decisions!, { sendsToLayers });
    const circuit = await createTestCircuit(blockCircuit({ program, size: SIZE }));
    const counts = { valid: 0, blocks: 0 };
    for (let round = 0; round < 3; round++) {
      const layer = createTestLayer(program, LAYER);
      const nonces = new Map<bigint, number>();
      for (let turn = 0; turn < 3; turn++) {
        const sample = sampleOf(program, { seed: seed * 1000 + round * 10 + turn, time: layer.time });
        layer.block({ size: "any", consumed: sample.consumed });
        const { time } = layer;
        const forced = sample.calls.map((call, i) => {
          const transaction = forcedFrom(call, nonces.get(call.secret) ?? 0, time);
          nonces.set(call.secret, (nonces.get(call.secret) ?? 0) + 1);
          return spoiled(transaction, (seed + round + turn + i) % 12);
        });
        if (isValid(program, layer, forced[0])) counts.valid++;
        const witness = layer.block({ size: SIZE.name, forced });
        try {
          expect(await circuit.failure(blockInputs({ program, size: SIZE, witness }))).toBeUndefined();
          counts.blocks++;
        } catch (error) {
          // Some blocks of random calls exceed the size. The tree has changed by then, so this layer can't continue.
          if (error instanceof BlockSizeError) break;
          throw error;
        }
      }
    }
    // Guards against blocks that are all invalid, or too large.
    expect(counts.blocks).toBeGreaterThan(4);
    if (!sendsToLayers) expect(counts.valid).toBeGreaterThan(0);
  });
});

type SampledCall = { readonly secret: bigint; readonly method: number; readonly args: readonly bigint[] };

function sampleOf(program: Program, { seed, time }: { seed: number; time: number }) {
  const options = { senders: SENDERS, layerId: LAYER, time, feeRecipient: SENDERS[1]! };
  const consumed: Message[] = [];
  const calls: SampledCall[] = [];
  for (const call of fc.sample(arbitraryCall(program, options), { seed, numRuns: 9 })) {
    if (call.kind === "message" && consumed.length < 3) consumed.push(call.message);
    if (call.kind === "method" && calls.length < SIZE.forced!) {
      calls.push({ secret: SECRETS[SENDERS.indexOf(call.sender)]!, method: call.method, args: call.args });
    }
  }
  return { consumed, calls };
}

function forcedFrom({ secret, method, args }: SampledCall, nonce: number, time: number): ForcedTransaction {
  return forcedOf(signTransaction({ layerId: LAYER, method, args, nonce, maxFee: 9n, expiry: time + 10 }, secret));
}

/** The transaction, or in five of twelve cases one with a word that makes it invalid. */
function spoiled(transaction: ForcedTransaction, which: number): ForcedTransaction {
  const { args, sLow, publicKey, packed } = transaction;
  const all: readonly Partial<ForcedTransaction>[] = [
    { args: args.slice(1) },
    { sLow: sLow ^ 1n },
    { publicKey: { x: publicKey.x, y: publicKey.x } },
    { packed: packed + (1n << 160n) },
    { args: args.map((word) => (word === 0n ? 1n : word - 1n)) },
  ];
  return { ...transaction, ...all[which] };
}

function isValid(
  program: Program,
  layer: ReturnType<typeof createTestLayer>,
  transaction: ForcedTransaction | undefined,
): boolean {
  if (transaction === undefined) return false;
  const zeros = new Array<bigint>(program.entryWidth).fill(0n);
  const state = { get: (key: bigint) => layer.tree.read(key) ?? zeros };
  const context = { layerId: LAYER, time: layer.time, epoch: 1 };
  return createExecutor(program).runForced({ transaction, context, state }).ok;
}
