import { blockKeysTree } from "@frond/circuits";
import { isOnCurve } from "@frond/foundation";
import type { KnownLayer } from "../tree/knownLayer.ts";

/** What a layer, as it describes itself, can be wrong about, and what to do then. */
export type LayerProblem = { readonly problem: string; readonly advice: string };

/** Of a description that anybody may have made up. */
export const UNSIGNED: LayerProblem = {
  problem: "the sequencer that its configuration names has not signed what is said of it",
  advice: "Sign it with that sequencer's key, as `frond layer add`, `frond layer upgrade` and `frond node` do.",
};

/** What is wrong with the keys, circuits and sizes of a layer; undefined if they agree with its configuration. */
export function problemOfKeys({ config, blockKeys, circuits, sizes }: KnownLayer): LayerProblem | undefined {
  const problems: [isFine: () => boolean, problem: string, advice: string][] = [
    [() => blockKeys.length > 0 && blockKeys.length <= 16, "it has no or too many block keys", "Give 1 to 16."],
    [
      () => blockKeysTree(blockKeys).root === config.blockKeysRoot,
      "its block keys are not those of its configuration",
      "Compute the root over the keys given.",
    ],
    [
      () => circuits.every(({ keyHash }) => blockKeys.includes(keyHash)),
      "a circuit has a key that its configuration does not allow",
      "List the key of every circuit.",
    ],
    [
      () => sizes.every(({ name: size }) => circuits.some((circuit) => circuit.size === size)),
      "a block size has no circuit",
      "Name a circuit for each size.",
    ],
    [() => isOnCurve(config.sequencerKey), "its sequencer's key is not a curve point", "Use a public key of Grumpkin."],
  ];
  const found = problems.find(([isFine]) => !isFine());
  return found && { problem: found[1], advice: found[2] };
}
