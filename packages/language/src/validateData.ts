import { DataAvailability, MAX_ENTRY_WIDTH } from "@frond/protocol";
import { entryLayout } from "./entryLayout.ts";
import type { SourceLocation } from "./ir.ts";
import { nearest } from "./names.ts";
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
  for (const [name, declaration] of hideable) validateCommittee(name, declaration, location);
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

function validateCommittee(
  name: string,
  { value, committee }: MapDeclaration,
  location: SourceLocation | undefined,
): void {
  const bools = partsOf(value).flatMap(([part, type]) =>
    value.kind === "struct" && type.kind === "bool" ? [part] : [],
  );
  if (typeof committee === "string" && bools.includes(committee)) return;
  const near = typeof committee === "string" ? nearest(committee, bools) : undefined;
  const instead =
    bools.length === 0
      ? 'Add a field: `{ isPrivate: bool }`, with `{ committee: "isPrivate" }`.'
      : `${near === undefined ? "" : `Did you mean \`${near}\`? `}Name one of its bools: ${bools.join(", ")}.`;
  throw wrong(location, `The \`committee\` of \`${name}\` is no bool among the fields of its entries.`, instead);
}
