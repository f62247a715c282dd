import { spawnSync } from "node:child_process";

/** A second host that the first one reaches under `there`, and that reaches the first one under `here`. */
export type OtherHost = {
  readonly here: string;
  readonly there: string;
  /** What a command there begins with. */
  readonly prefix: readonly string[];
  remove(): void;
};

/**
 * A network namespace with addresses of its own, behind a pair of virtual Ethernet devices; where the machine does not
 * allow that (it takes root and iproute2), this host itself.
 */
export function otherHost(): OtherHost {
  const number = process.pid % 250;
  const name = `frond${process.pid}`;
  const device = `fr${process.pid}`;
  const [here, there] = [`10.213.${number}.1`, `10.213.${number}.2`];
  const ip = (...args: string[]) => spawnSync("ip", args, { stdio: "ignore" }).status === 0;
  const remove = () => {
    ip("link", "del", device);
    ip("netns", "del", name);
  };
  const isMade =
    ip("netns", "add", name) &&
    ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", name) &&
    ip("addr", "add", `${here}/24`, "dev", device) &&
    ip("link", "set", device, "up") &&
    ip("-n", name, "addr", "add", `${there}/24`, "dev", "eth0") &&
    ip("-n", name, "link", "set", "eth0", "up") &&
    ip("-n", name, "link", "set", "lo", "up");
  if (isMade) return { here, there, prefix: ["ip", "netns", "exec", name], remove };
  remove();
  return { here: "127.0.0.1", there: "127.0.0.1", prefix: [], remove() {} };
}
