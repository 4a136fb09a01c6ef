//! Titles and paragraphs in other scripts, so that a demo blog shows how they are next to Latin ones.

/// A small post in another language.
#[derive(Debug)]
pub struct Passage {
    /// BCP 47, for the `lang` attribute.
    pub lang: &'static str,
    pub title: &'static str,
    /// The title in Latin letters, for the permalink.
    pub slug: &'static str,
    pub text: [&'static str; 2],
}

impl Passage {
    /// The `dir` attribute, for scripts that run from right to left.
    pub fn dir(&self) -> &'static str {
        match self.lang {
            "ar" | "he" => " dir=\"rtl\"",
            _ => "",
        }
    }
}

pub static PASSAGES: [Passage; 14] = [
    Passage {
        lang: "ja",
        title: "港の朝",
        slug: "minato-no-asa",
        text: [
            "朝早く港へ行きました。海は静かで、小さな船が三そう並んでいました。",
            "帰り道にパンを買って、橋の上で食べました。とてもおいしかったです。",
        ],
    },
    Passage {
        lang: "ar",
        title: "صباح في الحديقة",
        slug: "sabah-fi-al-hadiqa",
        text: [
            "ذهبتُ صباحًا إلى الحديقة القديمة، وكانت الطيور تغنّي فوق الأشجار.",
            "جلستُ تحت شجرة التين وقرأتُ كتابًا صغيرًا عن النجوم.",
        ],
    },
    Passage {
        lang: "el",
        title: "Ένα βράδυ στο λιμάνι",
        slug: "ena-vradi-sto-limani",
        text: [
            "Το βράδυ περπατήσαμε ως το λιμάνι. Η θάλασσα ήταν ήσυχη και ο φάρος είχε ήδη ανάψει.",
            "Ένας ψαράς μάς έδειξε τα δίχτυα του και μας χάρισε δύο λεμόνια.",
        ],
    },
    Passage {
        lang: "ru",
        title: "Письмо из старого дома",
        slug: "pismo-iz-starogo-doma",
        text: [
            "Вчера я нашла в ящике стола старое письмо. Чернила выцвели, но все слова можно прочитать.",
            "За окном шёл снег, на кухне пахло хлебом, и я читала до самого вечера.",
        ],
    },
    Passage {
        lang: "he",
        title: "טיול קטן אל הים",
        slug: "tiyul-katan-el-hayam",
        text: [
            "בבוקר הלכנו ברגל אל הים. הרוח הייתה קלה והמים היו שקטים.",
            "בדרך חזרה קנינו לחם חם וישבנו לנוח תחת עץ הזית.",
        ],
    },
    Passage {
        lang: "zh",
        title: "雨中的小博物馆",
        slug: "yu-zhong-de-xiao-bowuguan",
        text: [
            "下雨的下午，我们去了一个很小的博物馆。里面只有两个房间，却有十一座钟。",
            "管理员给我们泡了茶，还让孩子们试了试旧打字机。",
        ],
    },
    Passage {
        lang: "hi",
        title: "पुराने नक्शे की कहानी",
        slug: "purane-nakshe-ki-kahani",
        text: [
            "कल मुझे एक पुराना नक्शा मिला। उस पर हमारे गाँव की छोटी नदी भी बनी हुई है।",
            "शाम को हम नदी के किनारे टहलने गए और आसमान में पहले तारे देखे।",
        ],
    },
    Passage {
        lang: "ja",
        title: "星を見る夜",
        slug: "hoshi-wo-miru-yoru",
        text: [
            "昨夜は空がよく晴れていたので、丘の上で星を見ました。",
            "友だちが温かいお茶を持ってきてくれました。月はとても明るかったです。",
        ],
    },
    Passage {
        lang: "el",
        title: "Το ψωμί της Κυριακής",
        slug: "to-psomi-tis-kyriakis",
        text: [
            "Κάθε Κυριακή ζυμώνουμε ψωμί. Το σπίτι μυρίζει ωραία και τα παιδιά ξυπνούν νωρίς.",
            "Το αλεύρι είναι από τον παλιό μύλο κοντά στο ποτάμι.",
        ],
    },
    Passage {
        lang: "ru",
        title: "Птицы над рекой",
        slug: "ptitsy-nad-rekoj",
        text: [
            "Утром над рекой летели гуси. Мы долго стояли на мосту и считали их.",
            "Потом пошёл тихий дождь, и мы вернулись домой пить чай.",
        ],
    },
    Passage {
        lang: "ar",
        title: "رسالة من البحر",
        slug: "risala-min-al-bahr",
        text: [
            "وصلتني اليوم بطاقة بريدية عليها صورة سفينة بيضاء وبحر أزرق.",
            "وضعتُها على الرف بجانب الكتب، وكتبتُ الجواب في المساء.",
        ],
    },
    Passage {
        lang: "zh",
        title: "春天的花园",
        slug: "chuntian-de-huayuan",
        text: [
            "春天来了，梨树开花了。早上园子里有很多小鸟。",
            "我种了两排豆子，邻居送给我一袋花的种子。",
        ],
    },
    Passage {
        lang: "he",
        title: "ספר ישן בשוק",
        slug: "sefer-yashan-bashuk",
        text: [
            "מצאתי בשוק ספר ישן על ציפורים. בין הדפים היה עלה יבש.",
            "בערב ישבתי ליד החלון וקראתי בו עד מאוחר.",
        ],
    },
    Passage {
        lang: "hi",
        title: "बारिश की सुबह",
        slug: "barish-ki-subah",
        text: [
            "आज सुबह से बारिश हो रही है। बगीचे के पेड़ बहुत हरे दिख रहे हैं।",
            "हमने खिड़की के पास बैठकर चाय पी और पुराने गीत सुने।",
        ],
    },
];
