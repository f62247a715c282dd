import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { exchange } from "@frond/exchange";
import { decodeEntry, genesisEntries } from "@frond/language";
import { describe, expect, it } from "vitest";
import { loadApplication } from "../applications/findApplication.ts";
import { ConfigError, type Mistake } from "./errors.ts";
import { loadConfig, resolveNetwork } from "./loadConfig.ts";

const fixtures = fileURLToPath(new URL("fixtures", import.meta.url));
const source = { name: "frond.config.ts", directory: fixtures };
const size = { name: "only", transactions: 8, entries: 16, inserts: 8, consumed: 4, produced: 4 };

/** The mistakes in a description, as lines: `layer, field: problem write`. */
async function mistakesIn(network: unknown): Promise<string[]> {
  const error = await resolveNetwork(network, source).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error === undefined) return [];
  if (!(error instanceof ConfigError)) throw error;
  return (error.data.mistakes as Mistake[]).map(
    ({ layer, field, problem, write }) => `${layer ?? "network"}, ${field}: ${problem} ${write}`,
  );
}

describe("a genesis", () => {
  const load = (path: string) => loadConfig({ path: `owned/${path}`, cwd: fixtures });

  it("is what the description calls the application with: layers of one application begin differently", async () => {
    const { layers } = await load("frond.config.ts");
    const ownerOf = ({ application }: Pick<(typeof layers)[number], "application">) =>
      decodeEntry(application, "owner", genesisEntries(application)[0]!.values);
    expect(layers.map((layer) => [layer.name, ownerOf(layer)])).toEqual([
      ["first", 5n],
      ["second", 6n],
    ]);
    // As whoever runs the layer finds it again.
    expect(ownerOf({ application: await loadApplication(layers[1]!.applicationRef) })).toBe(6n);
  });

  it("with a value that is none of the state's is a mistake of its layer", async () => {
    const error = await load("wrong.config.ts").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).data.mistakes).toEqual([
      {
        layer: "second",
        field: "application",
        problem: expect.stringContaining("genesis.owner: -6 is not an address"),
        write: "Correct `genesis` of the application.",
      },
    ]);
  });
});

/** A trunk that is all right, and one layer under it. */
const under = (options: object) => ({
  layers: { exchange: { application: "exchange" }, shop: { application: "exchange", parent: "exchange", ...options } },
});

describe("a sound network", () => {
  it("is complete, parents first", async () => {
    const { layers, epoch, proving, durations, tokens, ...access } = await loadConfig({
      cwd: `${fixtures}/sound`,
    });
    expect(layers.map(({ name, parent, level }) => [name, parent, level])).toEqual([
      ["root", undefined, 2],
      ["middle", "root", 3],
      ["leaf", "middle", 4],
      ["second", "root", 3],
    ]);
    expect(layers[0]).toMatchObject({
      applicationRef: "exchange",
      application: exchange,
      blockMilliseconds: 1_000,
      feeRule: { kind: "free" },
      limits: {},
      port: 4040,
    });
    expect(layers[0]!.sizes.map(({ name }) => name)).toEqual(["small", "medium", "large", "forced"]);
    expect(layers[1]!.sizes.map(({ name }) => name)).toEqual(["tiny", "forced"]);
    expect(layers[3]).toMatchObject({ sizes: [size, { name: "forced" }], limits: { accountRate: 5 } });
    expect(epoch).toEqual({ blocks: 4, seconds: 10 });
    expect(durations).toEqual({
      exclusiveSeconds: 900,
      forcedSeconds: 7_200,
      freezeGraceSeconds: 3_600,
      upgradeSeconds: 2_592_000,
      retireSeconds: 1_209_600,
    });
    expect(tokens).toEqual(["0x00000000000000000000000000000000000000aa"]);
    expect(proving).toEqual({ workers: 2, memory: 8 * 2 ** 30, nats: "nats://127.0.0.1:4222" });
    expect(access).toEqual({ allowedOrigins: ["https://app.example"], allowedHosts: ["node.example"] });
  });

  it("names each application so that another thread finds it", async () => {
    const { layers } = await loadConfig({ path: "sound/frond.config.ts", cwd: fixtures });
    for (const { application, applicationRef } of layers) {
      expect(await loadApplication(applicationRef, "/")).toBe(application);
    }
    expect(layers[2]!.applicationRef).toBe(`${fixtures}/sound/frond.config.ts#leaf`);
  });

  it("knows a bundled application that is given as an object", async () => {
    const { layers } = await resolveNetwork({ layers: { trunk: { application: exchange } } }, source);
    expect(layers[0]).toMatchObject({ applicationRef: "exchange" });
  });
});

describe("mistakes in the tree", () => {
  it.each<[string, Record<string, object>, string[]]>([
    [
      "an unknown parent",
      { exchange: {}, shop: { parent: "exchnge" } },
      ['shop, parent: There is no layer "exchnge". Did you mean "exchange"? Write one of exchange.'],
    ],
    [
      "two trunks",
      { exchange: {}, shop: {} },
      [
        'shop, parent: It is missing, but exchange is the trunk already. Write parent: "exchange", or the name of another layer; only the trunk has no parent.',
      ],
    ],
    [
      "a cycle beside the trunk",
      { exchange: {}, a: { parent: "c" }, b: { parent: "a" }, c: { parent: "b" } },
      [
        "a, parent: It hangs from itself: a -> c -> b -> a. Give one of them a parent outside of this circle, or leave `parent` out if it is the trunk.",
      ],
    ],
    [
      "no trunk",
      { a: { parent: "a" } },
      [
        "network, layers: No layer is the trunk: all have a parent. Leave `parent` out of exactly one, the L2 that the others hang from.",
        "a, parent: It hangs from itself: a -> a. Give one of them a parent outside of this circle, or leave `parent` out if it is the trunk.",
      ],
    ],
    [
      "a tree too deep",
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`l${i}`, i === 0 ? {} : { parent: `l${i - 1}` }])),
      ["l8, parent: It would be level 9 below L1. Write the name of a layer further up; a tree has at most 8 levels."],
    ],
    [
      "a port taken twice",
      { exchange: { port: 4040 }, shop: { parent: "exchange", port: 4040 } },
      ["shop, port: Port 4040 is taken by exchange. Write another one, or leave it out for a free one."],
    ],
    [
      "a name that is none",
      { Exchange: {} },
      [
        'network, layers.Exchange: "Exchange" is no name of a layer. Write lower-case letters, digits and dashes, a letter first, at most 31 of them.',
      ],
    ],
    [
      "no layers",
      {},
      ['network, layers: There are no layers. Write at least the trunk: { trunk: { application: "exchange" } }.'],
    ],
  ])("%s", async (_name, layers, mistakes) => {
    const complete = Object.entries(layers).map(([name, layer]) => [name, { application: "exchange", ...layer }]);
    expect(await mistakesIn({ layers: Object.fromEntries(complete) })).toEqual(mistakes);
  });
});

describe("sizes that have no room for a method of the application", () => {
  const narrow = { name: "narrow", transactions: 4, entries: 2, inserts: 1, consumed: 2, produced: 2 };

  it("are refused, with the method and what it opens", async () => {
    const [mistake, ...others] = await mistakesIn(under({ application: "orbits", sizes: [narrow] }));
    expect(others).toEqual([]);
    expect(mistake).toMatch(
      /^shop, sizes: No block has room for the method `\w+`: each call opens at least \d entries \(.+\) and sends 0 messages\./,
    );
    expect(mistake).toContain('The block sizes are "narrow" with 2 entries (1 of them new) and 2 messages.');
    expect(mistake).toMatch(/declare a block size that has room: `sizes: \[\{ name: "small", .+ \}\]`\.$/);
  });
});

describe("mistakes in a layer", () => {
  it.each<[string, object, string]>([
    [
      "an unknown field",
      { blockmilliseconds: 5 },
      'shop, blockmilliseconds: There is no such field. Did you mean "blockMilliseconds"? Write one of application, parent, sizes, blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, data, committee, owner, port.',
    ],
    [
      "no application",
      { application: undefined },
      "shop, application: It is missing. Write the name of an application",
    ],
    [
      "an unknown application",
      { application: "exchnge" },
      'shop, application: There is no application exchnge. Did you mean "exchange"? Use exchange, orbits, bricks, desk, auction, or the path of a module that exports one.',
    ],
    [
      "a path that is not there",
      { application: "./gone.ts" },
      `shop, application: There is no file ${fixtures}/gone.ts. Write the path`,
    ],
    [
      "a module without one",
      { application: "./nothing.ts" },
      "shop, application: ./nothing.ts exports no application. Export what",
    ],
    [
      "a module with several",
      { application: "./several.ts" },
      'shop, application: ./several.ts exports several applications: first, second. Say which: "./several.ts#first".',
    ],
    [
      "an export that is none",
      { application: "./several.ts#third" },
      "shop, application: ./several.ts exports no application called third. Write one of first, second.",
    ],
    [
      "a module that breaks",
      { application: "./broken.ts" },
      'shop, application: packages/network/src/configuration/fixtures/broken.ts:1:7: The module throws "this module breaks".',
    ],
    [
      "a module with sizes that are none",
      { application: "./unsized.ts" },
      "shop, application: ./unsized.ts exports block sizes that are none: `sizes.0.inserts` is wrong. Write less than `entries`",
    ],
    [
      "an object that is none",
      { application: { name: "shop" } },
      "shop, application: It is an object, but no application.",
    ],
    [
      "a parent that is no name",
      { parent: 7 },
      'shop, parent: It is 7. Write the name of the layer above, such as parent: "exchange"',
    ],
    [
      "a time of blocks out of range",
      { blockMilliseconds: 3 },
      "shop, blockMilliseconds: It is 3. Write milliseconds, from 10 to 3,600,000.",
    ],
    [
      "a message delay out of range",
      { messageDelayMilliseconds: -1 },
      "shop, messageDelayMilliseconds: It is -1. Write milliseconds, from 0",
    ],
    ["a port out of range", { port: 70_000 }, "shop, port: It is 70000. Write a port from 0 to 65,535"],
    ["no sizes", { sizes: [] }, "shop, sizes: It is an empty list. Write at least one size, or leave `sizes` out."],
    [
      "too many consumed",
      { sizes: [{ ...size, consumed: 33 }] },
      "shop, sizes.0.consumed: It is 33. Write a whole number from 0 to 32.",
    ],
    [
      "too many produced",
      { sizes: [{ ...size, produced: 40 }] },
      "shop, sizes.0.produced: It is 40. Write a whole number from 1 to 32.",
    ],
    [
      "inserts that leave no place",
      { sizes: [{ ...size, inserts: 16 }] },
      "shop, sizes.0.inserts: It is 16. Write less than `entries`",
    ],
    [
      "a size without its entries",
      { sizes: [{ ...size, entries: undefined }] },
      "shop, sizes.0.entries: It is missing.",
    ],
    [
      "a size's unknown field",
      { sizes: [{ ...size, insert: 2 }] },
      'shop, sizes.0.insert: There is no such field. Did you mean "inserts"?',
    ],
    ["sizes of one name", { sizes: [size, size] }, "shop, sizes: It is a list of 2. Give each size its own name."],
    [
      "the largest size first",
      { sizes: [size, { ...size, name: "less", transactions: 4 }] },
      "shop, sizes: It is a list of 2. Write the smallest size first, and those with `forced` places last: a block takes the first that holds it.",
    ],
    ["a fee rule of no kind", { feeRule: { kind: "fre" } }, 'shop, feeRule.kind: It is "fre". Write { kind: "free" }'],
    [
      "a fee rule's unknown field",
      { feeRule: { kind: "free", quoat: 1 } },
      'shop, feeRule.quoat: There is no such field. Did you mean "quota"?',
    ],
    [
      "a quota of nothing",
      { feeRule: { kind: "free", quota: { perEpoch: 0 } } },
      "shop, feeRule.quota.perEpoch: It is 0.",
    ],
    [
      "fees of an application without",
      { feeRule: { kind: "fixed", fee: 5n }, application: "./counter.ts" },
      'shop, feeRule: It charges, but the application counter takes no fees. Write { kind: "free" }, or give the application a `fee` procedure',
    ],
    [
      "a repeated method that there is not",
      { application: "orbits", every: { method: "advanc", milliseconds: 1_000 } },
      'shop, every.method: The application orbits has no method "advanc". Did you mean "advance"? Write one of advance.',
    ],
    [
      "a repeated method that takes arguments",
      { application: "orbits", every: { method: "launch", milliseconds: 1_000 } },
      "shop, every.method: The method launch of orbits takes arguments. Write one of advance.",
    ],
    [
      "a repeated method of an application whose methods all take arguments",
      { every: { method: "swap", milliseconds: 1_000 } },
      "shop, every.method: The method swap of exchange takes arguments. Leave out `every`: each method of the application takes arguments.",
    ],
    [
      "a repeated method that is no name",
      { every: { method: 5, milliseconds: 1_000 } },
      "shop, every.method: It is 5. Write the name of a method",
    ],
    [
      "a repeated method without its time",
      { application: "orbits", every: "advance" },
      'shop, every: It is "advance". Write a method without arguments and how often',
    ],
    [
      "a repeated method without pause",
      { application: "orbits", every: { method: "advance", milliseconds: 0 } },
      "shop, every.milliseconds: It is 0. Write milliseconds, from 10 to 86,400,000.",
    ],
    [
      "an unknown field of a repeated method",
      { application: "orbits", every: { method: "advance", milliseconds: 1_000, times: 3 } },
      "shop, every.times: There is no such field. Write one of method, milliseconds.",
    ],
    [
      "an unknown limit",
      { limits: { accountRat: 1 } },
      'shop, limits.accountRat: There is no such field. Did you mean "accountRate"?',
    ],
    [
      "a limit of nothing",
      { limits: { accountRate: 0 } },
      "shop, limits.accountRate: It is 0. Write a whole number from 1",
    ],
    ["a layer that is none", "exchange" as never, 'shop, : It is "exchange". Write an object'],
  ])("%s", async (_name, options, mistake) => {
    const layers = { exchange: { application: "exchange" } };
    const given = typeof options === "string" ? { layers: { ...layers, shop: options } } : under(options);
    const found = (await mistakesIn(given)).filter((line) => !line.includes("is the trunk already"));
    expect(found).toHaveLength(1);
    expect(found[0]!.slice(0, mistake.length)).toBe(mistake);
  });

  it("a rule of fees that contradicts itself", async () => {
    const feeRule = { kind: "eip1559", initialBaseFee: 1n, minimumBaseFee: 2n, targetFullness: 1.5, maxChange: 0.1 };
    expect(await mistakesIn(under({ feeRule, application: "./counter.ts" }))).toEqual([
      "shop, feeRule.targetFullness: It is 1.5. Write a fraction above 0, at most 1, such as 0.5.",
      "shop, feeRule.initialBaseFee: It is 1n. Write at least `minimumBaseFee`.",
      expect.stringContaining("shop, feeRule: It charges"),
    ]);
  });
});

describe("mistakes in the rest", () => {
  it.each<[string, object, string]>([
    [
      "an unknown field",
      { epochs: {} },
      'network, epochs: There is no such field. Did you mean "epoch"? Write one of layers, epoch, exclusiveSeconds, forcedSeconds, freezeGraceSeconds, upgradeSeconds, retireSeconds, tokens, proving, allowedOrigins, allowedHosts.',
    ],
    [
      "an origin with a path",
      { allowedOrigins: ["https://app.example", "https://app.example/"] },
      'network, allowedOrigins.1: It is "https://app.example/". Write a list of origins',
    ],
    [
      "a short host with a port",
      { allowedHosts: ["a:1"] },
      'network, allowedHosts.0: It is "a:1". Write a list of names or addresses without ports',
    ],
    [
      "a host with a port",
      { allowedHosts: ["node.example:4040"] },
      'network, allowedHosts.0: It is "node.example:4040". Write a list of names or addresses without ports',
    ],
    [
      "a time for the proposer that is none",
      { exclusiveSeconds: -1 },
      "network, exclusiveSeconds: It is -1. Write a whole",
    ],
    [
      "a time for the proposer in which nobody could take over",
      { exclusiveSeconds: 43_201 },
      "network, exclusiveSeconds: It is 43201. Write a whole number from 0 to 43,200",
    ],
    [
      "a time to leave in that no chain takes",
      { upgradeSeconds: 15 },
      "network, upgradeSeconds: It is 15. Write a whole number from 16 to 31",
    ],
    [
      "a token that is no address",
      { tokens: ["USDC"] },
      'network, tokens.0: It is "USDC". Write a list of different addresses on L1',
    ],
    [
      "a token twice",
      { tokens: [`0x${"aa".repeat(20)}`, `0x${"AA".repeat(20)}`] },
      "network, tokens: It is a list of 2. Write a list of different addresses on L1",
    ],
    ["an epoch of nothing", { epoch: { blocks: 0 } }, "network, epoch.blocks: It is 0. Write a whole number from 1"],
    [
      "a unit of memory that is none",
      { proving: { memory: "8" } },
      'network, proving.memory: It is "8". Write a size of at least 1G',
    ],
    [
      "too little memory",
      { proving: { memory: "200M" } },
      'network, proving.memory: It is "200M". Write a size of at least 1G',
    ],
    [
      "an address that is none",
      { proving: { nats: "localhost" } },
      'network, proving.nats: It is "localhost". Write an address',
    ],
    [
      "workers that are none",
      { proving: { workers: "two" } },
      'network, proving.workers: It is "two". Write a whole number',
    ],
  ])("%s", async (_name, rest, mistake) => {
    const [found, ...others] = await mistakesIn({ layers: { exchange: { application: "exchange" } }, ...rest });
    expect(found?.slice(0, mistake.length)).toBe(mistake);
    expect(others).toEqual([]);
  });

  it("nothing at all", async () => {
    expect(await mistakesIn(undefined)).toEqual([
      "network, : It is missing. Write `export default defineNetwork({ layers: { .. } });` (see the README).",
    ]);
    expect(await mistakesIn({})).toEqual([expect.stringContaining("network, layers: It is missing.")]);
  });
});

describe("the file", () => {
  it("lists every mistake at once", async () => {
    const network = {
      layers: { exchange: { application: "exchange", blockMilliseconds: 1 }, shop: { application: "shop", prt: 1 } },
    };
    await expect(resolveNetwork(network, source)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: frond.config.ts has 4 mistakes:
        layer exchange, blockMilliseconds: It is 1. Write milliseconds, from 10 to 3,600,000.
        layer shop, prt: There is no such field. Did you mean "port"? Write one of application, parent, sizes, blockMilliseconds, messageDelayMilliseconds, every, feeRule, limits, data, committee, owner, port.
        layer shop, application: There is no application shop. Use exchange, orbits, bricks, desk, auction, or the path of a module that exports one.
        layer shop, parent: It is missing, but exchange is the trunk already. Write parent: "exchange", or the name of another layer; only the trunk has no parent.]
    `);
  });

  it("may not give a name twice", async () => {
    const directory = mkdtempSync(join(tmpdir(), "frond-config-"));
    const layer = 'exchange: { application: "exchange" },';
    writeFileSync(
      join(directory, "frond.config.ts"),
      `export default {\n  layers: {\n    ${layer}\n    ${layer}\n  },\n};\n`,
    );
    await expect(loadConfig({ cwd: directory })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: frond.config.ts has a mistake:
        exchange: The name is given twice, the second time on line 4. Give each a name of its own; a layer's name is unique in its network.]
    `);
    rmSync(directory, { recursive: true });
  });

  it("has to load", async () => {
    await expect(loadConfig({ cwd: `${fixtures}/unreadable` })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [ConfigError: frond.config.ts has a mistake:
        It can't be loaded: packages/network/src/configuration/fixtures/unreadable/frond.config.ts:1:7: The module throws "no network today".
        1 | throw new Error("no network today");
          |       ^
      Correct it.]
    `);
  });

  it("has to be where it is said to be", async () => {
    await expect(loadConfig({ path: "gone.ts", cwd: "/nowhere" })).rejects.toThrowErrorMatchingInlineSnapshot(
      `[InputError: There is no file /nowhere/gone.ts. Name the network's frond.config.ts with --config.]`,
    );
  });
});
