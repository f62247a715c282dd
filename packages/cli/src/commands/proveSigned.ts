import { readFileSync, statSync, writeFileSync } from "node:fs";
import { fieldToHex } from "@frond/foundation";
import { planEscape } from "@frond/network/escape";
import { addressOf, fromJson, type SignedExit, signedExitSchema, toJson, verifyExit } from "@frond/protocol";
import { UsageError } from "../errors.ts";
import { type LayerOneFlags, layerOneReader } from "../network/layerOnePlace.ts";
import { type LeftLayerFlags, type OpenLeftLayer, openLeftLayer } from "../network/openLeftLayer.ts";
import { proveLeaving } from "../network/proveLeaving.ts";
import type { Settings } from "../settings.ts";
import { formatFields, printResult } from "../terminal/output.ts";
import { createReporter } from "../terminal/reporter.ts";

type Options = LeftLayerFlags &
  LayerOneFlags & {
    readonly exit?: string;
    readonly recipient?: string;
    readonly sizes?: string;
    readonly signed?: string;
    readonly proof?: string;
  };

/** `frond escape --signed`: proves what the owner has signed elsewhere, who then sends it. No key is needed. */
export async function proveSigned(settings: Settings, options: Options): Promise<void> {
  const { signed, proof: proofFile, sizes } = options;
  if (signed === undefined || proofFile === undefined) {
    throw new UsageError("Give --signed and --proof together: what is proven, and where the proof goes.", {});
  }
  if (options.exit !== undefined || options.recipient !== undefined) {
    throw new UsageError(
      "The signed exit says which exit it is and who is paid. Leave out --exit and --recipient.",
      {},
    );
  }
  const exit = readSigned(signed);
  const { place, ...l1 } = await layerOneReader(settings, options);
  const reporter = createReporter({ debug: settings.debug, toStderr: true });
  try {
    const left = await openLeftLayer(settings, options, { place, reporter });
    try {
      requireOfLayer(left, exit);
      await planEscape(l1, left, { ...exit, account: addressOf(exit.publicKey) });
      const { statement, proof } = await proveLeaving({ settings, l1, left, reporter }, { exit, sizes });
      writeFileSync(proofFile, `${toJson({ statement, proof })}\n`);
      reporter.done();
      printResult(
        settings,
        { layer: fieldToHex(left.layerId), proof: proofFile },
        formatFields({ proven: `an exit from ${fieldToHex(left.layerId)}`, proof: proofFile, next: NEXT }),
      );
    } finally {
      await left.close();
    }
  } finally {
    reporter.done();
  }
}

const NEXT = "give the proof to whoever signed the exit: any wallet may send it to L1";

/** @throws UsageError when the exit is of another layer, of no exit of the application, or not signed */
function requireOfLayer({ layerId, application }: OpenLeftLayer, exit: SignedExit): void {
  const refuse = (problem: string) => {
    throw new UsageError(`${problem} Sign one for this layer and this version of ${application.name}.`, {});
  };
  const { exits, exitArguments } = application.program;
  if (exit.layerId !== layerId) refuse(`The signed exit is of layer ${fieldToHex(exit.layerId)}.`);
  if (exits[exit.exit] === undefined || exit.args.length !== exitArguments) {
    refuse(`The signed exit is none of ${application.name}.`);
  }
  if (!verifyExit(exit)) refuse("The signature of the exit does not hold.");
}

/** An exit has at most 256 arguments. */
const MOST_BYTES = 131_072;

/** @throws UsageError */
function readSigned(path: string): SignedExit {
  try {
    if (statSync(path).size > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
    return fromJson(signedExitSchema, readFileSync(path, "utf8"));
  } catch {
    throw new UsageError(
      `${path} is no file with a signed exit. Name one with what \`signEscape\` of the SDK gave, as \`toJson\` writes it.`,
      { path },
    );
  }
}
