import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import pg from "pg";

export type PostgresServer = {
  /** Creates an empty database, and gives its URL. */
  createDatabase(): Promise<string>;
  /** Ends all connections at once, as an outage does. */
  disconnectAll(): Promise<void>;
  stop(): Promise<void>;
};

/** Who owns the cluster if the tests run as root, which PostgreSQL refuses: nobody. */
const NOBODY = 65_534;
/** Durability is PostgreSQL's own: without it a cluster starts in half the time. */
const FAST = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"];

/** Starts a real PostgreSQL in a directory of its own, with a socket there and no port, until it is stopped. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = findPrograms();
  const directory = mkdtempSync(join(tmpdir(), "frond-pg-"));
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if ("uid" in identity) chownSync(directory, NOBODY, NOBODY);
  const options = { ...identity, cwd: directory, env: { ...process.env, LC_ALL: "C" } };
  const data = join(directory, "data");
  const setUp = ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"];
  const made = spawnSync(join(folder, "initdb"), setUp, { ...options, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb ended with ${made.status}:\n${made.stdout}${made.stderr}`);
  const started = ["-D", data, "-k", directory, "-c", "listen_addresses=", ...FAST];
  const child = spawn(join(folder, "postgres"), started, { ...options, stdio: ["ignore", "ignore", "pipe"] });
  await untilReady(child);
  const urlOf = (name: string) => `postgres://postgres@localhost/${name}?host=${encodeURIComponent(directory)}`;
  const administer = async (statement: string) => {
    const client = new pg.Client(urlOf("postgres"));
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  let databases = 0;
  return {
    async createDatabase() {
      const name = `index_${++databases}`;
      await administer(`create database ${name}`);
      return urlOf(name);
    },
    disconnectAll: () =>
      administer("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'index_%'"),
    async stop() {
      const exited = once(child, "exit");
      child.kill("SIGINT");
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  let log = "";
  await new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`postgres ended with ${code}:\n${log}`)));
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      log = (log + text).slice(-4_000);
      if (log.includes("ready to accept connections")) resolve();
    });
  });
}

/** Debian installs each version in a folder of its own. */
function findPrograms(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, "bin")) : [];
  const folders = [...versions, ...(process.env.PATH ?? "").split(delimiter)];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")));
  if (found === undefined)
    throw new Error("There is no PostgreSQL. Install it: `apt-get install postgresql` on Debian.");
  return found;
}
