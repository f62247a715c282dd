import type { Logger } from "@frond/foundation";
import type { LayerDefinition } from "../configuration/types.ts";
import { type LayerFile, writeLayerFile } from "../directory/layerFile.ts";
import type { OnClose } from "../start/closers.ts";
import { writeCommitteeFile } from "./committeeFile.ts";
import { localMemberDirectory } from "./memberFile.ts";
import { runMember } from "./runMember.ts";

export type StartLocalMembersOptions = {
  readonly definitions: readonly Pick<LayerDefinition, "name" | "committee">[];
  readonly dataDirectory: string;
  readonly host: string;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly logger: Logger;
};

/**
 * Runs the members of committees that the network's description calls local, each of them for all layers that have it,
 * and writes into the layers' files at which addresses they answer this time.
 */
export async function startLocalMembers(
  layers: readonly LayerFile[],
  { definitions, ...options }: StartLocalMembersOptions,
  onClose: OnClose,
): Promise<LayerFile[]> {
  const { dataDirectory } = options;
  const localOf = (name: string): number => {
    const committee = definitions.find((definition) => definition.name === name)?.committee;
    return committee !== undefined && "local" in committee ? committee.local : 0;
  };
  const urls: string[] = [];
  const count = Math.max(0, ...layers.map(({ name }) => localOf(name)));
  for (let memberIndex = 0; memberIndex < count; memberIndex++) {
    const served = layers.filter(({ name }) => localOf(name) > memberIndex);
    const member = await runMember({
      ...options,
      directory: localMemberDirectory(dataDirectory, memberIndex),
      layers: served.map(({ config, committee }) => ({ config, committee: committee! })),
      port: 0,
    });
    onClose(() => member.close());
    urls.push(member.url);
  }
  return layers.map((layer) => {
    const { name, committee } = layer;
    if (committee === null || localOf(name) === 0) return layer;
    const members = committee.members.map((member, i) => ({ ...member, url: urls[i]! }));
    const known = { ...layer, committee: { ...committee, members } };
    writeLayerFile(dataDirectory, known);
    writeCommitteeFile(dataDirectory, known);
    return known;
  });
}
