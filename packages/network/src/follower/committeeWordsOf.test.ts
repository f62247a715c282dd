import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommitteeFile, collectSignatures } from "@frond/committee";
import { type TestCommittee, testCommittee } from "@frond/committee/testing";
import { createClosing, publicKeyOf, silentLogger } from "@frond/foundation";
import { committeeRoot, type LayerConfig } from "@frond/protocol";
import { afterEach, beforeEach, expect, it } from "vitest";
import { memberSecret } from "../members/memberFile.ts";
import { runMember } from "../members/runMember.ts";
import { committeeWordsOf } from "./committeeWordsOf.ts";

/* A layer that was upgraded: from one committee and sequencer to others. */

const FORMER_SECRET = 77n;
const LATER_SECRET = 88n;

let data: string;
let closing: ReturnType<typeof createClosing>;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "frond-words-"));
  closing = createClosing();
});
afterEach(async () => {
  await closing.close();
  rmSync(data, { recursive: true });
});

/** A committee of one member that runs and holds a block of the layer, which a sequencer has signed. */
async function holding(layer: TestCommittee, time: number, sequencerSecret: bigint): Promise<CommitteeFile> {
  const directory = join(data, String(time));
  const publicKey = publicKeyOf(memberSecret(directory));
  const config: LayerConfig = {
    ...layer.config,
    sequencerKey: publicKeyOf(sequencerSecret),
    committeeRoot: committeeRoot([publicKey]),
    committeeThreshold: 1,
  };
  const file = { config, committee: { members: [{ url: "", publicKey }], threshold: 1 } };
  const door = { allowedOrigins: [], allowedHosts: [] };
  const place = { host: "127.0.0.1", port: 0, logger: silentLogger };
  const { url, close } = await runMember({ directory, layers: [file], ...place, ...door });
  closing.add(close);
  const committee = { members: [{ url, publicKey }], threshold: 1 };
  await collectSignatures({ ...committee, block: layer.block(time, { sequencerSecret }) });
  return { config, committee };
}

it("asks the committee that the layer had, for what the sequencer signed that it had", async () => {
  const layer = testCommittee(1, 1);
  const { layerId, block } = layer;
  const files = [await holding(layer, 3, FORMER_SECRET), await holding(layer, 4, LATER_SECRET)];
  const committeeWords = committeeWordsOf({ files, logger: silentLogger });
  for (const [i, time] of [3, 4].entries()) {
    const asked = { layerId, epoch: 1, time, stateRoot: BigInt(time + 1) };
    const words = await committeeWords({ ...asked, config: files[i]!.config });
    expect(words?.slice(0, block(time).words.length)).toEqual(block(time).words);
    expect(await committeeWords({ ...asked, config: files[1 - i]!.config })).toBeUndefined();
    for (const other of [{ stateRoot: 99n }, { epoch: 99 }, { time: 99 }, { layerId: 99n }])
      expect(await committeeWords({ ...asked, config: files[i]!.config, ...other })).toBeUndefined();
    const { sequencerKey } = files[1 - i]!.config;
    expect(await committeeWords({ ...asked, config: { ...files[i]!.config, sequencerKey } })).toBeUndefined();
  }
});
