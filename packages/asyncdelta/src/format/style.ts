/** How text is set off on a terminal. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
}

const plain = (text: string): string => text;

/** Text as it is. */
export const PLAIN: Style = { bold: plain, dim: plain };

/** Text with the escape sequences of ECMA-48 (SGR). */
export const COLOURED: Style = {
  bold: (text) => `\u001b[1m${text}\u001b[22m`,
  dim: (text) => `\u001b[2m${text}\u001b[22m`,
};
