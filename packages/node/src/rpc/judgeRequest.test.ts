import { expect, test } from "vitest";
import { judgeRequest } from "./judgeRequest.ts";

const door = {
  allowedHosts: ["node.example", "fd00::1", "0.0.0.0"],
  allowedOrigins: ["https://app.example", "http://localhost:5173"],
};
function verdict(host: string | undefined, origin?: string, allowedOrigins = door.allowedOrigins) {
  const judgement = judgeRequest({ host, origin, localAddress: "::ffff:192.168.1.5" }, { ...door, allowedOrigins });
  return judgement.isAllowed ? (judgement.origin ?? "no page") : judgement.error.code;
}

test.each([
  ["localhost:4040", "no page"],
  ["LOCALHOST", "no page"],
  ["shop.localhost:4040", "no page"],
  ["127.0.0.1:4040", "no page"],
  ["127.8.9.1", "no page"],
  ["0x7f.1:4040", "no page"],
  ["[::1]:4040", "no page"],
  ["192.168.1.5:4040", "no page"],
  ["node.example", "no page"],
  ["Node.Example.:443", "no page"],
  ["[fd00:0:0::1]:4040", "no page"],
  ["0.0.0.0:4040", "no page"],
  [undefined, "rpc/host-refused"],
  ["", "rpc/host-refused"],
  ["evil.example:4040", "rpc/host-refused"],
  ["127.evil.example", "rpc/host-refused"],
  ["localhost.evil.example", "rpc/host-refused"],
  ["evillocalhost", "rpc/host-refused"],
  ["node.example.evil.example", "rpc/host-refused"],
  ["192.168.1.6:4040", "rpc/host-refused"],
  ["localhost@evil.example", "rpc/host-refused"],
  ["evil.example/localhost", "rpc/host-refused"],
  ["evil.example#localhost", "rpc/host-refused"],
  ["localhost evil.example", "rpc/host-refused"],
])("called as %s: %s", (host, expected) => {
  expect(verdict(host)).toBe(expected);
});

test.each([
  ["localhost:4040", "http://localhost:4040", true],
  ["node.example", "https://node.example", true],
  ["192.168.1.5:4040", "http://192.168.1.5:4040", true],
  ["localhost:4040", "https://app.example", true],
  ["localhost:4040", "http://localhost:5173", true],
  ["localhost:4040", "http://localhost:4041", false],
  ["localhost:4040", "http://127.0.0.1:4040", false],
  ["localhost:4040", "http://app.example", false],
  ["localhost:4040", "https://app.example.evil.example", false],
  ["localhost:4040", "https://evil.example", false],
  ["localhost:4040", "null", false],
  ["localhost:4040", "", false],
  ["localhost:4040", "http://localhost:4040, https://evil.example", false],
  ["localhost:4040", "http://localhost:4040/", false],
])("called as %s by a page of %s: %s", (host, origin, isAllowed) => {
  expect(verdict(host, origin)).toBe(isAllowed ? origin : "rpc/origin-refused");
});

test("every page may call where that is configured, but for one without a name, and under the server's names only", () => {
  expect(verdict("localhost", "https://evil.example", ["*"])).toBe("https://evil.example");
  expect(verdict("localhost", "null", ["*", "null"])).toBe("rpc/origin-refused");
  expect(verdict("evil.example", "http://evil.example", ["*"])).toBe("rpc/host-refused");
});

test("what is refused is told how to become allowed", () => {
  const judge = (host: string, origin?: string) => {
    const judgement = judgeRequest({ host, origin, localAddress: "127.0.0.1" }, {});
    return judgement.isAllowed ? "" : judgement.error.message;
  };
  expect(judge("node.example")).toMatchInlineSnapshot(
    `"This server is not known as "node.example". Call it by its address, or add the name to allowedHosts in frond.config.ts (--allowed-hosts of \`frond start\` and \`frond node\`)."`,
  );
  expect(judge("localhost", "https://app.example")).toMatchInlineSnapshot(
    `"Pages of the origin "https://app.example" may not call this server. Add the origin to allowedOrigins in frond.config.ts (--allowed-origins of \`frond start\` and \`frond node\`)."`,
  );
});
