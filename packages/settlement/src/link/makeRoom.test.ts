import { expect, test } from "vitest";
import { makeRoom, remoteOf } from "./makeRoom.ts";

const limits = { strangers: 6, strangersOfAddress: 3 };

/** Connections by their address; "!" behind it says that it has sent something, "+" that it is identified. */
function connections(...names: readonly string[]) {
  const ended: number[] = [];
  const sockets = new Set(
    names.map((name, i) => ({
      address: name.replace(/[!+]$/, ""),
      hasSpoken: /[!+]$/.test(name),
      isIdentified: name.endsWith("+"),
      terminate: () => void ended.push(i),
    })),
  );
  return { ended, room: (address: string) => makeRoom(sockets, address, limits), sockets };
}

test("ends nobody as long as there is room", () => {
  const { room, ended } = connections("a", "a", "b", "b", "c");
  expect([room("a"), room("b"), room("d")]).toEqual([true, true, true]);
  expect(ended).toEqual([]);
});

test("an address that has its share ends its own oldest idle connection", () => {
  const { room, ended, sockets } = connections("b", "a!", "a", "a");
  expect(room("a")).toBe(true);
  expect(ended).toEqual([2]);
  expect(sockets.size).toBe(3);
});

test("an address whose connections are all being identified has to come again", () => {
  const { room, ended } = connections("a!", "a!", "a!", "b");
  expect(room("a")).toBe(false);
  expect(ended).toEqual([]);
});

test("when all places are taken, the address with the most gives one up", () => {
  const { room, ended } = connections("a", "b", "b", "b", "c", "c");
  expect(room("d")).toBe(true);
  expect(ended).toEqual([1]);
});

test("identified layers take no place", () => {
  const { room, ended } = connections("a+", "a+", "a+", "a+", "a+", "a+", "a+");
  expect(room("a")).toBe(true);
  expect(ended).toEqual([]);
});

test("many layers of this machine may come at once", () => {
  const { room, ended } = connections("local", "local", "local", "local", "local");
  expect(room("local")).toBe(true);
  expect(ended).toEqual([]);
});

test.each([
  ["127.0.0.1", "local"],
  ["::ffff:127.0.0.1", "local"],
  ["::1", "local"],
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::9", "2001:db8:1:2"],
  ["2001:db8::9", "2001:db8:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  [undefined, ""],
])("%s belongs to %s", (address, remote) => {
  expect(remoteOf(address)).toBe(remote);
});
