import { exchange } from "@frond/exchange";
import { createClient, type EventPage } from "@frond/sdk";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { type TestNetwork, testNetwork } from "../testing/testNetwork.ts";

/* `frond events` and `frond view`, and the client's `events` and `views`, against a node that runs in this process. */

/** Many tests share the machine. */
const SLOWLY = { timeout: 20_000 };

let network: TestNetwork;
let address: string;
/** The block of the first swap. */
let block: number;

beforeAll(async () => {
  network = await testNetwork();
  ({ address } = await network.json<{ address: string }>("account", "show"));
  for (const asset of [1, 2]) {
    await network.credit("exchange", { asset, amount: 10n ** 18n, recipient: BigInt(address) });
  }
  const pool = ["--base", "0.5ether", "--maximumQuote", "0.5ether", "--minimumShares", "1"];
  await network.json("call", "addLiquidity", ...pool);
  await swap("1000000");
  ({ number: block } = (await network.nodes.exchange.context.sequencer.seal())!);
  await swap("2000000");
});
afterAll(() => network.close());

const swap = (amount: string) =>
  network.json("call", "swap", "--amountIn", amount, "--minimumOut", "1", "--sellBase", "true");
const lines = async (...args: string[]) => {
  const { code, stdout, stderr } = await network.run(...args, "--json");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
};
const connect = () =>
  createClient({ url: network.nodes.exchange.url.replace("http", "ws"), application: exchange, secret: 99n });

describe("frond events", () => {
  it("prints a line for each event, with the names and units of the application, and where it ended", async () => {
    const [added, first, second, end] = await lines("events");
    expect(added).toMatchObject({ event: "liquidityAdded", status: "sealed", fields: { account: address } });
    expect(first).toMatchObject({ event: "swapped", fields: { amountIn: "1000000", sellBase: true } });
    expect(second).toMatchObject({ event: "swapped", block: block + 1 });
    expect(end).toEqual({ cursor: expect.any(String), isEnd: true });
    const { stdout } = await network.run("events", "swapped", "--where", "amountIn=2000000");
    expect(stdout).toMatch(/^\S+ {2}block \d+ {2}swapped {2}\{"account":"0x.*"amountIn":"2000000".*\}\n$/);
  });

  it("chooses by name, fields and blocks, and goes on at a cursor", async () => {
    const amounts = (found: readonly { fields?: { amountIn: string } }[]) =>
      found.flatMap(({ fields }) => fields?.amountIn ?? []);
    expect(amounts(await lines("events", "swapped"))).toEqual(["1000000", "2000000"]);
    expect(amounts(await lines("events", "swapped", "--to-block", String(block)))).toEqual(["1000000"]);
    expect(
      amounts(await lines("events", "swapped", "--where", `account=${address}`, "--from-block", String(block + 1))),
    ).toEqual(["2000000"]);
    expect(amounts(await lines("events", "swapped", "--where", "account=0x5"))).toEqual([]);
    const [one, { cursor, isEnd }] = await lines("events", "swapped", "--limit", "1");
    expect([amounts([one]), isEnd]).toEqual([["1000000"], false]);
    expect(amounts(await lines("events", "swapped", "--cursor", cursor))).toEqual(["2000000"]);
  });

  it.each([
    [["events", "swopped"], "cli/usage"],
    [["events", "--where", "amountIn=1"], "cli/usage"],
    [["events", "swapped", "--where", "price=1"], "cli/usage"],
    [["view", "prise"], "cli/usage"],
    [["view", "quote", "--amountIn", "1"], "cli/usage"],
    [["view", "pool", "--block", "1", "--from-follower", "http://127.0.0.1:1"], "cli/usage"],
  ])("refuses %j", async (args, code) => {
    const { stderr, code: ended } = await network.run(...args, "--json");
    expect([JSON.parse(stderr).error.code, ended]).toEqual([code, 2]);
  });
});

describe("frond view", () => {
  it("prints what the node answers, now and after a block, and lists the views", async () => {
    const [now] = await lines("view", "pool");
    const [then] = await lines("view", "pool", "--block", String(block));
    expect(now).toEqual({ base: "500000000003000000", quote: expect.any(String), shares: "500000000000000000" });
    expect(then).toMatchObject({ base: "500000000001000000" });
    const [{ views }] = await lines("view");
    expect(views.map(({ name }: { name: string }) => name)).toEqual(["pool", "quote"]);
    const { stdout } = await network.run("view", "quote", "--amountIn", "1000000", "--sellBase", "true");
    expect(stdout).toMatch(/^amountOut {2}99\d{4}\n$/);
    const refused = await network.run("view", "pool", "--block", "40", "--json");
    expect([refused.code, JSON.parse(refused.stderr).error.code]).toEqual([1, "rpc/not-found"]);
  });
});

describe("a client", () => {
  it("asks views and events in the application's types", async () => {
    const client = await connect();
    const pool = await client.views.pool({});
    expectTypeOf(pool).toEqualTypeOf<{ readonly base: bigint; readonly quote: bigint; readonly shares: bigint }>();
    expect(pool.base).toBe(500_000_000_003_000_000n);
    expect((await client.views.pool({}, { block })).base).toBe(500_000_000_001_000_000n);
    await expect(client.views.quote({ amountIn: -1n, sellBase: true })).rejects.toThrow("quote.amountIn: -1 is not");
    const { events, isEnd } = await client.events.swapped.query({ filter: { amountIn: 2_000_000 } });
    expectTypeOf(events[0]!.fields.sellBase).toEqualTypeOf<boolean>();
    expect([events.length, isEnd]).toEqual([1, true]);
    expect(events[0]).toMatchObject({
      block: block + 1,
      transaction: expect.any(BigInt),
      fields: { account: BigInt(address), amountIn: 2_000_000n, sellBase: true },
    });
    await client.close();
  });

  it("watches events as they come, and is told of a set-back with what replaces its events", async () => {
    const client = await connect();
    const stop = new AbortController();
    const seen: Pick<EventPage<typeof exchange.events.swapped>, "events" | "setBack">[] = [];
    const { cursor } = await client.events.swapped.query({ toBlock: block });
    const watching = (async () => {
      for await (const page of client.events.swapped.watch({ cursor, signal: stop.signal })) seen.push(page);
    })();
    const amounts = () => seen.flatMap(({ events }) => events.map(({ fields }) => Number(fields.amountIn)));
    await expect.poll(amounts, SLOWLY).toEqual([2_000_000]);
    await swap("3000000");
    await expect.poll(amounts, SLOWLY).toEqual([2_000_000, 3_000_000]);
    await network.nodes.exchange.context.sequencer.setBack({ through: block, epoch: 1, session: 1 });
    await expect.poll(amounts, SLOWLY).toEqual([2_000_000, 3_000_000, 2_000_000, 3_000_000]);
    expect(seen.flatMap(({ setBack }) => setBack ?? [])).toEqual([{ through: block }]);
    stop.abort();
    await watching;
    await client.close();
  });
});
