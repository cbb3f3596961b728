import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = fileURLToPath(new URL("../../.cache/", import.meta.url));

/** What Playwright's `launchOptions` takes. */
export interface ChromiumLaunch {
  executablePath: string;
  args: string[];
  env: NodeJS.ProcessEnv;
}

const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/**
 * A Chromium that runs on a machine without one: the binary, its libraries and a font all come from npm. `CHROMIUM_PATH`
 * names another. Throws when it cannot be started: a run without its browser has failed, it is not a run to skip.
 */
export async function prepareChromium(): Promise<ChromiumLaunch> {
  const { env } = process;
  if (env.CHROMIUM_PATH) return started({ executablePath: env.CHROMIUM_PATH, args, env });

  const folder = await unpack();
  const own = { ...env, FONTCONFIG_FILE: path.join(folder, "fonts.conf") };
  const executablePath = path.join(folder, "chromium");
  try {
    return await started({ executablePath, args, env: own });
  } catch {
    // No libnss3 here. The package's own copy is the second choice: an older one in front of a newer system's would be a risk.
    const libraries = [path.join(folder, "al2023", "lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
    return started({ executablePath, args, env: { ...own, LD_LIBRARY_PATH: libraries } });
  }
}

async function started(launch: ChromiumLaunch): Promise<ChromiumLaunch> {
  try {
    await run(launch.executablePath, ["--version"], { env: launch.env });
    return launch;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`Chromium does not start from ${launch.executablePath}: ${said}`);
  }
}

/** Unpacks once per version; the folder appears whole or not at all, so a killed or a second run finds no half browser. */
async function unpack(): Promise<string> {
  const version = await packageVersion();
  const folder = path.join(cache, `chromium-${version}`);
  if (await stat(folder).catch(() => undefined)) return folder;

  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(path.join(cache, "chromium-"));
  try {
    // The package unpacks into os.tmpdir(), and its libraries only where it takes the machine for a Lambda; both are told by
    // the environment, so it runs in a process of its own.
    await run(
      process.execPath,
      ["--input-type=module", "-e", 'await (await import("@sparticuz/chromium")).default.executablePath()'],
      {
        cwd: path.dirname(fileURLToPath(import.meta.url)),
        env: { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x" },
      },
    );
    await writeFile(path.join(fresh, "fonts.conf"), fontsConf);
    await chmod(fresh, 0o755);
    await chmod(path.join(fresh, "chromium"), 0o755);
    await rename(fresh, folder);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (!(await stat(folder).catch(() => undefined))) throw error;
  }
  return folder;
}

async function packageVersion(): Promise<string> {
  const main = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const text = await readFile(path.join(main, "../../../package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** The machine's fonts where it has some, the package's own beside them: a bare machine has none and would draw no text. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
