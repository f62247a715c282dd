import { readFileSync } from "node:fs";
import { FrondError, fieldToHex } from "@frond/foundation";
import {
  type Equivocation,
  equivocationSchema,
  formatTime,
  fromJsonValue,
  layerConfigSchema,
  MalformedValueError,
  verifyEquivocation,
} from "@frond/protocol";
import { Command } from "commander";
import * as z from "zod";
import { UsageError } from "../errors.ts";
import { ask } from "../network/ask.ts";
import { locateLayer, networkOf, withCoordinator } from "../network/layers.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";
import { printResult } from "../terminal/output.ts";

/** What is to be said of one piece of evidence. */
type Verdict = {
  readonly layerId: string;
  readonly layer: string | undefined;
  readonly time: number;
  readonly isoTime: string;
  /** Both signatures are of the key that the evidence names, over two blocks of one time. */
  readonly isProof: boolean;
  /** Whether that key is the layer's; undefined if the layer cannot be asked. */
  readonly isLayersKey: boolean | undefined;
};

/** `frond evidence`: checks that a sequencer signed two blocks at one time. Needs to trust nobody. */
export function evidenceCommand(): Command {
  return withCommonOptions(new Command("evidence"))
    .description("verify evidence that a sequencer signed two blocks at one time")
    .argument("[file]", "JSON of one piece of evidence or a list; what the coordinator has seen if none is given")
    .action(async (file: string | undefined, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const evidence =
        file === undefined ? await withCoordinator(settings, ({ evidence: seen }) => seen()) : readEvidence(file);
      const verdicts: Verdict[] = [];
      for (const equivocation of evidence) verdicts.push(await judge(settings, equivocation));
      printResult(
        settings,
        verdicts,
        verdicts.map(lineOf).join("\n") || "No sequencer was seen signing two blocks at one time.",
      );
      const worthless = verdicts.filter(({ isProof, isLayersKey }) => !isProof || isLayersKey === false);
      if (worthless.length > 0) throw new EvidenceError(worthless.length, verdicts.length);
    });
}

/** Evidence from outside passes one schema at the door. @throws UsageError */
function readEvidence(file: string): Equivocation[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(
      `${file} can't be read as JSON: ${(error as Error).message}. Give the file that the coordinator's evidence was saved in.`,
      {
        file,
      },
    );
  }
  try {
    return fromJsonValue(z.array(equivocationSchema), Array.isArray(value) ? value : [value]);
  } catch (error) {
    if (!(error instanceof MalformedValueError)) throw error;
    throw new UsageError(`${file}: ${error.message}`, { file }, error);
  }
}

async function judge(settings: Settings, equivocation: Equivocation): Promise<Verdict> {
  const { first, sequencerKey } = equivocation;
  const layerId = fieldToHex(first.layerId);
  const layer = layerNamed(settings, layerId);
  const key = layer === undefined ? undefined : await keyOf(settings, layer).catch(() => undefined);
  return {
    layerId,
    layer,
    time: first.time,
    isoTime: formatTime(first.time),
    isProof: verifyEquivocation(equivocation),
    isLayersKey: key && key.x === sequencerKey.x && key.y === sequencerKey.y,
  };
}

function layerNamed(settings: Settings, layerId: string): string | undefined {
  try {
    return networkOf(settings).layers.find((layer) => layer.layerId === layerId)?.name;
  } catch {
    // Evidence can be judged without a network.
    return undefined;
  }
}

async function keyOf(settings: Settings, layer: string) {
  const { url } = await locateLayer(settings, layer);
  const answer = fromJsonValue(z.looseObject({ config: layerConfigSchema }), await ask(url, "frond_getLayer"));
  return answer.config.sequencerKey;
}

function lineOf({ layer, layerId, time, isProof, isLayersKey }: Verdict): string {
  const name = layer ?? layerId;
  if (!isProof) return `${name}, ${formatTime(time)}: no proof; the signatures are wrong, or say the same.`;
  if (isLayersKey === false)
    return `${name}, ${formatTime(time)}: two blocks, but signed by another key than the layer's.`;
  const whose =
    isLayersKey === undefined ? "whoever has the key named (compare it with the layer's)" : "the layer's sequencer";
  return `${name}, ${formatTime(time)}: proven. Two different blocks were signed by ${whose}.`;
}

/** Some of the evidence proves nothing. */
export class EvidenceError extends FrondError {
  constructor(worthless: number, all: number) {
    super({
      code: "cli/evidence",
      message: `${worthless} of ${all} pieces of evidence prove nothing. Accuse nobody by them.`,
      data: { worthless, all },
    });
  }
}
