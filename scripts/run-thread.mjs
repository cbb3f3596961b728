// The beginning of a worker thread: TypeScript first, then scripts/FILE of its workerData.
import { workerData } from "node:worker_threads";
import { runScript } from "./prepare.mjs";

await runScript(workerData.file, []);
