import { join } from "node:path";
import { escapeCircuit, escapeInputs, type InnerProof, innerProofOf } from "@frond/circuits";
import { exchange } from "@frond/exchange";
import { openFollowerStore, openState } from "@frond/follower";
import { publicKeyOf } from "@frond/foundation";
import { encodeExit, exitCircuit, exitInputs } from "@frond/language";
import { OtherApplicationError, proveEscape } from "@frond/network";
import { escapePath } from "@frond/network/escape";
import { leftExchange } from "@frond/network/testing";
import { addressOf, exitPublicInputs, FLAG_FROZEN, layerRoot, signExit } from "@frond/protocol";
import {
  createProver,
  createReferenceString,
  type PreparedCircuit,
  ProofDoesNotVerifyError,
  type Prover,
} from "@frond/prover";
import { deriveLayerSecret } from "@frond/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";

/*
 * The escape from an exchange that is frozen, as the child of a trunk, with a real proof of the exit. `leaving.test.ts`
 * leaves with the commands, by the real contract.
 */

const MINUTES = 60_000;
const RECIPIENT = 0xadan;

let prover: Prover;
let circuits: { readonly exit: PreparedCircuit; readonly escape: PreparedCircuit };
beforeAll(async () => {
  prover = await createProver({ referenceString: await createReferenceString({ kind: "development" }) });
  circuits = {
    exit: await prover.prepare(exitCircuit(exchange), "recursive"),
    escape: await prover.prepare(escapeCircuit(), "evm"),
  };
}, 20 * MINUTES);

afterAll(() => prover?.close());

test("an escape to another than the exit pays does not verify", {
  timeout: 20 * MINUTES,
}, async () => {
  const blockKeys = [1n, 2n, 3n, circuits.exit.key.hash];
  const left = await leftExchange({ blockKeys, escapeVerifierSource: await prover.solidityVerifier(circuits.escape) });
  const { layerId, directory, network } = left;
  const { settlement } = network.owner;
  try {
    const secret = await deriveLayerSecret(left.account, { chainId: 31_337n, settlement });
    await left.fill(addressOf(publicKeyOf(secret)));
    await left.demandFreeze();
    await left.carryFreeze();
    await left.follow();

    const path = join(directory, "follower", "tree");
    const store = openFollowerStore({ path, identity: { chainId: 31_337, settlement } });
    const layers = escapePath(store.layers, layerId);
    const state = openState(store, layerId);
    const unsigned = { layerId, ...encodeExit(exchange, "account", {}), recipient: RECIPIENT };
    const exit = signExit(unsigned, secret);
    const other = { application: exchange, blockKeys: [1n, 2n, 3n, 4n], path: layers, state };
    await expect(proveEscape(prover, other, { exit })).rejects.toThrow(OtherApplicationError);

    const { inputs, statement, payouts } = exitInputs({ program: exchange.program, exit, state });
    const exitProof = await prover.prove(circuits.exit, inputs);
    expect(exitProof.publicInputs).toEqual(exitPublicInputs(statement));
    const proof = innerProofOf(circuits.exit.key, exitProof);
    const escaped = escapeInputs({ proof, blockKeys, payouts, path: layers });
    expect(escaped.statement).toMatchObject({ root: layerRoot(layers[0]!.record), flags: FLAG_FROZEN, vault1: 1_100n });
    console.log({
      exitGates: circuits.exit.gates,
      escapeGates: circuits.escape.gates,
      exitSeconds: exitProof.witnessSeconds + exitProof.provingSeconds,
      peakMegabytes: Math.round(prover.memory().peakBytes / 2 ** 20),
    });
    // The exit's proof does not say this, which only shows in the proof of the escape.
    const publicInputs = exitPublicInputs({ ...statement, recipient: 0xe7en });
    const forged: InnerProof = { ...proof, publicInputs };
    await expect(
      prover.prove(circuits.escape, escapeInputs({ proof: forged, blockKeys, payouts, path: layers }).inputs),
    ).rejects.toThrow(ProofDoesNotVerifyError);
    await store.close();
  } finally {
    await left.close();
  }
});
