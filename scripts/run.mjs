// `node scripts/run.mjs FILE [arguments]`: a script that needs the packages but no build.
import { checkNode, installMissing, root, runScript } from "./prepare.mjs";

checkNode();
const [file, ...args] = process.argv.slice(2);
process.env.NODE_ENV ??= "production";
process.chdir(root);
installMissing();
await runScript(file, args);
