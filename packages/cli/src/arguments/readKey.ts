import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { UsageError } from "../errors.ts";

/** Of the environment, for a key that is not written to stdin. */
const KEY_VARIABLE = "FROND_ACCOUNT_KEY";

/**
 * A private key of Ethereum, from the environment or the first line of stdin. All users of a machine see the arguments
 * of a command. A terminal does not show the key.
 * @throws UsageError, without the key
 */
export async function readKey(): Promise<Hex> {
  const text = (process.env[KEY_VARIABLE] || (await firstLine())).trim();
  const key = text.startsWith("0x") ? text : `0x${text}`;
  if (/^0x[0-9a-fA-F]{64}$/.test(key) && isKey(key as Hex)) return key.toLowerCase() as Hex;
  throw new UsageError(
    `${text === "" ? "There is no private key" : "What was given is no private key"}. Write one, 0x and 64 hex digits, to stdin or into ${KEY_VARIABLE}: \`frond account import <name> < file\`.`,
    { variable: KEY_VARIABLE },
  );
}

/** Not every number is one. */
function isKey(key: Hex): boolean {
  try {
    privateKeyToAccount(key);
    return true;
  } catch {
    return false;
  }
}

async function firstLine(): Promise<string> {
  const isTerminal = process.stdin.isTTY === true;
  if (isTerminal) process.stderr.write("Private key, which is not shown: ");
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: isTerminal });
  try {
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
    if (isTerminal) process.stderr.write("\n");
  }
}
