// A real mail server on a port of its own, which can be away, slow, or asleep in the middle of a message.

import { once } from "node:events";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { freePort } from "./blog.mjs";

/** Name and password that the letterbox asks for where it asks. */
const KNOWN = { username: "blog", password: "p@ss:word" };

export class Letterbox {
  /** What has arrived: a message is there once the server has said so to its sender. */
  messages = [];

  /** `t` closes it at the end; with `{ asksForPassword: true }` it takes mail from nobody else. */
  static async at(t, { asksForPassword = false } = {}) {
    const box = new Letterbox();
    box.port = await freePort();
    box.asksForPassword = asksForPassword;
    t.after(() => box.close());
    return box;
  }

  /** The value of --smtp. */
  get url() {
    const { username, password } = KNOWN;
    const leave = this.asksForPassword ? `${username}:${encodeURIComponent(password)}@` : "";
    return `smtp://${leave}127.0.0.1:${this.port}?from=blog@example.org`;
  }

  async open() {
    this.server = new SMTPServer({
      disabledCommands: this.asksForPassword ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
      authOptional: !this.asksForPassword,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      onAuth: (given, _, answer) => {
        const known = given.username === KNOWN.username && given.password === KNOWN.password;
        answer(known ? null : new Error("nobody of that name"), { user: given.username });
      },
      onData: (stream, session, answer) => this.take(stream, session).then(() => answer(), answer),
    });
    // A sender that is killed leaves its connection broken.
    this.server.on("error", () => {});
    this.server.listen(this.port, "127.0.0.1");
    await once(this.server.server, "listening");
  }

  async close() {
    if (!this.server) return;
    const { server } = this;
    this.server = undefined;
    await new Promise((resolve) => server.close(resolve));
  }

  /** Falls asleep over the next message, after all of it has come and before it is acknowledged; done when that is so. */
  fallAsleep() {
    return new Promise((resolve) => {
      this.asleep = resolve;
    });
  }

  async take(stream, session) {
    const mail = await simpleParser(stream);
    if (this.asleep) {
      this.asleep();
      this.asleep = undefined;
      await new Promise(() => {});
    }
    this.messages.push({ mail, to: session.envelope.rcptTo.map(({ address }) => address) });
    this.heard?.();
  }

  /** Waits until so many messages have arrived. */
  async until(count) {
    while (this.messages.length < count) {
      await new Promise((resolve) => {
        this.heard = resolve;
      });
    }
    return this.messages;
  }
}
