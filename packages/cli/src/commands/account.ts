import { fieldToHex } from "@frond/foundation";
import { Command } from "commander";
import { formatEther } from "viem";
import { accountOf, clientOf, networkOf, newAccount } from "../accounts.ts";
import { formatFields, printResult } from "../output.ts";
import { type Settings, settingsOf, withCommonOptions } from "../settings.ts";

export function accountCommand(): Command {
  const command = new Command("account").description("make and show accounts");
  withCommonOptions(command.command("new"))
    .description("make an account; on a local network it gets ether and quote tokens on L1")
    .argument("[name]", "its name in the data directory", "default")
    .action(async (name: string, _options: unknown, self: Command) => {
      const settings = settingsOf(self);
      networkOf(settings);
      await newAccount(settings, name);
      await show(settings, name);
    });
  withCommonOptions(command.command("show"))
    .description("show an account's addresses and what it has")
    .argument("[name]", "its name; the only one if there is one")
    .action(async (name: string | undefined, _options: unknown, self: Command) => show(settingsOf(self), name));
  return command;
}

async function show(settings: Settings, name: string | undefined): Promise<void> {
  const chosen = accountOf(settings, name);
  const client = await clientOf(settings, chosen.name);
  const [entry, nonce, ether, quote] = await Promise.all([
    client.state.accounts.get(client.address),
    client.nonce(),
    client.credit(1n),
    client.credit(2n),
  ]);
  await client.close();
  const balances = entry ?? { base: 0n, quote: 0n, shares: 0n };
  const result = {
    name: chosen.name,
    l1Address: chosen.account.address,
    address: fieldToHex(client.address),
    nonce,
    ...balances,
    claimable: { ether, quote },
  };
  const text = formatFields({
    account: result.name,
    "L1 address": result.l1Address,
    "layer address": result.address,
    nonce,
    base: `${formatEther(balances.base)} ETH`,
    quote: `${formatEther(balances.quote)} QUOTE`,
    shares: balances.shares,
    "claimable on L1": `${formatEther(ether)} ETH, ${formatEther(quote)} QUOTE`,
  });
  printResult(settings, result, text);
}
