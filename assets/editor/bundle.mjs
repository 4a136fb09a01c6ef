// Makes one file of the visual editor and the packages it is made of (`make editor`). What the pages serve as modules of their
// own is imported from there. The notices of the packages' licences are at its end.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const HERE = new URL("./", import.meta.url);
const OUT = new URL("dist/visual.js", HERE);
/** More than this nobody should wait for. */
const MAX_GZIP = 130 * 1024;

/** Modules of `assets` are served next to the bundle, under names that the server puts in. */
const served = {
  name: "served",
  setup(made) {
    made.onResolve({ filter: /^\.\.\/\w+\.js$/ }, ({ path }) => ({ path: path.slice(1), external: true }));
  },
};

/** The notices of the packages that are in the bundle, each text once. */
function notices(inputs) {
  const names = new Set(Object.keys(inputs).flatMap((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1] ?? []));
  const byText = new Map();
  for (const name of [...names].sort()) {
    const folder = new URL(`../../node_modules/${name}/`, HERE);
    const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
    if (!file) throw new Error(`${name} has no notice of its licence`);
    const text = readFileSync(new URL(file, folder), "utf8").trim();
    byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  return [...byText].map(([text, of]) => `/*!\n${of.join(", ")}:\n\n${text}\n*/`).join("\n");
}

const { outputFiles, metafile } = await build({
  absWorkingDir: new URL("../../", HERE).pathname,
  entryPoints: ["assets/editor/main.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  metafile: true,
  write: false,
  plugins: [served],
});
const text = `${outputFiles[0].text}${notices(metafile.inputs)}\n`;
const size = gzipSync(text).length;
if (size > MAX_GZIP) throw new Error(`The editor is ${size} bytes long when it is packed: more than ${MAX_GZIP}`);
const folder = new URL("dist/", HERE);
if (!existsSync(folder)) mkdirSync(folder);
writeFileSync(OUT, text);
console.log(`assets/editor/dist/visual.js: ${text.length} bytes, ${size} when it is packed`);
