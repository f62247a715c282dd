import { Command } from "commander";
import { ASSETS, type AssetName, assetOf, showAmount } from "../arguments/assets.ts";
import { clientOf } from "../network/accounts.ts";
import { settingsOf, withCommonOptions } from "../settings.ts";
import { hint } from "../terminal/hint.ts";
import { printResult } from "../terminal/output.ts";

/** `frond claim`: takes what was withdrawn from any layer, or what bounced, on L1. */
export function claimCommand(): Command {
  return withCommonOptions(new Command("claim"))
    .description("take on L1 what was withdrawn from any layer and has settled")
    .option("--account <name>", "whose")
    .option("--asset <asset>", `${Object.keys(ASSETS).join(" or ")}; both if not given`)
    .action(async (_options: unknown, self: Command) => {
      const settings = settingsOf(self);
      const options = self.opts<{ account?: string; asset?: string }>();
      const names = options.asset === undefined ? (Object.keys(ASSETS) as AssetName[]) : [assetOf(options.asset)];
      const { client } = await clientOf(settings, { account: options.account });
      try {
        const claims: { asset: AssetName; amount: bigint; l1Transaction: string }[] = [];
        for (const name of names) {
          const { number } = ASSETS[name];
          if ((await client.credit(number)) === 0n) continue;
          const { amount, hash } = await client.claim(number);
          claims.push({ asset: name, amount, l1Transaction: hash });
        }
        printResult(
          settings,
          { claims },
          claims.map(({ asset, amount }) => `claimed ${showAmount(amount, asset)}`).join("\n") ||
            `Nothing to claim yet. Wait until the withdrawal's epoch has settled: ${hint(settings, "status")}`,
        );
      } finally {
        await client.close();
      }
    });
}
