import { fieldToHex, publicKeyOf } from "@frond/foundation";
import type { Application } from "@frond/language";
import { type ExitPreview, previewExits } from "@frond/network/escape";
import { addressOf } from "@frond/protocol";
import { describeType, typeName } from "../arguments/describeType.ts";
import { ESCAPE_OPTIONS, flagOf } from "../arguments/methodCall.ts";
import { showPayout } from "../arguments/showPayout.ts";
import type { Leaving } from "../network/leaving.ts";
import type { OpenLeftLayer } from "../network/openLeftLayer.ts";
import type { Settings } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { formatTable, printResult } from "../terminal/output.ts";

/** `frond escape` without an exit: which there are, and what each pays. */
export async function listExits(
  { settings, l1, left, secret, reporter }: Leaving,
  options: { readonly layer: string },
): Promise<void> {
  const { application, layerId } = left;
  const account = addressOf(publicKeyOf(secret));
  const previews = await previewExits(l1, left, account);
  reporter.done();
  const exits = previews.map(({ name, ...preview }) => ({ name, arguments: argumentsOf(left, name), ...preview }));
  const lines = previews.flatMap((preview) => [
    `${preview.name}: ${describePreview(settings, preview)}`,
    ...formatTable(
      argumentsOf(left, preview.name).map(({ name, type, give }) => [
        `  ${flagOf(name, ESCAPE_OPTIONS).trimEnd()}`,
        type,
        give,
      ]),
    ).split("\n"),
  ]);
  const next =
    exits.length === 0
      ? `${application.name} has no exits, so nothing leaves the layer by a proof.`
      : `Take one: ${hint(settings, "escape --exit <exit> --recipient <address>", { layer: options.layer })}`;
  printResult(
    settings,
    { layer: fieldToHex(layerId), application: application.name, account: fieldToHex(account), exits },
    [...lines.filter((line) => line !== ""), "", next].join("\n"),
  );
}

function argumentsOf({ application }: OpenLeftLayer, exit: string) {
  const { exits } = application as unknown as Pick<Application, "exits">;
  return Object.entries(exits[exit]!.args).map(([name, type]) => ({
    name,
    type: typeName(type),
    give: describeType(type),
  }));
}

function describePreview(settings: Settings, preview: ExitPreview): string {
  switch (preview.kind) {
    case "pays":
      return `pays ${preview.payouts.map((payout) => showPayout(settings, payout)).join(" and ")}`;
    case "paid":
      return "L1 has paid it";
    case "nothing":
      return `pays nothing: ${preview.reason}`;
    case "arguments":
      return "pays what its arguments say";
  }
}
