import { costReport } from "@frond/language";
import type { NetworkConfig, RunningNetwork } from "@frond/network";
import type { ObservedCall } from "@frond/network/dev";
import type { SettledEpoch } from "@frond/settlement";
import type { Settings } from "../settings.ts";
import { describeError, errorForPrograms } from "../terminal/describeError.ts";
import { formatTable, toJsonLine } from "../terminal/output.ts";
import type { Reporter } from "../terminal/reporter.ts";

/** What `frond dev` shows of what happens; with `--json` a line of JSON each. */
export type DevView = {
  ready(running: RunningNetwork, about: { readonly config: NetworkConfig; readonly seconds: number }): void;
  mistake(error: unknown): void;
  call(layer: string, call: ObservedCall): void;
  settled(epoch: SettledEpoch): void;
};

/** Gates of each method and handler, by layer and name. */
type Gates = ReadonlyMap<string, ReadonlyMap<string, number>>;

export function createDevView(
  reporter: Reporter,
  { settings, isProven }: { readonly settings: Settings; readonly isProven: boolean },
): DevView {
  let gates: Gates = new Map();
  const tell = (event: string, data: object, lines: readonly string[]) => {
    if (settings.json) process.stdout.write(`${toJsonLine({ event, ...data })}\n`);
    else for (const line of lines) reporter.line(line);
  };
  return {
    ready({ network, layers }, { config, seconds }) {
      const isFirst = gates.size === 0;
      const before = gates;
      gates = gatesOf(config);
      const places = layers.map(({ name, url }) => `  ${name.padEnd(18)} ${url}`);
      tell("ready", { seconds, layers, coordinator: network.coordinatorUrl, l1: network.l1Url, isProven }, [
        "",
        `  ${isFirst ? "Ready" : "Changed"} in ${seconds.toFixed(1)} s`,
        ...(isFirst ? [...places, ...surroundings(network, isProven)] : []),
        ...costLines(gates, before),
        "",
      ]);
    },
    mistake(error) {
      const told = errorForPrograms(error, { dataOption: settings.dataOption });
      tell("mistake", { error: told }, ["", describeError(error, settings), "", "  Waiting for a change.", ""]);
    },
    call(layer, call) {
      const cost = gates.get(layer)?.get(call.name);
      tell("call", { layer, ...call, ...(cost === undefined ? {} : { gates: cost }) }, [callLine(layer, call, cost)]);
    },
    settled(epoch) {
      const { epoch: number, transactions, messages, gasUsed } = epoch;
      const how = isProven ? "settled" : "taken by the local L1 without a proof";
      tell("epoch", { ...epoch, isProven }, [
        `  epoch ${number} ${how}: ${transactions} transactions, ${messages} messages, ` +
          `${gasUsed.toLocaleString("en")} gas`,
      ]);
    },
  };
}

function surroundings({ coordinatorUrl, l1Url }: RunningNetwork["network"], isProven: boolean): string[] {
  return [
    `  ${"coordinator".padEnd(18)} ${coordinatorUrl}, with the explorer for a browser`,
    `  ${"L1".padEnd(18)} ${l1Url}`,
    ...(isProven
      ? []
      : [
          "",
          "  No proofs are made: nothing settles but on this L1, whose verifier accepts anything " +
            "(--prove idle, always).",
        ]),
  ];
}

function gatesOf({ layers }: NetworkConfig): Gates {
  return new Map(
    layers.map(({ name, application, sizes }) => {
      const { procedures } = costReport(application.program, sizes);
      return [name, new Map(procedures.map((procedure) => [procedure.name, procedure.gates]))] as const;
    }),
  );
}

/** What costs something else than before; at first everything. */
function costLines(gates: Gates, before: Gates): string[] {
  const rows = [...gates].flatMap(([layer, procedures]) =>
    [...procedures].flatMap(([name, cost]) => {
      const was = before.get(layer)?.get(name);
      if (was === cost) return [];
      const change = was === undefined ? "" : `was ${was.toLocaleString("en")}`;
      return [[`  ${layer}`, name, cost.toLocaleString("en"), change]];
    }),
  );
  return rows.length === 0
    ? []
    : ["", ...formatTable([["  layer", "method or handler", "gates", ""], ...rows]).split("\n")];
}

function callLine(layer: string, { kind, name, args, failure }: ObservedCall, gates: number | undefined): string {
  const called = `${name}(${args.map(([field, value]) => `${field}: ${value}`).join(", ")})`;
  const what = kind === "method" || kind === name ? called : `${kind} ${called}`;
  const cost = gates === undefined ? "" : `  ${gates.toLocaleString("en")} gates`;
  if (failure === undefined) return `  ${layer}  ${what}${cost}`;
  const place = failure.place === undefined ? "" : `  ${failure.place}`;
  return `  ${layer}  ${what}  failed: ${failure.reason}${place}`;
}
