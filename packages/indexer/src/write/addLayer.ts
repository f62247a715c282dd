import { fieldToHex } from "@frond/foundation";
import type { IndexDatabase } from "../database/types.ts";
import { OtherLayerError } from "../errors.ts";
import { entryRows } from "../rows/blockRows.ts";
import type { LayerSource } from "../source/openSource.ts";
import { insertRows } from "./insertRows.ts";

/**
 * Makes the row of a layer with the entries that it began with, unless it is there.
 * @throws OtherLayerError if the row is of another layer under the same id
 */
export async function addLayer(
  { db }: IndexDatabase,
  { layer, name, info, reader, declaration }: LayerSource,
  firstBlock = 1,
): Promise<void> {
  const genesis = fieldToHex(info.config.genesisStateRoot);
  const row = await db.selectFrom("layers").selectAll().where("layer", "=", layer).executeTakeFirst();
  if (row !== undefined) {
    const application = declaration().name;
    if (row.genesis_state_root !== genesis) throw new OtherLayerError(layer, "it began with another state");
    if (row.application !== application)
      throw new OtherLayerError(layer, `it is of the application ${row.application}, not ${application}`);
    return;
  }
  const { entries } = firstBlock === 1 ? await reader.genesis() : { entries: [] };
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto("layers")
      .values({
        layer,
        name,
        application: declaration().name,
        genesis_state_root: genesis,
        first_block: firstBlock,
        last_block: firstBlock - 1,
        last_time: 0,
        last_state_root: firstBlock === 1 ? genesis : "",
        settled_block: firstBlock - 1,
      })
      .execute();
    await insertRows(transaction, "entries", entryRows(layer, 0, entries));
  });
}
