import { protocolTables } from "./documentation.ts";
import { noirMessage, noirRecords, noirStatements } from "./noirRecords.ts";
import { noirConstants, noirKinds, noirPackings } from "./noirWords.ts";
import {
  solidityConstants,
  solidityDepositReference,
  solidityEpochWindow,
  solidityEscapeStatement,
  solidityItemHeader,
  solidityPayout,
  soliditySettlementStatement,
} from "./solidity.ts";
import { solidityPoseidon2 } from "./solidityPoseidon2.ts";

export type GeneratedFile = { readonly path: string; readonly text: string };

/** What is generated from the tables and constants of this package, by its path from the root of the repository. */
export function generatedFiles(): GeneratedFile[] {
  return [
    noir("constants", noirConstants()),
    noir("kinds", noirKinds()),
    noir("message", noirMessage()),
    noir("packing", noirPackings()),
    noir("record", noirRecords()),
    noir("statement", noirStatements()),
    solidity("Constants", solidityConstants()),
    solidity("DepositReference", solidityDepositReference()),
    solidity("EpochWindow", solidityEpochWindow()),
    solidity("EscapeStatement", solidityEscapeStatement()),
    solidity("ItemHeader", solidityItemHeader()),
    solidity("Payout", solidityPayout()),
    solidity("Poseidon2", solidityPoseidon2()),
    solidity("SettlementStatement", soliditySettlementStatement()),
    { path: "docs/protocol-tables.md", text: protocolTables() },
  ];
}

function noir(name: string, text: string): GeneratedFile {
  return { path: `packages/circuits/lib/src/${name}.nr`, text };
}

function solidity(name: string, text: string): GeneratedFile {
  return { path: `packages/contracts/src/${name}.sol`, text };
}
