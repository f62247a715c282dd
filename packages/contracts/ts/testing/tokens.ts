import { MessageKind } from "@frond/protocol";
import type { Abi, Address } from "viem";
import { settlementAbi, testTokenAbi } from "../abi.generated.ts";
import { type L1, settleEpoch } from "../actions.ts";
import { readRegistrationPrice, registerToken } from "../registerToken.ts";
import { untilMined } from "../untilMined.ts";
import { contractErrorName } from "./settlementAttacks.ts";
import type { TestNetwork } from "./testNetwork.ts";
import { compileTestContracts } from "./testSources.ts";

/** What tests of assets do on a network. */
export function tokensOf(network: TestNetwork) {
  const { publicClient, alice, owner, deployment } = network;
  const artifacts = compileTestContracts();

  /** Simulates and sends a call of a contract of the tests. */
  async function send(l1: L1, address: Address, [contract, functionName, ...args]: [string, string, ...unknown[]]) {
    const { request } = await publicClient.simulateContract({
      account: l1.wallet.account,
      address,
      abi: artifacts[contract]!.abi as Abi,
      functionName,
      args,
    });
    await untilMined(publicClient, { hash: await l1.wallet.writeContract(request as never) });
  }

  return {
    send,
    /** Deploys a token, registers it, and mints a thousand units to alice if it can be minted. */
    async token(name: string, args: unknown[] = []): Promise<{ readonly token: Address; readonly asset: bigint }> {
      const token = await network.deploy(name, args);
      const { asset } = await registerToken(owner, { token, price: await readRegistrationPrice(owner) });
      const isMinted = artifacts[name]!.abi.some((item) => item.type === "function" && item.name === "mint");
      if (isMinted) await send(owner, token, [name, "mint", alice.wallet.account.address, 1_000n]);
      return { token, asset };
    },
    balance: (token: Address, holder: Address): Promise<bigint> =>
      publicClient.readContract({ address: token, abi: testTokenAbi, functionName: "balanceOf", args: [holder] }),
    held: (asset: bigint): Promise<bigint> =>
      publicClient.readContract({
        address: deployment.address,
        abi: settlementAbi,
        functionName: "held",
        args: [asset],
      }),
    /** Settles an epoch that credits `amount` of an asset to each owner. */
    async credit(owners: readonly Address[], asset: bigint, amount: bigint): Promise<void> {
      const item = {
        direction: 1,
        kind: MessageKind.withdrawal,
        asset: Number(asset),
        amount,
        layer: 1n,
        payload: 0n,
      } as const;
      const items = owners.map((recipient) => ({ ...item, recipient: BigInt(recipient) }));
      await settleEpoch(owner, await network.propose({ items }));
    },
  };
}

/** The name of the contract's error, or of ours; "accepted" if there is none. */
export function refusal(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => "accepted",
    (error: { readonly code?: unknown }) => {
      if (typeof error.code === "string" && error.code.startsWith("contracts/")) return error.code;
      return contractErrorName(error);
    },
  );
}
