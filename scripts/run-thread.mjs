// The beginning of a worker thread: TypeScript first, then scripts/FILE with the arguments, both of its workerData.
import { workerData } from "node:worker_threads";
import { runScript } from "./prepare.mjs";

await runScript(workerData.file, workerData.args);
