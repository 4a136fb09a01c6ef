// Whatever comes instead of an answer, no typed word is lost: not in the editor, which goes on saving afterwards, and not in
// any other admin form, which offers the words again. And when a script fails, the page says so and its buttons still work.

import assert from "node:assert/strict";
import { test } from "node:test";
import { newBlog } from "./blog.mjs";
import { AUTHOR, open, press, pressPublish, publish, setUp, somebody } from "./people.mjs";

const body = (page) => page.getByLabel("Body", { exact: true });
const status = (page) => page.locator("form.editor [role=status].status");
const LETTER = "The mud shines. ".repeat(500);
const PROXY = "<html><head><title>413 Request Entity Too Large</title></head><body><center><h1>413 Request Entity Too Large</h1></center></body></html>";

/** What may come in place of an answer, by what does it: `route` is the request that was to be answered. */
const INSTEAD = {
  "a proxy that takes no file of this size": (route) => route.fulfill({ status: 413, contentType: "text/html", body: PROXY }),
  "a server that fails": (route) => route.fulfill({ status: 500, contentType: "text/html", body: "<h1>Something went wrong</h1>" }),
  "a proxy that finds no server": (route) => route.fulfill({ status: 502, contentType: "text/html", body: PROXY.replaceAll("413", "502") }),
  "no answer": (route) => route.abort(),
  "an answer that is cut off": (route) => route.fulfill({ status: 200, contentType: "application/json", body: '{"id":' }),
  "a page of somebody else": (route) => route.fulfill({ status: 200, contentType: "text/html", body: "<form><input name=user></form>" }),
};

/** What the server has of a post, seen from a page of its own. */
async function atDesk(author, address) {
  const other = await author.context().newPage();
  await open(other, address);
  const text = await body(other).inputValue();
  await other.close();
  return text;
}

/** Waits until the server has the text of a post, however it came there. */
async function arrives(author, address, text) {
  for (let tries = 0; tries < 60; tries += 1) {
    if ((await atDesk(author, address)) === text) return;
  }
  assert.equal(await atDesk(author, address), text);
}

const isKept = (page, words) =>
  page.waitForFunction((words) => Object.values(localStorage).some((value) => value.includes(words)), words);

test("after a refused publish of a new post, what is typed on is saved", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await publish(author, blog, { title: "Ebb", body: "The first." });

  await t.test("on the page that asked, which says what is wrong", async () => {
    await open(author, blog.at("/admin/posts/new"));
    await author.getByLabel("Title").fill("Ebb");
    await body(author).fill("The second.");
    await author.getByLabel("Permalink").fill("ebb");
    await author.getByRole("button", { name: "Publish", exact: true }).press("Enter");
    await author.getByRole("dialog").getByRole("button", { name: "Publish", exact: true }).press("Enter");
    await author.getByText("That didn’t work. Please check the highlighted fields.").waitFor();
    assert.equal(await author.getByLabel("Permalink").getAttribute("aria-invalid"), "true");
    await author.getByText("is already used by “Ebb”.").waitFor();
    await body(author).press("ControlOrMeta+End");
    await author.keyboard.type(" And more.");
    await arrives(author, author.url(), "The second. And more.");
  });

  await t.test("on the page that came back, as without the script that stays", async () => {
    await open(author, blog.at("/admin/posts/new"));
    await author.getByLabel("Title").fill("Ebb");
    await body(author).fill("The third.");
    await author.getByLabel("Permalink").fill("ebb");
    const sent = author.waitForNavigation();
    await author.evaluate(() => {
      const form = document.querySelector("form.editor");
      const act = document.createElement("input");
      Object.assign(act, { type: "hidden", name: "act", value: "publish" });
      form.append(act);
      form.submit();
    });
    assert.equal((await sent).status(), 422);
    assert.equal(await author.getByRole("region", { name: "Text kept in this browser" }).count(), 0, "it is here already");
    await body(author).press("ControlOrMeta+End");
    await author.keyboard.type(" And more.");
    await author.getByText(/^Saved \d\d:\d\d:\d\d on the server/).waitFor();
    await arrives(author, author.url(), "The third. And more.");
  });
});

test("the editor keeps every word and says so in words, whatever answers in place of the blog", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await publish(author, blog, { title: "Ebb", body: "Start." });
  const address = author.url().replace(/\?.*/, "");
  let text = "Start.";
  const type = async (words) => {
    await body(author).press("ControlOrMeta+End");
    await author.keyboard.type(words);
    text += words;
  };
  for (const [what, instead] of Object.entries(INSTEAD)) {
    await t.test(what, async () => {
      await author.route("**/autosave", instead);
      await author.route(address, (route) => (route.request().method() === "POST" ? instead(route) : route.fallback()));
      await type(` Before ${what}.`);
      await author.getByRole("button", { name: "Save", exact: true }).press("Enter");
      await author.locator(".status.failed").waitFor();
      assert.match(await status(author).textContent(), /kept in this browser/);
      await isKept(author, `Before ${what}.`);
      for (const button of ["Update", "Move to trash"]) {
        await author.getByRole("button", { name: button, exact: true }).press("Enter");
        if (button === "Update") await author.getByRole("dialog").getByRole("button", { name: "Update", exact: true }).press("Enter");
        await author.locator(".status.failed").waitFor();
        assert.equal(author.url().replace(/\?.*/, ""), address, `${button} leaves the text where it is`);
      }
      await type(` After ${what}.`);
      await isKept(author, `After ${what}.`);
      await author.unroute("**/autosave");
      // Saved, and then refused on the way to readers.
      await author.getByRole("button", { name: "Save", exact: true }).press("Enter");
      await author.getByText(/^Saved \d\d:\d\d:\d\d on the server/).waitFor();
      await author.getByRole("button", { name: "Update", exact: true }).press("Enter");
      await author.getByRole("dialog").getByRole("button", { name: "Update", exact: true }).press("Enter");
      await author.getByText(/^That didn’t work: /).waitFor();
      assert.equal(await body(author).inputValue(), text);
      await author.unroute(address);
      await arrives(author, address, text);
    });
  }
  await t.test("who was signed out signs in over the text, whichever button it was", async () => {
    for (const button of ["Save", "Update"]) {
      await author.context().clearCookies();
      await type(` Signed out at ${button}.`);
      await author.getByRole("button", { name: button, exact: true }).press("Enter");
      const door = author.getByRole("dialog", { name: "Sign in again" });
      await door.getByLabel("Email").fill(AUTHOR.email);
      await door.getByLabel("Password").fill(AUTHOR.password);
      await door.getByRole("button", { name: "Sign in", exact: true }).press("Enter");
      await door.waitFor({ state: "detached" });
      if (button === "Update") await author.getByRole("dialog").getByRole("button", { name: "Keep editing" }).press("Enter");
      await arrives(author, address, text);
    }
  });
});

test("a button of the editor takes words along that nobody has saved yet, without scripts too", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t, { javaScriptEnabled: false });
  await setUp(author, blog);
  await publish(author, blog, { title: "Ebb", body: "Old words." });
  await body(author).fill("New words.");
  await press(author.getByRole("button", { name: "Move to trash" }));
  await press(author.getByRole("button", { name: "Undo" }));
  await press(author.getByRole("link", { name: "Ebb", exact: true }));
  assert.equal(await body(author).inputValue(), "New words.");
  await body(author).fill("Newer words.");
  await press(author.getByRole("button", { name: "Discard changes" }));
  assert.equal(await body(author).inputValue(), "Old words.");
  await press(author.getByRole("link", { name: "Revisions" }));
  assert.ok((await author.getByRole("row").count()) >= 4, "what was discarded is among the revisions");
});

test("without scripts, words that are refused are still in the form of the page that refuses them", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t, { javaScriptEnabled: false });
  await setUp(author, blog);
  await open(author, blog.at("/admin/posts/new"));
  await author.getByLabel("Title").fill("Ebb");
  await body(author).fill(LETTER);
  await author.context().clearCookies();
  const answer = await press(author.getByRole("button", { name: "Save", exact: true }));
  assert.equal(answer.status(), 403);
  assert.equal(await author.getByRole("textbox", { name: "title" }).inputValue(), "Ebb");
  assert.equal(await author.getByRole("textbox", { name: "body" }).inputValue(), LETTER);
  assert.equal(await author.getByRole("textbox", { name: "csrf" }).count(), 0);
});

/** The modules of the editor, as its page and they themselves name them. */
async function modulesOf(author) {
  const found = new Set(await author.locator("script[src]").evaluateAll((scripts) => scripts.map(({ src }) => src)));
  for (const address of found) {
    const text = await (await author.request.get(address)).text();
    for (const [, path] of text.matchAll(/from "(\/assets\/[^"]+)"/g)) found.add(new URL(path, address).href);
  }
  return [...found].filter((address) => !/\/(?:script_watchdog|form_drafts)\./.test(address));
}

test("a script that dies says so on the page, and Save saves", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/posts/new"));
  const modules = await modulesOf(author);
  assert.ok(modules.length >= 14, `${modules.length} modules`);
  const dying = {
    throws: async (route) => {
      const whole = await route.fetch();
      return route.fulfill({ response: whole, body: `${await whole.text()}\nthrow new Error("dies");` });
    },
    "does not arrive": (route) => route.abort(),
  };
  for (const module of modules) {
    const name = module.match(/\/(\w+)\.\w+\.js$/)[1];
    for (const [what, die] of Object.entries(dying)) {
      // What does not arrive ends as what throws does; one of each kind is enough.
      if (what !== "throws" && !["autosave", "editor_tools"].includes(name)) continue;
      await t.test(`${name} ${what}`, async () => {
        await author.route(module, die);
        await open(author, blog.at("/admin/posts/new"));
        const notice = author.locator(".notice.dead");
        await notice.waitFor();
        const words = await notice.textContent();
        await author.getByLabel("Title").fill(`Without ${name}`);
        await body(author).fill(`It ${what}.`);
        const button = author.getByRole("button", { name: "Save", exact: true });
        if (words === "Autosave doesn’t work in this browser. Please use Save.") {
          await press(button);
        } else {
          assert.equal(words, "Some tools don’t work in this browser. Saving works.");
          await button.press("Enter");
        }
        await author.getByText(/^Saved /).waitFor();
        await author.unroute(module);
        const id = author.url().match(/posts\/(\d+)/)[1];
        assert.equal(await atDesk(author, blog.at(`/admin/posts/${id}`)), `It ${what}.`);
      });
    }
  }
});

test("a script that dies while somebody writes says so, and Save saves", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/posts/new"));
  const [module] = (await modulesOf(author)).filter((address) => address.includes("/autosaver."));
  await author.route(module, async (route) => {
    const whole = await route.fetch();
    const text = (await whole.text()).replace("touched() {", 'touched() { if (this.page.read().body.includes("boom")) throw new Error("dies");');
    return route.fulfill({ response: whole, body: text });
  });
  await open(author, blog.at("/admin/posts/new"));
  await author.getByLabel("Title").fill("Ebb");
  assert.equal(await author.locator(".notice.dead").count(), 0);
  await body(author).fill("And boom, it is gone.");
  await author.getByText("Autosave doesn’t work in this browser. Please use Save.").waitFor();
  await press(author.getByRole("button", { name: "Save", exact: true }));
  await author.getByText(/^Saved at/).waitFor();
  assert.equal(await body(author).inputValue(), "And boom, it is gone.");
});

/** Somebody whose blog has one of each: a post, a tag, a picture, comments that wait. */
async function fullDesk(t) {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/posts/new"));
  await author.getByLabel("Title").fill("Ebb");
  await author.getByLabel("Tags").fill("Tides");
  await body(author).fill("The mud shines.");
  await pressPublish(author);
  const permalink = new URL(await author.getByRole("link", { name: "View post" }).getAttribute("href"), blog.origin).href;
  await open(author, permalink);
  const form = author.getByRole("form", { name: "Post a comment" });
  await form.getByLabel("Name").fill("Cleo");
  await form.getByRole("textbox", { name: "Comment" }).fill("It smells.");
  await press(form.getByRole("button", { name: "Post comment" }));
  await open(author, blog.at("/admin/media/"));
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  await author.locator("input[type=file]").first().setInputFiles({ name: "dot.png", mimeType: "image/png", buffer: Buffer.from(png, "base64") });
  await press(author.locator("form.upload button[type=submit]"));
  return { blog, author, permalink };
}

/**
 * Every admin form in which somebody types words: its address, the page that it is on, the field that is typed into,
 * and the button that sends it. The editor has stories of its own above.
 */
const FORMS = {
  "/admin/posts/new": { editor: true },
  "/admin/posts/N": { editor: true },
  "/admin/pages/new": { editor: true },
  "/admin/posts/": { page: "/admin/posts/", field: "tag", button: "Add tag" },
  "/admin/addresses/": { page: "/admin/addresses/", field: "path", button: "Add redirect" },
  "/admin/addresses/import": { page: "/admin/addresses/import", field: "list", button: "Check" },
  "/admin/appearance": { page: "/admin/appearance", field: "about", button: "Save" },
  "/admin/appearance/menu": { page: "/admin/appearance/menu", field: "label-0", button: "Save menu" },
  "/admin/settings": { page: "/admin/settings", field: "footer", button: "Save settings" },
  "/admin/backup/": { page: "/admin/backup/", field: "kept", button: "Save" },
  "/admin/transfer/upload": { page: "/admin/transfer/", field: "old_url", button: "Import" },
  "/admin/people/": { page: "/admin/people/", field: "name", button: "" },
  "/admin/profile": { page: "/admin/profile", field: "name", button: "Save profile" },
  "/admin/tags/N": { page: "/admin/tags/1", field: "name", button: "" },
  "/admin/media/N": { page: "/admin/media/1", field: "alt", button: "" },
  "/admin/comments/rules": { page: "/admin/comments/rules", field: "rules", button: "" },
  "/admin/comments/bans": { page: "/admin/comments/bans", field: "note", button: "" },
  "/admin/comments/N/reply": { page: "/admin/comments/1", field: "body", button: "" },
  "/admin/comments/N/edit": { page: "/admin/comments/1", field: "body", button: "" },
  "/admin/posts/N/revisions/N": { page: "/admin/posts/1/revisions/1", field: "name", button: "Save name" },
  "/admin/posts/N/links": { page: "/admin/posts/1/links", field: "name", button: "" },
};

/** Forms with text fields on all admin pages, found by following links. */
function adminForms(author) {
  return author.evaluate(async () => {
    const kindOf = (path) => path.split("?")[0].replace(/\/\d+/g, "/N");
    const [seen, forms] = [new Map(), new Set()];
    let paths = ["/admin/posts/", "/admin/comments/", "/admin/comments/?state=approved", "/admin/media/1"];
    while (paths.length) {
      const pages = await Promise.all(
        paths.map(async (path) => {
          const answer = await fetch(path);
          const html = (answer.headers.get("content-type") ?? "").includes("html") ? await answer.text() : "";
          return new DOMParser().parseFromString(html, "text/html");
        }),
      );
      paths = [];
      for (const page of pages) {
        for (const form of page.querySelectorAll("form[method=post]")) {
          const typed = [...form.elements].filter(
            ({ name, localName, type, autocomplete }) =>
              name && autocomplete !== "one-time-code" && (localName === "textarea" || (localName === "input" && ["text", "email", "url", "date", "datetime-local", "number", "tel"].includes(type))),
          );
          if (typed.length) forms.add(kindOf(form.getAttribute("action")));
        }
        for (const link of page.querySelectorAll('a[href^="/admin/"]')) {
          const path = link.getAttribute("href").split("#")[0];
          const kind = kindOf(path);
          // A second page of a kind may have what the first has not: a list with lines, a tab.
          if (seen.get(path) || (seen.get(kind) ?? 0) > 2) continue;
          seen.set(path, true);
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
          paths.push(path);
        }
      }
    }
    return [...forms].sort();
  });
}

test("no admin form loses words, whatever answers instead of the blog", async (t) => {
  const { blog, author } = await fullDesk(t);
  const found = await adminForms(author);
  assert.deepEqual(found, Object.keys(FORMS).sort(), "every form with words is in the table above");
  const offer = author.getByRole("region", { name: "Text kept in this browser" });
  const instead = {
    ...INSTEAD,
    "a refusal without the words": (route) => route.fulfill({ status: 422, contentType: "text/html", body: "<h1>That didn’t work</h1>" }),
    "the door, since the session ended": (route) => route.fulfill({ status: 403, contentType: "text/html", body: "<h1>Not allowed</h1><p>You are not signed in.</p>" }),
    "the blog itself, to whom the form is from another session": null,
  };
  for (const [action, { editor, page, field, button }] of Object.entries(FORMS)) {
    if (editor) continue;
    await t.test(action, async () => {
      const pattern = new RegExp(`^${action.replaceAll("N", "\\d+")}$`);
      await open(author, blog.at(page));
      const form = author.locator(`form[method=post][action="${action.replaceAll("N", "1")}"]`).filter({ has: author.locator(`[name=${field}]`) });
      const control = form.locator(`[name=${field}]`);
      const before = await control.inputValue();
      let words = "";
      for (const [what, answer] of Object.entries(instead)) {
        // A field may take few letters only.
        words += field === "kept" ? "1" : String.fromCharCode(97 + words.length);
        await control.evaluate((control) => {
          for (let place = control; place; place = place.parentElement) if (place.localName === "details") place.open = true;
        });
        await control.fill(before + words);
        if (answer) await author.route((url) => pattern.test(url.pathname), (route) => (route.request().method() === "POST" ? answer(route) : route.fallback()));
        else await form.evaluate((form) => (form.elements.csrf.value = "of another session"));
        // The browser's own page counts, where nothing answered.
        const answered = author.waitForEvent("framenavigated", (frame) => frame === author.mainFrame());
        await form.evaluate((form, button) => {
          form.noValidate = true;
          const named = [...form.elements].find((element) => element.type === "submit" && (button === "" || element.textContent.trim() === button));
          form.requestSubmit(named);
        }, button);
        await answered;
        await author.waitForLoadState();
        await author.unrouteAll();
        await open(author, blog.at(page));
        if ((await control.inputValue()) !== before + words) {
          await offer.getByRole("button", { name: "Restore" }).press("Enter");
        }
        assert.equal((await control.inputValue()).trim(), (before + words).trim(), what);
      }
      await author.evaluate(() => sessionStorage.clear());
    });
  }
});

test("words that were taken are not offered again, and passwords are never kept", async (t) => {
  const blog = await newBlog(t);
  const author = await somebody(t);
  await setUp(author, blog);
  await open(author, blog.at("/admin/settings"));
  await author.getByLabel("Description").fill("By the sea.");
  assert.match(await author.evaluate(() => JSON.stringify({ ...sessionStorage })), /By the sea/);
  await press(author.getByRole("button", { name: "Save settings" }));
  assert.equal(await author.evaluate(() => sessionStorage.length), 0);
  await open(author, blog.at("/admin/profile"));
  for (const field of await author.locator("input[type=password]").all()) await field.fill("a secret of many words");
  await author.getByLabel("Your name").fill("Ada Quay");
  const kept = await author.evaluate(() => JSON.stringify({ ...sessionStorage }));
  assert.match(kept, /Ada Quay/);
  assert.doesNotMatch(kept, /a secret/);
});
