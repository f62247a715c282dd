import {
  type BlockShare,
  type CostReport,
  formatLocation,
  type Limit,
  type ProcedureReport,
  type Span,
} from "@frond/language";
import { isForcedSize } from "@frond/protocol";
import { formatTable } from "./output.ts";

/** A report as text: tables of what methods and handlers cost and of their shares of blocks, and of block sizes. */
export function costTables({ application, procedures, sizes }: CostReport): string {
  const heading = ["", "entries", "messages", "instructions", "gates", "most of them"];
  const ordinary = sizes.filter(({ size }) => !isForcedSize(size));
  const names = ordinary.flatMap(({ size }) => [size.name, "gates"]);
  const circuits = sizes.map(({ size, gates, gatesPerTransaction, gatesPerMessage, isProvable }) => [
    size.name,
    isForcedSize(size) ? `${size.forced} forced` : `${size.transactions}`,
    `${size.entries} (${size.inserts} new)`,
    `${size.consumed} / ${size.produced}`,
    `${gates.toLocaleString("en")}${isProvable ? "" : ": too many to be proven"}`,
    gatesPerTransaction.toLocaleString("en"),
    isForcedSize(size) ? "" : gatesPerMessage.toLocaleString("en"),
  ]);
  return [
    `${application}: gates are estimates, see docs/costs.md`,
    "",
    formatTable([heading, ...procedures.map(rowOf)]),
    "",
    formatTable([["of a block", ...names], ...procedures.map(sharesOf)]),
    "",
    formatTable([
      ["block", "transactions", "entries", "messages in / out", "gates", "a transaction", "a message"],
      ...circuits,
    ]),
    "",
    "1/6 (entries): six such calls of different senders fill a block, and there are too few places for entries for",
    "one more; after the comma, if all of their entries are new. The percentage is the share of the circuit's gates",
    "that the method or handler has. A transaction costs the gates of all methods, whichever it calls.",
    ...unusedLines(procedures),
  ].join("\n");
}

/** What is computed and not used; nothing if all is used. */
function unusedLines(procedures: readonly ProcedureReport[]): string[] {
  const lines = procedures.flatMap(({ title, unused }) =>
    unused.map(({ name, location }) => `  ${name} of ${title}, ${formatLocation(location)}`),
  );
  const heading = "Computed and not used. What should change the state has to be written with `.set(..)`:";
  return lines.length === 0 ? [] : ["", heading, ...lines];
}

function rowOf({ title, entries, messages, instructions, gates, dominant }: ProcedureReport): string[] {
  return [
    nameOf(title),
    spanText(entries),
    spanText(messages),
    instructions.toLocaleString("en"),
    gates.toLocaleString("en"),
    dominant === undefined ? "" : `${dominant.part} ${Math.round(100 * dominant.share)} %`,
  ];
}

function sharesOf({ title, shares }: ProcedureReport): string[] {
  return [
    nameOf(title),
    ...shares.flatMap((share) => [shareText(share), `${(100 * share.circuitShare).toFixed(1)} %`]),
  ];
}

function nameOf(title: string): string {
  return title.replace(/^the |`/g, "");
}

function spanText({ least, most }: Span): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}

const LIMITS: Readonly<Record<Limit, string>> = {
  transactions: "transactions",
  consumed: "messages in",
  entries: "entries",
  inserts: "new entries",
  produced: "messages out",
};

function shareText({ calls, limit, newCalls, newLimit }: BlockShare): string {
  return calls === newCalls ? part(calls, limit) : `${part(calls, limit)}, ${part(newCalls, newLimit)}`;
}

function part(calls: number, limit: Limit): string {
  return `${calls === 0 ? "none" : `1/${calls}`} (${LIMITS[limit]})`;
}
