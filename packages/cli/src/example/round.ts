import type { Person } from "./connectPerson.ts";

/** What a round works with. The network may have had others before, or been played with. */
export type Round = {
  readonly provider: Person;
  readonly trader: Person;
  readonly saver: Person;
  readonly say: (text: string) => void;
};
