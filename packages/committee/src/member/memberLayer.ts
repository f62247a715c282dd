import { type Field, type Point, publicKeyOf } from "@frond/foundation";
import {
  COMMITTEE_SIGNATURES,
  committeeRoot,
  type LayerConfig,
  layerConfigSchema,
  layerIdOfConfig,
  pointSchema,
} from "@frond/protocol";
import * as z from "zod";
import { MOST_MEMBERS } from "../limits.ts";
import type { Committee } from "../types.ts";
import { CommitteeConfigError } from "./errors.ts";

export const committeeSchema: z.ZodType<Committee> = z.strictObject({
  members: z
    .array(z.strictObject({ url: z.string().max(300), publicKey: pointSchema }))
    .min(1)
    .max(MOST_MEMBERS),
  threshold: z.int().min(1).max(COMMITTEE_SIGNATURES),
});

/** A layer with its committee, as `layers/<name>/committee.json` describes it for the members. */
export type CommitteeFile = { readonly config: LayerConfig; readonly committee: Committee };

export const committeeFileSchema: z.ZodType<CommitteeFile> = z.strictObject({
  config: layerConfigSchema,
  committee: committeeSchema,
});

/** A layer that one member serves. */
export type MemberLayer = CommitteeFile & {
  readonly layerId: Field;
  /** The member's own place in the committee. */
  readonly memberIndex: number;
};

/**
 * Checks that a layer's config names this committee, and the committee this member.
 * @throws CommitteeConfigError
 */
export function memberLayerOf(file: CommitteeFile, secret: bigint): MemberLayer {
  requireCommittee(file);
  const memberIndex = file.committee.members.findIndex(({ publicKey }) => isSame(publicKey, publicKeyOf(secret)));
  if (memberIndex < 0)
    throw new CommitteeConfigError(
      "The committee has no member with this key.",
      "Compare with what `frond member key` prints, or name the data directory of the member.",
    );
  return { ...file, layerId: layerIdOfConfig(file.config), memberIndex };
}

/** @throws CommitteeConfigError if numbers and keys can't be those of the layer's config */
export function requireCommittee({ config, committee }: CommitteeFile): void {
  const { members, threshold } = committee;
  const keys = members.map(({ publicKey }) => publicKey);
  if (keys.some((key, i) => keys.findIndex((other) => isSame(other, key)) !== i))
    throw new CommitteeConfigError("Two members have one key.", "Give each member a key of its own.");
  if (threshold > members.length)
    throw new CommitteeConfigError(
      `The threshold is ${threshold}, and there are ${members.length} members.`,
      "Name more members, or a lower threshold.",
    );
  if (config.committeeThreshold !== threshold || config.committeeRoot !== committeeRoot(keys))
    throw new CommitteeConfigError(
      "The layer's config names another committee.",
      "Use config and committee of one deployment: committee.json in the layer's directory.",
    );
}

const isSame = (a: Point, b: Point): boolean => a.x === b.x && a.y === b.y;
