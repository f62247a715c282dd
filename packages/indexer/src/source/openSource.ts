import { fieldToHex } from "@frond/foundation";
import {
  type ApplicationDeclaration,
  type BlockReader,
  createBlockReader,
  createNodeApi,
  createTransport,
  type LayerInfo,
  RpcError,
  type Transport,
} from "@frond/sdk";
import { NotANodeError } from "../errors.ts";

/** The node of a layer that is indexed. */
export type LayerSource = {
  /** The layer's id, as 0x and 64 hex digits. */
  readonly layer: string;
  /** What people call it. */
  readonly name: string;
  readonly info: LayerInfo;
  readonly reader: BlockReader;
  /** Blocks of a page. */
  readonly pageBlocks: number;
  /** Names and types of the application that the node runs now. */
  declaration(): ApplicationDeclaration;
  /** Asks the node again which application it runs: an upgraded layer has another. */
  refresh(): Promise<void>;
  /** Tells of news over a WebSocket; undefined where there is none. */
  readonly news: Transport;
  close(): Promise<void>;
};

/**
 * Connects to the node of a layer. Pages come over HTTP, as they are large; a WebSocket only says that there is
 * something to read.
 * @throws NotANodeError for a follower, a coordinator or another server; TransportError, RpcError,
 * UnexpectedAnswerError
 */
export async function openSource({
  url,
  name,
  pageBlocks,
}: {
  readonly url: string;
  readonly name?: string;
  readonly pageBlocks: number;
}): Promise<LayerSource> {
  const pages = createTransport(url.replace(/^ws/, "http"));
  const news = createTransport(url.replace(/^http/, "ws"));
  const close = async () => void (await Promise.all([pages.close(), news.close()]));
  const reader = createBlockReader(pages);
  try {
    // First: no other server answers this.
    let declared = await reader.declaration();
    const info = await createNodeApi(pages).layer();
    return {
      layer: fieldToHex(info.layerId),
      name: name ?? declared.name,
      info,
      reader,
      pageBlocks,
      declaration: () => declared,
      async refresh() {
        declared = await reader.declaration();
      },
      news,
      close,
    };
  } catch (error) {
    await close();
    if (!(error instanceof RpcError)) throw error;
    if (error.code === "rpc/not-published") throw new NotANodeError(url, "follower");
    throw error.code === "rpc/method-not-found" ? new NotANodeError(url, "unknown") : error;
  }
}
