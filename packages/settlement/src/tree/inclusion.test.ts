import { genesisOfTree, type LayerSnapshot } from "@frond/circuits";
import { compress } from "@frond/foundation";
import { chainChunks, type Message, MessageKind, messagesHash, signBlock } from "@frond/protocol";
import { type BlockRecord, layerSource } from "@frond/store";
import { expect, it } from "vitest";
import { CHUNKS_OF_BLOCKS, SEGMENTS_OF_BLOCKS } from "../machine/dataRoom.ts";
import { knownLayer } from "../testing/bank.ts";
import { SOME_DATA } from "../testing/someData.ts";
import { statementOf } from "./blockStep.ts";
import { includeBlocks } from "./inclusion.ts";
import type { KnownLayer } from "./knownLayer.ts";

const SECRETS: Readonly<Record<string, bigint>> = { trunk: 101n, mallory: 102n, victim: 103n };
const trunk = knownLayer("trunk", SECRETS.trunk!, { parentId: 0n, index: 77n });
const mallory = knownLayer("mallory", SECRETS.mallory!, { parentId: trunk.layerId, index: 1n });
const victim = knownLayer("victim", SECRETS.victim!, { parentId: trunk.layerId, index: 2n });
const layers = [trunk, mallory, victim];

type Lists = { readonly consumed?: readonly Message[]; readonly produced?: readonly Message[] };

/** Blocks of a layer, one after the other; the first has time 10, or another one. */
function blocksOf(layer: KnownLayer, lists: readonly Lists[], first = 10): BlockRecord[] {
  return lists.map(({ consumed = [], produced = [] }, index) => {
    const time = first + index;
    const { genesisStateRoot } = layer.config;
    const block = {
      number: index + 1,
      time,
      epoch: 1,
      size: "small",
      transactions: [],
      consumed: consumed.map((message) => ({
        message,
        source: layerSource(message.from),
        position: message.time * 64,
      })),
      produced,
      stateRootBefore: index === 0 ? genesisStateRoot : 5n,
      stateRootAfter: 5n,
      messagesHash: messagesHash(produced, consumed),
      ...SOME_DATA,
    };
    const full = block as unknown as BlockRecord;
    const { signature } = signBlock(statementOf(full, layer.layerId), SECRETS[layer.name]!);
    return { ...full, signature };
  });
}

function letter(from: KnownLayer, to: KnownLayer, time: number, amount: bigint): Message {
  const value = { kind: MessageKind.call, asset: amount === 0n ? 0 : 1, amount };
  return { from: from.layerId, to: to.layerId, time, ...value, recipient: 0n, payload: 0n };
}

function excludedOf(blocks: readonly (readonly [KnownLayer, readonly BlockRecord[]])[], root = genesisOfTree(layers)) {
  const { excluded } = includeBlocks({
    window: { epoch: 1, after: 0, until: 1_000 },
    trunk: root,
    layers: new Map(layers.map((layer) => [layer.layerId, layer])),
    blocks: new Map(blocks.map(([{ layerId }, own]) => [layerId, own])),
    failed: new Map(),
    deposit: () => undefined,
    registrations: [],
  });
  return Object.fromEntries(layers.map(({ name, layerId }) => [name, excluded.get(layerId)]));
}

/** The tree, with as much of an asset in the victim's vault as fits. */
function withFullVault(): LayerSnapshot {
  const root = genesisOfTree(layers);
  const child = root.children.get(2)!;
  return { ...root, children: new Map(root.children).set(2, { ...child, vault: new Map([[1, (1n << 128n) - 1n]]) }) };
}

it("a rule that a layer broke stays the reason, though what it sent before has lost its other side, too", () => {
  const sent = [letter(mallory, victim, 10, 0n), letter(mallory, victim, 11, 7n)];
  const excluded = excludedOf([
    [mallory, blocksOf(mallory, [{ produced: [sent[0]!] }, { produced: [sent[1]!] }])],
    [victim, blocksOf(victim, [{ consumed: sent }], 20)],
  ]);
  expect(excluded).toMatchObject({
    mallory: { block: 1, rule: "vault", reason: expect.stringMatching(/lacks 7 of asset 1/) },
    victim: { block: 1, rule: "unproduced" },
  });
});

it("a vault that overflows with what nobody has is not the fault of whoever consumed it", () => {
  const sent = [letter(mallory, victim, 10, 0n), letter(mallory, victim, 11, 7n)];
  const excluded = excludedOf(
    [
      [mallory, blocksOf(mallory, [{ produced: [sent[0]!] }, { produced: [sent[1]!] }])],
      [victim, blocksOf(victim, [{ consumed: sent }], 20)],
    ],
    withFullVault(),
  );
  expect(excluded).toMatchObject({
    mallory: { block: 1, rule: "vault" },
    victim: { block: 1, rule: "vault-overflow" },
  });
});

it("a layer that waits for its registration waits for its turn", () => {
  const stranger = { ...mallory, layerId: 999n };
  expect(
    includeBlocks({
      window: { epoch: 1, after: 0, until: 100 },
      trunk: genesisOfTree(layers),
      layers: new Map(),
      blocks: new Map([[stranger.layerId, blocksOf(mallory, [{}])]]),
      failed: new Map(),
      deposit: () => undefined,
      registrations: [],
    }).excluded.get(stranger.layerId),
  ).toMatchObject({ rule: "unregistered" });
});

/** Blocks of a layer that publish so many words each. */
function publishing(layer: KnownLayer, words: readonly number[]): BlockRecord[] {
  const rows = words.map((count) => {
    const publicWords = Array<bigint>(count).fill(1n);
    return { publicWords, dataHash: compress(chainChunks(0n, publicWords), 0n, 0n, 0n) };
  });
  return blocksOf(
    layer,
    words.map(() => ({})),
  ).map((block, index) => {
    const full = { ...block, ...rows[index]! };
    const { signature } = signBlock(statementOf(full, layer.layerId), SECRETS[layer.name]!);
    return { ...full, signature };
  });
}

const WORDS_OF_HALF = (CHUNKS_OF_BLOCKS / 2 - 1) * 3;

it("data that fill the blob to the last chunk are included", () => {
  const excluded = excludedOf([
    [mallory, publishing(mallory, [WORDS_OF_HALF])],
    [victim, publishing(victim, [WORDS_OF_HALF])],
  ]);
  expect(excluded).toEqual({});
});

it("of more data the last block of whoever publishes most waits for its turn, and pays nothing", () => {
  const excluded = excludedOf([
    [mallory, publishing(mallory, [3, WORDS_OF_HALF])],
    [victim, publishing(victim, [WORDS_OF_HALF])],
  ]);
  const reason = "the data of the epoch is full";
  expect(excluded).toEqual({ mallory: { rule: "data-room", reason, block: 2 } });
});

it("more segments than the data have places are cut in the same way", () => {
  const many = publishing(mallory, Array<number>(SEGMENTS_OF_BLOCKS).fill(1));
  const excluded = excludedOf([
    [mallory, many],
    [victim, publishing(victim, [1])],
  ]);
  expect(excluded).toMatchObject({ mallory: { rule: "data-room", block: SEGMENTS_OF_BLOCKS }, victim: undefined });
});
