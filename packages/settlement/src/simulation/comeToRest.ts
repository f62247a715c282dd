import { type Run, turn } from "./run.ts";

/** Turns in a row without any change after which all is at rest, and turns after which it should be. */
const TURNS_AT_REST = 20;
const MOST_TURNS = 1_000;

/** Lets time pass until nothing happens any more. Returns after how many turns, and whether that was so. */
export function comeToRest(run: Run): { readonly turns: number; readonly isAtRest: boolean } {
  let quiet = 0;
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    turn(run);
    while (run.world.step());
    quiet = isAtRest(run) ? quiet + 1 : 0;
    if (quiet > TURNS_AT_REST) return { turns, isAtRest: true };
  }
  return { turns: MOST_TURNS, isAtRest: false };
}

function isAtRest({ layers, coordinator: { tree } }: Run): boolean {
  if (tree === undefined || tree.closed !== undefined || tree.epoch.stage !== "open") return false;
  if ([...tree.letters.all()].length > 0 || tree.deposits.size > 0) return false;
  return layers.every((layer) => {
    const record = layer.record();
    const state = tree.layers.get(layer.layerId)!;
    return (
      record !== undefined &&
      record.open === undefined &&
      record.line.length === 0 &&
      state.blocks.size === 0 &&
      // A block that is ahead of the network's time is not taken yet.
      state.accepted === record.blocks.length &&
      state.session === record.session
    );
  });
}
