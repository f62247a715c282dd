import type { Committee } from "@frond/committee";
import { publicKeyOf } from "@frond/foundation";
import type { LayerDefinition } from "../configuration/types.ts";
import { localMemberDirectory, memberSecret } from "./memberFile.ts";

/** Committees by the names of their layers; layers that publish all their data have none. */
export type Committees = ReadonlyMap<string, Committee>;

/**
 * The committees of described layers. Members that `frond start` runs itself get their keys in the data directory, and
 * are at no address yet.
 */
export function openCommittees(
  layers: readonly Pick<LayerDefinition, "name" | "committee">[],
  dataDirectory: string,
): Committees {
  return new Map(
    layers.flatMap(({ name, committee }) => {
      if (committee === undefined) return [];
      if ("members" in committee) return [[name, committee] as const];
      const { local, threshold } = committee;
      const members = Array.from({ length: local }, (_, memberIndex) => {
        const publicKey = publicKeyOf(memberSecret(localMemberDirectory(dataDirectory, memberIndex)));
        return { url: "", publicKey };
      });
      return [[name, { members, threshold }] as const];
    }),
  );
}
