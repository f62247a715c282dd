import { addPoints, compress, type Field, fieldToHex } from "@frond/foundation";
import {
  aggregatePublicInputs,
  chainChunks,
  type EpochData,
  type EpochWindow,
  LAST_TIME,
  type Message,
  MessageKind,
  messageSum,
  messagesHash,
  NO_BLOB,
  segmentPoint,
} from "@frond/protocol";
import {
  createProver,
  createReferenceString,
  type PreparedCircuit,
  ProofDoesNotVerifyError,
  type Prover,
  UnsatisfiableError,
} from "@frond/prover";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aggregateInputs } from "./aggregateInputs.ts";
import {
  AGGREGATE_ARITIES,
  type AggregateDescription,
  type AggregateStep,
  aggregateKeysHash,
} from "./aggregateStep.ts";
import { AggregateStepError, applySteps } from "./applySteps.ts";
import { aggregateCircuit, escapeCircuit, fillerCircuit, settlementCircuit } from "./circuitSource.ts";
import { segmentOf } from "./dataInput.ts";
import { encodeAggregate } from "./encodeAggregate.ts";
import { type InnerProof, innerProofOf } from "./innerProof.ts";
import { blockKeysTree, type LayerSnapshot } from "./layerSnapshot.ts";
import {
  SettlementUnbalancedError,
  settleAggregate,
  settlementInputs,
  settlementPublicInputs,
} from "./settlementInputs.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { forgeSteps } from "./testing/forgeSteps.ts";
import { programOf } from "./testing/programOf.ts";
import {
  AGGREGATE_KEY_HASHES,
  aggregateStep,
  CONTRACT,
  configOf,
  EPOCH,
  GENESIS_STATE,
  message,
  named,
  signClaim,
  sumOfMessages,
  trunk,
  unproven,
  unprovenProofs,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";
import { verificationKeyHash } from "./verificationKeyHash.ts";

/*
 * Mallory registered a layer as anybody may, with a block circuit that accepts everything. Here she attacks the victim,
 * a sibling, and L1 with it: with claims that are true as far as her circuit goes, and with an aggregator of her own
 * who skips the rules of `applySteps`. Nothing but the constraints of the aggregate and the settlement is left.
 */

const MINUTES = 60_000;
const VICTIM = 1;
const MALLORY = 2;
const [SINGLE, NARROW] = AGGREGATE_ARITIES as [number, number];
const OUT_OF_RANGE = /call to assert_max_bit_size/;

/** What an honest proposer gives to the epoch. */
const WINDOW: EpochWindow = { epoch: EPOCH, after: 4, until: 1_000 };
const MALLORYS_SECRET = 0xbadn;

/** The block circuit of Mallory: any statement has a proof. And the victim's, which keeps to some rule of its own. */
const malicious = programOf("malicious_block", "fn main(inputs: pub [Field; 7]) { assert(inputs[3] != 0); }");
const honest = programOf("honest_block", "fn main(inputs: pub [Field; 7]) { assert(inputs[1] != inputs[2]); }");

/**
 * What `circuits.lock.json` keeps: a change of a circuit shows in its difference. The key hashes are under the
 * development reference string.
 */
function lockFile(prepared: readonly PreparedCircuit[]): string {
  const kept = prepared.map(({ name, gates, dyadic, digest, key }) => [
    name,
    { gates, dyadic, digest, keyHash: fieldToHex(key.hash) },
  ]);
  return `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`;
}

let prover: Prover;
let circuits: { malicious: PreparedCircuit; honest: PreparedCircuit };
let aggregateRules: TestCircuit;
let settlementRules: TestCircuit;

beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
  circuits = {
    malicious: await prover.prepare(malicious, "recursive"),
    honest: await prover.prepare(honest, "recursive"),
  };
  aggregateRules = await compileForTest(aggregateCircuit(NARROW));
  settlementRules = await compileForTest(settlementCircuit(AGGREGATE_KEY_HASHES));
}, 20 * MINUTES);

afterAll(() => prover?.close());

type BlockStep = Extract<AggregateStep, { kind: "block" }>;

/** A block of a layer as somebody claims it; what is not given follows the layer. */
function claimBlock(
  layer: LayerSnapshot,
  options: Partial<{
    child: number;
    layerId: Field;
    stateRootIn: Field;
    time: number;
    epoch: number;
    messagesHash: Field;
    keyHash: Field;
    /** Of who signs it; by default the layer's sequencer. */
    secret: bigint;
    consumed: readonly Message[];
    produced: readonly Message[];
  }> = {},
): BlockStep {
  const { consumed = [], produced = [], child, time = layer.record.time + 1 } = options;
  const publicWords = [named("data")];
  const claim = {
    keyHash: options.keyHash ?? layer.blockKeys[0]!,
    publicInputs: [
      options.layerId ?? layer.record.layerId,
      options.stateRootIn ?? layer.record.stateRoot,
      named(`state of ${layer.record.layerId} at ${time}`),
      BigInt(time),
      BigInt(options.epoch ?? EPOCH),
      options.messagesHash ?? messagesHash(produced, consumed),
      compress(chainChunks(0n, publicWords), 0n, 0n, 0n),
    ],
  };
  const signature = signClaim(claim, options.secret);
  const data = { publicWords, committeeHash: 0n, committeeSignatures: [] };
  return { kind: "block", claim, signature, ...data, consumed, produced, ...(child !== undefined && { child }) };
}

function describeAggregate(layer: LayerSnapshot, steps: readonly AggregateStep[]): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps };
}

function afterSteps(layer: LayerSnapshot, steps: readonly AggregateStep[]): LayerSnapshot {
  return applySteps(describeAggregate(layer, steps)).layer;
}

function registration(parent: LayerSnapshot, child: number, circuit: PreparedCircuit): AggregateStep {
  const blockKeys = [verificationKeyHash(circuit.key.fields)];
  const config = { ...configOf(parent.record.layerId, BigInt(child)), blockKeysRoot: blockKeysTree(blockKeys).root };
  return { kind: "register", child, config, blockKeys };
}

const depositTo = (to: Field, amount: bigint) => message({ to, kind: MessageKind.deposit, asset: 1, amount });

/** The trunk with the victim, who holds 500 of asset 1, and Mallory, who holds 100 of it; both are at time 5. */
function world() {
  const registered = afterSteps(trunk(), [
    registration(trunk(), VICTIM, circuits.honest),
    registration(trunk(), MALLORY, circuits.malicious),
  ]);
  const fund = (child: number, amount: bigint): AggregateStep => {
    const layer = registered.children.get(child)!;
    return claimBlock(layer, { child, time: 5, consumed: [depositTo(layer.record.layerId, amount)] });
  };
  const parent = afterSteps(registered, [fund(VICTIM, 500n), fund(MALLORY, 100n)]);
  return { parent, victim: parent.children.get(VICTIM)!, mallory: parent.children.get(MALLORY)! };
}
type World = ReturnType<typeof world>;

function idsOf({ parent, victim, mallory }: World) {
  return { trunk: parent.record.layerId, victim: victim.record.layerId, mallory: mallory.record.layerId };
}

/**
 * The aggregate's inputs as Mallory's aggregator makes them, whatever the rules say: with real proofs of what the steps
 * claim, by whose circuit they name, or else by hers.
 */
async function forgedInputs(description: AggregateDescription) {
  const proofs = unprovenProofs(description.steps, NARROW);
  for (const [place, step] of description.steps.entries()) {
    if (!("claim" in step)) continue;
    const circuit = step.claim.keyHash === circuits.honest.key.hash ? circuits.honest : circuits.malicious;
    proofs[place] = { ...(await proveBlock(circuit, step.claim.publicInputs)), ...step.claim };
  }
  return encodeAggregate({ ...description, ...forgeSteps(description), arity: NARROW, proofs });
}

async function proveBlock(circuit: PreparedCircuit, publicInputs: readonly Field[]): Promise<InnerProof> {
  const result = await prover.prove(circuit, { inputs: publicInputs.map(fieldToHex) });
  return innerProofOf(circuit.key, result);
}

/** The sum that layers have if they consume and produce exactly what is listed. */
function settleable(listed: readonly Message[], segments: EpochData) {
  const consumed = listed.filter(({ from }) => from === 0n);
  const produced = listed.filter(({ to }) => to === 0n);
  return segments
    .map((words) => segmentPoint({ ...segmentOf(words), epoch: EPOCH }).point)
    .reduce(addPoints, messageSum({ consumed, produced, epoch: EPOCH }));
}

describe("a layer whose circuit accepts everything is refused what harms others, by function and circuit alike", () => {
  /** Mallory's block at her own place. */
  const block = (options: Parameters<typeof claimBlock>[1]) => (w: World) => [
    claimBlock(w.mallory, { child: MALLORY, ...options }),
  ];
  /** The same, of messages that depend on who is who. */
  const messages =
    (lists: (ids: ReturnType<typeof idsOf>) => { consumed?: readonly Message[]; produced?: readonly Message[] }) =>
    (w: World) =>
      block(lists(idsOf(w)))(w);
  const pays = (from: Field, parts: Partial<Message>) => message({ from, to: 0n, time: 6, asset: 1, ...parts });

  const attacks: [name: string, rule: string, constraint: RegExp, steps: (w: World) => AggregateStep[]][] = [
    [
      "pays more than her vault holds",
      "vault",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({ produced: [pays(mallory, { amount: 101n })] })),
    ],
    [
      "pays what her vault holds twice in a block",
      "vault",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({
        produced: [pays(mallory, { amount: 60n }), pays(mallory, { amount: 60n, payload: 1n })],
      })),
    ],
    [
      "pays an asset that she never had",
      "vault",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({ produced: [pays(mallory, { asset: 2, amount: 1n })] })),
    ],
    [
      "pays a negative amount",
      "message-amount",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({
        produced: [
          pays(mallory, { amount: 21888242871839275222246405745257275088548364400416034343698204186575808495616n }),
        ],
      })),
    ],
    [
      "pays an asset whose number only looks like one",
      "message-asset",
      /decompose into specified 16 limbs/,
      messages(({ mallory }) => ({ produced: [pays(mallory, { asset: 65537, amount: 1n })] })),
    ],
    [
      "fills her vault beyond what it can hold",
      "vault-overflow",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({ consumed: [depositTo(mallory, (1n << 128n) - 1n)] })),
    ],
    [
      "lets the victim pay",
      "message-layer",
      /produced: from another layer/,
      messages(({ victim }) => ({ produced: [pays(victim, { amount: 500n })] })),
    ],
    [
      "lets L1 pay",
      "message-layer",
      /produced: from another layer/,
      messages(({ mallory }) => ({ produced: [message({ to: mallory, time: 6, asset: 1, amount: 500n })] })),
    ],
    [
      "takes what is addressed to the victim",
      "message-layer",
      /consumed: addressed to another layer/,
      messages(({ victim }) => ({ consumed: [depositTo(victim, 50n)] })),
    ],
    [
      "takes what is addressed to L1",
      "message-layer",
      /consumed: addressed to another layer/,
      messages(({ victim }) => ({ consumed: [message({ from: victim, time: 5, asset: 1, amount: 50n })] })),
    ],
    [
      "takes money from a later time",
      "message-time",
      OUT_OF_RANGE,
      messages(({ victim, mallory }) => ({
        consumed: [message({ from: victim, to: mallory, time: 6, asset: 1, amount: 50n })],
      })),
    ],
    [
      "sends before she has times for it",
      "message-time",
      /produced: at another time/,
      messages(({ mallory }) => ({ produced: [pays(mallory, { time: 2, amount: 1n })] })),
    ],
    [
      "swallows her own freeze",
      "record",
      /what is for the record is not for a block/,
      messages(({ mallory }) => ({ consumed: [message({ to: mallory, kind: MessageKind.freeze })] })),
    ],
    [
      "sends to L1 what L1's list can't spell, so that nobody settles",
      "message-kind",
      OUT_OF_RANGE,
      messages(({ mallory }) => ({ produced: [pays(mallory, { kind: 130 as MessageKind })] })),
    ],
    [
      "pays by the link of a bundle",
      "bundle",
      /bundle: a link carries an asset/,
      messages(({ mallory, victim }) => ({
        produced: [message({ from: mallory, to: victim, kind: MessageKind.bundle, asset: 1, amount: 1n })],
      })),
    ],
    ["hides her messages", "messages", /not those of the block/, block({ messagesHash: named("what messages?") })],
    [
      "proves a block of the victim in her own place",
      "layer",
      /block: of another layer/,
      (w) => block({ layerId: idsOf(w).victim })(w),
    ],
    [
      "puts a block of hers into the victim's place",
      "key",
      /does not allow this verification key/,
      (w) => [claimBlock(w.victim, { child: VICTIM, keyHash: w.mallory.blockKeys[0]! })],
    ],
    [
      "puts a block of hers into the trunk's place",
      "key",
      /does not allow this verification key/,
      (w) => [claimBlock(w.parent, { keyHash: w.mallory.blockKeys[0]! })],
    ],
    [
      "uses a key that she did not register",
      "key",
      /does not allow this verification key/,
      (w) => block({ keyHash: w.victim.blockKeys[0]! })(w),
    ],
    [
      "goes on from another state than she is in",
      "state",
      /does not follow the layer's state/,
      block({ stateRootIn: 9n }),
    ],
    [
      "goes back to her first state",
      "state",
      /does not follow the layer's state/,
      block({ stateRootIn: GENESIS_STATE }),
    ],
    ["makes a second block of a time", "time", OUT_OF_RANGE, block({ time: 5 })],
    ["turns her clock back", "time", OUT_OF_RANGE, block({ time: 1 })],
    ["turns her clock beyond its range", "window", OUT_OF_RANGE, block({ time: LAST_TIME + 1 })],
    ["turns her clock to the last time that there is", "window", OUT_OF_RANGE, block({ time: LAST_TIME })],
    ["turns her clock past the end of the epoch", "window", OUT_OF_RANGE, block({ time: WINDOW.until + 1 })],
    [
      "orders the transactions of the victim, whose sequencer she is not",
      "signature",
      /not signed by the layer's sequencer/,
      (w) => [claimBlock(w.victim, { child: VICTIM, secret: MALLORYS_SECRET })],
    ],
    ["uses a block of another epoch", "epoch", /block: of another epoch/, block({ epoch: EPOCH - 1 })],
    [
      "gives a proof of hers out as an aggregate of the victim",
      "key",
      /aggregate input: another verification key/,
      (w) => {
        const rich = { ...w.victim, record: { ...w.victim.record, stateRoot: named("all of it is Mallory's") } };
        const lie = applySteps(describeAggregate(rich, [])).statement;
        const publicInputs = aggregatePublicInputs({
          ...lie,
          rootIn: applySteps(describeAggregate(w.victim, [])).statement.rootIn,
        });
        const claim = { keyHash: w.mallory.blockKeys[0]!, publicInputs };
        return [{ kind: "aggregate", child: VICTIM, claim, after: rich, segments: [] }];
      },
    ],
    [
      "puts an aggregate of hers into the victim's place",
      "layer",
      /aggregate input: of another layer/,
      (w) => [aggregateStep(describeAggregate(w.mallory, [claimBlock(w.mallory)]), VICTIM)],
    ],
    [
      "brings an aggregate of hers a second time",
      "root",
      /does not follow the target's root/,
      (w) => {
        const once = aggregateStep(describeAggregate(w.mallory, [claimBlock(w.mallory)]), MALLORY);
        return [once, once];
      },
    ],
    [
      "registers herself over the victim",
      "register-index",
      /the index is taken/,
      (w) => [registration(w.parent, VICTIM, circuits.malicious)],
    ],
    [
      "registers herself again, at time 0",
      "register-index",
      /the index is taken/,
      (w) => [registration(w.parent, MALLORY, circuits.malicious)],
    ],
    [
      "registers a child of the victim's as the trunk's",
      "register-parent",
      /names another parent/,
      (w) => [registration(w.victim, 3, circuits.malicious)].map((step) => ({ ...step, child: 3 })),
    ],
  ];

  it.each(attacks)("%s", async (_, rule, constraint, steps) => {
    const w = world();
    const description = describeAggregate(w.parent, steps(w));
    const refusal = expect.objectContaining({ name: AggregateStepError.name, data: { rule } });
    expect(() => applySteps(description)).toThrow(refusal);
    await expect(aggregateRules.run(await forgedInputs(description))).rejects.toThrow(constraint);
  });

  it("goes on though she is frozen", async () => {
    const { parent, mallory } = world();
    const freeze = message({ to: mallory.record.layerId, kind: MessageKind.freeze });
    const frozen = afterSteps(parent, [{ kind: "freeze", child: MALLORY, message: freeze }]);
    const description = describeAggregate(frozen, [claimBlock(frozen.children.get(MALLORY)!, { child: MALLORY })]);
    expect(() => applySteps(description)).toThrow(expect.objectContaining({ data: { rule: "frozen" } }));
    await expect(aggregateRules.run(await forgedInputs(description))).rejects.toThrow(/step: the layer is frozen/);
  });

  it("may do in her own place what she likes", async () => {
    const { parent, mallory, victim } = world();
    const [from, to] = [mallory.record.layerId, victim.record.layerId];
    const paid = message({ from, to, time: 6, asset: 1, amount: 100n });
    const description = describeAggregate(parent, [
      claimBlock(mallory, { child: MALLORY, produced: [paid] }),
      claimBlock(victim, { child: VICTIM, time: 7, consumed: [paid] }),
    ]);
    const { layer, ...rest } = applySteps(description);
    expect(layer.children.get(VICTIM)!.vault.get(1)).toBe(600n);
    expect(layer.children.get(MALLORY)!.vault.get(1)).toBe(0n);
    expect(forgeSteps(description)).toEqual(applySteps(description));
    expect(sumOfMessages(rest)).toEqual({ x: 0n, y: 0n });
    await aggregateRules.run(await forgedInputs(description));
  });
});

describe("what a layer consumes and nobody produced keeps the epoch from settling", () => {
  const cases: [name: string, steps: (w: World) => { steps: AggregateStep[]; listed: Message[] }][] = [
    [
      "a message consumed twice in one block",
      (w) => {
        const sent = gift(w);
        const twice = claimBlock(w.mallory, { child: MALLORY, time: 7, consumed: [sent, sent] });
        return { steps: [claimBlock(w.victim, { child: VICTIM, produced: [sent] }), twice], listed: [] };
      },
    ],
    [
      "a message consumed in a block and again in the next",
      (w) => {
        const sent = gift(w);
        const first = claimBlock(w.mallory, { child: MALLORY, time: 7, consumed: [sent] });
        const { layer } = applySteps(describeAggregate(w.parent, [first]));
        const second = claimBlock(layer.children.get(MALLORY)!, { child: MALLORY, time: 8, consumed: [sent] });
        return { steps: [claimBlock(w.victim, { child: VICTIM, produced: [sent] }), first, second], listed: [] };
      },
    ],
    [
      "a message made up in the victim's name",
      (w) => {
        const made = gift(w);
        return { steps: [claimBlock(w.mallory, { child: MALLORY, time: 7, consumed: [made] })], listed: [] };
      },
    ],
    [
      "a message changed on the way",
      (w) => {
        const sent = gift(w);
        const more = { ...sent, amount: sent.amount + 1n };
        const steps = [
          claimBlock(w.victim, { child: VICTIM, produced: [sent] }),
          claimBlock(w.mallory, { child: MALLORY, time: 7, consumed: [more] }),
        ];
        return { steps, listed: [] };
      },
    ],
    [
      "a deposit that L1 did not list",
      (w) => {
        const made = depositTo(w.mallory.record.layerId, 1_000n);
        return { steps: [claimBlock(w.mallory, { child: MALLORY, consumed: [made] })], listed: [] };
      },
    ],
    [
      "a deposit consumed twice",
      (w) => {
        const deposit = depositTo(w.mallory.record.layerId, 1_000n);
        const twice = claimBlock(w.mallory, { child: MALLORY, consumed: [deposit, deposit] });
        return { steps: [twice], listed: [deposit] };
      },
    ],
    [
      "a withdrawal that is listed twice",
      (w) => {
        const from = w.mallory.record.layerId;
        const paid = message({ from, time: 6, kind: MessageKind.withdrawal, asset: 1, amount: 100n });
        return { steps: [claimBlock(w.mallory, { child: MALLORY, produced: [paid] })], listed: [paid, paid] };
      },
    ],
  ];
  const gift = ({ victim, mallory }: World) =>
    message({ from: victim.record.layerId, to: mallory.record.layerId, time: 6, asset: 1, amount: 10n });

  it.each(cases)("%s", async (_, make) => {
    const w = world();
    const { steps, listed } = make(w);
    const { statement, segments } = applySteps(describeAggregate(w.parent, steps));
    const aggregate = aggregatePublicInputs(statement);
    const side = { messages: listed, segments, versionedHash: NO_BLOB, contract: CONTRACT } as const;
    expect(() => settleAggregate({ aggregate, ...side })).toThrow(SettlementUnbalancedError);

    // The inputs of an epoch with the same list that is in balance, and this aggregate in its place.
    const balance = { ...statement, sum: settleable(listed, segments) };
    const claim = { keyHash: AGGREGATE_KEY_HASHES[0]!, publicInputs: aggregatePublicInputs(balance) };
    const inputs = settlementInputs({ proof: unproven(claim), ...side });
    await settlementRules.run(inputs);
    const forged = tamper(inputs, ["claim.public_inputs", aggregate.map(fieldToHex)]);
    await expect(settlementRules.run(forged)).rejects.toThrow(/what was consumed is not what was produced/);
  });
});

describe("with real proofs", () => {
  let single: PreparedCircuit;
  let narrow: PreparedCircuit;
  let wide: PreparedCircuit;
  let aggregateKeyHashes: Field[];

  beforeAll(async () => {
    const aggregates: PreparedCircuit[] = [];
    for (const arity of AGGREGATE_ARITIES) aggregates.push(await prover.prepare(aggregateCircuit(arity), "recursive"));
    [single, narrow, wide] = aggregates as [PreparedCircuit, PreparedCircuit, PreparedCircuit];
    aggregateKeyHashes = aggregates.map(({ key }) => key.hash);
  }, 20 * MINUTES);

  const describeReal = (layer: LayerSnapshot, steps: readonly AggregateStep[]) => ({
    ...describeAggregate(layer, steps),
    aggregateKeyHashes,
  });

  /** A block of Mallory, who keeps to the rules, and one of the victim. */
  async function honestEpoch() {
    const { parent, mallory, victim } = world();
    const sent = message({ from: mallory.record.layerId, to: victim.record.layerId, time: 6, asset: 1, amount: 100n });
    const deposit = depositTo(victim.record.layerId, 40n);
    const withdrawal = message({
      from: victim.record.layerId,
      time: 8,
      kind: MessageKind.withdrawal,
      asset: 1,
      amount: 640n,
    });
    const steps: [BlockStep, BlockStep] = [
      claimBlock(mallory, { child: MALLORY, produced: [sent] }),
      claimBlock(victim, { child: VICTIM, time: 8, consumed: [sent, deposit], produced: [withdrawal] }),
    ];
    const proofs: [InnerProof, InnerProof] = [
      await proveBlock(circuits.malicious, steps[0].claim.publicInputs),
      await proveBlock(circuits.honest, steps[1].claim.publicInputs),
    ];
    return { parent, steps, proofs, listed: [deposit, withdrawal] };
  }

  it(
    "her honest block is aggregated beside the victim's, in another order than they were made, and that settles",
    async () => {
      const { parent, steps, proofs, listed } = await honestEpoch();
      const [hers, victims] = steps;
      // What any other shape says: `treeShapes.test.ts` shows that they are all the same.
      const { statement: aggregated, segments: published } = applySteps(describeReal(parent, steps));
      const publicInputs = aggregatePublicInputs(aggregated);

      // The victim's block first, and an aggregate of one width in one of another.
      const lower = describeReal(parent, [victims]);
      const lowerInputs = aggregateInputs({ ...lower, arity: SINGLE, proofs: [proofs[1]] });
      const folded = innerProofOf(single.key, await prover.prove(single, lowerInputs));
      const { layer: after, segments } = applySteps(lower);
      const first: AggregateStep = { kind: "aggregate", claim: folded, after, segments };
      const upper = { ...describeReal(parent, [first, hers]), arity: NARROW, proofs: [folded, proofs[0]] };
      const inTwo = await prover.prove(narrow, aggregateInputs(upper));
      expect(inTwo.publicInputs).toEqual(publicInputs);

      // What is settled is settled for real in e2e/tree.test.ts.
      const settlement = await prover.prepare(settlementCircuit(aggregateKeyHashes), "evm");
      const settling = { messages: listed, segments: published, versionedHash: NO_BLOB, contract: CONTRACT } as const;
      const inputs = settlementInputs({ proof: innerProofOf(narrow.key, inTwo), ...settling });
      const { statement } = settleAggregate({ aggregate: publicInputs, ...settling });
      const executed = await prover.execute(settlement, inputs);
      expect(executed.publicInputs).toEqual(settlementPublicInputs(statement));
      const filler = await prover.prepare(fillerCircuit(), "recursive");
      const ofEscapes = await prover.prepare(escapeCircuit(), "evm");
      const all = [single, narrow, wide, filler, settlement, ofEscapes];
      await expect(lockFile(all)).toMatchFileSnapshot("../circuits.lock.json");
    },
    20 * MINUTES,
  );

  it(
    "a proof of hers does not pass as one of the victim's circuit",
    async () => {
      const { parent, victim } = world();
      const theft = message({
        from: victim.record.layerId,
        time: 6,
        kind: MessageKind.withdrawal,
        asset: 1,
        amount: 500n,
      });
      const step = claimBlock(victim, { child: VICTIM, produced: [theft] });
      const proof = await proveBlock(circuits.malicious, step.claim.publicInputs);
      // Everything but the proof is in order: the claim names the key that the victim allows.
      const inputs = aggregateInputs({ ...describeReal(parent, [step]), arity: SINGLE, proofs: [proof] });
      await expect(prover.prove(single, inputs)).rejects.toThrow(ProofDoesNotVerifyError);
    },
    10 * MINUTES,
  );

  it(
    "an epoch in which she consumed a deposit twice can be aggregated, and does not settle",
    async () => {
      const { parent, mallory } = world();
      const deposit = depositTo(mallory.record.layerId, 1_000n);
      const step = claimBlock(mallory, { child: MALLORY, consumed: [deposit, deposit] });
      const description = describeReal(parent, [step]);
      const block = await proveBlock(circuits.malicious, step.claim.publicInputs);
      const folding = aggregateInputs({ ...description, arity: SINGLE, proofs: [block] });
      const aggregate = innerProofOf(single.key, await prover.prove(single, folding));

      const settlement = await prover.prepare(settlementCircuit(aggregateKeyHashes), "evm");
      const { statement, segments } = applySteps(description);
      const balance = { ...statement, sum: settleable([deposit], segments) };
      const proof = { ...aggregate, publicInputs: aggregatePublicInputs(balance) };
      const inputs = settlementInputs({
        proof,
        messages: [deposit],
        segments,
        versionedHash: NO_BLOB,
        contract: CONTRACT,
      });
      // With the sum of one deposit it would be in order, but no proof of hers states that.
      await prover.execute(settlement, inputs);
      const forged = tamper(inputs, ["claim.public_inputs", aggregate.publicInputs.map(fieldToHex)]);
      await expect(prover.execute(settlement, forged)).rejects.toThrow(/what was consumed is not what was produced/);
    },
    10 * MINUTES,
  );

  it(
    "a proof of hers does not pass as an aggregate",
    async () => {
      const { parent, victim } = world();
      const rich = { ...victim, record: { ...victim.record, stateRoot: named("all of it is Mallory's") } };
      const { statement } = forgeSteps(describeReal(victim, []));
      const { rootOut } = forgeSteps(describeReal(rich, [])).statement;
      const publicInputs = aggregatePublicInputs({ ...statement, rootOut });
      expect(publicInputs[0]).toBe(aggregateKeysHash(aggregateKeyHashes));
      const proof = await proveBlock(circuits.malicious, publicInputs);
      const claim = { keyHash: single.key.hash, publicInputs };
      const steps: AggregateStep[] = [{ kind: "aggregate", child: VICTIM, claim, after: rich, segments: [] }];
      const inputs = aggregateInputs({ ...describeReal(parent, steps), arity: SINGLE, proofs: [proof] });
      await expect(prover.prove(single, inputs)).rejects.toThrow(ProofDoesNotVerifyError);
    },
    10 * MINUTES,
  );

  it(
    "no aggregate can be made of a block of hers that pays more than her vault holds",
    async () => {
      const { parent, mallory } = world();
      const paid = message({
        from: mallory.record.layerId,
        time: 6,
        kind: MessageKind.withdrawal,
        asset: 1,
        amount: 101n,
      });
      const step = claimBlock(mallory, { child: MALLORY, produced: [paid] });
      const proof = await proveBlock(circuits.malicious, step.claim.publicInputs);
      const description = describeReal(parent, [step]);
      const inputs = encodeAggregate({ ...description, ...forgeSteps(description), arity: SINGLE, proofs: [proof] });
      await expect(prover.prove(single, inputs)).rejects.toThrow(UnsatisfiableError);
    },
    10 * MINUTES,
  );
});
