import { createSender, localSigner, type Sender, type SenderOptions, type SubmissionRecords } from "@frond/contracts";
import type { TestNetwork } from "@frond/contracts/testing";
import { type LocalAccount, type PublicClient, parseGwei } from "viem";

/** Records in memory, for senders of one test that follow each other. */
function memoryRecords(): SubmissionRecords {
  let kept: ReturnType<SubmissionRecords["read"]> = [];
  return {
    read: () => kept,
    async write(submissions) {
      kept = submissions;
    },
  };
}

/** A sender of the account that deployed a test network; nothing is final. */
export function senderOf(
  { owner, publicClient }: Pick<TestNetwork, "owner" | "publicClient">,
  options: Partial<SenderOptions> & { readonly publicClient?: PublicClient; readonly records?: SubmissionRecords } = {},
): Sender {
  const { records = memoryRecords(), publicClient: client = publicClient, ...rest } = options;
  const chainId = owner.wallet.chain.id;
  return createSender(
    { chainId, maxFeePerGas: parseGwei("100"), pollMilliseconds: 20, ...rest },
    {
      publicClient: client,
      signer: localSigner(owner.wallet.account as LocalAccount),
      records,
      finalBlock: async () => -1n,
    },
  );
}
