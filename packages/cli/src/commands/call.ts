import { exchange } from "@frond/exchange";
import { fieldToHex } from "@frond/foundation";
import type { Fields } from "@frond/language";
import { Command } from "commander";
import { clientOf } from "../accounts.ts";
import { parseValue } from "../application.ts";
import { UsageError } from "../errors.ts";
import { formatFields, printResult } from "../output.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";

export function callCommand(): Command {
  const methods = Object.entries<Fields>(exchange.methods)
    .map(
      ([name, args]) =>
        `  ${name} ${Object.keys(args)
          .map((argument) => `--${argument} <value>`)
          .join(" ")}`,
    )
    .join("\n");
  return withCommonOptions(new Command("call"))
    .description("call a method of the application; prints the preconfirmation")
    .argument("<method>", "the method's name")
    .argument("[arguments...]", "its arguments: --name value, or --arg name=value")
    .option("--account <name>", "who signs")
    .option("--arg <name=value>", "an argument", (text: string, all: string[]) => [...all, text], [] as string[])
    .option("--wait", "wait until it has settled on L1", false)
    .allowUnknownOption()
    .addHelpText("after", `\nMethods:\n${methods}\n\nAmounts are in the smallest unit, or in 10^18 of it: 0.5ether.`)
    .action(async (method: string, rest: string[], _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const { account, arg, wait } = self.opts<{ account?: string; arg: string[]; wait: boolean }>();
      const args = parseArguments(method, [...arg, ...pairsOf(rest)]);
      const client = await clientOf(settings, account);
      try {
        const started = performance.now();
        const call = client.methods[method as keyof typeof client.methods] as (
          args: unknown,
        ) => ReturnType<typeof client.methods.swap>;
        const sent = await call(args);
        const milliseconds = Math.round(performance.now() - started);
        const { slot, block, epoch, position } = sent.preconfirmation;
        const settled = wait ? await sent.settled() : undefined;
        printResult(
          settings,
          {
            hash: fieldToHex(sent.hash),
            slot,
            block,
            epoch,
            position,
            milliseconds,
            status: settled?.status ?? "preconfirmed",
          },
          formatFields({
            transaction: fieldToHex(sent.hash),
            status: settled === undefined ? `preconfirmed in ${milliseconds} ms` : "settled",
            place: `block ${block}, position ${position}, slot ${slot}, epoch ${epoch}`,
          }),
        );
      } finally {
        await client.close();
      }
    });
}

/** `--name value`, `--name=value` and `name=value` as `name=value`. */
function pairsOf(words: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (!word.startsWith("--")) pairs.push(word);
    else if (word.includes("=")) pairs.push(word.slice(2));
    else pairs.push(`${word.slice(2)}=${words[++i] ?? ""}`);
  }
  return pairs;
}

/** The arguments of a method from `name=value` texts, each of its type. Throws {@link UsageError}. */
export function parseArguments(method: string, pairs: readonly string[]): Record<string, unknown> {
  const methods: Readonly<Record<string, Fields>> = exchange.methods;
  const types = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (types === undefined) {
    throw new UsageError(`There is no method ${method}. Use one of ${Object.keys(methods).join(", ")}.`, { method });
  }
  const given = new Map(pairs.map((pair) => [pair.split("=", 1)[0]!, pair.slice(pair.indexOf("=") + 1)]));
  const unknown = [...given.keys()].find((name) => !Object.hasOwn(types, name));
  const missing = Object.keys(types).filter((name) => !given.has(name));
  const usage = `Call it as: frond call ${method} ${Object.keys(types)
    .map((name) => `--${name} <value>`)
    .join(" ")}.`;
  if (unknown !== undefined)
    throw new UsageError(`${method} has no argument ${unknown}. ${usage}`, { method, unknown });
  if (missing.length > 0) throw new UsageError(`${method} needs ${missing.join(", ")}. ${usage}`, { method, missing });
  return Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, parseValue(type, given.get(name)!, name)]),
  );
}
