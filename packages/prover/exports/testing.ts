export { type FrondWorker, startFrondWorker } from "../src/testing/frondWorker.ts";
export { type NatsServer, startNatsServer } from "../src/testing/natsServer.ts";
