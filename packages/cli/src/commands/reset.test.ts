import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { lockDirectory, type NetworkFile, writeLayerFile, writeNetworkFile } from "@frond/network/directory";
import { testLayerFile } from "@frond/network/testing";
import { openTables } from "@frond/store";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../main.ts";

const ADDRESS = `0x${"11".repeat(20)}` as const;
const HASH = "ab".repeat(32);
const KEY = { alice: { privateKey: `0x${"42".repeat(32)}` } };

let root: string;
let data: string;
let cache: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "frond-reset-"));
  data = join(root, "data");
  cache = join(root, "cache");
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

function put(path: string, content = "something"): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** All files below a directory. */
function filesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort();
}

function network(names: readonly string[] = ["exchange", "desk"]): NetworkFile {
  return {
    version: 3,
    referenceString: "development",
    chainId: 31337,
    l1Url: "http://127.0.0.1:1",
    isLocal: true,
    coordinatorUrl: "http://127.0.0.1:2",
    settlement: ADDRESS,
    verifier: ADDRESS,
    deploymentBlock: 0,
    tokens: [{ address: ADDRESS, symbol: "QUOTE", decimals: 18, isTest: true }],
    layers: names.map((name, i) => ({
      name,
      application: name,
      parent: i === 0 ? null : names[0]!,
      layerId: `0x${HASH}`,
      url: "http://127.0.0.1:3",
    })),
  };
}

/** A data directory as a network leaves it: its databases are real ones. */
async function putNetwork(): Promise<void> {
  writeNetworkFile(data, network());
  put(join(data, "accounts.json"), JSON.stringify(KEY));
  put(join(data, "accounts.json.123"), "{");
  put(join(data, `network.json.123.${"0a".repeat(4)}.tmp`), "{");
  put(join(data, "l1.json"));
  put(join(data, "l1.json.ending"));
  put(join(data, `l1.json.123.${"0a".repeat(4)}.tmp`));
  for (const name of ["exchange", "desk"]) put(join(data, "layers", name, "layer.json"), "{}");
  for (const path of ["coordinator", "proofs", "layers/exchange/store", "layers/desk/store"]) {
    const tables = openTables({ path: join(data, path) });
    await tables.table("jobs").put("a", 1);
    await tables.close();
  }
}

async function reset(...args: string[]) {
  const written = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    vi.spyOn(process[name], "write").mockImplementation((chunk) => {
      written[name] += chunk;
      return true;
    });
  }
  const code = await main(["node", "frond", "reset", "--data", data, "--cache", cache, ...args]);
  vi.restoreAllMocks();
  return { code, ...written };
}

const OTHERS = [
  "notes.txt",
  "layers/readme.md",
  "layers/mine/data.mdb",
  "layers/exchange/notes.txt",
  "layers/exchange/store/export.csv",
  "coordinator/phone-numbers.csv",
  "proofs/of-fermat/last.tex",
  "cache/x",
];

describe("reset", () => {
  it("deletes a network", async () => {
    await putNetwork();
    const { code, stdout } = await reset("--yes");
    expect(stdout).toBe(`Deleted the network in ${data}.\n`);
    expect(code).toBe(0);
    expect(readdirSync(data)).toEqual([]);
  });

  it("keeps every file that is not the network's, and says what is left", async () => {
    await putNetwork();
    for (const name of OTHERS) put(join(data, name));
    const { stdout } = await reset("--yes");
    expect(stdout).toContain("Kept what is not the network's: cache, coordinator, layers, notes.txt, proofs.");
    expect(filesIn(data)).toEqual([...OTHERS].sort());
  });

  it("deletes a layer that was being added, and no layer of another network", async () => {
    await putNetwork();
    writeLayerFile(data, testLayerFile({ name: "added", settlement: ADDRESS }));
    writeLayerFile(data, testLayerFile({ name: "foreign", settlement: `0x${"22".repeat(20)}` }));
    expect((await reset("--yes")).code).toBe(0);
    expect(filesIn(data)).toEqual(["layers/foreign/layer.json"]);
  });

  it("keeps a file called accounts.json that holds no accounts, and the state of an L1 that is not its own", async () => {
    await putNetwork();
    writeNetworkFile(data, { ...network(), isLocal: false });
    put(join(data, "accounts.json"), '{"people":["alice"]}');
    await reset("--yes");
    expect(filesIn(data)).toEqual(["accounts.json", "l1.json", `l1.json.123.${"0a".repeat(4)}.tmp`, "l1.json.ending"]);
  });

  it.each([
    ["no network.json", undefined, "it has none"],
    ["half a network.json", '{"version":2,"layers":[{"na', "JSON"],
    ["somebody else's network.json", '{"name":"router","interfaces":[]}', "Invalid input"],
    ["a network.json that leads elsewhere", JSON.stringify(network(["../../other"])), "Invalid string"],
  ])("deletes nothing where there is %s", async (_, content, reason) => {
    await putNetwork();
    rmSync(join(data, "network.json"));
    if (content !== undefined) put(join(data, "network.json"), content);
    put(join(cache, "artifacts", `${HASH}.circuit`));
    const before = filesIn(root);
    const { code, stdout, stderr } = await reset("--yes", "--with-cache", "--json");
    expect(stdout).toBe("");
    const { error } = JSON.parse(stderr);
    expect(error).toMatchObject({ code: "network/reset-refused", data: { directory: data } });
    expect(error.message).toContain(reason);
    expect(code).toBe(1);
    expect(filesIn(root)).toEqual(before);
  });

  it("makes no directory where there is none", async () => {
    expect((await reset("--yes")).code).toBe(1);
    expect(existsSync(data)).toBe(false);
  });

  it("deletes symbolic links, never what they point to", async () => {
    await putNetwork();
    const elsewhere = join(root, "elsewhere");
    for (const [i, name] of ["coordinator", "layers/desk", "l1.json"].entries()) {
      const target = join(elsewhere, String(i));
      rmSync(join(data, name), { recursive: true });
      if (name === "l1.json") put(target);
      else put(join(target, "data.mdb"));
      if (name === "layers/desk") put(join(target, "layer.json"), "{}");
      symlinkSync(target, join(data, name));
    }
    expect((await reset("--yes")).code).toBe(0);
    expect(filesIn(data)).toEqual([]);
    expect(filesIn(elsewhere)).toEqual(["0/data.mdb", "1/data.mdb", "1/layer.json", "2"]);
  });

  it("works on the directory that it runs in, as on any other", async () => {
    await putNetwork();
    put(join(data, "package.json"));
    vi.spyOn(process, "cwd").mockReturnValue(data);
    const absolute = data;
    data = ".";
    expect((await reset("--yes")).code).toBe(0);
    expect(filesIn(absolute)).toEqual(["package.json"]);
  });
});

describe("without being told that it may, reset", () => {
  it("deletes nothing where nobody can be asked", async () => {
    await putNetwork();
    const before = filesIn(root);
    const { code, stderr } = await reset("--with-cache");
    expect(stderr).toContain("Say --yes if that is what you want.");
    expect(code).toBe(2);
    expect(filesIn(root)).toEqual(before);
  });

  it.each([
    ["yes\n", 0],
    ["y\n", 2],
    ["\n", 2],
  ])("asks at a terminal; %j ends with %i", async (answer, code) => {
    await putNetwork();
    const before = filesIn(root);
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    terminal.write(answer);
    const stdin = vi.spyOn(process, "stdin", "get").mockReturnValue(terminal as never);
    const ended = await reset();
    stdin.mockRestore();
    expect(ended.stderr).toContain(`Delete the network and its accounts in ${data}? (yes/no)`);
    expect(ended.code).toBe(code);
    expect(filesIn(root)).toEqual(code === 0 ? [] : before);
  });
});

describe("a network that runs", () => {
  it.each([["."], ["layers/desk"]])("is not deleted, be it by its process or by one of a layer: %s", async (place) => {
    await putNetwork();
    const unlock = lockDirectory(join(data, place));
    const before = filesIn(root);
    expect(await reset("--yes", "--json")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('"code":"network/already-running"'),
    });
    expect(filesIn(root)).toEqual(before);
    unlock();
  });

  it("is one whose process lives: the lock of one that died is deleted with the rest", async () => {
    await putNetwork();
    // The number is another process's by now.
    put(join(data, "layers/desk/frond.pid"), String(process.ppid));
    put(join(data, "frond.pid"), String(process.ppid));
    expect((await reset("--yes")).code).toBe(0);
    expect(readdirSync(data)).toEqual([]);
    lockDirectory(data)();
  });
});

describe("--with-cache", () => {
  const OURS = [
    "crs/development-65537/bn254_g1.dat",
    "crs/development-65537/bn254_g2.dat",
    "crs/development-65537/crs.lock",
    `crs/development-65537/bn254_g1.dat.12.${"0a".repeat(4)}.tmp`,
    "crs/development-65537.lock",
    `circuits/exchange-small-${"0a".repeat(16)}.acir`,
    `circuits/exchange-small-${"0a".repeat(16)}.acir.debug`,
    `circuits/exchange-small-${"0a".repeat(16)}.acir.lock`,
    `keys/${"0a".repeat(16)}-recursive-${"0b".repeat(8)}.key`,
    `artifacts/${HASH}.circuit`,
    `bb-5.0.0-nightly.1-${"0a".repeat(8)}/bb`,
    `${HASH}.json`,
    `solidity/${HASH}.json`,
    `solidity/${HASH}.json.12.${"0a".repeat(4)}.tmp`,
  ];
  const NOT_OURS = [
    "package.json",
    "circuits/adder.acir",
    "circuits/kicad/board.pcb",
    "keys/id_ed25519",
    "artifacts/release.zip",
    "crs/notes.txt",
    "bb/bb",
    "solidity/Token.json",
    "src/index.ts",
  ];

  it("deletes what Frond keeps in the cache, whatever else is in it", async () => {
    await putNetwork();
    for (const name of [...OURS, ...NOT_OURS]) put(join(cache, name));
    symlinkSync(put(join(root, "elsewhere", "data")), join(cache, "artifacts", `${"cd".repeat(32)}.circuit`));
    const { stdout } = await reset("--yes", "--with-cache");
    expect(stdout).toContain(
      "Kept there what is not Frond's: artifacts, bb, circuits, crs, keys, package.json, solidity, src.",
    );
    expect(filesIn(cache)).toEqual([...NOT_OURS].sort());
    expect(filesIn(join(root, "elsewhere"))).toEqual(["data"]);
  });

  it("leaves an empty folder, and nothing else is deleted without it", async () => {
    await putNetwork();
    for (const name of OURS) put(join(cache, name));
    await reset("--yes");
    expect(filesIn(cache)).toHaveLength(OURS.length);
    await putNetwork();
    await reset("--yes", "--with-cache");
    expect(readdirSync(cache)).toEqual([]);
  });
});
