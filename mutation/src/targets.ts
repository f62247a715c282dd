import type { Refusals } from "./find/findInTypeScript.ts";
import type { Kind } from "./find/mutant.ts";

export type TestFile = {
  readonly file: string;
  /** If not all of its tests can notice, a pattern of the names of those that can. */
  readonly only?: string;
  /** For how many messages of a block the circuits are made, if fewer than are real do. */
  readonly messages?: number;
};

/** Source files whose checks are taken out, and the tests that should notice, the likeliest first. */
export type Target = {
  readonly kind: Kind;
  readonly files: readonly string[];
  readonly tests: readonly TestFile[];
  readonly refusals?: Refusals;
};

/** Tests of what a circuit accepts can't notice that it accepts more. */
const ATTACKS = "^(?!.*(the circuit accepts|witness is valid))";

const circuit = (name: string): TestFile => ({
  file: `packages/circuits/ts/${name}.test.ts`,
  only: ATTACKS,
  messages: 4,
});
const noir = (name: string): TestFile => ({ file: `packages/language/src/noir/${name}.test.ts` });
const contract = (name: string): TestFile => ({ file: `packages/contracts/ts/${name}.test.ts` });
const language = (name: string): TestFile => ({ file: `packages/language/src/${name}.test.ts` });
const sequencer = (name: string): TestFile => ({ file: `packages/sequencer/src/${name}.test.ts` });

const FORGED = circuit("forgedAggregates");
const AGGREGATE = circuit("aggregate");
const WINDOW = circuit("epochWindow");
const SIGNATURE = circuit("blockSignature");
const RECORD_STEPS = circuit("recordSteps");
const BLOCK_DATA = circuit("blockData");
const SEGMENTS = circuit("segments");
const SETTLEMENT = circuit("settlement");
const SETTLEMENT_DATA = circuit("settlementData");
const BLOCK = noir("blockAttacks");
const BUNDLE = noir("bundleAttacks");
const RANGES = noir("rangeAttacks");
const LISTS = noir("listAttacks");
const RECIPIENTS = noir("recipientAttacks");
const ESCAPE = circuit("escape");
const EXITS = noir("exitAttacks");
const HINTS = noir("hintAttacks");
const INTEGER = noir("integer");
const FORCED = noir("forcedAttacks");
const DATA = noir("dataAttacks");
const HELD = noir("heldAttacks");
const CHOSEN_HINTS = noir("chosenHints");
const WITNESS_SET = noir("witnessSet");
/** Makes real proofs: what `verify_proof_with_type` demands is only demanded while proving. */
const PROVEN: TestFile = { file: "packages/circuits/ts/maliciousLayer.test.ts" };

const SETTLE = contract("settle");
const EPOCHS = contract("epochWindow");
const DEPLOYMENT = contract("deploySettlement");
const ASSETS = contract("assets");
const TOKENS = contract("hostileTokens");
const REFUNDS = contract("refunds");
const LIST = contract("settlementList");
const EPOCH_DATA = contract("data");
const FORCED_ON_L1 = contract("forced");
const FREEZES = contract("freezes");
const UPGRADES = contract("upgrade");
const ESCAPES = contract("escape");
const CONSERVATION = contract("conservation");

const BLOCK_SIZES = sequencer("order/openBlock");
const RETURNING = sequencer("setBack/returning");
const ADMISSION = sequencer("intake/admitTransaction");
const SEQUENCER = sequencer("createSequencer");
const FEES = sequencer("order/fees");
const ALLOWANCE = sequencer("order/allowance");
const BUNDLES = sequencer("bundles/bundles");
const MESSAGES = sequencer("messages/messages");
const EXECUTOR = language("executor/createExecutor");

const lib = (...names: string[]) => names.map((name) => `packages/circuits/lib/src/${name}.nr`);
const order = (...names: string[]) => names.map((name) => `packages/sequencer/src/order/${name}.ts`);
const sol = (...names: string[]) => names.map((name) => `packages/contracts/src/${name}.sol`);

export const TARGETS: readonly Target[] = [
  { kind: "noir", files: lib("aggregate"), tests: [AGGREGATE, FORGED, RECORD_STEPS, BLOCK_DATA, WINDOW, SIGNATURE] },
  { kind: "noir", files: lib("message_lists", "vault"), tests: [FORGED, AGGREGATE, WINDOW] },
  { kind: "noir", files: lib("layer"), tests: [RECORD_STEPS, AGGREGATE, FORGED] },
  { kind: "noir", files: lib("block_data", "committee"), tests: [BLOCK_DATA, AGGREGATE] },
  { kind: "noir", files: lib("segment"), tests: [SEGMENTS, RECORD_STEPS, BLOCK_DATA] },
  { kind: "noir", files: lib("message_sum"), tests: [SETTLEMENT, FORGED, AGGREGATE] },
  { kind: "noir", files: lib("block_signature"), tests: [SIGNATURE, AGGREGATE] },
  { kind: "noir", files: lib("epoch_window"), tests: [WINDOW, SETTLEMENT, AGGREGATE] },
  { kind: "noir", files: lib("merkle"), tests: [CHOSEN_HINTS, WITNESS_SET, BLOCK, AGGREGATE] },
  { kind: "noir", files: lib("settlement"), tests: [SETTLEMENT, SETTLEMENT_DATA] },
  { kind: "noir", files: lib("epoch_data", "blob", "scalar", "blinded_sum"), tests: [SETTLEMENT_DATA, SETTLEMENT] },
  { kind: "noir", files: lib("block"), tests: [RANGES, LISTS, BUNDLE, BLOCK, RECIPIENTS, HINTS] },
  { kind: "noir", files: lib("transaction"), tests: [RANGES, BLOCK, BUNDLE] },
  { kind: "noir", files: lib("procedure"), tests: [HINTS, BLOCK, RANGES] },
  { kind: "noir", files: lib("integer", "packed"), tests: [CHOSEN_HINTS, INTEGER, HINTS, BLOCK] },
  { kind: "noir", files: lib("witness_set"), tests: [WITNESS_SET, BLOCK] },
  { kind: "noir", files: lib("forced"), tests: [FORCED] },
  { kind: "noir", files: lib("exit"), tests: [EXITS] },
  { kind: "noir", files: lib("data"), tests: [DATA, CHOSEN_HINTS] },
  { kind: "noir", files: lib("held"), tests: [HELD] },
  { kind: "noir", files: lib("escape"), tests: [ESCAPE] },
  { kind: "noir", files: lib("recursion"), tests: [PROVEN] },
  { kind: "noir", files: ["packages/circuits/bin/aggregate/src/main.nr"], tests: [AGGREGATE, PROVEN] },
  { kind: "noir", files: ["packages/circuits/bin/escape/src/main.nr"], tests: [ESCAPE] },
  { kind: "noir", files: ["packages/circuits/bin/settlement/src/main.nr"], tests: [SETTLEMENT, PROVEN] },
  { kind: "solidity", files: sol("Settlement"), tests: [SETTLE, EPOCHS, DEPLOYMENT, TOKENS, ASSETS, LIST, REFUNDS] },
  { kind: "solidity", files: sol("Epochs"), tests: [EPOCHS, ESCAPES, SETTLE, DEPLOYMENT] },
  { kind: "solidity", files: sol("Durations"), tests: [DEPLOYMENT] },
  { kind: "solidity", files: sol("Data"), tests: [EPOCH_DATA] },
  { kind: "solidity", files: sol("Layers"), tests: [FREEZES, FORCED_ON_L1, ESCAPES] },
  { kind: "solidity", files: sol("Forced", "Waiting"), tests: [FORCED_ON_L1, FREEZES] },
  { kind: "solidity", files: sol("Upgrades"), tests: [UPGRADES] },
  { kind: "solidity", files: sol("Escapes"), tests: [ESCAPES, CONSERVATION] },
  { kind: "solidity", files: sol("SettlementList"), tests: [LIST, SETTLE] },
  { kind: "solidity", files: sol("Assets"), tests: [ASSETS, TOKENS, DEPLOYMENT, REFUNDS, SETTLE] },
  { kind: "solidity", files: sol("Credits"), tests: [TOKENS, ASSETS, SETTLE, REFUNDS] },
  { kind: "solidity", files: sol("Deposits", "DepositReference"), tests: [ASSETS, REFUNDS, TOKENS, SETTLE] },
  {
    kind: "typescript",
    files: ["packages/language/src/executor/createExecutor.ts", "packages/language/src/executor/compileProcedure.ts"],
    tests: [EXECUTOR, language("ethereumAddress"), language("calls"), RANGES],
    refusals: { refusals: ["failure"], predicates: ["isOfType"], checkTexts: ["failIf", "fail"] },
  },
  {
    kind: "typescript",
    files: order("executeTransaction", "checkTried", "createPlacer", "openBlock", "replayRecord"),
    tests: [BLOCK_SIZES, SEQUENCER, FEES, ALLOWANCE, BUNDLES, MESSAGES],
    refusals: { refusals: ["refuse"], predicates: ["sizeFor"] },
  },
  {
    kind: "typescript",
    files: ["admitTransaction", "orderTransaction"].map((name) => `packages/sequencer/src/intake/${name}.ts`),
    tests: [ADMISSION, RETURNING, FEES, SEQUENCER, ALLOWANCE, BUNDLES],
    refusals: { predicates: ["isUint"] },
  },
];

/** The target that a file belongs to. */
export function targetOf(file: string): Target | undefined {
  return TARGETS.find(({ files }) => files.includes(file));
}
