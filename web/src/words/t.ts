// Every sentence of the app by the id of its meaning. ICU MessageFormat: plurals and choices belong to the sentence, never to code.
import { IntlMessageFormat } from "intl-messageformat";
import { en } from "./en";

export type MessageId = keyof typeof en;
type Values = Record<string, string | number>;

const formats = new Map<MessageId, IntlMessageFormat>();

/** The sentence `id`, with its blanks filled. Values are text: nothing in them is markup. */
export function t(id: MessageId, values?: Values): string {
  let format = formats.get(id);
  if (!format) {
    format = new IntlMessageFormat(en[id], document.documentElement.lang || "en", undefined, { ignoreTag: true });
    formats.set(id, format);
  }
  return String(format.format(values));
}
