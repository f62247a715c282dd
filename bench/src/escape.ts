import { escapeCircuit } from "@frond/circuits";
import { exchange } from "@frond/exchange";
import { publicKeyOf } from "@frond/foundation";
import { exitCircuit } from "@frond/language";
import { leftExchange } from "@frond/network/testing";
import { addressOf } from "@frond/protocol";
import { createProver, createReferenceString } from "@frond/prover";
import { deriveLayerSecret } from "@frond/sdk";
import type { Hex } from "viem";
import type { Section } from "./report.ts";
import { type RanFrond, runFrond } from "./runFrond.ts";

const RECIPIENT = "0x0000000000000000000000000000000000000ada";
const CHAIN_ID = 31_337n;
/** Of what a laptop has. */
const MOST_BYTES = 4e9;

/**
 * `frond escape` as an account runs it on its own machine: real circuits and proofs of the exit and of the escape, and
 * the real contract with the real verifier of escapes on anvil. The circuits' keys are in the cache.
 */
export const escapeProof: Section = {
  name: "escape",
  noSmallForm: "it is about two real proofs, and e2e/leaving.test.ts runs the command",
  async run(progress) {
    progress("circuits");
    const { blockKeys, escapeVerifierSource, gates } = await prepare();
    progress("a frozen exchange");
    const left = await leftExchange({ blockKeys, escapeVerifierSource });
    try {
      const { network, directory, account } = left;
      const secret = await deriveLayerSecret(account, { chainId: CHAIN_ID, settlement: network.owner.settlement });
      await left.fill(addressOf(publicKeyOf(secret)));
      await left.demandFreeze();
      await left.carryFreeze();
      await left.follow();
      progress("frond escape");
      const places = ["--from", directory, "--data", directory];
      const ran = await runFrond(
        ...["escape", "--layer", "market", "--exit", "account", "--recipient", RECIPIENT, ...places, "--json"],
      );
      const { l1Transaction } = JSON.parse(ran.stdout) as { l1Transaction: Hex };
      const { gasUsed } = await network.publicClient.getTransactionReceipt({ hash: l1Transaction });
      return [
        {
          name: "gas of an escape of two assets, real verifier",
          value: Number(gasUsed),
          unit: "gas",
          details: { "gates of the exit": gates.exit, "gates of the escape": gates.escape },
        },
        {
          name: "peak memory of an escape",
          value: peakOf(ran),
          unit: "MB",
          target: { bound: MOST_BYTES / 1e6, direction: "at most" },
          details: {
            "of it the prover (MB)": peakOf(ran, /\/bb /),
            "the whole command (s)": ran.seconds,
            "the whole command, of a core (s)": ran.processes.reduce(
              (sum, { processorSeconds }) => sum + processorSeconds,
              0,
            ),
            "proof of the exit (s)": between(ran, "proof of the exit", "escape circuit"),
            "proof of the escape (s)": between(ran, "proof of the escape", "transaction on L1"),
          },
        },
      ];
    } finally {
      await left.close();
    }
  },
};

/** What the deployment of an exchange is made with, and the gates of what leaves it. */
async function prepare() {
  const prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
  try {
    const ofExits = await prover.prepare(exitCircuit(exchange), "recursive");
    const ofEscapes = await prover.prepare(escapeCircuit(), "evm");
    return {
      blockKeys: [1n, 2n, 3n, ofExits.key.hash],
      escapeVerifierSource: await prover.solidityVerifier(ofEscapes),
      gates: { exit: ofExits.gates, escape: ofEscapes.gates },
    };
  } finally {
    await prover.close();
  }
}

/** The peaks of the command's processes, added up, in megabytes. */
function peakOf({ processes }: RanFrond, command = /./): number {
  const counted = processes.filter((process) => command.test(process.command));
  return Math.round(counted.reduce((sum, { peakBytes }) => sum + peakBytes, 0) / 1e6);
}

function between({ steps }: RanFrond, from: string, to: string): number {
  const at = (name: string) => steps.find(({ step }) => step === name)!.seconds;
  return at(to) - at(from);
}
