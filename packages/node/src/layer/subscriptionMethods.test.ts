import { fieldToHex } from "@frond/foundation";
import { ACCOUNTS_MAP, entryKey, toJson } from "@frond/protocol";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { rpc } from "../testing/coins.ts";
import { ALICE, addressFor, sell, tillOptions } from "../testing/till.ts";
import { startNode } from "./startNode.ts";

/** Many tests share the machine. */
const SLOWLY = { timeout: 20_000 };

it("tells a connection of every kind what it subscribed to, and ends one without the others", async () => {
  const node = await startNode(tillOptions());
  onTestFinished(() => node.close());
  const socket = new WebSocket(node.url.replace("http", "ws"));
  onTestFinished(() => socket.close());
  const ids = new Map<number, string>();
  const told: string[] = [];
  const ended: unknown[] = [];
  socket.on("message", (data) => {
    const { id, result, params } = JSON.parse(String(data));
    if (params !== undefined) told.push(`${params.subscription} ${params.topic}`);
    else if (id === 9) ended.push(result);
    else ids.set(id, result);
  });
  await new Promise((resolve) => socket.once("open", resolve));
  const keys = [fieldToHex(entryKey(ACCOUNTS_MAP, [addressFor(ALICE)]))];
  for (const [id, params] of [{ topic: "transactions" }, { topic: "events" }, { topic: "entries", keys }].entries())
    socket.send(toJson(rpc("frond_subscribe", params, id)));
  await expect.poll(() => ids.size, SLOWLY).toBe(3);
  expect(new Set(ids.values()).size).toBe(3);

  await sell(node, ALICE, 10n, 0);
  const [ofTransactions, ofEvents, ofEntries] = [0, 1, 2].map((id) => ids.get(id)!);
  const all = [`${ofTransactions} transactions`, `${ofEvents} events`, `${ofEntries} entries`];
  await expect.poll(() => all.every((text) => told.includes(text)), SLOWLY).toBe(true);

  socket.send(toJson(rpc("frond_unsubscribe", { subscription: ofEntries }, 9)));
  await expect.poll(() => ended, SLOWLY).toEqual([true]);
  told.length = 0;
  await sell(node, ALICE, 10n, 1);
  await expect.poll(() => told.includes(all[1]!), SLOWLY).toBe(true);
  expect(told.filter((text) => text === all[2])).toEqual([]);
});
