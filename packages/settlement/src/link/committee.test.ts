import type { Committee } from "@frond/committee";
import { type ServedMember, serveMember } from "@frond/committee/testing";
import { publicKeyOf } from "@frond/foundation";
import { dataRulesOf } from "@frond/language";
import {
  type BlockWitness,
  blockData,
  committeeRoot,
  createLayerConfig,
  DataAvailability,
  problemOfCommittee,
} from "@frond/protocol";
import { afterEach, beforeEach, expect, test } from "vitest";
import { alice, bank } from "../testing/bank.ts";
import { statementOf } from "../tree/blockStep.ts";
import type { LayerCommittee } from "./createLayerLink.ts";
import {
  deliver,
  LAYER,
  type LinkedLayer,
  newStore,
  SECRET,
  seconds,
  startLinkedLayer,
  until,
} from "./testing/linkedLayer.ts";
import { type ScriptedCoordinator, startScriptedCoordinator } from "./testing/scriptedCoordinator.ts";

const SECRETS = [501n, 502n, 503n];
const keys = SECRETS.map(publicKeyOf);
const config = createLayerConfig({
  parentId: 0n,
  index: 1n,
  blockKeysRoot: 1n,
  sequencerKey: publicKeyOf(SECRET),
  genesisStateRoot: 2n,
  dataAvailability: DataAvailability.validium,
  committeeRoot: committeeRoot(keys),
  committeeThreshold: 2,
});

const closing: (() => Promise<void>)[] = [];
let members: ServedMember[];
let coordinator: ScriptedCoordinator;
beforeEach(async () => {
  const committee = { members: keys.map((publicKey) => ({ url: "", publicKey })), threshold: 2 };
  members = await Promise.all(
    SECRETS.map((secret, memberIndex) => serveMember(secret, { config, committee, layerId: LAYER, memberIndex })),
  );
  closing.push(async () => void (await Promise.all(members.map(({ close }) => close()))));
  coordinator = await startScriptedCoordinator();
  closing.push(coordinator.close);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const rules = dataRulesOf(bank.program, "validium");
const committeeWords = ({ witnessSet }: BlockWitness) => blockData({ witnessSet, ...rules }).committeeWords;

async function start(store = newStore()): Promise<LinkedLayer> {
  const committee: Committee = {
    members: keys.map((publicKey, i) => ({ publicKey, url: members[i]!.url })),
    threshold: 2,
  };
  const given: LayerCommittee = { committee, committeeWords, timeoutMilliseconds: 1_000 };
  const layer = await startLinkedLayer(() => coordinator.url, store, { data: "validium", committee: given });
  closing.push(layer.stop);
  await until(() => layer.link.status().coordinator === "connected", "the layer is connected");
  return layer;
}

/** Alice gets 1,000 in the first block. */
async function fund(layer: LinkedLayer): Promise<void> {
  coordinator.say(deliver(0, { amount: 1_000n }));
  await until(() => coordinator.of("handled").length === 1, "the deposit is handled");
  await layer.seal();
}
async function pay(layer: LinkedLayer): Promise<void> {
  await layer.call("pay", [alice, 1n]);
  await layer.seal();
}
const blocks = () => coordinator.of("block").map(({ block }) => block);

test("blocks come with the signatures of the committee, who hold their words", async () => {
  const layer = await start();
  await fund(layer);
  await pay(layer);
  await until(() => coordinator.wanted.block === 2, "both blocks have come");
  for (const block of blocks()) {
    expect(block.publicWords).toEqual([]);
    expect(block.committeeHash).not.toBe(0n);
    expect(problemOfCommittee(statementOf(block, LAYER), block.committeeSignatures, config)).toBeUndefined();
  }
  await until(() => members.every(({ member }) => member.layers[0]!.blocks === 2), "all members have both");
});

test("without enough members blocks wait, messages and promises go on, and the status says why", async () => {
  const layer = await start();
  await fund(layer);
  await until(() => coordinator.wanted.block === 1, "the first block has come");
  for (const member of members.slice(1)) await member.close();
  await pay(layer);
  await layer.call("send", [90n, alice, 1n]);
  await layer.seal();
  await until(() => layer.link.status().committee?.waiting !== undefined, "the layer says that it waits");
  await until(() => coordinator.of("message").length === 1, "the message has come");
  await seconds(20);
  expect(blocks().map(({ number }) => number)).toEqual([1]);
  const { committee, blocksToHandOver, action } = layer.link.status();
  expect({ blocksToHandOver, action }).toEqual({ blocksToHandOver: 2, action: "rest" });
  expect(committee?.waiting).toMatch(/Fewer than 2 of the committee's 3 members sign/);
  expect(committee?.members.map(({ isBehind }) => isBehind)).toEqual([false, true, true]);
});

test("a member that sleeps holds nothing up, and catches up when it wakes", async () => {
  const layer = await start();
  members[0]!.isAsleep = true;
  await fund(layer);
  await pay(layer);
  await until(() => coordinator.wanted.block === 2, "both blocks have come");
  expect(blocks().map(({ committeeSignatures }) => committeeSignatures.map(({ memberIndex }) => memberIndex))).toEqual([
    [1, 2],
    [1, 2],
  ]);
  members[0]!.isAsleep = false;
  await until(() => members[0]!.member.layers[0]!.blocks === 2, "the member has both");
});

test("after a set-back the blocks that come in place of others are signed for anew", async () => {
  const layer = await start();
  await fund(layer);
  await pay(layer);
  await until(() => coordinator.wanted.block === 2, "both blocks have come");
  coordinator.want({ session: 1, block: 1 });
  await until(() => layer.sequencer.session === 1, "the layer is set back");
  await until(() => layer.sequencer.position().returning.count === 0, "what was promised is executed again");
  await layer.seal();
  await until(() => coordinator.wanted.block === 2, "the block has come again");
  const [, before, again] = blocks();
  expect(again!.time).toBeGreaterThan(before!.time);
  expect(problemOfCommittee(statementOf(again!, LAYER), again!.committeeSignatures, config)).toBeUndefined();
});

test("a layer that starts again has the same blocks signed for in the same way", async () => {
  const store = newStore();
  const first = await start(store);
  coordinator.loses = ({ type }) => type === "block";
  await fund(first);
  await until(() => blocks().length > 0 || members[0]!.member.layers[0]!.blocks === 1, "the committee has it");
  await closing.pop()!();
  coordinator.loses = () => false;
  await start(store);
  await until(() => coordinator.wanted.block === 1, "the block has come");
  const block = blocks().at(-1)!;
  expect(problemOfCommittee(statementOf(block, LAYER), block.committeeSignatures, config)).toBeUndefined();
});
