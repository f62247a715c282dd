/*
 * Reads every row of the LMDB file in a directory, in a process of its own: LMDB maps the file into memory, so that a
 * page that is not there or holds something else is a bus error, which no program can catch. Plain JavaScript, because
 * it runs before every start.
 */
import { open } from "lmdb";

const [, , path] = process.argv;
const root = open({ path, readOnly: true, maxDbs: 64, noSubdir: false });
let bytes = 0;
for (const name of [...root.getKeys()]) {
  const rows = root.openDB({ name, encoding: "binary", keyEncoding: "binary" });
  for (const { key, value } of rows.getRange({ snapshot: false })) bytes += key.length + value.length;
}
await root.close();
process.stdout.write(String(bytes));
