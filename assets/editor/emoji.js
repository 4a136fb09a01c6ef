// Emoji by the names that people type between colons: those that are used most, in the order of their groups.

const TABLE = `grinning 😀|smiley 😃|smile 😄|grin 😁|laughing 😆|sweat_smile 😅|joy 😂|rofl 🤣|slight_smile 🙂|upside_down 🙃|wink 😉|blush 😊|innocent 😇|heart_eyes 😍|star_struck 🤩|kissing_heart 😘|yum 😋|stuck_out_tongue 😛|zany 🤪|hug 🤗|thinking 🤔|shushing 🤫|zipper_mouth 🤐|raised_eyebrow 🤨|neutral_face 😐|expressionless 😑|smirk 😏|unamused 😒|rolling_eyes 🙄|grimacing 😬|relieved 😌|pensive 😔|sleepy 😪|sleeping 😴|mask 😷|sick 🤒|nauseated 🤢|dizzy 😵|exploding_head 🤯|cowboy 🤠|party_face 🥳|sunglasses 😎|nerd 🤓|confused 😕|worried 😟|frowning 🙁|open_mouth 😮|astonished 😲|flushed 😳|pleading 🥺|fearful 😨|cry 😢|sob 😭|scream 😱|disappointed 😞|tired 😫|yawning 🥱|triumph 😤|angry 😠|rage 😡|skull 💀|poop 💩|clown 🤡|ghost 👻|alien 👽|robot 🤖|see_no_evil 🙈|wave 👋|ok_hand 👌|pinching_hand 🤏|victory ✌️|crossed_fingers 🤞|call_me 🤙|point_left 👈|point_right 👉|point_up 👆|point_down 👇|thumbsup 👍|thumbsdown 👎|fist ✊|clap 👏|raised_hands 🙌|handshake 🤝|pray 🙏|writing_hand ✍️|muscle 💪|eyes 👀|brain 🧠|heart ❤️|orange_heart 🧡|yellow_heart 💛|green_heart 💚|blue_heart 💙|purple_heart 💜|black_heart 🖤|broken_heart 💔|sparkling_heart 💖|hundred 💯|boom 💥|sweat_drops 💦|speech_balloon 💬|zzz 💤|dog 🐶|cat 🐱|mouse 🐭|fox 🦊|bear 🐻|panda 🐼|lion 🦁|cow 🐮|pig 🐷|frog 🐸|monkey 🐵|chicken 🐔|penguin 🐧|bird 🐦|owl 🦉|horse 🐴|unicorn 🦄|bee 🐝|butterfly 🦋|snail 🐌|turtle 🐢|snake 🐍|octopus 🐙|fish 🐟|whale 🐳|rose 🌹|sunflower 🌻|blossom 🌼|tulip 🌷|seedling 🌱|tree 🌳|cactus 🌵|four_leaf_clover 🍀|maple_leaf 🍁|mushroom 🍄|earth 🌍|moon 🌙|star ⭐|sparkles ✨|sun ☀️|cloud ☁️|rain 🌧️|rainbow 🌈|snowflake ❄️|snowman ⛄|zap ⚡|fire 🔥|ocean 🌊|apple 🍎|banana 🍌|strawberry 🍓|lemon 🍋|avocado 🥑|tomato 🍅|bread 🍞|cheese 🧀|egg 🥚|pizza 🍕|burger 🍔|fries 🍟|sushi 🍣|ice_cream 🍨|cake 🍰|birthday 🎂|cookie 🍪|chocolate 🍫|coffee ☕|tea 🍵|beer 🍺|wine 🍷|champagne 🍾|soccer ⚽|bike 🚲|car 🚗|bus 🚌|train 🚂|airplane ✈️|rocket 🚀|ship 🚢|house 🏠|tent ⛺|mountain ⛰️|beach 🏖️|watch ⌚|hourglass ⏳|phone 📱|computer 💻|camera 📷|bulb 💡|book 📖|books 📚|newspaper 📰|pencil ✏️|memo 📝|paperclip 📎|pushpin 📌|scissors ✂️|lock 🔒|key 🔑|hammer 🔨|gear ⚙️|link 🔗|mail 📧|package 📦|calendar 📅|chart 📈|gift 🎁|balloon 🎈|tada 🎉|trophy 🏆|art 🎨|music 🎵|guitar 🎸|headphones 🎧|movie 🎬|game 🎮|dice 🎲|warning ⚠️|no_entry ⛔|check ✅|x ❌|question ❓|exclamation ❗|recycle ♻️|white_flag 🏳️|checkered_flag 🏁`;

/** @type {{ name: string, sign: string }[]} */
export const EMOJI = TABLE.split("|").map((entry) => {
  const [name, sign] = entry.split(" ");
  return { name, sign };
});

/**
 * The emoji with this name.
 * @param {string} name
 */
export const emojiNamed = (name) => EMOJI.find((one) => one.name === name)?.sign;
