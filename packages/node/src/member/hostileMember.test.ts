import { type CommitteeBlock, toWire, wordsToBytes } from "@frond/committee";
import { until } from "@frond/foundation";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { post, rpc } from "../testing/coins.ts";
import { type RunningCommittee, runCommittee } from "../testing/members.ts";

let running: RunningCommittee;
let url: string;
beforeEach(async () => {
  running = await runCommittee(1, 1);
  url = running.committee.members[0]!.url;
});
afterEach(() => running.close());

const wire = (block: CommitteeBlock) =>
  toWire({ ...block, words: wordsToBytes(block.words) }) as Record<string, unknown>;
const good = () => wire(running.file.block(10));
const sign = (params: unknown) => post(url, rpc("frond_signCommittee", params));
const codeOfError = (answer: Record<string, unknown>) => (answer.error as { data: { code: string } }).data.code;
const isAlive = async () => expect((await sign(good())).result).toHaveProperty("signature");

const wrong: [string, () => unknown, string][] = [
  ["nothing", () => ({}), "rpc/invalid-params"],
  ["a word more", () => ({ ...good(), extra: 1 }), "rpc/invalid-params"],
  ["words that are no base64", () => ({ ...good(), words: "%%%%" }), "rpc/invalid-params"],
  ["words in another base64", () => ({ ...good(), words: `${good().words}\n` }), "rpc/invalid-params"],
  ["words as numbers", () => ({ ...good(), words: [1, 2, 3] }), "rpc/invalid-params"],
  ["too many words", () => ({ ...good(), words: "AAAA".repeat(400_000) }), "rpc/invalid-params"],
  ["a time beyond the last", () => ({ ...good(), statement: { ...statement(), time: 2 ** 48 } }), "rpc/invalid-params"],
  ["a negative time", () => ({ ...good(), statement: { ...statement(), time: -1 } }), "rpc/invalid-params"],
  ["a layer id above the modulus", () => withLayer(`0x${"f".repeat(64)}`), "rpc/invalid-params"],
  ["a layer that is not served", () => withLayer(`0x${"0".repeat(63)}1`), "committee/unknown-layer"],
];
const statement = () => good().statement as Record<string, unknown>;
const withLayer = (layerId: string) => ({ ...good(), statement: { ...statement(), layerId } });

describe("a member refuses", () => {
  it.each(wrong)("%s", async (_, params, code) => {
    expect(codeOfError(await sign(params()))).toBe(code);
    await isAlive();
  });

  it("times by the thousand, and shares of layers that it does not serve", async () => {
    const layerId = good().statement as { layerId: string };
    const times = Array.from({ length: 257 }, (_, i) => i);
    const asked = await post(url, rpc("frond_missingShares", { layerId: layerId.layerId, times }));
    expect(codeOfError(asked)).toBe("rpc/invalid-params");
    for (const [method, params] of [
      ["frond_getShares", { after: 0 }],
      ["frond_getShare", { time: 0 }],
      ["frond_missingShares", { times: [] }],
      ["frond_getEvidence", {}],
    ] as const) {
      const answer = await post(url, rpc(method, { layerId: `0x${"0".repeat(64)}`, ...params }));
      expect(codeOfError(answer)).toBe("committee/unknown-layer");
    }
  });

  it("bodies that are too large, WebSockets, and pages of others", async () => {
    const large = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "x".repeat(3_000_000),
    }).then(
      ({ status }) => status,
      () => "closed",
    );
    expect([413, "closed"]).toContain(large);
    const socket = new WebSocket(url.replace("http", "ws"));
    await new Promise((resolve) => socket.once("error", resolve));
    const headers = { "content-type": "application/json", origin: "https://evil.example" };
    const page = await fetch(url, { method: "POST", headers, body: JSON.stringify(rpc("frond_member")) });
    expect(page.status).toBe(403);
    await isAlive();
  });
});

describe("a flood", () => {
  it("of one address is refused, and ends with it", async () => {
    await running.close();
    running = await runCommittee(1, 1, { rpcLimits: { loopback: flooded, callRate: 1_000, callBurst: 1_000 } });
    url = running.committee.members[0]!.url;
    const codes = new Set<unknown>();
    const forged = { ...good(), publicHash: `0x${"0".repeat(63)}1` };
    await Promise.all(
      Array.from({ length: 60 }, async () => {
        const answer = await sign(forged).catch(() => undefined);
        codes.add(answer === undefined ? "closed" : codeOfError(answer));
      }),
    );
    expect(codes).toContain("committee/other-words");
    expect(codes).toContain("rpc/rate-limited");
    await until(async () => (await sign(good()).catch(() => undefined))?.result, { everyMilliseconds: 500 });
  });
});

const flooded = {
  maxConnections: 100,
  callRate: 10,
  callBurst: 40,
  maxInFlight: 40,
  maxPendingBytes: 8_000_000,
  maxBufferedBytes: 8_000_000,
  maxSubscriptions: 0,
  registrationRate: 1,
  registrationBurst: 1,
};
