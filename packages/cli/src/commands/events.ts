import { fieldToHex, hexToField, sleep } from "@frond/foundation";
import { decodeEvent, encodeEventFilter, struct } from "@frond/language";
import type { AnyApplication } from "@frond/network/applications";
import { formatTime } from "@frond/protocol";
import { isAway } from "@frond/sdk";
import { Command } from "commander";
import { typeName } from "../arguments/describeType.ts";
import { pairsOf } from "../arguments/methodCall.ts";
import { parseValue } from "../arguments/parseValue.ts";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { applicationOf, locateLayer, withLayerOption } from "../network/layers.ts";
import { namesOf } from "../network/namesOf.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { errorForPrograms } from "../terminal/describeError.ts";
import { toJsonLine } from "../terminal/output.ts";
import { shownPlain } from "../terminal/shownPlain.ts";
import { wholeNumber } from "./options.ts";

type Options = {
  layer?: string;
  where: string[];
  fromBlock?: number;
  toBlock?: number;
  fromTime?: number;
  toTime?: number;
  cursor?: string;
  limit: number;
  follow: boolean;
};

const INTERVAL_MILLISECONDS = 500;

export function eventsCommand(): Command {
  return withLayerOption(withCommonOptions(new Command("events")))
    .description("list what a layer's application has emitted, oldest first; a line for each event")
    .argument("[event]", "the event's name; without it, events of all names")
    .option("--where <field=value>", "a value that a field has", (text: string, all: string[]) => [...all, text], [])
    .option("--from-block <number>", "the first block", wholeNumber(1))
    .option("--to-block <number>", "the last block", wholeNumber(1))
    .option("--from-time <milliseconds>", "since 1970: of the first block", wholeNumber(0))
    .option("--to-time <milliseconds>", "since 1970: of the last block", wholeNumber(0))
    .option("--cursor <text>", "where an earlier answer ended")
    .option("--limit <events>", "at most so many", wholeNumber(1), 100)
    .option("--follow", "go on with those to come, until interrupted", false)
    .action(async (event: string | undefined, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      await listEvents(settings, self.opts<Options>(), event);
    });
}

type Found = {
  readonly event: string;
  readonly block: number;
  readonly time: number;
  readonly fields: Readonly<Record<string, string>>;
};
type Page = {
  readonly events: readonly Found[];
  readonly cursor: string;
  readonly isEnd: boolean;
  readonly setBack?: { readonly through: number };
};

async function listEvents(settings: Settings, options: Options, event: string | undefined): Promise<void> {
  const layer = await locateLayer(settings, options.layer);
  const application = await applicationOf(settings, layer);
  const filter = await filterOf(settings, { application, event, pairs: pairsOf(options.where) });
  const { follow, fromBlock, toBlock, fromTime, toTime, limit } = options;
  const wanted = { ...(event === undefined ? {} : { event }), filter };
  const range = Object.fromEntries(
    Object.entries({ fromBlock, toBlock, fromTime, toTime }).filter(([, value]) => value !== undefined),
  );
  let { cursor } = options;
  let left = follow ? Number.POSITIVE_INFINITY : limit;
  for (;;) {
    const start = cursor === undefined ? range : { cursor, ...(toBlock === undefined ? {} : { toBlock }) };
    const params = { ...wanted, ...start, limit: Math.min(left, 1_000) };
    const page = await ask(layer.url, "frond_getEvents", params).catch((error) => absent(settings, error, follow));
    if (page !== undefined) {
      const { events, setBack, isEnd } = page as Page;
      if (setBack !== undefined) print(settings, { setBack }, `events after block ${setBack.through} are gone`);
      for (const found of events) printEvent(settings, application, found);
      left -= events.length;
      cursor = (page as Page).cursor;
      if (!follow && (isEnd || left <= 0)) return print(settings, { cursor, isEnd }, undefined);
      if (!isEnd) continue;
    }
    await sleep(INTERVAL_MILLISECONDS);
  }
}

/** A node that is away may come back, for who goes on. */
function absent({ json }: Settings, error: unknown, isFollowing: boolean): undefined {
  if (!isFollowing || !isAway(error)) throw error;
  const text = json ? toJsonLine({ error: errorForPrograms(error) }) : (error as Error).message;
  process.stderr.write(`${text}\n`);
  return undefined;
}

function printEvent(settings: Settings, application: AnyApplication, { fields, ...found }: Found): void {
  const { event, block, time } = found;
  const declared = application.program.events.find(({ name }) => name === event);
  // A version of the application before this one may have declared another event.
  const shown =
    declared === undefined
      ? fields
      : shownPlain(
          struct(application.events[event]!),
          decodeEvent(
            application,
            event,
            declared.fields.map(({ name }) => hexToField(fields[name] ?? fieldToHex(0n))),
          ),
        );
  print(settings, { ...found, fields: shown }, `${formatTime(time)}  block ${block}  ${event}  ${toJsonLine(shown)}`);
}

function print({ json }: Settings, value: object, text: string | undefined): void {
  if (json) process.stdout.write(`${toJsonLine(value)}\n`);
  else if (text !== undefined) process.stdout.write(`${text}\n`);
}

/** @throws UsageError for an unknown event or field, EncodingError for a value of another type */
async function filterOf(
  settings: Settings,
  { application, event, pairs }: { application: AnyApplication; event: string | undefined; pairs: readonly string[] },
): Promise<Record<string, string>> {
  const { events } = application.program;
  const definition = events.find(({ name }) => name === event);
  if (event !== undefined && definition === undefined) {
    const known = events.map(({ name }) => name);
    throw new UsageError(`${application.name} has no event ${event}. Use one of ${known.join(", ") || "none"}.`, {
      event,
      known,
    });
  }
  if (pairs.length === 0) return {};
  if (definition === undefined) throw new UsageError("--where is of one event. Name the event, too.", { pairs });
  const names = await namesOf(settings, pairs);
  const given = pairs.map((pair) => {
    const field = pair.split("=", 1)[0]!;
    const declared = definition.fields.find(({ name }) => name === field);
    if (declared === undefined) {
      const known = definition.fields.map(({ name, type }) => `${name} (${typeName(type)})`);
      throw new UsageError(`${event} has no field ${field}. Use one of ${known.join(", ")}.`, { field });
    }
    return [field, parseValue(declared.type, pair.slice(field.length + 1), { name: field, names })] as const;
  });
  const encoded = Object.entries(encodeEventFilter(definition, Object.fromEntries(given)));
  return Object.fromEntries(encoded.map(([field, value]) => [field, fieldToHex(value)]));
}
