import { readFileSync } from "node:fs";
import { HOST_PATTERN, NATS_PATTERN, ORIGIN_PATTERN } from "@frond/network/configuration";
import { type Command, InvalidArgumentError } from "commander";
import { isAddress, parseGwei } from "viem";
import { UsageError } from "../errors.ts";

/** Reads a whole number of at least `minimum`. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= minimum) return value;
    throw new InvalidArgumentError(`Give a whole number from ${minimum}.`);
  };
}

export function portNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError("Give a port from 0 to 65535.");
}

/** For how many settled epochs a layer keeps blocks, witnesses and places of transactions. */
export type KeepOptions = { readonly keepEpochs: number | "all" };

const KEPT_EPOCHS = 1_000;

export function withKeepOption(command: Command): Command {
  return command.option(
    "--keep-epochs <n>",
    "settled epochs whose blocks and transactions layers keep, or all of them",
    keptEpochs,
    KEPT_EPOCHS,
  );
}

/** The option as the network takes it. */
export function keptOf({ keepEpochs }: KeepOptions): { readonly keepEpochs?: number } {
  return keepEpochs === "all" ? {} : { keepEpochs };
}

function keptEpochs(text: string): number | "all" {
  if (text === "all") return "all";
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("Give a whole number from 1, or all.");
}

/** Reads an address of HTTP. */
export function httpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new InvalidArgumentError("Give an address that begins with http:// or https://.");
}

/** Reads an address of NATS, or those of a cluster's servers with commas between. */
export function natsUrl(text: string): string {
  const [first = "", ...others] = text.split(",");
  if (NATS_PATTERN.test(first) && others.every((url) => NATS_PATTERN.test(url) || /^[^\s/]+$/.test(url))) return text;
  throw new InvalidArgumentError("Give an address such as nats://127.0.0.1:4222.");
}

/** Reads addresses of HTTP: the option is given several times, or with commas between. */
export function addresses(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((url) => httpUrl(url.trim()))];
}

export function ethereumAddress(text: string): `0x${string}` {
  if (isAddress(text)) return text;
  throw new InvalidArgumentError("Give an address of Ethereum: 0x and 40 hex digits.");
}

/** Reads an amount of gwei, in wei. */
export function gwei(text: string): bigint {
  if (/^[0-9]+(\.[0-9]{1,9})?$/.test(text) && parseGwei(text) > 0n) return parseGwei(text);
  throw new InvalidArgumentError("Give gwei above 0, such as 50 or 0.5.");
}

/** Who may call what listens, besides programs that are no browsers. */
export type DoorOptions = { readonly allowedOrigins: readonly string[]; readonly allowedHosts: readonly string[] };

/** Adds the options of everything that listens. */
export function withDoorOptions(command: Command): Command {
  return command
    .option("--allowed-origins <origins...>", "of web pages that may call it (https://app.example)", origins, [])
    .option("--allowed-hosts <names...>", "under which it may be called, besides its address", hosts, []);
}

const origins = listOf(ORIGIN_PATTERN, "Give origins without a path, such as https://app.example.");
const hosts = listOf(HOST_PATTERN, "Give names or addresses without a port, such as node.example.");

function listOf(pattern: RegExp, advice: string): (text: string, before: string[]) => string[] {
  return (text, before) => {
    if (!pattern.test(text)) throw new InvalidArgumentError(advice);
    return [...before, text];
  };
}

/** The value of an option that is JSON, or `@` and the path of a file with JSON. @throws UsageError */
export function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text);
  } catch {
    throw new UsageError(`${name} is not JSON. Give JSON text, or @ and the path of a file.`, { name });
  }
}
