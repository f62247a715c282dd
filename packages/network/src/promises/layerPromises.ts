import { type LayerOnLayerOne, leavingSeconds, type Terms } from "@frond/contracts";
import { fieldToHex } from "@frond/foundation";
import { ethereumAddress, FLAG_FROZEN, formatTime, type LayerConfig, type LayerRecord } from "@frond/protocol";
import { dataModeOf } from "../deploy/dataModeOf.ts";
import type { Announced, AnnouncedUpgrade } from "./announcedFor.ts";
import { changedFields } from "./changedFields.ts";
import { durationText } from "./durationText.ts";

/** All that the promises of a layer follow from. */
export type PromiseSources = {
  readonly config: LayerConfig;
  readonly record: LayerRecord;
  readonly terms: Terms;
  readonly onLayerOne: LayerOnLayerOne;
  /** The upgrades that are announced, whoever has done that. */
  readonly announced: Announced;
  /** How many members the committee has: its root in the config does not say. */
  readonly members?: number;
};

/** One row of the table: what is promised about what, in a few words, and what exactly. */
export type PromiseRow = { readonly about: PromiseSubject; readonly promise: string; readonly detail: string };

type PromiseSubject =
  | "state validation"
  | "data availability"
  | "sequencer failure"
  | "proposer failure"
  | "exit window"
  | "freeze"
  | "status";

/**
 * What a layer promises its users, as a table of risks: every word follows from the layer's config and record and from
 * the contract on L1, nothing is written by hand for a layer.
 */
export function layerPromises(sources: PromiseSources): PromiseRow[] {
  return [
    stateValidation(sources),
    dataAvailability(sources),
    sequencerFailure(sources),
    proposerFailure(sources),
    exitWindow(sources),
    freeze(sources),
    status(sources),
  ];
}

function stateValidation({ config, terms }: PromiseSources): PromiseRow {
  const { verifier, escapeVerifier, isDevelopment } = terms;
  const trusted = isDevelopment
    ? "The reference string is the development one, whose secret is public: anybody can forge a proof."
    : "The reference string is that of the Ignition ceremony: one honest participant is enough.";
  return {
    about: "state validation",
    promise: isDevelopment ? "none: proofs can be forged" : "validity proofs",
    detail:
      `Blocks are proven with the keys under ${fieldToHex(config.blockKeysRoot)}. Epochs are verified by ` +
      `${verifier.address} (code ${verifier.codeHash}), escapes by ${escapeVerifier.address} (code ` +
      `${escapeVerifier.codeHash}). No account can change either. ${trusted}`,
  };
}

function dataAvailability({ config, members }: PromiseSources): PromiseRow {
  const mode = dataModeOf(config);
  const { committeeThreshold: threshold, committeeRoot } = config;
  if (mode === "rollup")
    return {
      about: "data availability",
      promise: "on L1",
      detail: "Every entry that a block writes is in a blob of Ethereum: the state can be rebuilt from L1 alone.",
    };
  const size = members === undefined ? "its" : `its ${members}`;
  const needed = members === undefined ? undefined : Math.max(1, 2 * threshold - members);
  const rebuilt =
    needed === undefined
      ? `With n members, max(1, ${2 * threshold} - n) shares rebuild a block.`
      : `${needed} of them together rebuild a block.`;
  const isValidium = mode === "validium";
  const which = isValidium ? "Every entry" : "Each entry that the application marks as hidden";
  const left = isValidium ? "nobody can prove what is theirs" : "only who has kept such an entry can prove it";
  return {
    about: "data availability",
    promise: `${isValidium ? "committee" : "L1 and a committee"}, ${threshold} of ${members ?? "n"}`,
    detail:
      `${which} that a block writes is with a committee (${fieldToHex(committeeRoot)}): ${threshold} of ${size} ` +
      `members have signed that they hold it. ${rebuilt} If they withhold it, ${left}.`,
  };
}

function sequencerFailure({ terms: { durations }, onLayerOne }: PromiseSources): PromiseRow {
  const forced = durationText(durations.forcedSeconds);
  const behind = durationText(durations.retireSeconds);
  return {
    about: "sequencer failure",
    promise: `force by L1 within ${forced}, or freeze`,
    detail:
      `A transaction published on L1 has to be in a block within ${forced} of settled time, which is at most ` +
      `${behind} behind, or anybody can retire the deployment. Later, anybody can demand that the layer is frozen; ` +
      `then everybody leaves with a proof. ${onLayerOne.forcedWaiting} forced transactions wait now.`,
  };
}

function proposerFailure({ terms: { durations, proposer, retirableFrom } }: PromiseSources): PromiseRow {
  return {
    about: "proposer failure",
    promise: `anybody settles after ${durationText(durations.exclusiveSeconds)}`,
    detail:
      `Only ${proposer} settles in the first ${durationText(durations.exclusiveSeconds)} after an epoch; then anybody ` +
      `with a proof does. If the settled time stands still for ${durationText(durations.retireSeconds)}, from ` +
      `${formatTime(retirableFrom)} on, ` +
      "anybody can retire the deployment, and all layers count as frozen.",
  };
}

function exitWindow({ config, terms: { durations, isRetired }, record, announced }: PromiseSources): PromiseRow {
  const { owner } = config;
  const about = "exit window";
  if (owner === 0n || isRetired || record.flags === FLAG_FROZEN) {
    const why = owner === 0n ? "No account owns the layer" : "The layer is frozen";
    return { about, promise: "never upgraded", detail: `${why}: its keys, sequencer and committee never change.` };
  }
  const notice = durationText(durations.upgradeSeconds);
  // What the notice leaves of itself to whoever is ignored.
  const windowText = durationText(Math.max(0, durations.upgradeSeconds - leavingSeconds(durations)));
  const who = ethereumAddress(owner);
  const { upgrades, more } = announced;
  const first = Math.min(...upgrades.flatMap(({ by, usableFrom }) => (by === "stranger" ? [] : [usableFrom])));
  const texts = upgrades.map((upgrade) => announcedText(config, upgrade));
  return {
    about,
    promise: Number.isFinite(first) ? `an upgrade from ${formatTime(first)} on` : windowText,
    detail: [
      `${who} can replace keys, sequencer, committee and owner; it has to announce that on L1 ${notice} before, and`,
      `what no epoch has carried ${notice} later is void. Whoever forces the way out within ${windowText} of an`,
      "announcement leaves, or has the layer frozen or the deployment retired, before the upgrade, even if the",
      "proposer helps the owner.",
      ...(upgrades.length === 0 ? ["Nothing is announced."] : texts),
      ...(more === 0 ? [] : [`${more} more are announced.`]),
    ].join(" "),
  };
}

function announcedText(config: LayerConfig, upgrade: AnnouncedUpgrade): string {
  const { announcer, by, configHash, usableFrom, usableBefore, isCancelled, config: words } = upgrade;
  const fields = changedFields(config, words).join(", ");
  const hash = fieldToHex(configHash);
  const announcement = {
    owner: `The config ${hash} is announced.`,
    "next owner": `${announcer}, who is not the owner now and is after an announced upgrade, has announced the config ${hash}.`,
    stranger: `${announcer}, who is not the owner, has announced the config ${hash}: no epoch carries it unless that account owns the layer.`,
  }[by];
  const end = isCancelled ? "It is cancelled: no" : "No";
  return (
    `${announcement} It changes ${fields || "nothing"}, and takes effect with an epoch that ends at ` +
    `${formatTime(usableFrom)} or later. ${end} epoch carries it that begins at ${formatTime(usableBefore)} or later.`
  );
}

function freeze({ terms: { durations } }: PromiseSources): PromiseRow {
  const grace = durationText(durations.freezeGraceSeconds);
  return {
    about: "freeze",
    promise: "by anybody, for an overdue transaction",
    detail:
      `Nobody else can freeze the layer, its owner included. From ${grace} after the demand on, no epoch settles that ` +
      "does not carry the freeze. A frozen layer is frozen for ever: it makes no block and takes no upgrade.",
  };
}

function status({ record, terms: { isRetired }, onLayerOne }: PromiseSources): PromiseRow {
  const about = "status";
  if (isRetired) return { about, promise: "retired", detail: "The deployment is retired. Leave with `frond escape`." };
  if (record.flags === FLAG_FROZEN || onLayerOne.status === "frozen")
    return { about, promise: "frozen", detail: "The layer is frozen. Leave with `frond escape`." };
  const { freezeDemandedAt } = onLayerOne;
  if (freezeDemandedAt !== undefined)
    return {
      about,
      promise: "about to freeze",
      detail: `Its freeze was demanded at ${formatTime(Number(freezeDemandedAt))}, and can't be averted.`,
    };
  return { about, promise: "moves", detail: `Its last settled block is of ${formatTime(record.time)}.` };
}
