import { DURATIONS, type Durations, type Terms } from "@frond/contracts";
import { publicKeyOf } from "@frond/foundation";
import {
  createLayerConfig,
  DataAvailability,
  genesisRecord,
  LAYER_CONFIG,
  type LayerConfig,
  toElements,
} from "@frond/protocol";
import { describe, expect, it } from "vitest";
import type { Announced, AnnouncedUpgrade } from "./announcedFor.ts";
import { durationText } from "./durationText.ts";
import { layerPromises, type PromiseSources } from "./layerPromises.ts";

const durations = Object.fromEntries(
  Object.entries(DURATIONS).map(([name, bounds]) => [name, bounds.default]),
) as Durations;
const code = (digit: string) => ({ address: `0x${digit.repeat(40)}`, codeHash: `0x${digit.repeat(64)}` }) as const;
const terms: Terms = {
  durations,
  proposer: `0x${"cc".repeat(20)}`,
  isDevelopment: false,
  isRetired: false,
  retirableFrom: Date.UTC(2026, 0, 15),
  settledUntil: Date.UTC(2026, 0, 1),
  verifier: code("a"),
  escapeVerifier: code("b"),
};

type Given = Omit<Partial<PromiseSources>, "config" | "terms"> & {
  readonly config?: Partial<LayerConfig>;
  readonly terms?: Partial<Terms>;
  readonly flags?: bigint;
};

function sourcesOf({ flags = 0n, config: given, terms: ofTerms, ...rest }: Given): PromiseSources {
  const base = { parentId: 0n, index: 1n, blockKeysRoot: 3n, sequencerKey: publicKeyOf(9n), genesisStateRoot: 4n };
  const config = createLayerConfig({ ...base, ...given });
  return {
    config,
    record: { ...genesisRecord(config), flags },
    terms: { ...terms, ...ofTerms },
    onLayerOne: { status: "registered", forcedWaiting: 2, freezeDemandedAt: undefined },
    announced: { upgrades: [], more: 0 },
    ...rest,
  };
}

const owner = 0xabn;
const validium = { dataAvailability: DataAvailability.validium, committeeRoot: 5n, committeeThreshold: 4 };
const volition = { ...validium, dataAvailability: DataAvailability.volition };
const usableFrom = Date.UTC(2026, 5, 1);
const nextConfig = { ...sourcesOf({ config: { owner } }).config, blockKeysRoot: 8n, sequencerKey: publicKeyOf(10n) };
const upgrade: AnnouncedUpgrade = {
  ...{ layer: 1n, announcer: "0x00000000000000000000000000000000000000AB", by: "owner", isCancelled: false },
  ...{ configHash: 7n, usableFrom, usableBefore: Date.UTC(2026, 5, 8) },
  config: toElements(LAYER_CONFIG, nextConfig),
};
const announced: Announced = { upgrades: [upgrade], more: 0 };
const stranger: AnnouncedUpgrade = {
  ...upgrade,
  announcer: "0x00000000000000000000000000000000000000CD",
  by: "stranger",
};

describe("what is promised", () => {
  it.each<[what: string, about: string, given: Given, promise: string]>([
    ["a rollup", "data availability", {}, "on L1"],
    ["a validium", "data availability", { config: validium, members: 5 }, "committee, 4 of 5"],
    ["a validium of unknown size", "data availability", { config: validium }, "committee, 4 of n"],
    ["a volition", "data availability", { config: volition, members: 5 }, "L1 and a committee, 4 of 5"],
    ["real proofs", "state validation", {}, "validity proofs"],
    ["the development string", "state validation", { terms: { isDevelopment: true } }, "none: proofs can be forged"],
    ["a silent sequencer", "sequencer failure", {}, "force by L1 within 1 day, or freeze"],
    ["a silent proposer", "proposer failure", {}, "anybody settles after 10 minutes"],
    ["no owner", "exit window", {}, "never upgraded"],
    ["an owner", "exit window", { config: { owner } }, "359 hours"],
    ["an owner of a frozen layer", "exit window", { config: { owner }, flags: 1n }, "never upgraded"],
    ["an announcement", "exit window", { config: { owner }, announced }, "an upgrade from 2026-06-01T00:00:00.000Z on"],
    [
      "a stranger's announcement",
      "exit window",
      { config: { owner }, announced: { upgrades: [stranger], more: 0 } },
      "359 hours",
    ],
    ["a freeze", "freeze", {}, "by anybody, for an overdue transaction"],
    ["a layer that moves", "status", {}, "moves"],
    ["a frozen layer", "status", { flags: 1n }, "frozen"],
    ["a retired deployment", "status", { terms: { isRetired: true } }, "retired"],
    [
      "a demanded freeze",
      "status",
      { onLayerOne: { status: "registered", forcedWaiting: 1, freezeDemandedAt: 5n } },
      "about to freeze",
    ],
  ])("%s", (_, about, given, promise) => {
    expect(layerPromises(sourcesOf(given)).find((row) => row.about === about)?.promise).toBe(promise);
  });

  it("names every number that it rests on", () => {
    const cancelled = { ...upgrade, usableBefore: 9_000, isCancelled: true };
    const all = { upgrades: [cancelled, { ...upgrade, by: "next owner" }, stranger], more: 3 } as const;
    const given = { config: { ...validium, owner }, members: 5, announced: all };
    expect(layerPromises(sourcesOf(given)).map(({ detail }) => detail)).toMatchInlineSnapshot(`
      [
        "Blocks are proven with the keys under 0x0000000000000000000000000000000000000000000000000000000000000003. Epochs are verified by 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (code 0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa), escapes by 0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb (code 0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb). No account can change either. The reference string is that of the Ignition ceremony: one honest participant is enough.",
        "Every entry that a block writes is with a committee (0x0000000000000000000000000000000000000000000000000000000000000005): 4 of its 5 members have signed that they hold it. 3 of them together rebuild a block. If they withhold it, nobody can prove what is theirs.",
        "A transaction published on L1 has to be in a block within 1 day of settled time, which is at most 14 days behind, or anybody can retire the deployment. Later, anybody can demand that the layer is frozen; then everybody leaves with a proof. 2 forced transactions wait now.",
        "Only 0xcccccccccccccccccccccccccccccccccccccccc settles in the first 10 minutes after an epoch; then anybody with a proof does. If the settled time stands still for 14 days, from 2026-01-15T00:00:00.000Z on, anybody can retire the deployment, and all layers count as frozen.",
        "0x00000000000000000000000000000000000000ab can replace keys, sequencer, committee and owner; it has to announce that on L1 30 days before, and what no epoch has carried 30 days later is void. Whoever forces the way out within 359 hours of an announcement leaves, or has the layer frozen or the deployment retired, before the upgrade, even if the proposer helps the owner. The config 0x0000000000000000000000000000000000000000000000000000000000000007 is announced. It changes blockKeysRoot, sequencerKey, dataAvailability, committeeRoot, committeeThreshold, and takes effect with an epoch that ends at 2026-06-01T00:00:00.000Z or later. It is cancelled: no epoch carries it that begins at 1970-01-01T00:00:09.000Z or later. 0x00000000000000000000000000000000000000AB, who is not the owner now and is after an announced upgrade, has announced the config 0x0000000000000000000000000000000000000000000000000000000000000007. It changes blockKeysRoot, sequencerKey, dataAvailability, committeeRoot, committeeThreshold, and takes effect with an epoch that ends at 2026-06-01T00:00:00.000Z or later. No epoch carries it that begins at 2026-06-08T00:00:00.000Z or later. 0x00000000000000000000000000000000000000CD, who is not the owner, has announced the config 0x0000000000000000000000000000000000000000000000000000000000000007: no epoch carries it unless that account owns the layer. It changes blockKeysRoot, sequencerKey, dataAvailability, committeeRoot, committeeThreshold, and takes effect with an epoch that ends at 2026-06-01T00:00:00.000Z or later. No epoch carries it that begins at 2026-06-08T00:00:00.000Z or later. 3 more are announced.",
        "Nobody else can freeze the layer, its owner included. From 1 hour after the demand on, no epoch settles that does not carry the freeze. A frozen layer is frozen for ever: it makes no block and takes no upgrade.",
        "Its last settled block is of 1970-01-01T00:00:00.000Z.",
      ]
    `);
  });

  it("says which fields an announced upgrade changes", () => {
    const row = layerPromises(sourcesOf({ config: { owner }, announced })).find(
      ({ about }) => about === "exit window",
    )!;
    expect(row.detail).toContain("It changes blockKeysRoot, sequencerKey, and takes effect");
  });
});

it.each([
  [16, "16 seconds"],
  [600, "10 minutes"],
  [5_400, "90 minutes"],
  [86_400, "1 day"],
])("%d s are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
