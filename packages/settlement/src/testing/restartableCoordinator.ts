import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Coordinator, createCoordinator } from "../coordinator/createCoordinator.ts";
import { serveLayers } from "../link/serveLayers.ts";
import type { CoordinatorDependencies, CoordinatorOptions } from "../types.ts";

/** A coordinator that serves layers, and can be stopped and started again on the same port and tables. */
export type RestartableCoordinator = {
  readonly coordinator: Coordinator;
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
};

export function restartableCoordinator(
  options: CoordinatorOptions,
  dependencies: CoordinatorDependencies,
): RestartableCoordinator {
  let coordinator: Coordinator;
  let http: Server;
  let port = 0;
  let closeServer: () => Promise<void> = async () => {};
  return {
    get coordinator() {
      return coordinator;
    },
    get port() {
      return port;
    },
    async start() {
      coordinator = createCoordinator(options, dependencies);
      const server = serveLayers(coordinator);
      http = createServer();
      http.on("upgrade", server.upgrade);
      await new Promise<void>((resolve) => http.listen(port, "127.0.0.1", resolve));
      port = (http.address() as AddressInfo).port;
      closeServer = () => server.close();
      await coordinator.start();
    },
    async stop() {
      await closeServer();
      await new Promise<void>((resolve) => http.close(() => resolve()));
      await coordinator.close();
    },
  };
}
