import * as constants from "../constants.ts";
import { elementCount } from "../records.ts";
import { DOMAINS } from "../tables/domains.ts";
import { LAYER_CONFIG } from "../tables/layer.ts";
import { MESSAGE } from "../tables/message.ts";
import { MessageKind } from "../tables/messageKinds.ts";
import {
  AGGREGATE_STATEMENT,
  BLOCK_STATEMENT,
  ESCAPE_STATEMENT,
  SETTLEMENT_STATEMENT,
} from "../tables/publicInputs.ts";
import { STEP_KINDS } from "../tables/stepKinds.ts";
import { toSnakeCase } from "./names.ts";

export type Constant = { readonly name: string; readonly value: number | bigint };

/** Lengths, depths and widths in bits: a `u32` in Noir. */
export function lengthConstants(): Constant[] {
  return sorted([
    ...Object.entries(constants).flatMap(([name, value]) =>
      typeof value === "number" && isLength(name) ? [{ name, value }] : [],
    ),
    { name: "LAYER_CONFIG_FIELDS", value: elementCount(LAYER_CONFIG) },
    { name: "MESSAGE_FIELDS", value: elementCount(MESSAGE) },
    { name: "BLOCK_PUBLIC_INPUTS", value: elementCount(BLOCK_STATEMENT) },
    { name: "AGGREGATE_PUBLIC_INPUTS", value: elementCount(AGGREGATE_STATEMENT) },
    { name: "SETTLEMENT_PUBLIC_INPUTS", value: elementCount(SETTLEMENT_STATEMENT) },
    { name: "ESCAPE_PUBLIC_INPUTS", value: elementCount(ESCAPE_STATEMENT) },
  ]);
}

/** All others: field elements in Noir. */
export function elementConstants(): Constant[] {
  return [
    ...sorted([
      ...Object.entries(constants).flatMap(([name, value]) =>
        typeof value === "object" || isLength(name) ? [] : [{ name, value }],
      ),
      { name: "ENTRY_KEY_DOMAIN", value: DOMAINS.entryKey.first },
      { name: "POINT_DOMAIN", value: DOMAINS.messagePoint.first },
      { name: "BLOCK_SIGNATURE_DOMAIN", value: DOMAINS.blockSignature.first },
      { name: "COMMITTEE_SIGNATURE_DOMAIN", value: DOMAINS.committeeSignature.first },
      { name: "EXIT_DOMAIN", value: DOMAINS.exit.first },
      { name: "EXIT_SIGNATURE_DOMAIN", value: DOMAINS.exitSignature.first },
      { name: "HOLDING_DOMAIN", value: DOMAINS.holding.first },
      { name: "SEGMENT_POINT_DOMAIN", value: DOMAINS.segmentPoint.first },
    ]),
    ...numbered("KIND", MessageKind),
    ...numbered("DATA", constants.DataAvailability),
    ...numbered("STEP", STEP_KINDS),
  ];
}

/** What counts or bounds something says so by the end of its name. */
function isLength(name: string): boolean {
  return /_(DEPTH|BITS|FIELDS|CAPACITY|SIBLINGS|PER_BLOCK|PER_ITEM|PER_CHUNK|WORDS|CHUNKS|SEGMENTS|SIGNATURES|PAYOUTS|LEVELS|WIDTH)$/.test(
    name,
  );
}

function numbered(prefix: string, numbers: Readonly<Record<string, number>>): Constant[] {
  return Object.entries(numbers).map(([name, value]) => ({
    name: `${prefix}_${toSnakeCase(name).toUpperCase()}`,
    value,
  }));
}

function sorted(list: readonly Constant[]): Constant[] {
  return [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
}
