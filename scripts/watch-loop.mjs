// For benchmarks, with `node --import`: writes every second, to the file that WATCH_LOOP names, how long this process's event loop was
// held up at most since the last line, and for how much of that the thread had a core (both in milliseconds): the rest it waited for one.
import { appendFileSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const resolution = 5;

if (isMainThread && process.env.WATCH_LOOP) {
  const moment = () => ({ at: performance.now(), ran: ran() });
  let last = moment();
  let longest = { held: 0, ran: 0 };
  setInterval(() => {
    const now = moment();
    const held = now.at - last.at - resolution;
    if (held > longest.held) longest = { held, ran: now.ran - last.ran };
    last = now;
  }, resolution).unref();
  setInterval(() => {
    appendFileSync(process.env.WATCH_LOOP, `${Date.now()} ${Math.round(longest.held)} ${Math.round(longest.ran)}\n`);
    longest = { held: 0, ran: 0 };
  }, 1_000).unref();
}

/** For how long the thread has had a core, in milliseconds (Linux). */
function ran() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}
