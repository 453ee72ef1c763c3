/** Characters that turn the direction of what follows or cannot be seen: with them one text can pass for another. */
const HIDDEN = /[\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/g;

/** A text of somebody else with a mark where it hides something; joiners within an emoji stay. */
export const visible = (text: string): string =>
  text.replace(HIDDEN, (found, at: number) => (found === "\u200D" && /\p{Extended_Pictographic}|\uFE0F|\p{Emoji_Modifier}/u.test(text.slice(Math.max(0, at - 2), at)) ? found : "\uFFFD"));
