import type { Section } from "./report.ts";

/** The sections in the order in which they run, each loaded when it is asked for. */
export const sections: Readonly<Record<string, () => Promise<Section>>> = {
  gates: async () => (await import("./gates.ts")).gates,
  data: async () => (await import("./data.ts")).data,
  blob: async () => (await import("./blob.ts")).blob,
  leaving: async () => (await import("./leaving.ts")).leaving,
  proving: async () => (await import("./proving.ts")).proving,
  gas: async () => (await import("./gas.ts")).gas,
  throughput: async () => (await import("./throughput.ts")).throughput,
  latency: async () => (await import("./latency.ts")).latency,
  subscriptions: async () => (await import("./subscriptions.ts")).subscriptions,
  composability: async () => (await import("./composability.ts")).composability,
  tree: async () => (await import("./tree/tree.ts")).tree,
  escape: async () => (await import("./escape.ts")).escapeProof,
  follower: async () => (await import("./follower.ts")).follower,
  indexing: async () => (await import("./indexing.ts")).indexing,
  takeover: async () => (await import("./takeover.ts")).takeover,
  developing: async () => (await import("./developing.ts")).developing,
  newcomer: async () => (await import("./newcomer.ts")).newcomer,
  loading: async () => (await import("./loading.ts")).loading,
  explorer: async () => (await import("./explorer.ts")).explorer,
  curve: async () => (await import("./curve.ts")).curve,
  startup: async () => (await import("./startup.ts")).startup,
};
