// `npm start`, and with --dev `npm run dev`: from a fresh clone to a served page.
import { buildIfChanged, checkNode, installMissing, root, runScript } from "./prepare.mjs";

checkNode();
const dev = process.argv.includes("--dev");
process.env.NODE_ENV = dev ? "development" : "production";
process.chdir(root);
installMissing();
if (!dev) buildIfChanged();
await runScript("serve.ts", process.argv.slice(2));
