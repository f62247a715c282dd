import { FIELD_MODULUS, type Field, fieldToHex } from "@frond/foundation";
import {
  aggregatePublicInputs,
  type EpochWindow,
  encodeItems,
  type Message,
  MessageKind,
  messageSum,
  packEpochWindow,
  settlementItemOf,
} from "@frond/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { aggregateKeysHash } from "./aggregateStep.ts";
import { settlementCircuit } from "./circuitSource.ts";
import { pointHint } from "./messageInput.ts";
import { SettlementUnbalancedError, settleAggregate, settlementInputs } from "./settlementInputs.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { AGGREGATE_KEY_HASHES, CONTRACT, EPOCH, message, named, trunk, unproven } from "./testing/scenario.ts";
import { tamper } from "./testing/tamper.ts";

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(settlementCircuit(AGGREGATE_KEY_HASHES));
});

const WINDOW: EpochWindow = { epoch: EPOCH, after: 1_000, until: 2_000 };

const layerId = trunk().record.layerId;

/** The public inputs of an aggregate whose layers consumed what L1 produced and produced what L1 consumes. */
function aggregateFor(messages: readonly Message[]): Field[] {
  const consumed = messages.filter(({ from }) => from === 0n);
  const produced = messages.filter(({ to }) => to === 0n);
  return aggregatePublicInputs({
    aggregateKeysHash: aggregateKeysHash(AGGREGATE_KEY_HASHES),
    layerId,
    rootIn: named("root in"),
    rootOut: named("root out"),
    window: packEpochWindow(WINDOW),
    sum: messageSum({ produced, consumed, epoch: EPOCH }),
  });
}

function inputsFor(messages: readonly Message[]) {
  const proof = unproven({ keyHash: AGGREGATE_KEY_HASHES.at(-1)!, publicInputs: aggregateFor(messages) });
  return settlementInputs({ proof, messages, contract: CONTRACT });
}

const deposit = message({ to: layerId, kind: MessageKind.deposit, asset: 1, amount: 10n ** 18n });
const token = message({ to: named("child"), kind: MessageKind.deposit, asset: 2 ** 32 - 1, amount: (1n << 128n) - 1n });
const withdrawal = message({ from: layerId, time: 12, kind: MessageKind.withdrawal, asset: 1, amount: 5n });
const freeze = message({ to: named("child"), kind: MessageKind.freeze });
const messages = [deposit, withdrawal, token, freeze];

describe("what the function accepts, the circuit accepts", () => {
  it("deposits, withdrawals and a freeze", () => circuit.run(inputsFor(messages)));

  it("an epoch without messages", () => circuit.run(inputsFor([])));

  it("a full list", async () => {
    const many = Array.from({ length: 256 }, (_, i) =>
      message({ ...(i % 2 ? deposit : withdrawal), payload: BigInt(i) }),
    );
    await circuit.run(inputsFor(many));
  });

  it("neither accepts an epoch that is not balanced", () => {
    const aggregate = aggregateFor(messages);
    const settle = (list: readonly Message[]) => settleAggregate({ aggregate, messages: list, contract: CONTRACT });
    expect(() => settle([deposit])).toThrow(SettlementUnbalancedError);
    expect(() => settle([...messages, deposit])).toThrow(SettlementUnbalancedError);
  });
});

describe("an attack on one field is unsatisfiable", () => {
  const inputs = inputsFor(messages);
  const other = fieldToHex(named("other"));
  const minus = (hex: unknown) => fieldToHex(FIELD_MODULUS - BigInt(hex as string));
  /** Words and hints of an item that L1 did not sign for, in an unused place. */
  const extra = (item: Message) => [
    ["items.4", encodeItems([settlementItemOf(item)]).map(fieldToHex)] as const,
    ["hints.4.consumed", item.to === 0n] as const,
    ["hints.4.kind", item.kind] as const,
    ["hints.4.asset", item.asset] as const,
    ["hints.4.amount", fieldToHex(item.amount)] as const,
    ["hints.4.time", item.time] as const,
    ["hints.4.point", pointHint(item, EPOCH)] as const,
  ];

  const attacks: [name: string, constraint: RegExp, ...changes: (readonly [string, unknown])[]][] = [
    ["a proof of another circuit", /not an aggregate/, ["claim.key_hash", other]],
    ["an aggregate of other aggregates", /made of other aggregates/, ["claim.public_inputs.0", other]],
    ["another rootIn", /settlement: rootIn/, ["root_in", other]],
    ["another rootOut", /settlement: rootOut/, ["root_out", other]],
    ["another window", /settlement: window/, ["window", other]],
    ["another window in the aggregate", /settlement: window/, ["claim.public_inputs.4", other]],
    ["another epoch than the window's", /window: the parts are not those/, ["epoch_window.epoch", 4]],
    [
      "an epoch that overflows into the window's beginning",
      /assert_max_bit_size/,
      ["epoch_window.epoch", EPOCH + 2 ** 32],
      ["epoch_window.after", WINDOW.after - 1],
    ],
    ["another sum", /not what was produced/, ["claim.public_inputs.6", minus(fieldToHex(aggregateFor(messages)[6]!))]],
    ["another commitment", /commitment to the list/, ["commitment", other]],
    ["another z", /evaluation of the list/, ["z", other]],
    ["another evaluation", /evaluation of the list/, ["evaluation", other]],
    ["another header", /does not spell the message/, ["items.0.0", other]],
    ["another direction in the header", /does not spell the message/, ["hints.0.consumed", true]],
    ["another kind", /does not spell the message/, ["hints.0.kind", 2]],
    ["another asset", /does not spell the message/, ["hints.0.asset", 2]],
    ["another amount", /does not spell the message/, ["hints.0.amount", 1]],
    ["a direction of 2", /bool|decompose|outside|type|range|does not/i, ["hints.0.consumed", "0x02"]],
    ["a kind of more than 7 bits", /assert_max_bit_size/, ["hints.0.kind", 128]],
    ["an asset of more than 32 bits", /assert_max_bit_size/, ["hints.0.asset", fieldToHex(1n << 32n)]],
    ["an amount of more than 128 bits", /assert_max_bit_size/, ["hints.0.amount", fieldToHex(1n << 128n)]],
    ["another layer", /not on the curve/, ["items.0.1", other]],
    ["another recipient", /not on the curve/, ["items.0.2", other]],
    ["another payload", /not on the curve/, ["items.0.3", other]],
    ["an item without a layer", /names no layer but is not empty/, ["items.0.1", fieldToHex(0n)]],
    ["a recipient in an unused item", /names no layer but is not empty/, ["items.4.2", other]],
    ["a payload in an unused item", /names no layer but is not empty/, ["items.4.3", other]],
    ["the other sign of a point", /assert_max_bit_size/, ["hints.0.point.y", minus(pointHint(deposit, EPOCH).y)]],
    ["another time of a withdrawal", /not on the curve/, ["hints.1.time", 13]],
    ["a deposit that no layer consumed", /not what was produced/, ...extra({ ...deposit, payload: 1n })],
    ["a withdrawal that no layer produced", /not what was produced/, ...extra({ ...withdrawal, amount: 1n })],
    ["a withdrawal twice", /not what was produced/, ...extra(withdrawal)],
    [
      "a deposit left out",
      /not what was produced/,
      ["items.0", new Array(4).fill(fieldToHex(0n))],
      ["hints.0", (inputs.hints as unknown[])[9]],
    ],
  ];

  it("the witness is valid before it is attacked", () => circuit.run(inputs));

  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });
});
