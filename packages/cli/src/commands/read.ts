import { fieldToHex } from "@frond/foundation";
import { decodeEntry, entryKeyOf, type MapDeclaration, nearest, type Type } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { Command } from "commander";
import { typeName } from "../arguments/describeType.ts";
import type { Names } from "../arguments/names.ts";
import { parseValue } from "../arguments/parseValue.ts";
import { UsageError } from "../errors.ts";
import { ask, askLayer } from "../network/ask.ts";
import { findEpoch } from "../network/findEpoch.ts";
import { applicationOf, locateLayer, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { layerOption } from "../terminal/hint.ts";
import { describe, printResult } from "../terminal/output.ts";
import { shownPlain } from "../terminal/shownPlain.ts";

export function blockCommand(): Command {
  return numberCommand("block", {
    description: "show a block of a layer: its transactions, messages, roots and status",
    find: (settings, layer, number) => askLayer(settings, layer, { method: "frond_getBlock", params: { number } }),
  });
}

export function epochCommand(): Command {
  return numberCommand("epoch", {
    description: "show an epoch: how far it is, or a layer's blocks in it, and how and where it settled",
    find: findEpoch,
  });
}

function numberCommand(
  name: "block" | "epoch",
  options: {
    readonly description: string;
    readonly find: (settings: Settings, layer: string | undefined, number: number) => Promise<unknown>;
  },
): Command {
  return withLayerOption(withCommonOptions(new Command(name)))
    .description(options.description)
    .argument("<number>", `the ${name}'s number`)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { layer } = self.opts<{ layer?: string }>();
      if (!/^[1-9][0-9]{0,8}$/.test(text))
        throw new UsageError(
          `The number of ${name === "epoch" ? "an" : "a"} ${name} is 1 or more, not ${text}. Try 1.`,
          { text },
        );
      const found = await options.find(settings, layer, Number(text));
      printResult(settings, found, describe(found as Record<string, unknown>));
    });
}

export function stateCommand(): Command {
  const command = new Command("state").description("read a layer's state");
  withLayerOption(withCommonOptions(command.command("get")))
    .description("show an entry, as preconfirmed transactions see it")
    .argument("[map]", "a map or cell of the application's state; without it, they are listed")
    .argument("[keys...]", "the entry's keys, in order; none for a cell")
    .action(async (map: string | undefined, keys: string[], _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const layer = await locateLayer(settings, self.opts<{ layer?: string }>().layer);
      const application = await applicationOf(settings, layer);
      if (map === undefined) return printMaps(settings, application);
      const place = `${layerOption(self.opts<{ layer?: string }>().layer)}${settings.dataOption}`;
      const key = entryKeyOfTexts(application, map, { texts: keys, names: await namesOf(settings, keys), place });
      const answer = (await ask(layer.url, "frond_getEntry", { key: fieldToHex(key) })) as
        | { values?: string[] | null }
        | undefined;
      const values = answer?.values ?? undefined;
      const entry =
        values && shownPlain(application.state[map]!.value, decodeEntry(application, map, values.map(BigInt)));
      printResult(settings, entry ?? null, entry === undefined ? "nothing there yet" : shownEntry(entry));
    });
  return command;
}

function printMaps(settings: Settings, { state }: AnyApplication): void {
  const maps = Object.entries(state).map(([name, declaration]) => ({
    name,
    keys: keyTypesOf(declaration).map(([key, type]) => ({ name: key, type: typeName(type as Type) })),
    value: typeName(declaration.value),
  }));
  const lines = maps.map(({ name, keys, value }) =>
    [name, ...keys.map((key) => `<${key.name}: ${key.type}>`), "->", value].join(" "),
  );
  printResult(settings, maps, lines.join("\n"));
}

function shownEntry(entry: unknown): string {
  return typeof entry === "object" && entry !== null ? describe(entry as Record<string, unknown>) : String(entry);
}

function keyTypesOf({ keys }: MapDeclaration) {
  if (keys === undefined) return [];
  return typeof keys.kind === "string" ? [["key", keys] as const] : Object.entries(keys);
}

/** The key of an entry from the texts of its keys. @throws UsageError that says which keys the map has */
export function entryKeyOfTexts(
  application: AnyApplication,
  map: string,
  { texts, names, place }: { readonly texts: readonly string[]; readonly names: Names; readonly place: string },
) {
  const { state } = application;
  const declaration = Object.hasOwn(state, map) ? state[map] : undefined;
  if (declaration === undefined) {
    const known = Object.keys(state);
    const near = nearest(map, known);
    throw new UsageError(
      `${application.name} has no map ${map}. ${near === undefined ? "" : `Did you mean ${near}? `}Use one of ${known.join(", ")}.`,
      { map, known },
    );
  }
  const types = keyTypesOf(declaration);
  if (types.length !== texts.length) {
    const keys = types.map(([name, type]) => ` <${name}: ${typeName(type as Type)}>`).join("");
    throw new UsageError(
      `${map} has ${types.length} keys, not ${texts.length}. Use: frond state get ${map}${keys}${place}.`,
      { map },
    );
  }
  const parsed = types.map(([name, type], i) => [name, parseValue(type as Type, texts[i]!, { name, names })] as const);
  const isSingle = typeof declaration.keys?.kind === "string";
  const key = types.length === 0 ? [] : [isSingle ? parsed[0]![1] : Object.fromEntries(parsed)];
  return entryKeyOf(application, map, ...(key as [never]));
}
