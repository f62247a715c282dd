import { DataAvailability, MAX_ENTRY_WIDTH } from "@frond/protocol";
import { entryLayout } from "./entryLayout.ts";
import type { SourceLocation } from "./ir.ts";
import { nearest } from "./nearest.ts";
import { type MapDeclaration, mapsOf } from "./state.ts";
import { partsOf } from "./types.ts";
import { wrong } from "./validateParts.ts";

type Definition = { readonly state: { readonly [name: string]: MapDeclaration }; readonly data?: unknown };

const MODES = Object.keys(DataAvailability);

/**
 * Checks where the data of an application goes, and that its entries are no wider than data can be.
 * @throws {@link DefinitionError} at the first mistake
 */
export function validateData({ state, data = "rollup" }: Definition, location: SourceLocation | undefined): void {
  if (typeof data !== "string" || !MODES.includes(data)) {
    throw wrong(
      location,
      "`data` says no place for data.",
      `Write one of ${MODES.map((mode) => `"${mode}"`).join(", ")}.`,
    );
  }
  const hideable = Object.entries(state).filter(([, { committee }]) => committee !== undefined);
  for (const [name, declaration] of Object.entries(state)) validateFlags(name, declaration, location);
  const [first] = hideable;
  if (data === "volition" && first === undefined) {
    throw wrong(
      location,
      '`data` is "volition", but no entry names the bool that says where its values go.',
      'Write `accounts: account({ isPrivate: bool }, { committee: "isPrivate" })`, or another `data`.',
    );
  }
  if (data !== "volition" && first !== undefined) {
    throw wrong(
      location,
      `\`${first[0]}\` names a bool for the committee, but \`data\` is "${data}".`,
      'Write `data: "volition"`, or leave out `committee`.',
    );
  }
  const { entryWidth } = entryLayout(mapsOf(state));
  if (entryWidth <= MAX_ENTRY_WIDTH) return;
  throw wrong(
    location,
    `The widest entry has ${entryWidth} values, with the nonce of an account.`,
    `Keep to ${MAX_ENTRY_WIDTH}: use a map with one more key, and an entry for each part.`,
  );
}

function validateFlags(name: string, declaration: MapDeclaration, location: SourceLocation | undefined): void {
  const { kind, committee, held } = declaration;
  if (committee !== undefined) validateFlag(name, { flag: "committee", declaration, example: "isPrivate" }, location);
  if (held === undefined) return;
  if (kind !== "account") {
    throw wrong(
      location,
      `\`${name}\` names a bool for holders, but its entries have no owners.`,
      "Keep what an owner holds in `accounts`, and leave out `held`.",
    );
  }
  validateFlag(name, { flag: "held", declaration, example: "isHeld" }, location);
  if (committee !== undefined && committee !== held) return;
  throw wrong(
    location,
    committee === undefined
      ? `\`${name}\` names a bool for holders, and none for the committee.`
      : `\`${name}\` names the bool \`${held}\` for the committee and for holders.`,
    'Name two bools: `account({ isPrivate: bool, isHeld: bool }, { committee: "isPrivate", held: "isHeld" })`.',
  );
}

function validateFlag(
  name: string,
  options: {
    readonly flag: "committee" | "held";
    readonly declaration: MapDeclaration;
    /** A name of such a bool. */
    readonly example: string;
  },
  location: SourceLocation | undefined,
): void {
  const { flag, declaration, example } = options;
  const { value, [flag]: chosen } = declaration;
  const bools = partsOf(value).flatMap(([part, type]) =>
    value.kind === "struct" && type.kind === "bool" ? [part] : [],
  );
  if (typeof chosen === "string" && bools.includes(chosen)) return;
  const near = typeof chosen === "string" ? nearest(chosen, bools) : undefined;
  const instead =
    bools.length === 0
      ? `Add a field: \`{ ${example}: bool }\`, with \`{ ${flag}: "${example}" }\`.`
      : `${near === undefined ? "" : `Did you mean \`${near}\`? `}Name one of its bools: ${bools.join(", ")}.`;
  throw wrong(location, `The \`${flag}\` of \`${name}\` is no bool among the fields of its entries.`, instead);
}
