import { contentHash } from "../files.ts";
import type { InputMap } from "../types.ts";

/** Inputs as bytes: JSON with sorted keys, so that equal inputs have equal bytes. */
export function encodeInputs(inputs: InputMap): Uint8Array {
  const text = JSON.stringify(inputs, (_, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
  return new Uint8Array(Buffer.from(text));
}

/** Reads what {@link encodeInputs} wrote. Whether they suit a circuit is found out when its witness is made. */
export function decodeInputs(bytes: Uint8Array): InputMap {
  return JSON.parse(Buffer.from(bytes).toString()) as InputMap;
}

/** The hash that names encoded inputs. */
export function inputsHash(bytes: Uint8Array): string {
  return contentHash("inputs", bytes);
}
