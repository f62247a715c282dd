import type { BlockShare, CostReport, ProcedureReport, Span } from "@frond/language";
import { formatTable } from "./output.ts";

/** A report as text: a table of methods and handlers, and one of block sizes. */
export function costTables({ application, procedures, sizes }: CostReport): string {
  const heading = ["", "entries", "messages", "instructions", "gates", "most of them"];
  const names = sizes.map(({ size }) => size.name);
  const rows = procedures.map((procedure) => rowOf(procedure));
  const circuits = sizes.map(({ size, gates, gatesPerTransaction, gatesPerMessage, isProvable }) => [
    size.name,
    `${size.transactions}`,
    `${size.entries} (${size.inserts} new)`,
    `${size.consumed} / ${size.produced}`,
    `${gates.toLocaleString("en")}${isProvable ? "" : ": too many to be proven"}`,
    gatesPerTransaction.toLocaleString("en"),
    gatesPerMessage.toLocaleString("en"),
  ]);
  return [
    `${application}: gates are estimates, see docs/costs.md`,
    "",
    formatTable([[...heading, ...names.map((name) => `of a block: ${name}`)], ...rows]),
    "",
    formatTable([
      ["block", "transactions", "entries", "messages in / out", "gates", "a transaction", "a message"],
      ...circuits,
    ]),
    "",
    "A share says how many such calls fill a block, and what there is too little of for more; after the comma, if",
    "all of their entries are new. A transaction costs the gates of all methods, whichever it calls.",
  ].join("\n");
}

function rowOf({ title, entries, messages, instructions, gates, dominant, shares }: ProcedureReport): string[] {
  return [
    title.replace(/^the |`/g, ""),
    spanText(entries),
    spanText(messages),
    instructions.toLocaleString("en"),
    gates.toLocaleString("en"),
    dominant === undefined ? "" : `${dominant.part} ${Math.round(100 * dominant.share)} %`,
    ...shares.map(shareText),
  ];
}

function spanText({ least, most }: Span): string {
  return least === most ? `${least}` : `${least} to ${most}`;
}

function shareText({ calls, limit, newCalls, newLimit }: BlockShare): string {
  const existing = part(calls, limit);
  return calls === newCalls && limit === newLimit ? existing : `${existing}, ${part(newCalls, newLimit)}`;
}

function part(calls: number, limit: string): string {
  return calls === 0 ? `none (${limit})` : `1/${calls} (${limit})`;
}
