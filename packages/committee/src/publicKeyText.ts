import { bytesToField, fieldToBytes, isOnCurve, type Point } from "@frond/foundation";

export const PUBLIC_KEY_PATTERN = /^0x[0-9a-f]{128}$/;

/** A public key as people pass it on: 0x, then x and y with 64 lower-case hex digits each. */
export function publicKeyToText({ x, y }: Point): string {
  return `0x${Buffer.concat([fieldToBytes(x), fieldToBytes(y)]).toString("hex")}`;
}

/** Reads what {@link publicKeyToText} wrote; undefined if it is no point of the curve. */
export function parsePublicKey(text: string): Point | undefined {
  if (!PUBLIC_KEY_PATTERN.test(text)) return undefined;
  const bytes = Buffer.from(text.slice(2), "hex");
  try {
    const point = { x: bytesToField(bytes.subarray(0, 32)), y: bytesToField(bytes.subarray(32)) };
    return isOnCurve(point) ? point : undefined;
  } catch {
    return undefined;
  }
}
