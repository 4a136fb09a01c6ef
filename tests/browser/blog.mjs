// A blog of its own for each story: the built program on a free port with a fresh data directory, stopped and
// swept away at the end. DAYBOOK names another program than target/debug/daybook.

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const PROGRAM = process.env.DAYBOOK ?? fileURLToPath(new URL("../../target/debug/daybook", import.meta.url));
const WITH_KEY = /http:\/\/\S+\?key=\S+/;

/** A running blog: where it is, and the one-time address that lets its author in. */
class Blog {
  constructor(origin, data, server) {
    this.origin = origin;
    this.data = data;
    this.server = server;
  }

  at(path) {
    return new URL(path, this.origin).href;
  }

  async stop() {
    if (this.server.exitCode === null) {
      const ended = once(this.server, "exit");
      this.server.kill("SIGTERM");
      await ended;
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

/** A blog that nobody has set up; `oneTimeAddress` leads to its set-up. Stopped when the story `t` ends. */
export async function newBlog(t) {
  const data = await mkdtemp(join(tmpdir(), "daybook-story-"));
  const blog = await serve(data, await freePort());
  t.after(() => blog.stop());
  blog.oneTimeAddress = await blog.printed;
  return blog;
}

let demo;
let lively;

/** The blog that `daybook demo` fills, made once for all stories; `oneTimeAddress` signs its author in, once. */
export function demoBlog() {
  demo ??= makeDemoBlog(20, 60);
  return demo;
}

/** A demo blog whose one post has some two hundred comments with long threads, made once for all stories. */
export function livelyBlog() {
  lively ??= makeDemoBlog(1, 240);
  return lively;
}

after(async () => {
  await (await demo)?.stop();
  await (await lively)?.stop();
});

async function makeDemoBlog(posts, comments) {
  const data = await mkdtemp(join(tmpdir(), "daybook-story-"));
  const port = await freePort();
  const args = ["demo", "--sign-in", "--posts", `${posts}`, "--comments", `${comments}`, "--data", data];
  args.push("--listen", `127.0.0.1:${port}`);
  const { stdout } = await promisify(execFile)(PROGRAM, args);
  const blog = await serve(data, port);
  [blog.oneTimeAddress] = stdout.match(WITH_KEY);
  return blog;
}

/** Starts the server and waits until it says that it is ready. */
async function serve(data, port) {
  const listen = `127.0.0.1:${port}`;
  const server = spawn(PROGRAM, ["serve", "--data", data, "--listen", listen], { stdio: ["ignore", "pipe", "pipe"] });
  const blog = new Blog(`http://${listen}`, data, server);
  blog.printed = firstLine(server.stdout, WITH_KEY);
  const log = [];
  const serving = firstLine(server.stderr, /\bserving\b/, log);
  const ended = once(server, "exit").then(() => "ended");
  if ((await Promise.race([serving, ended])) === "ended") {
    throw new Error(`Daybook did not start:\n${log.join("\n")}`);
  }
  const ready = await fetch(blog.at("/readyz"));
  if (!ready.ok) throw new Error(`/readyz answers ${ready.status}`);
  return blog;
}

/** The first match of a pattern in what a program writes; all it writes is kept in `log`. */
function firstLine(stream, pattern, log = []) {
  return new Promise((resolve) => {
    createInterface({ input: stream }).on("line", (line) => {
      log.push(line);
      const found = line.match(pattern);
      if (found) resolve(found[0]);
    });
  });
}

/** A port that nobody listens on at this moment. */
async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
