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

/** A blog on a port of its own: where it is, what its server was started with, and the address that lets its author in. */
class Blog {
  constructor(data, port, config) {
    this.listen = `127.0.0.1:${port}`;
    this.origin = `http://${this.listen}`;
    this.data = data;
    this.config = config;
  }

  at(path) {
    return new URL(path, this.origin).href;
  }

  /** Starts the server and waits until it says that it is ready. */
  async start() {
    const args = ["serve", "--data", this.data, "--listen", this.listen, ...this.config];
    this.server = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.printed = firstLine(this.server.stdout, WITH_KEY);
    const log = [];
    const serving = firstLine(this.server.stderr, /\bserving\b/, log);
    const ended = once(this.server, "exit").then(() => "ended");
    if ((await Promise.race([serving, ended])) === "ended") {
      throw new Error(`Daybook did not start:\n${log.join("\n")}`);
    }
    const ready = await fetch(this.at("/readyz"));
    if (!ready.ok) throw new Error(`/readyz answers ${ready.status}`);
    return this;
  }

  /** Ends the server: as it is asked to end, or with SIGKILL as in a power cut. */
  async end(signal = "SIGTERM") {
    if (this.server.exitCode !== null || this.server.signalCode !== null) return;
    const ended = once(this.server, "exit");
    this.server.kill(signal);
    await ended;
  }

  async stop() {
    await this.end();
    await rm(this.data, { recursive: true, force: true });
  }
}

/**
 * A blog that nobody has set up; `oneTimeAddress` leads to its set-up, `config` are further flags of its server, in which
 * `PORT` is replaced by its port.
 * Stopped when the story `t` ends.
 */
export async function newBlog(t, ...config) {
  const data = await mkdtemp(join(tmpdir(), "daybook-story-"));
  const port = await freePort();
  const flags = config.map((flag) => flag.replace("PORT", port));
  const blog = await new Blog(data, port, flags).start();
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

/** A demo blog of its own, for a story that changes what all pages show. Stopped when the story `t` ends. */
export async function ownDemoBlog(t, posts = 20, comments = 60) {
  const blog = await makeDemoBlog(posts, comments);
  t.after(() => blog.stop());
  return blog;
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
  const blog = await new Blog(data, port, []).start();
  [blog.oneTimeAddress] = stdout.match(WITH_KEY);
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
export async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
}
