import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { FrondError } from "@frond/foundation";
import { u64 } from "@frond/language";
import { expect, it, onTestFinished } from "vitest";
import { createEventReaders } from "./events.ts";
import { serveRpc } from "./testing/serveRpc.ts";
import { createTransport } from "./transport/createTransport.ts";

const events = { paid: { amount: u64 } };

type Asked = { readonly cursor?: string; readonly limit: number };

/** A node's events, of which a cursor says how many were read. `refusal` is thrown while it is set. */
async function startNode(amounts: number[]) {
  const node = { refusal: undefined as FrondError | undefined, refused: 0 };
  const served = await serveRpc({
    frond_getEvents({ cursor = String(amounts.length), limit }: Asked) {
      if (node.refusal !== undefined) {
        node.refused++;
        throw node.refusal;
      }
      const from = Number(cursor);
      const shown = amounts.slice(from, from + Math.min(limit, 2));
      const told = shown.map((amount, index) => ({
        ...{ block: from + index + 1, index: 0, time: 1, epoch: 1, status: "sealed", transaction: 1n },
        fields: { amount: BigInt(amount) },
      }));
      return { events: told, cursor: String(from + shown.length), isEnd: from + shown.length === amounts.length };
    },
  });
  onTestFinished(() => served.close());
  return Object.assign(node, { url: served.url });
}

function watch(url: string, cursor?: string) {
  const transport = createTransport(url);
  const abort = new AbortController();
  const { paid } = createEventReaders<typeof events>({ events }, transport);
  const seen: number[] = [];
  const follow = async () => {
    const options = { signal: abort.signal, pollMilliseconds: 5, ...(cursor === undefined ? {} : { cursor }) };
    for await (const page of paid.watch(options)) seen.push(...page.events.map(({ fields }) => Number(fields.amount)));
  };
  const ended = follow();
  onTestFinished(async () => {
    abort.abort();
    await Promise.allSettled([ended]);
    await transport.close();
  });
  return { seen, ended };
}

const busy = (code: string) => new FrondError({ code, message: "Too much. Wait.", data: { retryAfter: 10 } });

it.each(["rpc/rate-limited", "rpc/busy", "rpc/too-many-in-flight"])(
  "goes on watching when a node is busy for a while (%s), and loses nothing",
  async (code) => {
    const amounts = [1, 2];
    const node = await startNode(amounts);
    // Busy from the beginning on.
    node.refusal = busy(code);
    const { seen } = watch(node.url, "0");
    await expect.poll(() => node.refused).toBeGreaterThan(1);
    node.refusal = undefined;
    await expect.poll(() => seen).toEqual([1, 2]);
    node.refusal = busy(code);
    amounts.push(3, 4, 5);
    const before = node.refused;
    await expect.poll(() => node.refused).toBeGreaterThan(before + 1);
    node.refusal = undefined;
    await expect.poll(() => seen).toEqual([1, 2, 3, 4, 5]);
  },
);

it("watches from now on once a busy node says where that is", async () => {
  const amounts = [1, 2];
  const node = await startNode(amounts);
  node.refusal = busy("rpc/rate-limited");
  const { seen } = watch(node.url);
  await expect.poll(() => node.refused).toBeGreaterThan(1);
  node.refusal = undefined;
  const adding = setInterval(() => amounts.push(amounts.length + 1), 10);
  await expect.poll(() => seen.length).toBeGreaterThan(3);
  clearInterval(adding);
  expect(seen).toEqual(seen.map((_, i) => seen[0]! + i));
});

it.each([429, 503])("goes on when something before the node answers with HTTP %i", async (status) => {
  const node = await startNode([7]);
  let refusals = 3;
  const proxy = createServer(async (request, response) => {
    if (refusals-- > 0) return response.writeHead(status, { "content-type": "text/html" }).end("<p>Slow down</p>");
    const body = await new Response(request as never).text();
    return response.end(await (await fetch(node.url, { method: "POST", body })).text());
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void proxy.close());
  const { seen } = watch(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, "0");
  await expect.poll(() => seen).toEqual([7]);
});

it("ends with what does not pass", async () => {
  const node = await startNode([]);
  node.refusal = busy("rpc/not-kept");
  await expect(watch(node.url, "0").ended).rejects.toMatchObject({ code: "rpc/not-kept" });
});
