import type { Field } from "@frond/foundation";
import { createExecutor, type Program } from "@frond/language";
import type { IncomingMessage } from "@frond/store";
import type { Candidate } from "./createPlacer.ts";
import { executeForced } from "./executeForced.ts";
import { executeMessage } from "./executeMessage.ts";
import { executeTransaction, type Surroundings } from "./executeTransaction.ts";
import type { Effect, OpenBlock } from "./openBlock.ts";
import type { OrderInput } from "./types.ts";

/** What the placer finds places for. */
export type Candidates = {
  ofTransaction(input: OrderInput): Candidate;
  ofMessage(incoming: IncomingMessage): Candidate;
};

export function createCandidates(options: {
  readonly program: Program;
  readonly layerId: Field;
  readonly feeRecipient: Field;
  /** The key of an account's entry. */
  keyOf(address: Field): Field;
  /** An entry's values now. */
  read(key: Field): readonly Field[] | undefined;
}): Candidates {
  const { program, layerId, feeRecipient, keyOf, read } = options;
  const { entryWidth } = program;
  const executor = createExecutor(program);
  const around = ({ time, epoch }: OpenBlock): Surroundings => ({ executor, layerId, time, epoch, entryWidth, read });
  return {
    ofTransaction({ transaction, sender, fee, isPromised = false }) {
      const key = keyOf(sender);
      return {
        execute: (block) =>
          executeTransaction(
            { transaction, sender, key, fee: fee ?? block.fee, feeRecipient, mayPassNonces: fee !== undefined },
            around(block),
          ),
        isPromised,
      };
    },
    ofMessage: (incoming) => ({
      execute: (block) => ({ ok: true, effect: effectOf(incoming, around(block)) }),
      incoming,
      isPromised: false,
    }),
  };
}

function effectOf({ message, forced }: IncomingMessage, around: Surroundings): Effect {
  return forced === undefined ? executeMessage(message, around) : executeForced(forced.transaction, around);
}
