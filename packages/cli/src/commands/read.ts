import { exchange } from "@frond/exchange";
import { fieldToHex } from "@frond/foundation";
import { type Application, decodeEntry, entryKeyOf, type MapDeclaration } from "@frond/language";
import { createTransport, type Transport } from "@frond/sdk";
import { Command } from "commander";
import { networkOf } from "../accounts.ts";
import { parseValue } from "../application.ts";
import { UsageError } from "../errors.ts";
import { formatFields, printResult, toJsonLine } from "../output.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";

/** One answer of the node; undefined if it has none. */
export async function ask(settings: Settings, method: string, params: Record<string, unknown>): Promise<unknown> {
  const transport: Transport = createTransport(networkOf(settings).rpcUrl);
  const [outcome] = await transport.send([{ method, params }]);
  await transport.close();
  if (outcome === undefined || !outcome.ok) throw outcome?.error;
  return outcome.result ?? undefined;
}

export function blockCommand(): Command {
  return numberCommand("block", "frond_getBlock", "show a block: its transactions, messages, roots and status");
}

export function epochCommand(): Command {
  return numberCommand("epoch", "frond_getEpoch", "show an epoch: its blocks, and how and where it settled");
}

function numberCommand(name: "block" | "epoch", method: string, description: string): Command {
  return withCommonOptions(new Command(name))
    .description(description)
    .argument("<number>", `the ${name}'s number`)
    .action(async (text: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      if (!/^[1-9][0-9]{0,8}$/.test(text))
        throw new UsageError(`The number of a ${name} is 1 or more, not ${text}. Try 1.`, { text });
      const found = await ask(settings, method, name === "block" ? { number: Number(text) } : { epoch: Number(text) });
      if (found === undefined)
        throw new UsageError(`There is no ${name} ${text} yet. See the latest with \`frond status\`.`, { text });
      printResult(settings, found, describe(found as Record<string, unknown>));
    });
}

export function stateCommand(): Command {
  const command = new Command("state").description("read the layer's state");
  withCommonOptions(command.command("get"))
    .description("show an entry, as preconfirmed transactions see it")
    .argument("<map>", `one of ${Object.keys(exchange.state).join(", ")}`)
    .argument("[keys...]", "the entry's keys, in order; none for a cell")
    .action(async (map: string, keys: string[], _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const key = entryKeyOfTexts(map, keys);
      const answer = (await ask(settings, "frond_getEntry", { key: fieldToHex(key) })) as
        | { values?: string[] | null }
        | undefined;
      const values = answer?.values ?? undefined;
      const entry =
        values === undefined ? undefined : decodeEntry(exchange as unknown as Application, map, values.map(BigInt));
      printResult(
        settings,
        entry ?? null,
        entry === undefined ? "nothing there yet" : describe(entry as Record<string, unknown>),
      );
    });
  return command;
}

function entryKeyOfTexts(map: string, texts: readonly string[]) {
  const maps: Readonly<Record<string, MapDeclaration>> = exchange.state;
  const declaration = Object.hasOwn(maps, map) ? maps[map] : undefined;
  if (declaration === undefined)
    throw new UsageError(`There is no map ${map}. Use one of ${Object.keys(maps).join(", ")}.`, { map });
  const { keys } = declaration;
  const types =
    keys === undefined ? [] : typeof keys.kind === "string" ? [["key", keys] as const] : Object.entries(keys);
  if (types.length !== texts.length) {
    const names = types.map(([name]) => `<${name}>`).join(" ");
    throw new UsageError(
      `${map} has ${types.length} keys, not ${texts.length}. Use: frond state get ${map} ${names}.`,
      { map },
    );
  }
  const parsed = types.map(([name, type], i) => [name, parseValue(type as never, texts[i]!, name)] as const);
  const key =
    types.length === 0
      ? []
      : [parsed.length === 1 && typeof keys?.kind === "string" ? parsed[0]![1] : Object.fromEntries(parsed)];
  return entryKeyOf(exchange as unknown as Application, map, ...(key as [never]));
}

/** Fields, one on a line; lists and objects as JSON, long lists by their length. */
export function describe(value: Record<string, unknown>): string {
  const shown = (part: unknown): string => {
    if (Array.isArray(part))
      return part.length === 0 ? "none" : part.length > 8 ? `${part.length}` : part.map(shown).join(", ");
    return typeof part === "object" && part !== null ? toJsonLine(part) : String(part);
  };
  return formatFields(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shown(part)])));
}
