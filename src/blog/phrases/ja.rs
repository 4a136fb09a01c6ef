//! Japanese.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Text, Thread, Told, Ways,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "ホーム",
        tags: "タグ",
        search: "検索",
        skip_to_content: "本文へスキップ",
        menu: "ブログ",
        feed: "フィード",
        written_with: "Daybookで執筆",
    },
    lists: Lists {
        newer_posts: "新しい投稿",
        older_posts: "過去の投稿",
        pages: "ページ",
        pinned: "固定表示",
        tagged: "このタグの投稿",
        nothing_yet: "まだ何も公開されていません。最初の投稿はここに表示されます。",
        read_more: "続きを読む",
        of_post: "（{name}）",
        on_post: "（{name}）",
        no_tags: "タグの付いた投稿はまだありません。",
        posts_beside: Counted {
            other: "件の投稿",
            ..Counted::NONE
        },
    },
    post: Post {
        comments: Counted {
            none: "コメントはありません",
            one: "",
            two: "",
            few: "",
            many: "",
            other: "コメント{n}件",
            zero: "",
        },
        untitled: "無題",
        neighbours: "投稿",
        newer: "次の投稿",
        older: "前の投稿",
    },
    archive: Archive {
        title: "アーカイブ",
        posts: Counted {
            none: "投稿はありません",
            one: "",
            two: "",
            few: "",
            many: "",
            other: "投稿{n}件",
            zero: "",
        },
        posts_by: "投稿者",
        authors: "投稿者",
        months: "月",
        days: "日",
        beside: "前後",
        most_used: "よく使われるタグ",
        letters: "頭文字順",
        all_of: "{n}年のすべて",
    },
    search: Search {
        title: "検索",
        label: "タイトル・本文・コメントを検索",
        label_short: "このブログを検索",
        button: "検索",
        nothing_found: "「{name}」に一致するものは見つかりませんでした。言葉を減らすか変えてみてください。[タグの一覧]もご覧いただけます。",
        in_comments: "コメント内で一致",
        in_comment_of: "{name}さんのコメントに見つかりました",
        hint: "引用符で囲むと語句のまま探します。tag:名前 でタグを絞り込めます。",
        results: Counted {
            other: "{n}件",
            ..Counted::NONE
        },
        more_than: "{n}件以上",
        page_of: "{pages}ページ中{page}ページ",
        previous: "前へ",
        next: "次へ",
        wider: "この語そのものは見つかりませんでした。この語で始まる言葉があるものを表示しています。",
        no_tag: "「{name}」というタグはありません。",
        fewer_words: "語を減らす",
        without: "「{name}」なし",
        tags_like: "近いタグ",
        or_archive: "日付順には[アーカイブ]でご覧になれます。",
    },
    feeds: Feeds {
        title: "フィード",
        comments_on: "{name}へのコメント",
        name_on: "{name}（「{title}」へのコメント）",
        what: "フィードは、このブログの新着をプログラムに知らせるものです。読んでいるブログの新着をまとめて見られるアプリやサイトで使います。見逃すことがなく、誰が購読しているかは誰にも知られません。",
        how: "次のアドレスのどれかをフィードリーダーにコピーしてください。どの形式も内容は同じです。迷ったら Atom を選んでください。",
        posts: "投稿",
        comments: "コメント",
        comments_on_one: "投稿ごとにコメントのフィードがあり、リンクはコメントの下にあります。",
        one_tag: "タグごとの投稿",
    },
    blocks: Blocks {
        popular: "人気の投稿",
        beside: "このブログの案内",
        about: "自己紹介",
        recent_comments: "最近のコメント",
        links: "リンク",
    },
    thread: Thread {
        title: "コメント",
        on_page: "コメント {n}ページ目",
        pages: "コメントのページ",
        more_pages: "コメントのほかのページ",
        page: "ページ",
        author: "筆者",
        edited: "編集済み",
        in_reply_to: "{name}さんへの返信",
        in_reply_to_gone: "表示されていないコメントへの返信",
        reply: "返信",
        to_name: "（{name}さんへ）",
        none_on_page: "このページのコメントは表示されなくなりました。",
        closed: "新しいコメントは受け付けていません。",
        feed: "これらのコメントのフィード",
    },
    form: Form {
        title: "コメントを書く",
        comment: "コメント",
        body_hint: "*斜体*、**太字**、`コード`、> 引用、リスト、リンクが使えます。",
        name: "名前",
        any_name: "どんな名前でもかまいません",
        optional: "任意",
        website: "ウェブサイト",
        email: "メールアドレス",
        email_hint: "任意（公開されません）",
        mail_me: "メール通知",
        mail_nothing: "なし",
        mail_replies: "自分のコメントへの返信",
        mail_all: "この投稿への新しいコメントすべて",
        mail_hint: "最初に届くメールのリンクでアドレスを確認すると始まります",
        trap: "ここは空欄のままにしてください",
        post: "コメントを投稿",
        preview: "プレビュー",
        preview_title: "コメントのプレビュー",
        preview_kicker: "このように表示されます",
        you_answer: "{name}さんに返信しています。",
        on_the_post: "代わりに投稿へコメントする",
        have_a_look: "印の付いた欄をご確認ください。書いた内容は失われていません。",
        said_before: "前に書いたコメントを見る",
    },
    errors: Errors {
        not_found: Told {
            heading: "ページがありません",
            message: "このアドレスにはページがありません。移動したか、アドレスに誤りがあるかもしれません。",
        },
        not_possible: Told {
            heading: "ここではできません",
            message: "このアドレスはこの種の要求を受け付けません。",
        },
        too_large: Told {
            heading: "一度に多すぎます",
            message: "送信された内容が、このアドレスで受け付けられる大きさを超えています。",
        },
        too_many: Told {
            heading: "回数が多すぎます",
            message: "少しお待ちください。",
        },
        refused: Told {
            heading: "拒否されました",
            message: "これにはアクセスできません。",
        },
        not_set_up: Told {
            heading: "準備中",
            message: "このブログは現在準備中です。少し後でもう一度お越しください。",
        },
        busy: Told {
            heading: "混み合っています",
            message: "ただいま処理が集中しています。少ししてからもう一度お試しください。",
        },
        no_room: Told {
            heading: "空き容量がありません",
            message: "ディスクがいっぱいのため保存できません。閲覧は続けられます。",
        },
        not_understood: Told {
            heading: "理解できません",
            message: "この要求を理解できませんでした。",
        },
        went_wrong: Told {
            heading: "問題が発生しました",
            message: "あなたのせいではありません。内容は記録されました。少ししてからもう一度お試しください。",
        },
        again_in_seconds: Counted {
            other: "{n}秒後にもう一度お試しください。",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            other: "{n}分後にもう一度お試しください。",
            ..Counted::NONE
        },
        newest: "最新の投稿へ",
        status: "ステータス {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            other: "お使いのネットワークから続けてコメントが届きました。{n}秒後にもう一度送信してください。",
            ..Counted::NONE
        },
        several_minutes: Counted {
            other: "お使いのネットワークから続けてコメントが届きました。{n}分後にもう一度送信してください。",
            ..Counted::NONE
        },
    },
    ways: Ways {
        related: "関連記事",
        perhaps: "お探しの記事はこちらですか？",
    },
    text: Text {
        minutes: Counted {
            other: "{n}分で読めます",
            ..Counted::NONE
        },
        contents: "目次",
        play: "{service}の動画を再生",
        table: "表",
        sources: "出典",
        back_to_text: "本文の注{n}に戻る",
    },
};
