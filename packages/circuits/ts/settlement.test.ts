import { addPoints, FIELD_MODULUS, fieldToHex, GENERATOR, negatePoint } from "@frond/foundation";
import { encodeItems, LIST_CAPACITY, type Message, MessageKind, messagePoint, settlementItemOf } from "@frond/protocol";
import { beforeAll, describe, expect, it } from "vitest";
import { settlementCircuit } from "./circuitSource.ts";
import { pointHint } from "./messageInput.ts";
import { SettlementUnbalancedError, settleAggregate } from "./settlementInputs.ts";
import { compileForTest, type TestCircuit } from "./testing/compileForTest.ts";
import { AGGREGATE_KEY_HASHES, CONTRACT, EPOCH, message, NO_DATA, named } from "./testing/scenario.ts";
import { aggregateFor, inputsFor, layerId, SETTLEMENT_WINDOW } from "./testing/settlementScenario.ts";
import { tamper } from "./testing/tamper.ts";

let circuit: TestCircuit;

beforeAll(async () => {
  circuit = await compileForTest(settlementCircuit(AGGREGATE_KEY_HASHES));
});

const deposit = message({ to: layerId, kind: MessageKind.deposit, asset: 1, amount: 10n ** 18n });
const token = message({ to: named("child"), kind: MessageKind.deposit, asset: 2 ** 32 - 1, amount: (1n << 128n) - 1n });
const withdrawal = message({ from: layerId, time: 12, kind: MessageKind.withdrawal, asset: 1, amount: 5n });
const freeze = message({ to: named("child"), kind: MessageKind.freeze });
const messages = [deposit, withdrawal, token, freeze];

describe("what the function accepts, the circuit accepts", () => {
  it("deposits, withdrawals and a freeze", () => circuit.run(inputsFor(messages)));

  it("an epoch without messages", () => circuit.run(inputsFor([])));

  it("a full list", async () => {
    const many = Array.from({ length: LIST_CAPACITY }, (_, i) =>
      message({ ...(i % 2 ? deposit : withdrawal), payload: BigInt(i) }),
    );
    await circuit.run(inputsFor(many));
  });

  it("neither accepts an epoch that is not balanced", () => {
    const aggregate = aggregateFor(messages);
    const settle = (list: readonly Message[]) =>
      settleAggregate({ aggregate, messages: list, ...NO_DATA, contract: CONTRACT });
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
    ["list.items.4", encodeItems([settlementItemOf(item)]).map(fieldToHex)] as const,
    ["list.hints.4.consumed", item.to === 0n] as const,
    ["list.hints.4.kind", item.kind] as const,
    ["list.hints.4.asset", item.asset] as const,
    ["list.hints.4.amount", fieldToHex(item.amount)] as const,
    ["list.hints.4.time", item.time] as const,
    ["list.hints.4.point", pointHint(item, EPOCH)] as const,
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
      ["epoch_window.after", SETTLEMENT_WINDOW.after - 1],
    ],
    ["another sum", /not what was produced/, ["claim.public_inputs.6", minus(fieldToHex(aggregateFor(messages)[6]!))]],
    ["another commitment", /commitment to list and data/, ["commitment", other]],
    ["another z", /evaluation of the list/, ["z", other]],
    ["another evaluation", /evaluation of the list/, ["evaluation", other]],
    ["another header", /does not spell the message/, ["list.items.0.0", other]],
    ["another direction in the header", /does not spell the message/, ["list.hints.0.consumed", true]],
    ["another kind", /does not spell the message/, ["list.hints.0.kind", 2]],
    ["another asset", /does not spell the message/, ["list.hints.0.asset", 2]],
    ["another amount", /does not spell the message/, ["list.hints.0.amount", 1]],
    ["a direction of 2", /bool|decompose|outside|type|range|does not/i, ["list.hints.0.consumed", "0x02"]],
    ["a kind of more than 7 bits", /assert_max_bit_size/, ["list.hints.0.kind", 128]],
    ["an asset of more than 32 bits", /assert_max_bit_size/, ["list.hints.0.asset", fieldToHex(1n << 32n)]],
    ["an amount of more than 128 bits", /assert_max_bit_size/, ["list.hints.0.amount", fieldToHex(1n << 128n)]],
    ["another layer", /not on the curve/, ["list.items.0.1", other]],
    ["another recipient", /not on the curve/, ["list.items.0.2", other]],
    ["another payload", /not on the curve/, ["list.items.0.3", other]],
    ["an item without a layer", /names no layer but is not empty/, ["list.items.0.1", fieldToHex(0n)]],
    ["a recipient in an unused item", /names no layer but is not empty/, ["list.items.4.2", other]],
    ["a payload in an unused item", /names no layer but is not empty/, ["list.items.4.3", other]],
    ["the other sign of a point", /assert_max_bit_size/, ["list.hints.0.point.y", minus(pointHint(deposit, EPOCH).y)]],
    ["another time of a withdrawal", /not on the curve/, ["list.hints.1.time", 13]],
    ["a deposit that no layer consumed", /not what was produced/, ...extra({ ...deposit, payload: 1n })],
    ["a withdrawal that no layer produced", /not what was produced/, ...extra({ ...withdrawal, amount: 1n })],
    ["a withdrawal twice", /not what was produced/, ...extra(withdrawal)],
    [
      "a deposit left out",
      /not what was produced/,
      ["list.items.0", new Array(4).fill(fieldToHex(0n))],
      ["list.hints.0", (inputs.list as { hints: unknown[] }).hints[9]],
    ],
  ];

  it("a sum that meets the next point, where any slope would do", async () => {
    // The sum is blinded by the generator.
    const met = addPoints(messagePoint({ message: deposit, epoch: EPOCH }).point, negatePoint(GENERATOR));
    const sum = [met.x, met.y].map(fieldToHex);
    const changes = [["claim.public_inputs.5", sum[0]] as const, ["claim.public_inputs.6", sum[1]] as const];
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(/two points with the same x/);
  });

  it("the witness is valid before it is attacked", () => circuit.run(inputs));

  it.each(attacks)("%s", async (_, constraint, ...changes) => {
    await expect(circuit.run(tamper(inputs, ...changes))).rejects.toThrow(constraint);
  });
});
