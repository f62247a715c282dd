import { readdirSync, readFileSync } from "node:fs";
import type { Follower } from "@frond/follower";
import { metricsOf } from "@frond/network/testing";
import { startCoordinatorServer, startFollowerServer } from "@frond/node";
import type { NetworkView } from "@frond/settlement";
import type { Command } from "commander";
import { beforeAll, describe, expect, it } from "vitest";
import { createProgram } from "../main.ts";
import { type TestNetwork, testNetwork } from "../testing/testNetwork.ts";
import { commandsIn, mistakeOf } from "./commandMistakes.ts";
import { metricsIn, metricsOn } from "./metricsIn.ts";

/* What operators are given names metrics that are exported, and commands and options that there are. */

const root = new URL("../../../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

type Dashboard = { readonly panels: readonly { readonly title: string; readonly targets: { expr: string }[] }[] };

/** Every page of `/metrics`, of servers that run. */
async function exportedMetrics(): Promise<Set<string>> {
  const place = { host: "127.0.0.1", port: 0 };
  const network = await testNetwork();
  const coordinator = await startCoordinatorServer({
    ...place,
    methods: {},
    layers: (_, socket) => socket.destroy(),
    metrics: () => metricsOf({ network: () => viewOf(network) }),
  });
  const follower = await startFollowerServer({
    ...place,
    follower: emptyFollower as unknown as Follower,
    chain: { chainId: 1, settlement: "0x" },
    promisesOf: async () => ({}),
  });
  const servers = [network.nodes.exchange, coordinator, follower];
  const pages = await Promise.all(servers.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()));
  await Promise.all([network.close(), coordinator.close(), follower.close()]);
  return new Set(pages.flatMap(metricsOn));
}
const viewOf = ({ coordinator }: TestNetwork) => coordinator.network() as NetworkView;
const emptyFollower = {
  store: { states: new Map(), layers: new Map() },
  blobs: { count: () => 0 },
  progress: () => ({ epoch: 0, known: 0, entries: 0 }),
};

describe("metrics", () => {
  let exported: Set<string>;
  beforeAll(async () => {
    exported = await exportedMetrics();
  });

  it("of every panel are exported", () => {
    const { panels } = JSON.parse(read("operate/grafana/frond.json")) as Dashboard;
    const named = panels.map(({ title, targets }) => ({
      title,
      names: targets.flatMap(({ expr }) => metricsIn(expr)),
    }));
    expect(named.filter(({ names }) => names.length === 0)).toEqual([]);
    expect(named.flatMap(({ names }) => names).filter((name) => !exported.has(name))).toEqual([]);
  });

  it("of every alert are exported, and each alert says what to do", () => {
    const alerts = read("operate/prometheus/rules.yml")
      .split(/^ +- alert: /m)
      .slice(1);
    expect(alerts.length).toBeGreaterThan(5);
    const expressions = alerts.map((alert) => /^ +expr: (.*)$/m.exec(alert)![1]!);
    expect(expressions.flatMap(metricsIn).filter((name) => !exported.has(name))).toEqual([]);
    expect(alerts.filter((alert) => !/^ +next: "\S.*"$/m.test(alert))).toEqual([]);
  });

  it("of docs/deployment.md are exported", () => {
    const [, section] = read("docs/deployment.md").split("\n## What to watch\n") as [string, string];
    expect(metricsIn(section).filter((name) => !exported.has(name))).toEqual([]);
  });

  it("are told from labels, and from names that nobody exports", () => {
    expect(metricsIn('rate(frond_rpc_seconds_count{method="frond_view"}[1m])')).toEqual(["frond_rpc_seconds_count"]);
    expect(exported.has("frond_rpc_seconds_bucket")).toBe(true);
    expect(exported.has("frond_nonsense")).toBe(false);
  });
});

describe("commands", () => {
  let program: Command;
  beforeAll(async () => {
    program = await createProgram();
  });
  const units = readdirSync(new URL("operate/systemd/", root)).map((name) => `operate/systemd/${name}`);

  it.each([...units, "operate/container/compose.yaml", "docs/testnet.md", "docs/indexing.md", "docs/following.md"])(
    "of %s exist, with their options",
    (path) => {
      const commands = commandsIn(read(path));
      expect(commands.length).toBeGreaterThan(0);
      expect(commands.flatMap((command) => mistakeOf(program, command) ?? [])).toEqual([]);
    },
  );

  it.each([
    ["frond fly", "frond fly: there is no command fly"],
    ["$ frond status --loud", "frond status --loud: there is no option --loud"],
    ["ExecStart=/usr/bin/frond index --once", "frond index --once: --database is missing"],
    ["frond account", "frond account: account needs the name of a command of its own"],
    [
      "    command: frond start --crs ignition \\\n  --wings",
      "frond start --crs ignition --wings: there is no option --wings",
    ],
    ["export KEY=$(frond account exprt)", "frond account exprt: account needs the name of a command of its own"],
    ["See what `frond status --loud` says.", "frond status --loud: there is no option --loud"],
    ["FROND_L1_PRIVATE_KEY=0x.. frond stat", "frond stat: there is no command stat"],
  ])("that do not exist are found: %s", (text, mistake) => {
    expect(commandsIn(text).map((command) => mistakeOf(program, command))).toEqual([mistake]);
  });
});
