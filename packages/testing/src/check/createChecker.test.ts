import { encodeCall, type Program } from "@frond/language";
import { accounts, ETHER, expectFailure, MessageKind } from "@frond/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createWorld } from "../createWorld.ts";
import { bank, credit } from "../fixtures/bank.ts";
import { till } from "../fixtures/till.ts";
import { callCircuit } from "./createChecker.ts";

const [ada, bo] = accounts(2);

afterEach(() => vi.unstubAllEnvs());

const ofBanks = { layers: { here: bank, there: bank } } as const;

/** What is wrong with the circuit: a value, an assert that it lacks, and the handler of a message. */
const MISTAKES = [
  ["let new_locked_until = context.block.time + 7200000", "let new_locked_until = context.block.time + 7200001"],
  ["* TWO_64) * TWO_64;\n    let is_less = call.bits[0];\n    effects.failures += is_less;", "* TWO_64) * TWO_64;"],
  ["effects.ranged[0] = 500 - context.message.amount", "effects.ranged[0] = 501 - context.message.amount"],
] as const;

/** A circuit that does not do what the bank does. */
function brokenCircuit(program: Program) {
  const { files, name } = callCircuit(program);
  const noir = MISTAKES.reduce((text, [line, instead]) => {
    expect(text.split(line)).toHaveLength(2);
    return text.replace(line, instead);
  }, files["bin/src/application.nr"]!);
  return { name, files: { ...files, "bin/src/application.nr": noir } };
}

describe("a world with circuits", () => {
  test("sees every block satisfy its circuit, and calls that fail be refused", async () => {
    const world = await createWorld({ ...ofBanks, circuit: true });
    const { here, there } = world.layers;
    await here.deposit(ada, { asset: ETHER, amount: 5_000 });
    await expectFailure(here.deposit(ada, { asset: 2, amount: 5 }), "only ether");
    await there.deposit(ada, { asset: ETHER, amount: 10 });
    await here.as(ada).send({ to: bo, amount: 30 });
    await here.as(bo).send({ to: bo, amount: 30 });
    await expectFailure(here.as(bo).send({ to: ada, amount: 31 }), "the balance is too small");
    const before = world.snapshot();
    await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 2_000 });
    await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 20 });
    expect(await world.deliver()).toMatchObject([
      { failure: { reason: "the bank takes 500 at most" } },
      { failure: undefined },
      { to: "here", failure: undefined },
    ]);
    world.restore(before);
    await world.bundle(ada, [here.prepare.send({ to: bo, amount: 1 }), there.prepare.send({ to: bo, amount: 2 })]);
    await Promise.all([here.as(ada).lock({}), here.as(bo).withdraw({ amount: 3, recipient: "0xabc" })]);
    await expectFailure(
      world.bundle(ada, [there.prepare.send({ to: bo, amount: 1 }), here.prepare.send({ to: bo, amount: 1 })]),
      "the account is locked",
    );
    await world.forge({
      ...{ from: 55n, to: here.layerId, time: 1, kind: MessageKind.call, asset: ETHER, amount: 5n },
      ...encodeCall(credit, { account: bo }),
    });
    world.conserves(ETHER);
  });

  test("sees fees and a genesis as well", async () => {
    const { layers } = await createWorld({ layers: { till }, circuit: true });
    await layers.till.deposit(ada, { asset: ETHER, amount: 100 });
    await layers.till.as(ada, { fee: 3n }).buy({ to: ada, count: 2 });
    await expectFailure(layers.till.as(ada, { fee: 90n }).buy({ to: ada, count: 1 }), /underflow/);
  });

  test("does so as well if the environment says so, and the test does not", async () => {
    vi.stubEnv("FROND_TEST", "circuit");
    const strict = await createWorld(ofBanks, { circuitOf: brokenCircuit });
    await expect(strict.layers.here.as(ada).lock({})).rejects.toThrow("the circuit refuses");
    const lenient = await createWorld({ ...ofBanks, circuit: false }, { circuitOf: brokenCircuit });
    await lenient.layers.here.as(ada).lock({});
    vi.stubEnv("FROND_TEST", "circuits");
    await expect(createWorld(ofBanks)).rejects.toThrow("Set it to circuit or prove");
  });
});

describe("a circuit that differs from the executor is caught", () => {
  const createBroken = () => createWorld({ ...ofBanks, circuit: true }, { circuitOf: brokenCircuit });

  test("where it writes another value", async () => {
    const { here } = (await createBroken()).layers;
    await expect(here.as(ada).lock({})).rejects.toMatchObject({
      code: "testing/circuit-mismatch",
      message: expect.stringMatching(/^here\.lock: the circuit refuses what the executor did: .*block: /),
    });
  });

  test("where it lacks an assert", async () => {
    const before = await createWorld({ ...ofBanks, circuit: false });
    await before.layers.here.as(ada).lock({});
    const world = await createBroken();
    world.restore(before.snapshot());
    const failing = expectFailure(world.layers.here.as(ada).send({ to: ada, amount: 0 }), "the account is locked");
    await expect(failing).rejects.toMatchObject({
      code: "testing/circuit-mismatch",
      message: expect.stringMatching(/^here\.send: the executor fails, and the circuit does not/),
    });
  });

  test("where it handles a message otherwise", async () => {
    const world = await createBroken();
    const { here, there } = world.layers;
    await here.deposit(ada, { asset: ETHER, amount: 5_000 });
    await here.as(ada).sendTo({ layer: there.layerId, to: bo, amount: 501 });
    await expect(world.deliver()).rejects.toThrow("there, the message credit,: the circuit refuses");
  });
});

test("a world with proofs proves every block, and verifies the proof", { timeout: 300_000 }, async () => {
  const world = await createWorld({ ...ofBanks, prove: true });
  const { here } = world.layers;
  await here.deposit(ada, { asset: ETHER, amount: 50 });
  await here.as(ada).send({ to: bo, amount: 5 });
  await expectFailure(here.as(bo).send({ to: ada, amount: 6 }), "the balance is too small");
  await world.close();
  // Without a prover, nothing is executed any more.
  await expect(here.as(ada).send({ to: bo, amount: 5 })).rejects.toMatchObject({ code: "PROVER_CLOSED" });
});
