/** A text, or one for each plural category, with `{places}`. */
export type Text = string | (Partial<Record<Intl.LDMLPluralRule, string>> & { other: string });

/** Before the first element is shown; what is left out stays English. */
export function translate(translated: Record<string, Text>, locale: string): void;
