import { fieldToHex } from "@frond/foundation";
import { MessageKind } from "@frond/protocol";
import { formatUnits } from "viem";

/** The beginning and the end of a long hex text. */
export function shortHex(text: string): string {
  return text.length <= 16 ? text : `${text.slice(0, 8)}..${text.slice(-4)}`;
}

/** `12 345`, in the reader's way. */
export function formatCount(value: number | bigint): string {
  return value.toLocaleString("en");
}

/** From so many digits on, a whole number is likely an amount in units of 10^18. */
const AMOUNT_DIGITS = 13;

/** An amount in the smallest unit: `1.5 × 10¹⁸` if it is large. */
export function formatAmount(value: bigint): string {
  const digits = (value < 0n ? -value : value).toString().length;
  return digits < AMOUNT_DIGITS ? formatCount(value) : `${formatUnits(value, 18)} × 10¹⁸`;
}

/** A value of an application's type: text for people. */
export function formatValue(value: unknown, kind: string): string {
  if (typeof value !== "bigint") return String(value);
  if (kind === "integer" || kind === "signed") return formatAmount(value);
  if (kind === "ethereumAddress") return `0x${value.toString(16).padStart(40, "0")}`;
  return value < 2n ** 64n ? value.toString() : fieldToHex(value);
}

/** `06:32:02.345`, in the reader's time zone. */
export function formatClock(time: number): string {
  if (time === 0) return "no block yet";
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, "0");
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
  return `${clock}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}

/** `1 min 20 s`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes} min ${whole % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatShare(share: number | null | undefined): string {
  return share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`;
}

/** The name of a kind of message. */
export function kindName(kind: number): string {
  return Object.entries(MessageKind).find(([, number]) => number === kind)?.[0] ?? `kind ${kind}`;
}

/** What went wrong, for people: the message of a typed error says what to do next. */
export function problemText(error: unknown): string {
  const { shortMessage, message } = error as { readonly shortMessage?: string; readonly message?: string };
  return shortMessage ?? message ?? String(error);
}
