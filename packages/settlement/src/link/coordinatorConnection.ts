import { type Field, type Logger, publicKeyOf, signChallenge } from "@frond/foundation";
import { WebSocket } from "ws";
import {
  type CoordinatorFrame,
  coordinatorFrameSchema,
  frameToText,
  identityChallenge,
  type LayerFrame,
  parseFrame,
} from "./frames.ts";
import { createOutlet, type Outlet } from "./outlet.ts";
import { createSilence, type Silence } from "./silence.ts";

export type CoordinatorConnectionOptions = {
  readonly layerId: Field;
  /** Where the coordinator takes layers: `ws://host:port/layers`. */
  readonly coordinatorUrl: () => string;
  /** The sequencer's secret, with which the layer says who it is. */
  readonly secret: bigint;
  /** Where clients find the layer's node. */
  readonly url: () => string;
  /** Of the config that the node runs with: a coordinator that knows of an upgrade refuses the former one. */
  readonly configHash?: Field;
};

export type CoordinatorConnectionDependencies = {
  readonly logger: Logger;
  /** The layer has said who it is on a new connection: nothing that was said before counts. */
  onIdentified(): void;
  /** Frames come in the order in which they were sent; all but the challenge, and until the connection ends. */
  onFrame(frame: CoordinatorFrame): void;
  /** All large frames have been sent. */
  onUploaded(): void;
  onEnded(reason: string | undefined): void;
};

/** A layer's connection with the coordinator, made again whenever it ends. */
export type CoordinatorConnection = {
  start(): void;
  /** What is sent while the layer is not identified is lost. */
  send(frame: LayerFrame): void;
  readonly isIdentified: boolean;
  /** Grows with every connection. */
  readonly number: number;
  readonly isUploading: boolean;
  /** The coordinator goes on with this layer: the next attempts to connect begin with a short pause again. */
  confirm(): void;
  /** Ends the connection; another one is made after a pause. */
  end(): void;
  /** One more second of this process has passed. */
  turn(): void;
  close(): void;
};

const FIRST_PAUSE_MILLISECONDS = 100;
const LONGEST_PAUSE_MILLISECONDS = 3_000;
/** What the coordinator sends may be larger than what it takes: the lists of large networks. */
const LARGEST_MESSAGE = 16 * 2 ** 20;

type Open = { readonly socket: WebSocket; readonly outlet: Outlet; readonly silence: Silence };

export function createCoordinatorConnection(
  options: CoordinatorConnectionOptions,
  { logger, onIdentified, onFrame, onUploaded, onEnded }: CoordinatorConnectionDependencies,
): CoordinatorConnection {
  let current: Open | undefined;
  let isIdentified = false;
  let number = 0;
  let isClosed = false;
  let pause = FIRST_PAUSE_MILLISECONDS;
  let timer: NodeJS.Timeout | undefined;

  function connect(): void {
    const socket = new WebSocket(options.coordinatorUrl(), { perMessageDeflate: false, maxPayload: LARGEST_MESSAGE });
    const silence = createSilence();
    const connection = { socket, silence, outlet: createOutlet(socket, { onUploaded }) };
    current = connection;
    number++;
    socket.on("message", (data) => {
      silence.broken();
      const frame = parseFrame(coordinatorFrameSchema, data.toString());
      if (connection !== current) return;
      if (frame === undefined) logger.warn("A frame of the coordinator can't be read; is it of another version?");
      else if (frame.type === "challenge") identify(connection, frame.nonce);
      else onFrame(frame);
    });
    socket.on("ping", silence.broken);
    socket.on("pong", silence.broken);
    socket.on("error", (error) => logger.debug("The coordinator can't be reached", { reason: error.message }));
    socket.on("close", (_code, reason) => ended(connection, reason.toString()));
  }

  function identify({ outlet }: Open, nonce: Field): void {
    const { layerId, secret, configHash } = options;
    const key = publicKeyOf(secret);
    const { signature } = signChallenge(secret, (r) => identityChallenge({ r: r.x, key, layerId, nonce }));
    const identity = { type: "identify", layerId, url: options.url(), signature } as const;
    outlet.send(frameToText(configHash === undefined ? identity : { ...identity, configHash }));
    isIdentified = true;
    onIdentified();
  }

  function ended(connection: Open, reason: string): void {
    connection.outlet.close();
    if (connection !== current) return;
    current = undefined;
    isIdentified = false;
    if (isClosed) return;
    onEnded(reason === "" ? undefined : reason);
    // So that the layers of a network don't all come at the same moment, again and again.
    timer = setTimeout(connect, pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST_PAUSE_MILLISECONDS);
  }

  return {
    start: connect,
    send(frame) {
      if (isIdentified && current?.socket.readyState === WebSocket.OPEN) current.outlet.send(frameToText(frame));
    },
    get isIdentified() {
      return isIdentified;
    },
    get number() {
      return number;
    },
    get isUploading() {
      return current?.outlet.isUploading ?? false;
    },
    confirm() {
      pause = FIRST_PAUSE_MILLISECONDS;
    },
    end: () => current?.socket.terminate(),
    turn() {
      if (current?.silence.turn() !== true) return;
      logger.warn("Nothing has come from the coordinator for a minute; connecting again");
      current.socket.terminate();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      current?.socket.terminate();
    },
  };
}
