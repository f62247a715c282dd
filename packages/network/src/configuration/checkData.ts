import { type CommitteeMember, parsePublicKey } from "@frond/committee";
import type { DataMode } from "@frond/protocol";
import type { AnyApplication } from "../applications/anyApplication.ts";
import type { Mistake } from "./errors.ts";
import type { CommitteeDefinition, CommitteeOptions } from "./types.ts";

type Given = { readonly data?: DataMode | undefined; readonly committee?: CommitteeOptions | undefined };

type Checked = {
  readonly data: DataMode;
  readonly committee: CommitteeDefinition | undefined;
  readonly mistakes: readonly Mistake[];
};

const COMMITTEE =
  'Write who holds its data, such as committee: { members: [{ url: "http://..", publicKey: "0x.." }], threshold: 1 }, or committee: { local: 3, threshold: 2 } on a local network.';

/** Where a layer's data goes, and whether its committee fits that. */
export function checkData(layer: string, { data: given, committee }: Given, application: AnyApplication): Checked {
  const { name, program } = application;
  const data = given ?? program.data;
  const mistakes: Mistake[] = [];
  // The last value of an entry says in a volition where its data goes: of another application it may be anything.
  if (data === "volition" && program.data !== "volition") {
    const problem = `The application ${name} does not say which of its entries go to a committee.`;
    mistakes.push({ layer, field: "data", problem, write: 'Write "rollup" or "validium", or leave it out.' });
  }
  if (data === "rollup" && committee !== undefined) {
    const problem = "All data of the layer is published, so no committee holds any.";
    mistakes.push({ layer, field: "committee", problem, write: 'Leave it out, or write data: "validium".' });
  }
  if (data !== "rollup" && committee === undefined) {
    const problem = `The layer is a ${data}, and it has no committee.`;
    mistakes.push({ layer, field: "committee", problem, write: COMMITTEE });
  }
  if (committee !== undefined) mistakes.push(...committeeMistakes(layer, committee));
  return { data, committee: mistakes.length > 0 ? undefined : definitionOf(committee), mistakes };
}

function committeeMistakes(layer: string, committee: CommitteeOptions): Mistake[] {
  const count = "local" in committee ? committee.local : committee.members.length;
  const mistakes: Mistake[] = [];
  if (committee.threshold > count) {
    const problem = `It is ${committee.threshold}, and the committee has ${count} members.`;
    mistakes.push({ layer, field: "committee.threshold", problem, write: "Write a number up to that of the members." });
  }
  if ("local" in committee) return mistakes;
  const { members } = committee;
  for (const [i, { publicKey }] of members.entries()) {
    const first = members.findIndex((other) => other.publicKey === publicKey);
    if (first === i) continue;
    const problem = `It is the key of member ${first}, too.`;
    mistakes.push({ layer, field: `committee.members.${i}.publicKey`, problem, write: "Name each member once." });
  }
  return mistakes;
}

function definitionOf(committee: CommitteeOptions | undefined): CommitteeDefinition | undefined {
  if (committee === undefined || "local" in committee) return committee;
  const { members, threshold } = committee;
  const known = members.map(({ url, publicKey }): CommitteeMember => ({ url, publicKey: parsePublicKey(publicKey)! }));
  return { members: known, threshold };
}
