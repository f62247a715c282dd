import { openTables } from "@frond/store";
import { wordsToBytes } from "../code/wordBytes.ts";
import { testCommittee } from "../testing/committee.ts";
import { createMember } from "./createMember.ts";
import { memberLayerOf } from "./memberLayer.ts";

/* The process of createMember.test.ts that kills itself as soon as a block is durable, before it can sign for it. */

const file = testCommittee(4, 3);
const secret = file.secrets[0]!;
const tables = openTables({ path: process.argv[2]! });
const member = createMember(
  { secret, layers: [memberLayerOf({ config: file.config, committee: file.committee }, secret)] },
  {
    tables: {
      ...tables,
      async write(changes) {
        await tables.write(changes);
        process.kill(process.pid, "SIGKILL");
      },
    },
  },
);
const block = file.block(10);
const signature = await member.sign({ ...block, words: wordsToBytes(block.words) });
process.stdout.write(`signed: ${signature.s}\n`);
