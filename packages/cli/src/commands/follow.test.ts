import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Follower, followerSource } from "@frond/follower";
import { followerOf, type SettledHistory, settledHistory } from "@frond/follower/testing";
import { fieldToHex, publicKeyOf } from "@frond/foundation";
import { account, application, cell, field, u32, u64 } from "@frond/language";
import { type FollowerServer, startFollowerServer } from "@frond/node";
import { hiddenEntryWords, toJson, toJsonValue, valuesHash } from "@frond/protocol";
import { createClient } from "@frond/sdk";
import { afterAll, beforeAll, expect, it } from "vitest";

const executable = fileURLToPath(new URL("../../bin/frond.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "frond-follow-"));
const clock = application({
  name: "clock",
  state: { total: cell(u64) },
  methods: {},
  views: {
    now: {
      args: { add: u64 },
      returns: { time: u64, epoch: u32, total: u64 },
      run: ({ state, time, epoch }, { add }) => ({ time, epoch, total: state.total.get().add(add) }),
    },
  },
});

let settled: SettledHistory;
let follower: Follower;
let server: FollowerServer;

beforeAll(async () => {
  settled = await settledHistory(41);
  const { history, network, settle } = settled;
  await settle(
    history.settle(() => {
      for (const path of [[], [0], [1]]) history.block(path);
    }),
  );
  follower = await followerOf(network, join(directory, "first"));
  await follower.step();
  const chain = { chainId: 31337, settlement: network.owner.settlement };
  server = await startFollowerServer({
    follower,
    chain,
    promisesOf: async (layer) => layer,
    programs: new Map([[history.layerAt([0]).record.layerId, clock.program]]),
    host: "127.0.0.1",
    port: 0,
  });
});
afterAll(async () => {
  await server.close();
  await follower.close();
  await settled.network.close();
  rmSync(directory, { recursive: true });
});

type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string };

function frond(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [executable, ...args], (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

async function call(path: string, method: string, params: unknown = {}): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
  const { result, error } = (await response.json()) as Record<string, Record<string, unknown>>;
  return (error ?? result)!;
}

it("answers for each layer, with the epoch and the root behind each answer", async () => {
  const { history } = settled;
  const { record, config } = history.layerAt([0]);
  const path = `/layers/${fieldToHex(record.layerId)}`;
  const { key, values } = history.stateAt([0]).leaves[1]!;
  const backedBy = toJsonValue({ epoch: 1, root: follower.store.epoch(1)!.rootOut });
  expect(await call(path, "frond_getEntry", { key: fieldToHex(key) })).toEqual({
    ...(toJsonValue({ key, values }) as object),
    backedBy,
  });
  expect(await call(path, "frond_getEntry", { key: fieldToHex(key + 1n) })).toMatchObject({ values: null, backedBy });
  expect(await call(path, "frond_getLayer")).toMatchObject(toJsonValue({ config, record }) as object);
  expect(await call(path, "frond_getVault", { asset: 1 })).toMatchObject({ asset: 1, backedBy });
  expect(await call("/", "frond_follower")).toMatchObject({ epoch: 1, layerCount: 3, backedBy });
  expect(await call("/", "frond_getLayer")).toMatchObject({ data: { code: "rpc/needs-layer" } });
  expect(await call(path, "frond_sendTransaction", { transaction: {} })).toMatchObject({
    data: { code: "rpc/read-only" },
    message: expect.stringMatching(/Send it to the layer's own node/),
  });
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toMatch(/^frond_follower_epoch 1$/m);
});

it("answers views of layers whose application it was told, of the state on L1, and knows no events", async () => {
  const { record } = settled.history.layerAt([0]);
  const path = `/layers/${fieldToHex(record.layerId)}`;
  const backedBy = toJsonValue({ epoch: 1, root: follower.store.epoch(1)!.rootOut });
  const question = { view: "now", args: [fieldToHex(7n)] };
  expect(await call(path, "frond_view", question)).toEqual({
    values: [record.time, 1, 7].map((value) => fieldToHex(BigInt(value))),
    time: record.time,
    epoch: 1,
    backedBy,
  });
  expect(await call(path, "frond_view", { ...question, block: 1 })).toMatchObject({
    data: { code: "rpc/invalid-params" },
  });
  const other = `/layers/${fieldToHex(settled.history.layerAt([1]).record.layerId)}`;
  expect(await call(other, "frond_view", question)).toMatchObject({ data: { code: "rpc/application-unknown" } });
  for (const method of ["frond_getEvents", "frond_subscribe"])
    expect(await call(path, method, { topic: "events" })).toMatchObject({
      data: { code: "rpc/events-not-followed" },
      message: expect.stringMatching(/Ask the layer's own node/),
    });
});

it.each(["http", "ws"])("is read by clients as the layer's node is, over %s, and takes no calls", async (protocol) => {
  const { history } = settled;
  const { key, values } = history.stateAt([0]).leaves[1]!;
  const fields = Object.fromEntries(values!.slice(1).map((_, i) => [`value${i}`, field]));
  const application = { name: "any", state: { accounts: account(fields) }, methods: { poke: {} } };
  const path = `/layers/${fieldToHex(history.layerAt([0]).record.layerId)}`;
  const url = `${server.url.replace("http", protocol)}${path}`;
  const client = await createClient({ url, application, secret: 5n });
  expect((await client.node.entry(key)).values).toEqual(values);
  expect(await client.state.accounts.get(client.address)).toBeUndefined();
  const seen = await new Promise((onValue, onError) => {
    client.state.accounts.watch(client.address, { onValue: (account) => onValue([account]), onError });
  });
  expect(seen).toEqual([undefined]);
  await expect(client.methods.poke({})).rejects.toMatchObject({ code: "rpc/read-only" });
  await expect(client.simulate.poke({})).rejects.toMatchObject({ code: "rpc/read-only" });
  await client.close();
});

it("gives its blobs to other followers, and nobody else's files", async () => {
  const { versionedHash, transaction, block } = follower.store.epoch(1)!;
  const source = followerSource(server.url);
  expect(await source.read({ versionedHash: versionedHash!, transaction, block })).toEqual(
    follower.blobs.get(versionedHash!),
  );
  for (const name of [`0x${"00".repeat(32)}`, "../tree/data.mdb", "..%2Ftree%2Fdata.mdb"])
    expect((await fetch(`${server.url}/blobs/${name}`)).status).toBe(404);
});

it("`frond follow --once` follows from another follower, prints where it is, and ends with 0", async () => {
  const { network } = settled;
  const l1 = ["--l1", network.anvil.url, "--settlement", network.owner.settlement, "--confirmations", "0"];
  const data = ["--data", join(directory, "second")];
  const ran = await frond("follow", ...l1, ...data, "--from-follower", server.url, "--once", "--json");
  expect(ran).toMatchObject({ code: 0 });
  const last = JSON.parse(ran.stdout.trim().split("\n").at(-1)!);
  expect(last).toMatchObject({ event: "current", epoch: 1, known: 1, isCurrent: true });
});

it("`frond follow --once` ends with 1 if a committee that is named has not told what blocks hide", async () => {
  const { history, network, settle } = settled;
  await settle(
    history.settle(() =>
      history.block([1], {
        published: (entries) => entries.flatMap((entry) => hiddenEntryWords(entry, valuesHash(entry.values))),
      }),
    ),
  );
  const { record, config } = history.layerAt([1]);
  const committee = { members: [{ url: "http://127.0.0.1:9", publicKey: publicKeyOf(5n) }], threshold: 1 };
  const file = join(directory, "committee.json");
  writeFileSync(file, toJson({ config, committee }));
  const l1 = ["--l1", network.anvil.url, "--settlement", network.owner.settlement, "--confirmations", "0"];
  const data = ["--data", join(directory, "hidden"), "--from-follower", server.url];
  expect(await frond("follow", ...l1, ...data, "--once")).toMatchObject({ code: 0 });
  const ran = await frond("follow", ...l1, ...data, "--once", "--committee", file);
  expect(ran).toMatchObject({ code: 1 });
  expect(ran.stderr).toContain(`The entries of layer ${fieldToHex(record.layerId)} are not known since epoch 2`);
});

it("`frond follow` says what to do about a contract that is not there, and about options", async () => {
  const { network } = settled;
  const data = ["--data", join(directory, "third"), "--json"];
  const nowhere = ["--l1", network.anvil.url, "--settlement", `0x${"11".repeat(20)}`];
  const missing = await frond("follow", ...nowhere, ...data, "--once");
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  expect(JSON.parse(missing.stderr).error.message).toMatch(/There is no contract .* Check --settlement/);
  expect(await frond("follow", "--json")).toMatchObject({ code: 2 });
  expect((await frond("follow", "--help")).stdout).toMatch(/--from-follower/);
});
