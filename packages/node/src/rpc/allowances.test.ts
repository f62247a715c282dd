import { expect, test } from "vitest";
import { createAllowances } from "./allowances.ts";
import { defaultRpcLimits } from "./limits.ts";
import { toRemoteAddress } from "./remoteAddress.ts";

const small = {
  maxConnections: 2,
  callRate: 10,
  callBurst: 20,
  maxInFlight: 30,
  maxPendingBytes: 100,
  maxBufferedBytes: 100,
  maxSubscriptions: 2,
  registrationRate: 0.5,
  registrationBurst: 3,
};

/** Allowances with a clock that the test moves. */
function make({ maxAddresses = 3, maxPendingBytes = 150 } = {}) {
  let now = 0;
  const limits = { address: small, loopback: { ...small, maxConnections: 5 }, maxAddresses, maxPendingBytes };
  const allowances = createAllowances(limits, () => now);
  return { allowances, enter: allowances.enter, pass: (milliseconds: number) => (now += milliseconds) };
}
function codeOf(work: () => void) {
  try {
    work();
    return "passed";
  } catch (error) {
    return (error as { code: string }).code;
  }
}

test.each([
  ["127.0.0.1", "loopback"],
  ["127.5.6.7", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["192.168.1.5", "192.168.1.5"],
  ["::ffff:192.168.1.5", "192.168.1.5"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:0001:0002::9", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:db8:0:7::", "2001:db8:0:7::/64"],
  ["64:ff9b::1.2.3.4", "64:ff9b:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  [undefined, ""],
])("%s counts as %s", (text, name) => {
  expect(toRemoteAddress(text)).toEqual({ name, isLoopback: name === "loopback" });
});

test("connections of one address are bounded, and those of others are not", () => {
  const { enter } = make();
  const [first] = [enter("10.0.0.1"), enter("::ffff:10.0.0.1")];
  expect(enter("10.0.0.1")).toBeUndefined();
  expect(enter("10.0.0.2")).toBeDefined();
  first!.leave();
  expect(enter("10.0.0.1")).toBeDefined();
  const own = Array.from({ length: 6 }, (_, i) => enter(`127.0.0.${i + 1}`));
  expect(own.map((allowance) => allowance !== undefined)).toEqual([true, true, true, true, true, false]);
});

test("calls, calls under way, bytes and subscriptions are those of all connections of an address together", () => {
  const { enter, pass } = make();
  const [one, two, other] = [enter("10.0.0.1")!, enter("10.0.0.1")!, enter("10.0.0.2")!];
  one.begin(15);
  expect(codeOf(() => two.begin(6))).toBe("rpc/rate-limited");
  pass(100);
  two.begin(6);
  pass(10_000);
  expect(codeOf(() => one.begin(10))).toBe("rpc/too-many-in-flight");
  two.end(6);
  expect([codeOf(() => one.begin(10)), codeOf(() => other.begin(20))]).toEqual(["passed", "passed"]);

  one.hold(60);
  expect(codeOf(() => two.hold(60))).toBe("rpc/busy");
  other.hold(60);
  // The limit of all addresses together.
  expect(codeOf(() => other.hold(40))).toBe("rpc/busy");
  one.release(60);
  expect([codeOf(() => two.hold(60)), codeOf(() => other.hold(30))]).toEqual(["passed", "passed"]);

  one.subscribe();
  two.subscribe();
  expect([codeOf(() => one.subscribe()), codeOf(() => other.subscribe())]).toEqual([
    "rpc/too-many-subscriptions",
    "passed",
  ]);
  two.unsubscribe();
  one.subscribe();

  const unfollow = one.follow({ bufferedAmount: 70 });
  two.follow({ bufferedAmount: 40 });
  expect([one.isOverflowing(), other.isOverflowing()]).toEqual([true, false]);
  unfollow();
  expect(two.isOverflowing()).toBe(false);
});

test("an address is forgotten once it has nothing open and its calls have refilled, not by coming back", () => {
  const { allowances, enter, pass } = make({ maxAddresses: 100 });
  const one = enter("10.0.0.1")!;
  one.begin(20);
  one.end(20);
  one.leave();
  pass(1_500);
  enter("10.0.0.2")!.leave();
  expect(allowances.size).toBe(2);
  // A new connection does not bring new calls.
  expect(codeOf(() => enter("10.0.0.1")!.begin(16))).toBe("rpc/rate-limited");
  enter("10.0.0.1")!.leave();
  pass(10_000);
  enter("10.0.0.3");
  expect(allowances.size).toBe(2);
});

test("the table is bounded: the oldest address without a connection goes, and those with one stay", () => {
  const { allowances, enter } = make();
  const used = (address: string) => {
    const allowance = enter(address)!;
    allowance.begin(1);
    allowance.end(1);
    return allowance;
  };
  used("10.0.0.1");
  used("10.0.0.2").leave();
  used("10.0.0.3");
  used("10.0.0.4");
  expect([allowances.size, enter("10.0.0.5")]).toEqual([3, undefined]);
  for (let i = 0; i < 1_000; i++) enter(`10.1.${i >> 8}.${i & 255}`)?.leave();
  expect(allowances.size).toBe(3);
});

test("more addresses are remembered than can have a connection", () => {
  expect(defaultRpcLimits.maxAddresses).toBeGreaterThan(defaultRpcLimits.maxConnections);
});

test("an address registers a few layers, and then one every so often; another address is not held up, and none is new by coming back", () => {
  const { allowances, enter, pass } = make();
  const first = enter("1.1.1.1")!;
  const register = () => codeOf(() => first.register());
  expect([1, 2, 3, 4].map(register)).toEqual(["passed", "passed", "passed", "rpc/rate-limited"]);
  expect(codeOf(() => enter("2.2.2.2")!.register())).toBe("passed");
  pass(2_000);
  expect([register(), register()]).toEqual(["passed", "rpc/rate-limited"]);
  first.leave();
  enter("3.3.3.3");
  expect(allowances.size).toBe(3);
  expect(codeOf(() => enter("1.1.1.1")!.register())).toBe("rpc/rate-limited");
});
