import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { publicKeyOf } from "@frond/foundation";
import { type BlockStatement, signBlock, toJson } from "@frond/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SECRETS, type TestNetwork, testNetwork } from "../testing/testNetwork.ts";

/*
 * Commands against two layers that run in this process: an exchange, and below it an application that does not come
 * with Frond.
 */

const SHELF = fileURLToPath(new URL("../testing/shelf.ts", import.meta.url));
const ON_L1 = `0x${"12".repeat(20)}`;

let network: TestNetwork;
let address: bigint;

beforeAll(async () => {
  network = await testNetwork();
  const account = await network.json<{ address: string }>("account", "show");
  address = BigInt(account.address);
  await network.credit("exchange", { asset: 1, amount: 10n ** 18n, recipient: address });
  await network.credit("exchange", { asset: 2, amount: 10n ** 18n, recipient: address });
  await network.credit("shelf", { asset: 1, amount: 10n ** 18n, recipient: address });
});
afterAll(() => network.close());

const liquidity = ["--base", "0.5ether", "--maximumQuote", "0.5ether", "--minimumShares", "1"];
const boxes = ["--boxes", '[{"kind":1,"count":4},{"kind":2,"count":5}]', "--note", '{"from":"0x1"}'];

it("ends with 2 for whatever the user gave that cannot be used", async () => {
  const { code, stderr } = await network.run("node", "--layer", "nothing");
  expect(code).toBe(2);
  expect(stderr).toContain("has no layer nothing.");
  expect(await network.run("start", "--config", "/nowhere/frond.config.ts")).toMatchObject({ code: 2 });
});

describe("an error", () => {
  it.each([
    [["fly"], 2, "cli/usage"],
    [["status", "--fly"], 2, "cli/usage"],
    [["deposit", "--layer", "exchange"], 2, "cli/usage"],
    [["deposit", "1", "--layer", "nothing"], 2, "cli/usage"],
    [["deposit", "1", "--account", "nobody"], 2, "cli/unknown-account"],
    [["account", "show", "nobody"], 2, "cli/unknown-account"],
    [["withdraw", "1", "--asset", "gold"], 2, "cli/usage"],
    [["claim", "--account", "nobody"], 2, "cli/unknown-account"],
    [["bundle", "--leg", "nothing swap", "--leg", "shelf put"], 2, "cli/usage"],
    [["evidence", "/nowhere.json"], 2, "cli/usage"],
    [["simulate", "--model", "/nowhere.json"], 2, "cli/model"],
    [["simulate", "--layers", "1000000000"], 2, "cli/usage"],
    [["simulate", "--servers", "1000000000"], 2, "cli/usage"],
    [["simulate", "--layers", "2", "--blocks", "1000000000"], 2, "cli/usage"],
    [["simulate", "--layers", "1000000", "--plot", "/nowhere/plot.svg"], 2, "cli/usage"],
    [["start", "--config", "/"], 2, "network/input"],
    [["start", "--nats", "somewhere"], 2, "cli/usage"],
    [["worker", "--nats", "nats://a:4222, b"], 2, "cli/usage"],
    [["circuits", "--update", "--app", SHELF], 2, "cli/usage"],
    [["call", "withdraw", "--amount", "1", "--recipient", "0x12", "--kind", "7", "--layer", "shelf"], 2, "cli/usage"],
    [["noir", "chess"], 2, "network/application-not-found"],
    [["state", "get", "boxes", "1", "300", "--layer", "shelf"], 2, "cli/usage"],
    [["deposit", "-1"], 2, "cli/usage"],
    [["deposit", "--wait", "-0.5ether"], 2, "cli/usage"],
    [["withdraw", "0.0000000000000000001ether"], 2, "cli/usage"],
    [["account", "new", "0x1"], 2, "cli/usage"],
    [["block", "99"], 1, "rpc/not-found"],
    [["call", "withdraw", "--amount", "1", "--recipient", ON_L1, "--kind", "8", "--layer", "shelf"], 1],
  ] as const)("of %j is one line of JSON on stderr, with code %i", async (args, exitCode, code = undefined) => {
    const ended = await network.run(...args, "--json");
    expect(ended.stdout).toBe("");
    expect(ended.stderr.trim().split("\n")).toHaveLength(1);
    const { error } = JSON.parse(ended.stderr);
    expect(error).toMatchObject({ code: code ?? "sequencer/execution-failed", message: expect.any(String) });
    expect(ended.code).toBe(exitCode);
  });
});

describe("any layer, any application", () => {
  it("lists methods, maps and layers", async () => {
    const place = `--layer shelf --data ${network.directory}`;
    expect((await network.run("call", "--layer", "shelf")).stdout).toBe(
      [
        "put",
        "  --boxes  array({ kind: u8, count: u32 }, 2)  as JSON",
        "  --note   { from: address }                   as JSON",
        "withdraw",
        "  --amount     u128             a whole number in the smallest unit, or 10^18 of it as 0.5ether",
        "  --recipient  ethereumAddress  0x and 40 hex digits: an address on L1, or the name of an account",
        "  --kind       u8               a whole number up to 255",
        "",
        `Call one: frond call <method> --<argument> <value> .. ${place}`,
        "",
      ].join("\n"),
    );
    expect(await network.json("call", "--layer", "shelf")).toMatchObject({
      application: "shelf",
      methods: [{ name: "put" }, { name: "withdraw", arguments: [{ name: "amount", type: "u128" }, {}, {}] }],
    });
    expect((await network.run("state", "get", "--layer", "shelf")).stdout).toBe(
      "accounts <key: address> -> { money: u128 }\ntotal -> u32\nlast -> { from: address }\n" +
        "boxes <owner: address> <kind: u8> -> { count: u32 }\n",
    );
    const { stdout } = await network.run("layer", "list");
    expect(stdout).toMatch(/^L2 exchange {2,}exchange {2,}online {2,}http:/m);
    expect(stdout).toMatch(/^ {2}L3 shelf {2,}shelf {2,}online {2,}http:/m);
  });

  it("calls, with arguments of the method's types", async () => {
    expect(await network.json("call", "addLiquidity", ...liquidity)).toMatchObject({ status: "preconfirmed" });
    const put = await network.json<{ time: number }>("call", "put", ...boxes, "--layer", "shelf");
    expect(put).toMatchObject({ status: "preconfirmed", isoTime: new Date(put.time).toISOString() });
    const key = `0x${address.toString(16)}`;
    expect(await network.json("state", "get", "boxes", key, "2", "--layer", "shelf")).toEqual({ count: "5" });
    expect(await network.json("state", "get", "total", "--layer", "shelf")).toBe("9");
    expect(await network.json("state", "get", "pool")).toMatchObject({ base: String(10n ** 18n / 2n) });
  });

  it("shows accounts as the application declares them", async () => {
    expect(await network.json("account", "show", "--layer", "shelf")).toMatchObject({
      layer: "shelf",
      nonce: 1,
      money: String(10n ** 18n),
      claimable: { ether: "0", quote: "0" },
    });
    expect((await network.run("account", "show")).stdout).toContain("base             500000000000000000 (0.5ether)");
  });

  it("withdraws by the application's own method", async () => {
    const withdrawn = await network.json("withdraw", "0.25ether", "--layer", "shelf", "--arg", "kind=7");
    expect(withdrawn).toMatchObject({ layer: "shelf", asset: "ether", amount: String(10n ** 18n / 4n) });
    expect(await network.json("account", "show", "--layer", "shelf")).toMatchObject({
      money: String((10n ** 18n * 3n) / 4n),
    });
    const without = await network.run("withdraw", "1", "--layer", "shelf");
    expect(without).toMatchObject({ code: 2 });
    expect(without.stderr).toContain("withdraw needs kind.");
    const quote = await network.run("withdraw", "1", "--layer", "shelf", "--asset", "quote");
    expect(quote.stderr).toContain("The method withdraw of shelf knows one asset only. Leave --asset out.");
    await network.json("withdraw", "5", "--asset", "quote");
  });

  it("shows blocks and the status of a layer", async () => {
    await network.nodes.shelf.context.sequencer.seal();
    expect(await network.json("block", "1", "--layer", "shelf")).toMatchObject({ number: 1 });
    const status = await network.json<{ time: number }>("status", "--layer", "shelf");
    expect(status).toMatchObject({ layer: "shelf", isoTime: new Date(status.time).toISOString() });
  });

  it.each([
    [["call", "put", "--layer", "shelv"], "There is no layer shelv. Did you mean shelf? Use one of exchange, shelf."],
    [["call", "sawp"], "exchange has no method sawp. Did you mean swap? Use one of swap, addLiquidity,"],
    [
      ["call", "withdraw", "--amont", "1", "--layer", "shelf"],
      "withdraw has no argument amont. Call it as: frond call withdraw --amount <u128>",
    ],
    [
      ["call", "put", "--boxes", "[]", "--note", "x", "--layer", "shelf"],
      "boxes.0 is missing. Give a list of 2 as JSON.",
    ],
    [
      ["state", "get", "boxs", "--layer", "shelf"],
      "shelf has no map boxs. Did you mean boxes? Use one of accounts, total, last, boxes.",
    ],
    [
      ["state", "get", "boxes", "1", "--layer", "shelf"],
      "boxes has 2 keys, not 1. Use: frond state get boxes <owner: address> <kind: u8> --layer shelf --data /",
    ],
    [
      ["layer", "add", "world", "--application", "orbits", "--parent", "exchange", "--every", "advance"],
      "--every is given without --every-milliseconds. Give both: which method, and how often.",
    ],
    [
      ["layer", "add", "world", "--application", "orbits", "--parent", "exchange", "--every-milliseconds", "1000"],
      "--every-milliseconds is given without --every.",
    ],
    [["bundle", "--leg", "shelf put"], "A bundle has at least two legs, not 1."],
    [["bundle", "{"], "The bundle is not JSON."],
    [["bundle", '[{"layer":"shelf"}]'], "The bundle's 0.method can't be read"],
    [["bundle", "--leg", "shelf put boxes", "--leg", "exchange swap"], 'The leg "shelf put boxes" can\'t be read.'],
  ])("%j is refused", async (args, message) => {
    const { code, stderr } = await network.run(...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe("what commands take and show", () => {
  it("takes names of accounts for addresses", async () => {
    await network.json("call", "transfer", "to=alice", "amount=1", "isBase=true");
    expect(await network.json("state", "get", "boxes", "alice", "2", "--layer", "shelf")).toEqual({ count: "5" });
    const paid = await network.json<{ recipient: string }>(
      ...["withdraw", "1", "--layer", "shelf", "--arg", "kind=7", "--to", "alice"],
    );
    const { l1Address } = await network.json<{ l1Address: string }>("account", "show", "alice");
    expect(paid.recipient).toBe(l1Address);
    // A method that always pays on L1 gets the address there.
    const args = ["--amount", "1", "--recipient", "alice", "--kind", "7"];
    await network.json("call", "withdraw", ...args, "--layer", "shelf");
    await network.nodes.shelf.context.sequencer.seal();
    const { store } = network.nodes.shelf.context;
    const blocks = Array.from({ length: store.lastBlockNumber() }, (_, i) => store.block(i + 1)!);
    const recipients = blocks.flatMap(({ produced }) => produced.map(({ recipient }) => recipient));
    expect(recipients.slice(-2)).toEqual([BigInt(l1Address), BigInt(l1Address)]);
  });

  it("shows addresses as hex, whatever holds them", async () => {
    const hex = `0x${address.toString(16).padStart(64, "0")}`;
    const args = ["--boxes", boxes[1]!, "--note", `{"from":"alice"}`];
    await network.json("call", "put", ...args, "--layer", "shelf");
    expect(await network.json("state", "get", "last", "--layer", "shelf")).toEqual({ from: hex });
    const shown = await network.run("state", "get", "last", "--layer", "shelf");
    expect(shown.stdout).toBe(`from  ${hex}\n`);
  });

  it("repeats --data and --layer where it names another command", async () => {
    const at = `--data ${network.directory}`;
    const { stdout } = await network.run("withdraw", "1", "--layer", "shelf", "--arg", "kind=7");
    expect(stdout).toMatch(new RegExp(`\\(frond epoch [0-9]+ --layer shelf ${at}\\): frond claim ${at}$`, "m"));
    expect((await network.run("claim")).stdout).toContain(`frond status ${at}\n`);
    const unknown = await network.run("account", "show", "nobody");
    expect(unknown.stderr).toContain(`or make it with \`frond account new nobody ${at}\`.`);
  });
});

describe("bundles", () => {
  const swap = "exchange swap amountIn=1000 minimumOut=1 sellBase=true";
  const withdraw = (kind: number) => `shelf withdraw amount=5 recipient=${ON_L1} kind=${kind}`;

  it("happen on every layer", async () => {
    const bundle = await network.json<{ legs: object[] }>("bundle", "--leg", swap, "--leg", withdraw(7), "--wait");
    expect(bundle).toMatchObject({ status: "settled" });
    expect(bundle.legs).toMatchObject([
      { layer: "exchange", method: "swap", status: "settled" },
      { layer: "shelf", method: "withdraw", status: "settled" },
    ]);
  });

  it("can be given as JSON", async () => {
    const legs = [
      {
        layer: "shelf",
        method: "put",
        args: {
          boxes: [
            { kind: 1, count: 1 },
            { kind: 1, count: 1 },
          ],
          note: { from: "0x2" },
        },
      },
      { layer: "exchange", method: "swap", args: { amountIn: "1_000", minimumOut: 1, sellBase: false } },
    ];
    expect((await network.run("bundle", JSON.stringify(legs))).stdout).toMatch(
      /^bundle 0x[0-9a-f]{64}: preconfirmed in/,
    );
  });

  it("say which leg failed", async () => {
    const { sendBundle } = network.coordinator;
    const { BundleFailedError } = await import("@frond/settlement");
    network.coordinator.sendBundle = async () => {
      const reason = "The application refused: the kind is not 7.";
      throw new BundleFailedError({ leg: 1, layer: "shelf", code: "sequencer/execution-failed", reason, retry: false });
    };
    const { code, stderr } = await network.run("bundle", "--leg", swap, "--leg", withdraw(8));
    network.coordinator.sendBundle = sendBundle;
    expect(stderr).toBe(
      "frond: Leg 1 of the bundle, on layer shelf, failed: The application refused: the kind is not 7. " +
        "No leg was executed; change the failed leg, or send the bundle again.\n",
    );
    expect(code).toBe(1);
  });
});

describe("the tree", () => {
  it("is shown each layer below its parent", async () => {
    const { stdout } = await network.run("status");
    expect(stdout).toMatch(
      /^ {2}L2 exchange {3,}online {3,}2027-01-15T08:00:00\.123Z {3,}2.5 tx\/s {3,}1 in flight {3,}2\/3 blocks proven$/m,
    );
    expect(stdout).toMatch(/^ {4}L3 shelf/m);
    expect(stdout).toContain("epoch    3 open; 2: folding 1/4");
    const status = await network.json<{ layers: { layerId: string }[] }>("status");
    expect(status).toMatchObject({ epoch: { open: 3 }, l1: { lastEpoch: 1 } });
    expect(status).toHaveProperty("findings");
    expect(status.layers[0]!.layerId).toMatch(/^0x[0-9a-f]{64}$/);
  });
});

describe("an epoch", () => {
  it.each([
    [3, { epoch: 3, status: "open" }],
    [2, { epoch: 2, status: "proving", stage: "aggregates", done: 1, total: 4 }],
  ])("%i that has not settled is known by the coordinator", async (number, epoch) => {
    expect(await network.json("epoch", String(number))).toEqual(epoch);
    expect(await network.json("epoch", String(number), "--layer", "shelf")).toEqual(epoch);
  });

  it("in which the layer did nothing is known by the coordinator", async () => {
    const { settledEpoch } = network.coordinator;
    network.coordinator.settledEpoch = (epoch) => ({ epoch, gasUsed: 870_000 });
    expect(await network.json("epoch", "1")).toMatchObject({ epoch: 1, gasUsed: 870_000 });
    network.coordinator.settledEpoch = settledEpoch;
  });

  it("is the layer's as soon as the layer has it", async () => {
    const { context } = network.nodes.shelf;
    await context.putEpoch({ epoch: 2, status: "settled", blocks: [1], details: { gas: 5 } });
    expect(await network.json("epoch", "2", "--layer", "shelf")).toMatchObject({ status: "settled", blocks: [1] });
  });

  it("that is to come is refused", async () => {
    const { code, stderr } = await network.run("epoch", "4");
    expect(stderr).toContain("There is no epoch 4 yet.");
    expect(code).toBe(1);
  });
});

it("names L1's address and what came where L1 gives no answer", async () => {
  const { l1 } = network;
  const before = l1.answer;
  l1.answer = () => undefined;
  for (const command of [["account", "show"], ["claim"], ["deposit", "1"], ["withdraw", "1", "--asset", "quote"]]) {
    const { code, stderr } = await network.run(...command, "--json");
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ code: "contracts/l1-answer", data: { url: l1.url } });
    expect(error.data.came).toBe("an empty answer, or one without a result");
    expect(code).toBe(1);
  }
  l1.answer = before;
});

describe("a refused call", () => {
  const kind = ["--amount", "1", "--recipient", ON_L1, "--kind", "8"];

  it("names the line of the assert", async () => {
    const { stderr } = await network.run("call", "withdraw", ...kind, "--layer", "shelf");
    expect(stderr).toMatch(
      /^frond: The application refused: the kind is not 7 \(packages\/cli\/src\/testing\/shelf\.ts:[0-9]+:[0-9]+\)\. /,
    );
    const line = Number(/shelf\.ts:([0-9]+)/.exec(stderr)![1]);
    const source = readFileSync(new URL("../testing/shelf.ts", import.meta.url), "utf8");
    expect(source.split("\n")[line - 1]).toContain("assert(kind.equals(7)");
    const { error } = JSON.parse((await network.run("call", "withdraw", ...kind, "--layer", "shelf", "--json")).stderr);
    expect(error.data.location).toMatchObject({ line });
  });
});

describe("evidence", () => {
  const statement = (stateRootOut: bigint, time = 1_800_000_000_123): BlockStatement => ({
    layerId: network.nodes.shelf.context.layer.layerId,
    stateRootIn: 1n,
    stateRootOut,
    time,
    epoch: 1,
    messagesHash: 0n,
    dataHash: 0n,
  });
  const evidenceOf = (secret: bigint, second: BlockStatement) => ({
    sequencerKey: publicKeyOf(secret),
    first: signBlock(statement(2n), secret),
    second: signBlock(second, secret),
  });
  const judge = (evidence: unknown) => {
    const file = join(network.directory, "evidence.json");
    writeFileSync(file, toJson(evidence));
    return network.run("evidence", file);
  };

  it("is proof when the layer's sequencer signed two blocks at one time", async () => {
    expect(await judge(evidenceOf(SECRETS.shelf, statement(3n)))).toEqual({
      code: 0,
      stdout: "shelf, 2027-01-15T08:00:00.123Z: proven. Two different blocks were signed by the layer's sequencer.\n",
      stderr: "",
    });
  });

  it("is none when the blocks have two times, or somebody else signed them", async () => {
    const evidence = [evidenceOf(SECRETS.shelf, statement(3n, 5)), evidenceOf(99n, statement(3n))];
    const { code, stdout, stderr } = await judge(evidence);
    expect(stdout).toContain("shelf, 2027-01-15T08:00:00.123Z: no proof; the signatures are wrong, or say the same.");
    expect(stdout).toContain(
      "shelf, 2027-01-15T08:00:00.123Z: two blocks, but signed by another key than the layer's.",
    );
    expect(stderr).toContain("2 of 2 pieces of evidence prove nothing. Accuse nobody by them.");
    expect(code).toBe(1);
  });

  it("has to be readable", async () => {
    expect((await judge({ first: 1 })).stderr).toContain("can't be read");
    expect(await network.run("evidence", "/nowhere.json")).toMatchObject({ code: 2 });
  });

  it("is what the coordinator has seen, unless a file is named", async () => {
    expect((await network.run("evidence")).stdout).toContain("No sequencer was seen signing two blocks at one time.");
  });
});
