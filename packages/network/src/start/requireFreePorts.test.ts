import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { requireFreePorts } from "./requireFreePorts.ts";

const host = "127.0.0.1";
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function busyPort(at = host): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, at, resolve));
  return (server.address() as { port: number }).port;
}

async function freePort(): Promise<number> {
  const port = await busyPort();
  await new Promise((resolve) => servers.pop()!.close(resolve));
  return port;
}

it("names who wanted the port that is in use, and how to choose another", async () => {
  const [free, busy] = [await freePort(), await busyPort()];
  const wanted = [
    { host, port: free, what: "the coordinator", option: "--coordinator-port" },
    { host, port: 0, what: "layer a", option: "--port" },
    { host, port: busy, what: "layer b", option: "the `port` of b" },
  ];
  await expect(requireFreePorts(wanted)).rejects.toMatchObject({
    code: "network/port-in-use",
    message: `Port ${busy} of 127.0.0.1, where layer b is to listen, is in use. Stop what listens there, or choose another port: the \`port\` of b.`,
    data: { port: busy, what: "layer b" },
  });
  await requireFreePorts(wanted.slice(0, 2));
  // It holds none itself.
  await requireFreePorts(wanted.slice(0, 2));
});

it("notices a port that is in use at all addresses", async () => {
  const wanted = [{ host, port: await busyPort("0.0.0.0"), what: "the coordinator", option: "--coordinator-port" }];
  await expect(requireFreePorts(wanted)).rejects.toMatchObject({ code: "network/port-in-use" });
});

it("refuses that two parts want one port", async () => {
  const port = await freePort();
  const wanted = [
    { host, port, what: "the coordinator", option: "--coordinator-port" },
    { host, port, what: "layer a", option: "--port" },
  ];
  await expect(requireFreePorts(wanted)).rejects.toMatchObject({
    code: "network/input",
    message: `Port ${port} is wanted by the coordinator (--coordinator-port) and by layer a (--port). Give one of them another.`,
  });
});

it("says that a host is not of this machine", async () => {
  const wanted = [{ host: "203.0.113.1", port: 4030, what: "the coordinator", option: "--coordinator-port" }];
  await expect(requireFreePorts(wanted)).rejects.toMatchObject({
    code: "node/cannot-listen",
    data: { reason: "EADDRNOTAVAIL" },
  });
});
