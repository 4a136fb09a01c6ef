//! Arabic.

use super::{
    Archive, Blocks, Counted, Errors, Feeds, Form, Frame, Lists, Phrases, Post, Refused, Search,
    Thread, Told,
};

pub const PHRASES: Phrases = Phrases {
    frame: Frame {
        home: "الرئيسية",
        tags: "الوسوم",
        search: "البحث",
        skip_to_content: "تخطَّ إلى المحتوى",
        menu: "المدونة",
        feed: "الخلاصة",
        written_with: "كُتبت باستخدام Daybook",
    },
    lists: Lists {
        newer_posts: "تدوينات أحدث",
        older_posts: "تدوينات أقدم",
        pages: "الصفحات",
        pinned: "مثبّتة",
        tagged: "تدوينات بوسم",
        nothing_yet: "لم يُنشر شيء هنا بعد. ستظهر أول تدوينة في هذا المكان.",
        read_more: "تابع القراءة",
        of_post: "«{name}»",
        on_post: "على «{name}»",
        no_tags: "لا تحمل أي تدوينة وسمًا بعد.",
        posts_beside: Counted {
            one: "تدوينة",
            two: "تدوينتان",
            few: "تدوينات",
            other: "تدوينة",
            ..Counted::NONE
        },
    },
    post: Post {
        comments: Counted {
            none: "لا تعليقات",
            one: "تعليق واحد",
            two: "تعليقان",
            few: "{n} تعليقات",
            many: "{n} تعليقًا",
            other: "{n} تعليق",
            zero: "",
        },
        untitled: "بلا عنوان",
        neighbours: "التدوينات",
        newer: "تدوينة أحدث",
        older: "تدوينة أقدم",
    },
    archive: Archive {
        title: "الأرشيف",
        posts: Counted {
            none: "لا تدوينات",
            one: "تدوينة واحدة",
            two: "تدوينتان",
            few: "{n} تدوينات",
            many: "{n} تدوينة",
            other: "{n} تدوينة",
            zero: "",
        },
    },
    search: Search {
        title: "البحث",
        label: "ابحث في العناوين والنصوص والتعليقات",
        label_short: "ابحث في هذه المدونة",
        button: "ابحث",
        nothing_found: "لم يُعثر على شيء عن «{name}». جرّب كلمات أقل أو غيرها، أو ألقِ نظرة على [الوسوم].",
        in_comments: "في التعليقات",
    },
    feeds: Feeds {
        title: "الخلاصات",
        comments_on: "التعليقات على {name}",
    },
    blocks: Blocks {
        popular: "التدوينات الرائجة",
    },
    thread: Thread {
        title: "التعليقات",
        on_page: "التعليقات، الصفحة {n}",
        pages: "صفحات التعليقات",
        more_pages: "المزيد من صفحات التعليقات",
        page: "الصفحة",
        author: "الكاتب",
        edited: "عُدّل",
        in_reply_to: "ردًّا على {name}",
        in_reply_to_gone: "ردًّا على تعليق غير معروض",
        reply: "ردّ",
        to_name: "على {name}",
        none_on_page: "لم يعد يُعرض أي تعليق من هذه الصفحة.",
        closed: "لا تُقبل تعليقات جديدة هنا.",
        feed: "خلاصة هذه التعليقات",
    },
    form: Form {
        title: "أضف تعليقًا",
        comment: "التعليق",
        body_hint: "يمكنك كتابة *مائل* و**عريض** و`شفرة` و> اقتباسات وقوائم وروابط.",
        name: "الاسم",
        any_name: "أي اسم يفي بالغرض",
        optional: "اختياري",
        website: "الموقع",
        email: "البريد الإلكتروني",
        email_hint: "اختياري ولا يُعرض أبدًا",
        mail_me: "راسلني بشأن",
        mail_nothing: "لا شيء",
        mail_replies: "الردود على تعليقي",
        mail_all: "كل التعليقات الجديدة على هذه التدوينة",
        mail_hint: "يبدأ بعد أن تؤكّد عنوانك عبر رابط في رسالة أولى",
        trap: "اترك هذا الحقل فارغًا",
        post: "انشر التعليق",
        preview: "معاينة",
        preview_title: "معاينة تعليقك",
        preview_kicker: "هكذا سيظهر",
        you_answer: "أنت تردّ على {name}.",
        on_the_post: "علّق على التدوينة بدلًا من ذلك",
        have_a_look: "راجع الحقول المعلَّمة من فضلك. لم يضع شيء مما كتبته.",
        said_before: "اطّلع على ما قلته من قبل",
    },
    errors: Errors {
        not_found: Told {
            heading: "لا شيء هنا",
            message: "لا توجد صفحة في هذا العنوان. ربما انتقلت، أو في العنوان خطأ.",
        },
        not_possible: Told {
            heading: "غير ممكن هنا",
            message: "لا يقبل هذا العنوان هذا النوع من الطلبات.",
        },
        too_large: Told {
            heading: "كثير دفعة واحدة",
            message: "ما أرسلته أكبر مما يقبله هذا العنوان.",
        },
        too_many: Told {
            heading: "محاولات كثيرة",
            message: "انتظر قليلًا من فضلك.",
        },
        refused: Told {
            heading: "مرفوض",
            message: "هذا غير متاح لك.",
        },
        not_set_up: Told {
            heading: "قيد الإنشاء",
            message: "يجري إعداد هذه المدونة الآن. عُد بعد قليل من فضلك.",
        },
        busy: Told {
            heading: "مشغول",
            message: "هناك الكثير مما يجب إنجازه الآن. حاول مرة أخرى بعد لحظات.",
        },
        no_room: Told {
            heading: "لم تبقَ مساحة",
            message: "القرص ممتلئ، فلا يمكن حفظ أي شيء. تبقى القراءة متاحة.",
        },
        not_understood: Told {
            heading: "غير مفهوم",
            message: "تعذّر فهم هذا الطلب.",
        },
        went_wrong: Told {
            heading: "حدث خطأ ما",
            message: "ليس الخطأ منك، وقد سُجّل. حاول مرة أخرى بعد لحظات.",
        },
        again_in_seconds: Counted {
            zero: "حاول مرة أخرى الآن.",
            one: "حاول مرة أخرى بعد ثانية.",
            two: "حاول مرة أخرى بعد ثانيتين.",
            few: "حاول مرة أخرى بعد {n} ثوانٍ.",
            many: "حاول مرة أخرى بعد {n} ثانية.",
            other: "حاول مرة أخرى بعد {n} ثانية.",
            ..Counted::NONE
        },
        again_in_minutes: Counted {
            zero: "حاول مرة أخرى الآن.",
            one: "حاول مرة أخرى بعد دقيقة.",
            two: "حاول مرة أخرى بعد دقيقتين.",
            few: "حاول مرة أخرى بعد {n} دقائق.",
            many: "حاول مرة أخرى بعد {n} دقيقة.",
            other: "حاول مرة أخرى بعد {n} دقيقة.",
            ..Counted::NONE
        },
        newest: "اذهب إلى أحدث التدوينات",
        status: "الحالة {n}",
    },
    refused: Refused {
        several_seconds: Counted {
            zero: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى الآن.",
            one: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد ثانية.",
            two: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد ثانيتين.",
            few: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} ثوانٍ.",
            many: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} ثانية.",
            other: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} ثانية.",
            ..Counted::NONE
        },
        several_minutes: Counted {
            zero: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى الآن.",
            one: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد دقيقة.",
            two: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد دقيقتين.",
            few: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} دقائق.",
            many: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} دقيقة.",
            other: "وصلت للتو عدة تعليقات من شبكتك. أرسل تعليقك مرة أخرى بعد {n} دقيقة.",
            ..Counted::NONE
        },
    },
};
