import type { Field } from "@frond/foundation";
import type { CoordinatorFrame, LayerFrame } from "../../link/frames.ts";
import type { LayerState, Peer } from "../../machine/layerState.ts";
import { receiveBlock } from "../../machine/receiveBlock.ts";
import { receiveDropped } from "../../machine/receiveDropped.ts";
import { receiveHandled, receiveMessage } from "../../machine/receiveMessage.ts";
import { receivePosition, redeliver } from "../../machine/receivePosition.ts";
import { type Connection, connect } from "../world.ts";
import { receiveAnswer } from "./bundles.ts";
import { type CoordinatorProcess, decide } from "./coordinatorProcess.ts";

/** A layer connects; undefined while the coordinator is dead, or another connection of the layer is open. */
export function accept(
  coordinator: CoordinatorProcess,
  layerId: Field,
  end: { receive(frame: CoordinatorFrame): void; disconnected(): void },
): Connection<LayerFrame, CoordinatorFrame> | undefined {
  const { tree, world } = coordinator;
  const layer = tree?.layers.get(layerId);
  if (tree === undefined || layer === undefined || layer.peer !== undefined) return undefined;
  const connection: Connection<LayerFrame, CoordinatorFrame> = connect(world, layer.known.name, {
    up: (frame) => layer.peer === peer && receive(coordinator, layer, frame),
    down: (frame) => end.receive(frame),
    cut() {
      end.disconnected();
      if (layer.peer === peer) disconnect(coordinator, layer);
    },
  });
  const peer: Peer = { send: (frame) => connection.down(frame), close: () => connection.cut(), probe() {} };
  layer.peer = peer;
  layer.at = undefined;
  layer.told = "";
  layer.toldNetwork = "";
  layer.tellings = 0;
  layer.deposits.clear();
  redeliver(tree, layer);
  coordinator.connections.push(connection);
  return connection;
}

function disconnect({ tree }: CoordinatorProcess, layer: LayerState): void {
  layer.peer = undefined;
  layer.at = undefined;
  if (tree === undefined) return;
  redeliver(tree, layer);
  tree.isNetworkDirty = true;
}

function receive(coordinator: CoordinatorProcess, layer: LayerState, frame: LayerFrame): void {
  if (frame.type === "position") decide(coordinator, (now) => void receivePosition(now, layer, frame));
  else if (frame.type === "message") decide(coordinator, (now) => void receiveMessage(now, layer, frame));
  else if (frame.type === "handled") decide(coordinator, (now) => receiveHandled(now, layer, frame));
  else if (frame.type === "block") takeBlock(coordinator, layer, frame);
  else if (frame.type === "dropped") decide(coordinator, (now) => receiveDropped(now, layer, frame));
  else if (frame.type === "answer") receiveAnswer(coordinator, frame);
}

function takeBlock(
  coordinator: CoordinatorProcess,
  layer: LayerState,
  { session, block }: Extract<LayerFrame, { type: "block" }>,
): void {
  if ([...layer.blocks.values()].some((handed) => handed.block.time === block.time)) return;
  decide(coordinator, (now) => {
    const verdict = receiveBlock(now, layer, { session, handed: { block }, problemOf: () => undefined });
    // All layers here are honest.
    if (verdict.kind === "refused")
      coordinator.world.violations.add(`a block of ${layer.known.name} was refused: ${verdict.reason}`);
  });
}
