import { workerData } from "node:worker_threads";
import { sharedHashing } from "./sharedHashing.ts";

/* A thread that helps to hash (createHashPool). It ends when it is terminated. */

sharedHashing(workerData as SharedArrayBuffer).serve();
