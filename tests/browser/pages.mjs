// The kinds of pages that Daybook has, each with a way there: what must hold on every one of them walks this list.

import { demoBlog, newBlog } from "./blog.mjs";
import { open, press, somebody } from "./people.mjs";

/** Somebody whom the demo blog does not know. */
export const stranger = somebody;

let cookies;

/** The author of the demo blog, signed in: its one-time address is used once and the session shared. */
export async function author(t, options = {}) {
  cookies ??= signIn(t);
  return somebody(t, { ...options, storageState: await cookies });
}

async function signIn(t) {
  const blog = await demoBlog();
  const page = await somebody(t);
  await open(page, blog.oneTimeAddress);
  await press(page.getByRole("button", { name: "Sign in" }));
  await page.waitForURL("**/admin/profile**");
  return page.context().storageState();
}

/** The paths of all posts, page by page through “Older posts”. */
export async function everyPost(page, blog) {
  const paths = [];
  const older = page.getByRole("link", { name: "Older posts" });
  await open(page, blog.origin);
  for (;;) {
    const links = await page.getByRole("article").getByRole("heading", { level: 3 }).getByRole("link").all();
    for (const link of links) paths.push(await link.getAttribute("href"));
    if ((await older.count()) === 0) return paths;
    await press(older);
  }
}

/** Each kind of page: its name, who sees it, and `visit`, which opens it and returns the server's answer. */
export async function kindsOfPages(t) {
  const demo = await demoBlog();
  const fresh = await newBlog(t);
  const at = (path, status) => (page) => open(page, demo.at(path), status);
  return [
    { name: "home", who: stranger, visit: at("/") },
    { name: "older posts", who: stranger, visit: olderPosts(demo) },
    { name: "post with comments", who: stranger, visit: discussedPost(demo) },
    { name: "reply to a comment", who: stranger, visit: reply(demo) },
    { name: "comment sent without a name", who: stranger, visit: refusedComment(demo) },
    { name: "standing page", who: stranger, visit: at("/p/about.html") },
    { name: "404", who: stranger, visit: at("/nowhere", 404) },
    { name: "search", who: stranger, visit: at("/search?q=tide") },
    { name: "search without a find", who: stranger, visit: at("/search?q=xylophonist") },
    { name: "search for a tag that is none", who: stranger, visit: at("/search?q=tag:xylophonist") },
    { name: "archive", who: stranger, visit: at("/archive/") },
    { name: "archive of a year", who: stranger, visit: archive(demo, "year") },
    { name: "archive of a month", who: stranger, visit: archive(demo, "month") },
    { name: "archive of a day", who: stranger, visit: archive(demo, "month", "day") },
    { name: "tags", who: stranger, visit: at("/tags/") },
    { name: "feeds", who: stranger, visit: at("/feeds/") },
    { name: "posts of a tag", who: stranger, visit: postsOfTag(demo) },
    { name: "sign-in", who: stranger, visit: at("/admin/sign-in") },
    { name: "blog being set up", who: stranger, visit: (page) => open(page, fresh.origin, 503) },
    { name: "set-up", who: stranger, visit: (page) => open(page, fresh.oneTimeAddress) },
    { name: "set-up without its address", who: stranger, visit: (page) => open(page, fresh.at("/admin/setup")) },
    { name: "new post", who: author, visit: at("/admin/posts/new") },
    { name: "editor", who: author, visit: editor(demo) },
    { name: "revisions", who: author, visit: revised(demo, () => "revisions") },
    { name: "a revision", who: author, visit: revised(demo, (newest) => `revisions/${newest}`) },
    { name: "two revisions", who: author, visit: revised(demo, (newest, older) => `compare?from=${older}&to=${newest}`) },
    { name: "preview", who: author, visit: at("/admin/posts/1/preview?as=phone") },
    { name: "preview of a feed entry", who: author, visit: at("/admin/posts/1/preview?as=feed") },
    { name: "links to a draft", who: author, visit: shared(demo) },
    { name: "post list", who: author, visit: at("/admin/posts/") },
    { name: "page list", who: author, visit: at("/admin/pages/") },
    { name: "trash", who: author, visit: at("/admin/posts/?state=trashed") },
    { name: "question before the trash is emptied", who: author, visit: fullTrash(demo) },
    { name: "calendar", who: author, visit: at("/admin/posts/calendar") },
    { name: "tags in the admin area", who: author, visit: at("/admin/tags/") },
    { name: "a tag", who: author, visit: at("/admin/tags/1") },
    { name: "a tag to delete", who: author, visit: at("/admin/tags/1/delete") },
    { name: "moderation", who: author, visit: at("/admin/comments/") },
    { name: "approved comments", who: author, visit: at("/admin/comments/?state=approved") },
    { name: "a comment to moderate", who: author, visit: at("/admin/comments/1") },
    { name: "log of moderation", who: author, visit: at("/admin/comments/log") },
    { name: "pictures", who: author, visit: at("/admin/media/") },
    { name: "unused pictures", who: author, visit: at("/admin/media/?show=unused") },
    { name: "a picture", who: author, visit: picture(demo) },
    { name: "views", who: author, visit: at("/admin/views/") },
    { name: "views of a post", who: author, visit: at("/admin/views/1") },
    { name: "addresses", who: author, visit: addresses(demo) },
    { name: "list of redirects", who: author, visit: checkedList(demo) },
    { name: "outbox", who: author, visit: at("/admin/outbox/") },
    { name: "appearance", who: author, visit: at("/admin/appearance") },
    { name: "appearance with a mistake", who: author, visit: refusedLook(demo) },
    { name: "menu of the blog", who: author, visit: at("/admin/appearance/menu") },
    { name: "settings", who: author, visit: at("/admin/settings") },
    { name: "profile", who: author, visit: at("/admin/profile") },
    { name: "one-time codes", who: author, visit: at("/admin/profile/codes") },
    { name: "people", who: author, visit: at("/admin/people/") },
    { name: "audit log", who: author, visit: at("/admin/audit/") },
    { name: "import and export", who: author, visit: at("/admin/transfer/") },
    { name: "backups", who: author, visit: at("/admin/backup/") },
  ];
}

/** A way that begins on one page and follows a link of it. */
function following(blog, path, link) {
  return async (page) => {
    await open(page, blog.at(path));
    return open(page, blog.at(await link(page).first().getAttribute("href")));
  };
}

const olderPosts = (blog) => following(blog, "/", (page) => page.getByRole("link", { name: "Older posts" }));
const discussedPost = (blog) => following(blog, "/", (page) => page.getByRole("link", { name: /^\d+ comments/ }));
const postsOfTag = (blog) => following(blog, "/tags/", (page) => page.getByRole("main").getByRole("link"));
const editor = (blog) =>
  following(blog, "/admin/posts/?state=published", (page) => page.getByRole("cell").getByRole("link"));

/** Goes from the archive into its first year or month, and from that to its first day. */
function archive(blog, ...steps) {
  const links = { year: ".year[open] .whole a", month: ".year[open] li:first-child a", day: ".day-heading a" };
  return async (page) => {
    let answer = await open(page, blog.at("/archive/"));
    for (const step of steps) {
      answer = await open(page, blog.at(await page.locator(links[step]).first().getAttribute("href")));
    }
    return answer;
  };
}

/** A page about the revisions of a post, which is saved once more for them. */
function revised(blog, path) {
  return async (page) => {
    await open(page, blog.at("/admin/posts/1"));
    await page.getByLabel("Excerpt").fill(`Seen ${Date.now()} times.`);
    await page.getByRole("button", { name: "Save", exact: true }).press("Enter");
    await page.getByText(/^Saved \d\d:/).waitFor();
    await open(page, blog.at("/admin/posts/1/revisions"));
    const numbers = await page.locator("input[name=to]").evaluateAll((boxes) => boxes.map((box) => box.value));
    return open(page, blog.at(`/admin/posts/1/${path(...numbers)}`));
  };
}

/** The links by which a post may be read, one of them just made. */
function shared(blog) {
  return async (page) => {
    await open(page, blog.at("/admin/posts/1/links"));
    await page.getByLabel("Who is it for?").fill("Clara");
    return press(page.getByRole("button", { name: "Create link" }));
  };
}

/** The question before everything in the trash is deleted; something is put there for it. */
function fullTrash(blog) {
  return async (page) => {
    await open(page, blog.at("/admin/posts/?state=published"));
    await press(page.getByRole("button", { name: /^Copy/ }).first());
    await press(page.getByRole("button", { name: "Move to trash" }));
    return open(page, blog.at("/admin/posts/erase?all=yes"));
  };
}

/** One picture of the library; those of the demo come into it soon after the start. */
function picture(blog) {
  return async (page) => {
    const first = page.getByRole("main").getByRole("listitem").getByRole("link").filter({ has: page.locator("img") }).first();
    await open(page, blog.at("/admin/media/"));
    for (let tries = 0; tries < 50 && (await first.count()) === 0; tries += 1) await page.reload();
    return open(page, blog.at(await first.getAttribute("href")));
  };
}

/** Redirects and broken links, something of each. */
function addresses(blog) {
  return async (page) => {
    for (const path of ["/2015/03/gone.html", "/feed-of-old"]) await open(page, blog.at(path), 404);
    await open(page, blog.at("/admin/addresses/"));
    await page.getByRole("textbox", { name: "Old address" }).fill(`/old-${Date.now()}.html`);
    await page.getByRole("textbox", { name: "New address" }).fill("/p/about.html");
    return press(page.getByRole("button", { name: "Add redirect" }));
  };
}

/** What a list of redirects would do. */
function checkedList(blog) {
  return async (page) => {
    await open(page, blog.at("/admin/addresses/import"));
    await page.getByLabel("Redirects, one per line").fill("/one /p/about.html\n/two javascript:x\n");
    return press(page.getByRole("button", { name: "Check" }));
  };
}

function reply(blog) {
  return async (page) => {
    await discussedPost(blog)(page);
    return open(page, blog.at(await page.getByRole("link", { name: "Reply" }).first().getAttribute("href")));
  };
}

/** A look that is not saved, with a style sheet of which a part is left out. */
function refusedLook(blog) {
  return async (page) => {
    await open(page, blog.at("/admin/appearance"));
    await page.getByLabel("About", { exact: true }).fill("first");
    await page.getByLabel("CSS").fill('@import "elsewhere.css";');
    const answer = await press(page.getByRole("button", { name: "Save", exact: true }));
    if (answer.status() !== 422) throw new Error(`a look with a mistake is answered ${answer.status()}`);
    return answer;
  };
}

function refusedComment(blog) {
  return async (page) => {
    await discussedPost(blog)(page);
    const form = page.getByRole("form", { name: "Post a comment" });
    await form.getByRole("textbox", { name: "Comment" }).fill("I was there.");
    await form.getByLabel("Name").fill(" ");
    const answer = await press(form.getByRole("button", { name: "Post comment" }));
    if (answer.status() !== 422) throw new Error(`a comment without a name is answered ${answer.status()}`);
    return answer;
  };
}
