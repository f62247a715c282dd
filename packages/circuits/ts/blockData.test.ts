import { compress, type Field, poseidon2Hash, publicKeyOf } from "@frond/foundation";
import {
  type BlockStatement,
  type CommitteeSignature,
  committeeRoot,
  committeeTree,
  DataAvailability,
  type LayerConfig,
  signBlock,
  signCommittee,
} from "@frond/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { AGGREGATE_ARITIES, type AggregateDescription, type AggregateStep } from "./aggregateStep.ts";
import { aggregateCircuit } from "./circuitSource.ts";
import { genesisSnapshot, type LayerSnapshot } from "./layerSnapshot.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { expectAccepted, expectRefused, forgedInputs, OUT_OF_RANGE } from "./testing/refusals.ts";
import {
  AGGREGATE_KEY_HASHES,
  BLOCK_KEYS,
  blockStep,
  named,
  SEQUENCER_SECRET,
  signClaim,
  trunk,
  WINDOW,
} from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

/*
 * Blocks of layers whose circuits state what they like: what is published is theirs to choose, but nothing may be
 * hidden that a committee has not signed for.
 */

const ARITY = AGGREGATE_ARITIES[0]!;
const TIME = 7;
const HIDDEN = named("words that only the committee has");
const SECRETS = Array.from({ length: 16 }, (_, i) => 100n + BigInt(i));
const STRANGER = 0xbadn;

let circuit: TestCircuit;
beforeAll(async () => {
  circuit = await compileForTest(aggregateCircuit(ARITY));
}, 300_000);

const keys = SECRETS.map(publicKeyOf);

function layerWith(change: Partial<LayerConfig>): LayerSnapshot {
  const committee = { committeeRoot: committeeRoot(keys), committeeThreshold: 3 };
  const config = { ...trunk().config, dataAvailability: DataAvailability.volition, ...committee, ...change };
  return genesisSnapshot({ config, blockKeys: BLOCK_KEYS });
}

function aggregateOf(layer: LayerSnapshot, step: AggregateStep): AggregateDescription {
  return { aggregateKeyHashes: AGGREGATE_KEY_HASHES, layer, window: WINDOW, steps: [step] };
}

/** The signature of a member; what is not given is in order. */
const by =
  (memberIndex: number, change: Partial<CommitteeSignature> & { secret?: bigint; of?: Partial<BlockStatement> } = {}) =>
  (statement: BlockStatement): CommitteeSignature => {
    const { secret = SECRETS[memberIndex]!, of, ...rest } = change;
    return {
      memberIndex,
      publicKey: keys[memberIndex]!,
      signature: signCommittee({ ...statement, ...of }, secret),
      siblings: committeeTree(keys).path(memberIndex),
      ...rest,
    };
  };
type Signer = ReturnType<typeof by>;

/** A block that leaves words to the committee. */
function hidingBlock(layer: LayerSnapshot, signers: readonly Signer[], publicWords: readonly Field[] = []) {
  const committeeSignatures = (statement: BlockStatement) => signers.map((signer) => signer(statement));
  return blockStep({ layer, time: TIME, publicWords, committeeHash: HIDDEN, committeeSignatures });
}

describe("the data of a block", () => {
  const layer = layerWith({});
  const accept = (step: AggregateStep, of = layer) => expectAccepted(circuit, aggregateOf(of, step), ARITY);
  const refuse = (step: AggregateStep, rule: string, constraint: RegExp, of = layer) =>
    expectRefused(circuit, aggregateOf(of, step), { arity: ARITY, rule, constraint });
  const signers = [by(0), by(3), by(15)];

  it("is all public, or partly the committee's, or all the committee's", async () => {
    await accept(blockStep({ layer, time: TIME }));
    await accept(hidingBlock(layer, signers, [named("public"), 0n, 5n, 6n]));
    const validium = layerWith({ dataAvailability: DataAvailability.validium });
    await accept(hidingBlock(validium, signers), validium);
  });

  it("is none if the state stays", async () => {
    const { stateRoot } = layer.record;
    await accept(blockStep({ layer, time: TIME, publicWords: [], stateRootOut: stateRoot }));
  });

  it("is not none if the state changes", async () => {
    await refuse(blockStep({ layer, time: TIME, publicWords: [] }), "data", /data: none, though the state changes/);
  });

  it("is not other than the block's, in public or for the committee", async () => {
    const block = blockStep({ layer, time: TIME, publicWords: [1n, 2n, 3n] });
    const constraint = /data: not the block's/;
    await refuse({ ...block, publicWords: [1n, 2n, 4n] }, "data", constraint);
    await refuse({ ...block, publicWords: [] }, "data", constraint);
    await refuse({ ...block, publicWords: [1n, 2n, 3n, 0n] }, "data", constraint);
    const hiding = hidingBlock(layer, signers);
    await refuse({ ...hiding, committeeHash: HIDDEN + 1n }, "data", constraint);
    await refuse({ ...hiding, committeeHash: 0n, committeeSignatures: [] }, "data", constraint);
  });

  it("is not what a hash of another form commits to", async () => {
    const { claim, ...block } = blockStep({ layer, time: TIME, publicWords: [1n] });
    for (const dataHash of [0n, compress(0n, 1n, 0n, 0n), poseidon2Hash([1n])]) {
      const publicInputs = claim.publicInputs.with(6, dataHash);
      const signature = signClaim({ publicInputs });
      await refuse({ ...block, signature, claim: { ...claim, publicInputs } }, "data", /data: not the block's/);
    }
  });

  it("is not the committee's in a rollup, whoever signed", async () => {
    const rollup = layerWith({ dataAvailability: DataAvailability.rollup });
    await accept(blockStep({ layer: rollup, time: TIME }), rollup);
    await refuse(hidingBlock(rollup, signers), "data", /data: a rollup leaves some to a committee/, rollup);
  });
});

describe("what is not published is signed for by the committee", () => {
  const layer = layerWith({});
  const NOT_THERE = /committee: signed by nobody at this place of the committee/;
  const NOT_SIGNED = /committee: not signed by the member/;

  it("by as many as the config says, or more, up to 8", async () => {
    await expectAccepted(circuit, aggregateOf(layer, hidingBlock(layer, [by(0), by(1), by(2)])), ARITY);
    const eight = [0, 2, 4, 6, 8, 10, 12, 15].map((index) => by(index));
    await expectAccepted(circuit, aggregateOf(layer, hidingBlock(layer, eight)), ARITY);
    const demanding = layerWith({ committeeThreshold: 8 });
    await expectAccepted(circuit, aggregateOf(demanding, hidingBlock(demanding, eight)), ARITY);
    const easy = layerWith({ committeeThreshold: 1 });
    await expectAccepted(circuit, aggregateOf(easy, hidingBlock(easy, [by(9)])), ARITY);
  });

  const off = { x: 1n, y: 1n };
  const asSequencer = (statement: BlockStatement) => ({
    ...by(2)(statement),
    signature: signBlock(statement, SECRETS[2]!).signature,
  });
  it.each<[name: string, signers: Signer[], constraint: RegExp]>([
    ["by nobody", [], OUT_OF_RANGE],
    ["by one too few", [by(0), by(1)], OUT_OF_RANGE],
    ["by one member twice", [by(0), by(1), by(1)], OUT_OF_RANGE],
    ["by one member at two places", [by(0), by(1), by(1, { memberIndex: 2 })], NOT_THERE],
    ["by members out of order", [by(0), by(2), by(1)], OUT_OF_RANGE],
    ["by the last member and the first again", [by(14), by(15), by(0)], OUT_OF_RANGE],
    ["by a stranger", [by(0), by(1), by(2, { publicKey: publicKeyOf(STRANGER), secret: STRANGER })], NOT_THERE],
    ["by a stranger in a member's name", [by(0), by(1), by(2, { secret: STRANGER })], NOT_SIGNED],
    ["by the layer's sequencer in a member's name", [by(0), by(1), by(2, { secret: SEQUENCER_SECRET })], NOT_SIGNED],
    ["by a member for another layer", [by(0), by(1), by(2, { of: { layerId: 9n } })], NOT_SIGNED],
    ["by a member for another state", [by(0), by(1), by(2, { of: { stateRootOut: 9n } })], NOT_SIGNED],
    ["by a member for other data", [by(0), by(1), by(2, { of: { dataHash: 9n } })], NOT_SIGNED],
    ["by a member for another epoch", [by(0), by(1), by(2, { of: { epoch: 9 } })], NOT_SIGNED],
    ["by a member as it would sign a block of its own", [by(0), by(1), asSequencer], NOT_SIGNED],
    ["by a member beyond the last", [by(0), by(1), by(2, { memberIndex: 16 })], /decompose into specified 4 limbs/],
  ])("not %s", async (_, signers, constraint) => {
    const description = aggregateOf(layer, hidingBlock(layer, signers));
    await expectRefused(circuit, description, { arity: ARITY, rule: "committee", constraint });
  });

  it.each([0, 9, 2 ** 32 - 1])("not by a committee of threshold %d", async (committeeThreshold) => {
    const other = layerWith({ committeeThreshold });
    const eight = [0, 1, 2, 3, 4, 5, 6, 7].map((index) => by(index));
    for (const signers of [eight, []]) {
      const description = aggregateOf(other, hidingBlock(other, signers));
      await expectRefused(circuit, description, { arity: ARITY, rule: "committee", constraint: OUT_OF_RANGE });
    }
  });

  it("not by a member whose key is not on the curve, so that anybody can find a signature", async () => {
    const members = [...keys.slice(0, 2), off];
    const other = layerWith({ committeeRoot: committeeRoot(members) });
    const siblings = (index: number) => committeeTree(members).path(index);
    const signers = [0, 1, 2].map((index) => by(index, { publicKey: members[index]!, siblings: siblings(index) }));
    const description = aggregateOf(other, hidingBlock(other, signers));
    const constraint = /committee: a member's key is not on the curve/;
    await expectRefused(circuit, description, { arity: ARITY, rule: "committee", constraint });
  });

  it("not with a place left free between the signatures, by which members would be out of order", async () => {
    // An unused place in between has index 0, and anything follows 0.
    const inputs = forgedInputs(aggregateOf(layer, hidingBlock(layer, [by(1), by(2), by(1)])), ARITY);
    const signatures = (inputs.steps as { data: { signatures: unknown[] } }[])[0]!.data.signatures;
    const [one, two, again, free] = signatures;
    const spread = [one, two, free, again, ...signatures.slice(4)];
    const attempt = tamper(inputs, ["steps.0.data.signatures", spread]);
    await expect(circuit.run(attempt)).rejects.toThrow(/committee: a gap/);
  });

  it("or by nobody, if there is nothing to sign for", async () => {
    const none = layerWith({ committeeThreshold: 0, committeeRoot: 0n });
    await expectAccepted(circuit, aggregateOf(none, blockStep({ layer: none, time: TIME })), ARITY);
  });
});
