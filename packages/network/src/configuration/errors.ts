import { toMessage } from "../applications/explainFailure.ts";
import { InputError } from "../errors.ts";

/** One thing that is wrong in a network's description: where, what, and what to write instead. */
export type Mistake = {
  /** The layer's name; undefined for what concerns the whole network. */
  readonly layer?: string;
  /** `sizes.0.inserts`; empty for the layer or the network itself. */
  readonly field: string;
  readonly problem: string;
  readonly write: string;
};

/** The description of a network cannot be used. Every mistake is listed. */
export class ConfigError extends InputError {
  constructor(file: string, mistakes: readonly Mistake[], cause?: unknown) {
    super({
      code: "network/configuration",
      message: `${file} has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}:\n${mistakes.map(lineOf).join("\n")}`,
      data: { file, mistakes },
      cause,
    });
  }
}

function lineOf({ layer, field, problem, write }: Mistake): string {
  const place = [layer === undefined ? "" : `layer ${layer}`, field].filter((part) => part !== "").join(", ");
  return `  ${place === "" ? "" : `${place}: `}${toMessage({ problem, write })}`;
}
