// For benchmarks, with `node --import`: writes every second how long this process's event loop was held up at most (in milliseconds)
// since the last line, to the file that WATCH_LOOP names.
import { appendFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

if (isMainThread && process.env.WATCH_LOOP) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  setInterval(() => {
    appendFileSync(process.env.WATCH_LOOP, `${Date.now()} ${Math.round(delay.max / 1e6)}\n`);
    delay.reset();
  }, 1_000).unref();
}
