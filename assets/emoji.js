// Emoji by the names that people type between colons, each with other words that find it: those that are used most, in the order
// of their groups. The list behind `:` and the dialog for symbols offer the same.

const TABLE = `grinning,face 😀|smiley 😃|smile 😄|grin 😁|laughing 😆|sweat_smile,relief 😅|joy,tears,laugh 😂|rofl 🤣|slight_smile,happy 🙂|upside_down 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes,love 😍|star_struck 🤩|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|zany 🤪|hug,hugging 🤗|thinking 🤔|shushing 🤫|zipper_mouth 🤐|raised_eyebrow 🤨|neutral_face 😐|expressionless 😑|smirk 😏|unamused 😒|rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping,asleep 😴|mask 😷|sick 🤒|nauseated 🤢|dizzy 😵|exploding_head 🤯|cowboy 🤠|party_face 🥳|sunglasses,cool 😎|nerd 🤓|confused 😕|worried 😟|frowning 🙁|open_mouth 😮|astonished 😲|flushed 😳|pleading 🥺|fearful 😨|cry,crying,sad 😢|sob,crying 😭|scream 😱|disappointed 😞|tired 😫|yawning 🥱|triumph 😤|angry 😠|rage,angry 😡|skull 💀|poop,pile 💩|clown 🤡|ghost 👻|alien 👽|robot 🤖|see_no_evil 🙈|wave,hand,hello 👋|ok_hand 👌|pinching_hand 🤏|victory ✌️|crossed_fingers 🤞|call_me 🤙|point_left 👈|point_right 👉|point_up 👆|point_down 👇|thumbsup,thumbs_up,yes 👍|thumbsdown,thumbs_down,no 👎|fist ✊|clap,applause 👏|raised_hands 🙌|handshake 🤝|pray,thanks,folded_hands 🙏|writing_hand ✍️|muscle,strong_arm 💪|eyes 👀|brain 🧠|heart,red,love ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|broken_heart 💔|sparkling_heart 💖|hundred 💯|boom,explosion 💥|sweat_drops 💦|speech_balloon 💬|zzz 💤|dog 🐶|cat 🐱|standing_dog 🐕|standing_cat 🐈|mouse 🐭|fox 🦊|bear 🐻|panda 🐼|lion 🦁|cow 🐮|pig 🐷|frog 🐸|monkey 🐵|chicken 🐔|penguin 🐧|bird 🐦|owl 🦉|horse 🐴|unicorn 🦄|bee 🐝|butterfly 🦋|snail 🐌|turtle 🐢|snake 🐍|octopus 🐙|fish 🐟|whale 🐳|rose 🌹|sunflower 🌻|blossom 🌼|tulip 🌷|seedling 🌱|tree 🌳|cactus 🌵|four_leaf_clover 🍀|maple_leaf 🍁|mushroom 🍄|earth 🌍|moon 🌙|star ⭐|sparkles ✨|sun ☀️|cloud ☁️|rain 🌧️|rainbow 🌈|snowflake,snow ❄️|snowman ⛄|zap,lightning ⚡|fire 🔥|ocean,sea,wave 🌊|apple 🍎|banana 🍌|strawberry 🍓|lemon 🍋|avocado 🥑|tomato 🍅|bread 🍞|cheese 🧀|egg 🥚|pizza 🍕|burger 🍔|fries 🍟|sushi 🍣|ice_cream 🍨|cake 🍰|birthday 🎂|cookie 🍪|chocolate 🍫|coffee ☕|tea 🍵|beer 🍺|wine 🍷|champagne 🍾|soccer ⚽|bike,bicycle 🚲|car 🚗|bus 🚌|train 🚂|airplane ✈️|rocket 🚀|ship 🚢|house 🏠|tent ⛺|mountain ⛰️|beach 🏖️|watch ⌚|hourglass ⏳|phone 📱|computer 💻|camera 📷|bulb,idea,light 💡|book 📖|books 📚|newspaper 📰|pencil ✏️|memo 📝|paperclip 📎|pushpin,pin 📌|scissors ✂️|lock 🔒|key 🔑|hammer 🔨|gear ⚙️|link 🔗|mail 📧|package 📦|calendar 📅|chart 📈|gift 🎁|balloon 🎈|tada,party,celebration 🎉|trophy 🏆|art,painting 🎨|music 🎵|guitar 🎸|headphones 🎧|movie 🎬|game 🎮|dice 🎲|warning ⚠️|no_entry ⛔|check,done,yes ✅|x ❌|question ❓|exclamation ❗|recycle ♻️|white_flag 🏳️|checkered_flag 🏁`;

/** @type {{ name: string, words: string, sign: string }[]} */
export const EMOJI = TABLE.split("|").map((entry) => {
  const [names, sign] = entry.split(" ");
  const [name, ...words] = names.split(",");
  return { name, words: words.join(" "), sign };
});

/**
 * The emoji with this name.
 * @param {string} name
 */
export const emojiNamed = (name) => EMOJI.find((one) => one.name === name)?.sign;
