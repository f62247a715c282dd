import { fieldToHex } from "@frond/foundation";
import type { Type } from "@frond/language";

/** A value as commands show it, for people and for programs: addresses and fields are hex, whatever holds them. */
export function shownPlain(type: Type, value: unknown): unknown {
  switch (type.kind) {
    case "address":
    case "field":
      return fieldToHex(value as bigint);
    case "ethereumAddress":
      return `0x${(value as bigint).toString(16).padStart(40, "0")}`;
    case "struct": {
      const parts = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries(
        Object.entries(type.fields).map(([name, part]) => [name, shownPlain(part, parts[name])]),
      );
    }
    case "array":
      return (value as readonly unknown[]).map((part) => shownPlain(type.element, part));
    default:
      return value;
  }
}
